"""What every header reader returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Facts of a file's header. Sizes are as stored, before the orientation."""

    width: int
    height: int
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
