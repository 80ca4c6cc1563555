"""The records of a moving picture, the same for every container."""

from __future__ import annotations

from eyebright.records import Record
from eyebright.values import Box

KEEP, CLEAR, PREVIOUS = "keep", "clear", "previous"
"""What becomes of a frame's rectangle after its time: it stays, is cleared, or is taken back."""

MOST_PLAYS = 65535
"""The largest loop count of WebP and GIF (16 bits)."""


class Frame(Record):
    """One frame as a still file, and how it comes onto the canvas."""

    data: bytes
    """A whole file of the film's format."""
    box: Box
    """Where it lies on the canvas; parts outside are cut off."""
    duration_ms: int
    """As in the file: players show 10 ms and less as 100 ms, in every format."""
    blend: bool = False
    """Laid over what is there, else in its place."""
    dispose: str = KEEP


class Film(Record):
    """An animation: its canvas, its frames and how often it plays."""

    format: str
    width: int
    height: int
    plays: int
    """How often it is shown from start to end; 0 is for ever."""
    frames: tuple[Frame, ...]
