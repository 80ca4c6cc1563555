"""What every header reader returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from eyebright.frozen import Frozen

T = TypeVar("T")

MOST_PARTS = 100_000
"""Segments, chunks, boxes, blocks or directories. The largest that cameras and editors write are
some hundreds, animations three for each frame: what has more keeps a parser busy."""


class NotRead(Exception):
    """A kind of the format that no decoder here reads; the words say what to do."""


class TooManyParts(Exception):
    """More than `most` parts in one header."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} parts")
        self.most = most


def counted(parts: Iterable[T], most: int) -> Iterator[T]:
    """The same parts; raises TooManyParts instead of the first above `most`."""
    for number, part in enumerate(parts):
        if number >= most:
            raise TooManyParts(most)
        yield part


class Header(Frozen):
    """Facts of a file's header. Sizes are as stored, before the orientation."""

    width: int
    height: int
    coded: tuple[int, int] | None = None
    """Width and height that the decoder makes, where only a part of them is to be seen."""
    orientation: int = 1
    has_alpha: bool = False
    frames: int = 1
    pictures: int = 1
    """Still pictures in the file, of which one is taken."""
    bit_depth: int = 8
    metadata: frozenset[str] = frozenset()
    quality: int = 0
    """Of a JPEG, 1 to 100; 0 is unknown."""
    subsampling: str = ""
