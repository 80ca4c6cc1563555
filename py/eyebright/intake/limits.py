"""What a file may claim before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from eyebright.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Record):
    """Largest file and picture accepted."""

    max_bytes: int = 256 * 1024 * 1024
    """Far above any camera's JPEG; a whole batch stays within a tab's memory."""
    max_pixels: int = 128_000_000
    """Above the 108 MP of current phones; 0.5 GB decoded as RGBA."""
    max_frames: int = 10_000
    """More than five minutes at 30 frames a second: no picture, but a film or an attack."""


DEFAULT_LIMITS = Limits()
