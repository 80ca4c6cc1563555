"""Where finished variants and facts are kept: a folder, or any store that fsspec speaks to.

An entry is never seen half written: in a folder it gets its name when it is whole, object stores
show an object when all of it is there. What a disk spoilt is found by the hash inside each entry
(`results`), and made again. A folder may be bounded; object stores have rules of their own for
what is old.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from eyebright.server import claims

PART = ".part"
"""Ending of what is being written."""

TIDY_SHARE = 20
"""A bounded folder is looked through after each twentieth of its bound, and then emptied by as
much more than it must be: looking takes a second for a hundred thousand entries. Our choice."""


FOLDERS = ("variants", "facts")
"""What a bounded folder holds of ours; beside dead claims nothing else in it is ever deleted."""


class Store:
    """Bytes by name; a name is letters, digits, dots, hyphens and slashes.

    With `most_bytes` the least recently used entries of a folder make room.
    """

    def __init__(self, url: str, most_bytes: int | None = None) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url)
        self._is_local = isinstance(self._fs, LocalFileSystem)
        self._most_bytes = most_bytes
        self._tidying = threading.Lock()
        self._untidied = most_bytes or 0
        """Bytes that came since the folder was looked through; at first it is looked through."""

    @property
    def folder(self) -> Path | None:
        """Where it is on this machine; None for an object store."""
        return Path(self._root) if self._is_local else None

    async def get(self, name: str) -> bytes | None:
        """What was put there; None where nothing was, or it cannot be read."""
        return await asyncio.to_thread(self._get, name)

    async def put(self, name: str, data: bytes) -> None:
        """Keep all of it or nothing. Raises OSError."""
        await asyncio.to_thread(self._put, name, data)

    async def names_below(self, folder: str) -> list[str]:
        """Entries directly in a folder, the newest first where the store tells."""
        return await asyncio.to_thread(self._names_below, folder)

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _get(self, name: str) -> bytes | None:
        try:
            data: bytes = self._fs.cat_file(self._at(name))
            if self._is_local:
                os.utime(self._at(name))  # used just now
        except OSError:
            return None
        return data

    def _put(self, name: str, data: bytes) -> None:
        if not self._is_local:
            self._fs.pipe_file(self._at(name), data)
            return
        path = Path(self._at(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{uuid.uuid4().hex}{PART}")
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        self._make_room(len(data))

    def _make_room(self, came: int) -> None:
        """Delete dead claims, and the least recently used entries where there may be too many."""
        if self._most_bytes is None:
            return
        with self._tidying:
            self._untidied += came
            if self._untidied < self._most_bytes // TIDY_SHARE:
                return
            self._untidied = 0
            claims.sweep(Path(self._root))
            known = sorted(_entries(Path(self._root)))
            total = sum(size for _used, size, _path in known)
            if total <= self._most_bytes:
                return
            for _used, size, path in known:
                if total <= self._most_bytes - self._most_bytes // TIDY_SHARE:
                    return
                path.unlink(missing_ok=True)
                total -= size

    def _names_below(self, folder: str) -> list[str]:
        try:
            found = self._fs.ls(self._at(folder), detail=True)
        except OSError:
            return []
        entries = [entry for entry in found if not entry["name"].endswith(PART)]
        entries.sort(key=lambda entry: str(entry.get("mtime") or ""), reverse=True)
        return [f"{folder}/{entry['name'].rpartition('/')[2]}" for entry in entries]


def _entries(root: Path) -> Iterator[tuple[int, int, Path]]:
    """When each was last used, its bytes, its path, without what another server just deleted."""
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                found = path.stat()
                if stat.S_ISREG(found.st_mode):
                    yield found.st_mtime_ns, found.st_size, path
