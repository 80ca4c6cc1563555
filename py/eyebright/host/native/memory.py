"""How much memory the work on pictures may take here."""

from __future__ import annotations

import os
from pathlib import Path

MB = 1_000_000

SHARE = 2
"""One half of the machine's or the container's: the rest is for whatever else runs. Our choice.
Of all there is, not of what is free now, so that a file is treated alike at any hour."""

CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
"""Where Linux tells a container's limit, versions 2 and 1."""


def memory_mb() -> int | None:
    """Half of the memory, 10^6 bytes; None where the system does not tell."""
    known = [
        limit for limit in (_physical(), _address_space(), *map(_cgroup, CGROUP_LIMITS)) if limit
    ]
    return max(1, min(known) // SHARE // MB) if known else None


def _physical() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows, or a system without these names
        return None


def _address_space() -> int | None:
    """The process's own limit (ulimit -v)."""
    try:
        import resource
    except ImportError:  # Windows and Pyodide
        return None
    soft, _hard = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft


def _cgroup(path: Path) -> int | None:
    """Bytes; None where there is no such file or no limit in it."""
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
