"""Built folders: a name for what is in them, and putting a new one in place of an old one."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path

HASH_DIGITS = 10
"""Of a SHA-256 in a name: 40 bits, enough to tell a handful of builds apart."""

SWAP_ATTEMPTS = 10
"""More builds than this do not end in the same moment."""


def digest(files: Mapping[str, bytes]) -> str:
    """Hash over names and contents."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return whole.hexdigest()[:HASH_DIGITS]


def swap(made: Path, out: Path, aside: Path) -> None:
    """Put `made` at `out`, what was there into `aside`; other builds may do so at the same time."""
    for attempt in range(SWAP_ATTEMPTS):
        with contextlib.suppress(FileNotFoundError):
            out.replace(aside / f"old-{attempt}")
        try:
            made.replace(out)
        except OSError:  # another build has put its site there in between
            continue
        return
    raise OSError(f"{out} could not be replaced; end what uses it and run again")
