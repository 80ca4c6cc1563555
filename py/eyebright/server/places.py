"""Which file a request means: only pictures below one folder, never anything hidden or outside."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

from eyebright.server.faults import NoSuchPicture
from eyebright.server.recent import Recent

MOST_REMEMBERED = 10_000
"""Files whose hash is remembered: about 3 MB."""

MOST_PATH_CHARS = 1_024
"""Longer paths are none of ours; Linux takes 4,096 bytes."""


class Place(NamedTuple):
    """A file as it was found: another size or time of change is another one."""

    path: str
    size_bytes: int
    changed_ns: int
    inode: int

    @property
    def name(self) -> str:
        return os.path.basename(self.path)  # noqa: PTH119 - on every request, thrice as fast


class Places:
    """The folder of the pictures."""

    def __init__(self, folder: str) -> None:
        self._root = os.path.realpath(folder)
        self._hashes: Recent[Place, str] = Recent(MOST_REMEMBERED)

    def find(self, path: str) -> Place:
        """The regular file that a request's path names. Raises NoSuchPicture, never saying why."""
        if not _is_plain(path):
            raise NoSuchPicture("there is no such picture; look at its address")
        real = os.path.realpath(os.path.join(self._root, *path.split("/")))  # noqa: PTH118 - as above
        if not real.startswith(self._root + os.sep):  # a link that leads out
            raise NoSuchPicture("there is no such picture; look at its address")
        try:
            found = os.stat(real)  # noqa: PTH116 - as above
        except (OSError, ValueError) as exc:
            raise NoSuchPicture("there is no such picture; look at its address") from exc
        if not stat.S_ISREG(found.st_mode):
            raise NoSuchPicture("there is no such picture; look at its address")
        return Place(real, found.st_size, found.st_mtime_ns, found.st_ino)

    def known_hash(self, place: Place) -> str | None:
        """SHA-256 as far as it was remembered."""
        return self._hashes.get(place)

    def remember(self, place: Place, sha256: str) -> None:
        self._hashes.put(place, sha256)


def _is_plain(path: str) -> bool:
    """Names parted by single slashes, none of them hidden, leading up or of another system."""
    if not path or len(path) > MOST_PATH_CHARS or "\\" in path or ":" in path:
        return False
    if not path.isprintable():
        return False
    return all(part and not part.startswith(".") for part in path.split("/"))


def hash_of(place: Place) -> str:
    """SHA-256 of the file. Raises NoSuchPicture where it has gone."""
    try:
        with Path(place.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise NoSuchPicture("there is no such picture any more; ask again") from exc
