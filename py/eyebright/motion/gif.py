"""Animated GIF (GIF89a) taken apart: each frame becomes a GIF file of one frame."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from eyebright.motion.film import CLEAR, KEEP, MOST_PLAYS, PREVIOUS, Film, Frame
from eyebright.values import Box

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
GRAPHIC_CONTROL, APPLICATION = 0xF9, 0xFF

LOOP_EXTENSIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""Application extensions whose first block gives the repeats after the first showing."""

DISPOSALS = {2: CLEAR, 3: PREVIOUS}
"""Disposal methods (GIF89a, 23.c.iv); the others leave the frame where it is.
To clear means to transparent, as all browsers do, not to the background colour."""

DELAY_MS = 10
"""Delays are hundredths of a second."""


@dataclass
class _Reader:
    """What the blocks read so far say of the next frame and of all."""

    control: bytes = b""
    plays: int = 1


def split(data: bytes) -> Film:
    """Frames in order. Raises ValueError, IndexError or struct.error for broken blocks."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _table_bytes(flags)
    table = data[13:at]
    state = _Reader()
    frames: list[Frame] = []
    while at < len(data) and data[at] != TRAILER:
        if data[at] == IMAGE:
            end = _skip_blocks(data, at + 11 + _table_bytes(data[at + 9]))
            frames.append(_frame(data[at:end], data[10:13] + table, state.control))
            state.control = b""
        elif data[at] == EXTENSION:
            end = _skip_blocks(data, at + 2)
            _read_extension(data[at:end], state)
        else:
            raise ValueError(f"unknown block at byte {at}")
        at = end
    return Film(format="gif", width=width, height=height, plays=state.plays, frames=tuple(frames))


def _read_extension(block: bytes, state: _Reader) -> None:
    if block[1] == GRAPHIC_CONTROL and len(block) >= 8:
        state.control = block[:8]
    elif block[1] == APPLICATION and block[3:14] in LOOP_EXTENSIONS and len(block) >= 18:
        (repeats,) = struct.unpack_from("<H", block, 16)
        # Browsers and gif2webp show it once more than it is repeated.
        state.plays = min(MOST_PLAYS, repeats + 1) if repeats else 0


def _frame(image: bytes, screen: bytes, control: bytes) -> Frame:
    left, top, width, height = struct.unpack_from("<HHHH", image, 1)
    flags, delay = (control[3], struct.unpack_from("<H", control, 4)[0]) if control else (0, 0)
    alone = image[:1] + struct.pack("<HHHH", 0, 0, width, height) + image[9:]
    size = struct.pack("<HH", width, height)
    return Frame(
        data=b"GIF89a" + size + screen + control + alone + bytes([TRAILER]),
        box=Box(x=left, y=top, width=width, height=height),
        duration_ms=delay * DELAY_MS,
        blend=True,
        dispose=DISPOSALS.get(flags >> 2 & 7, KEEP),
    )


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1
