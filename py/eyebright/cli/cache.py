"""A folder of finished results and facts, bounded, used only where somebody asks for it.

An entry is one file, named by its key (`results.key_of`, `results.key_of_facts`).
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from eyebright.cli.failures import WrongUse
from eyebright.cli.files import replace_file

DEFAULT_MAX_BYTES = 500_000_000
"""Some thousand pictures for the web."""

SUFFIX = ".eyebright"

_NAME = re.compile(rf"[0-9a-f]{{64}}{re.escape(SUFFIX)}")


class Cache:
    """Bytes by what they were made of; the least recently used ones make room."""

    def __init__(self, folder: Path, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def get(self, key: str) -> bytes | None:
        """What was put there, as far as the disk kept it whole, or None."""
        path = self._path(key)
        try:
            packed = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return packed

    def put(self, key: str, packed: bytes) -> None:
        """Remember bytes, then make room. Raises OSError where the folder takes no files."""
        self._folder.mkdir(parents=True, exist_ok=True)
        replace_file(self._path(key), packed)
        self._make_room()

    def clear(self) -> int:
        """Delete all entries, nothing else; their number."""
        entries = self._entries()
        for path in entries:
            path.unlink(missing_ok=True)
        return len(entries)

    def _path(self, key: str) -> Path:
        return self._folder / (key + SUFFIX)

    def _entries(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [path for path in self._folder.iterdir() if _NAME.fullmatch(path.name)]

    def _make_room(self) -> None:
        known = [(stat, path) for path in self._entries() if (stat := _stat(path)) is not None]
        total = sum(stat.st_size for stat, _path in known)
        for stat, path in sorted(known, key=lambda entry: entry[0].st_mtime_ns):
            if total <= self._max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size


def asked_cache(arguments: argparse.Namespace) -> Cache | None:
    """The cache that was asked for, emptied where that was asked for, too."""
    if arguments.cache is None:
        if arguments.clear_cache:
            raise WrongUse("--clear-cache needs --cache, the folder that is to be emptied")
        if arguments.cache_bytes is not None:
            raise WrongUse("--cache-bytes needs --cache, the folder that it bounds")
        return None
    if os.path.lexists(arguments.cache) and not os.path.isdir(arguments.cache):
        raise WrongUse(f"{arguments.cache} is not a folder; give --cache a folder")
    cache = Cache(arguments.cache, arguments.cache_bytes or DEFAULT_MAX_BYTES)
    if arguments.clear_cache:
        cache.clear()
    return cache


def _stat(path: Path) -> os.stat_result | None:
    """None where another run has deleted it meanwhile."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None
