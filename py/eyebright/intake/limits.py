"""What a file may claim before anything is decoded: the defaults, and what callers may set."""

from __future__ import annotations

from eyebright.errors import PolicyError
from eyebright.intake.header import MOST_PARTS
from eyebright.records import Record


class Limits(Record):
    """Largest file and picture accepted."""

    max_bytes: int = 256 * 1024 * 1024
    """Far above any camera's JPEG; a whole batch stays within a tab's memory."""
    max_pixels: int = 128_000_000
    """Above the 108 MP of current phones; 0.5 GB decoded as RGBA."""
    max_frames: int = 10_000
    """More than five minutes at 30 frames a second: no picture, but a film or an attack."""
    max_pixels_per_byte: int = 10_000
    """Of pictures above `bomb_pixels`: DEFLATE packs at most 8256 one-bit pixels into a byte."""
    bomb_pixels: int = 16_000_000
    """Below it anything may be packed as tightly as it likes: 64 MB as RGBA harm nobody."""
    max_parts: int = MOST_PARTS
    """Segments, chunks, blocks or directories; of AVIF and HEIC, boxes of all levels together."""

    def __post_init__(self) -> None:
        for name in type(self).field_names:
            if getattr(self, name) < 1:
                raise PolicyError("must be 1 or more", path=f"limits.{name}")


LEAST_IN_MEGAPIXELS = 100_000
"""Pixels; fewer are told one by one."""


def told(pixels: int) -> str:
    """A limit on pixels as people write it: 128 megapixels, 1000 pixels."""
    if pixels < LEAST_IN_MEGAPIXELS:
        return f"{pixels} pixels"
    return f"{pixels / 1e6:g} megapixels"


DEFAULT_LIMITS = Limits()
