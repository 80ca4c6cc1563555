"""Compressed siblings of the site's files, `<name>.br` and `<name>.gz`, for servers that choose.

They are made once at the highest quality and kept in .cache/compressed by the file's hash.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import brotli

from vendor import ROOT, write_whole

CACHE = ROOT / ".cache" / "compressed"

BROTLI_QUALITY = 11
GZIP_LEVEL = 9
"""The slowest and smallest of each: done once per file, then cached."""

WORTH_KEEPING = 0.97
"""A compressed sibling must be below this part of the file, else it is not worth choosing."""

COMPRESSED_ALREADY = (".png", ".whl", ".zip")
"""Endings of files that brotli makes 3 % smaller at best, and takes seconds to find out."""

WORTH_A_LINE_BYTES = 1_000_000
"""Files that take seconds to compress are named while it lasts."""


def compress(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Siblings `<name>.br` and `<name>.gz` of the files that they make smaller."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(
            pair
            for pairs in pool.map(lambda item: siblings_of(*item), files.items())
            for pair in pairs
        )


def siblings_of(name: str, data: bytes) -> list[tuple[str, bytes]]:
    if name.endswith(COMPRESSED_ALREADY):
        return []
    packed = {
        "br": cached_sibling(
            name, data, "br", lambda d: brotli.compress(d, quality=BROTLI_QUALITY)
        ),
        "gz": cached_sibling(name, data, "gz", lambda d: gzip.compress(d, GZIP_LEVEL, mtime=0)),
    }
    kept = {k: v for k, v in packed.items() if len(v) < WORTH_KEEPING * len(data)}
    return [(f"{name}.{suffix}", contents) for suffix, contents in kept.items()]


def cached_sibling(name: str, data: bytes, suffix: str, pack: Callable[[bytes], bytes]) -> bytes:
    path = CACHE / f"{hashlib.sha256(data).hexdigest()}.{suffix}"
    if not path.exists():
        if len(data) > WORTH_A_LINE_BYTES:
            print(f"  compressing {name}.{suffix} ({len(data):,} bytes)", flush=True)
        write_whole(path, pack(data))
    return path.read_bytes()
