"""GIF headers (GIF89a): size, transparency and the number of frames."""

from __future__ import annotations

import struct

from eyebright.intake.header import MOST_PARTS, Header, TooManyParts

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
GRAPHIC_CONTROL, COMMENT = 0xF9, 0xFE

BLOCKS_PER_PART = 20
"""Blocks of data, 255 bytes in any sensible file, for each part that is allowed: 500 MB of them."""


def read(data: bytes, most_parts: int = MOST_PARTS) -> Header:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _table_bytes(flags)
    frames, parts, blocks, has_alpha = 0, 0, 0, False
    kinds: set[str] = set()
    while at < len(data) and data[at] != TRAILER:
        parts += 1
        if parts > most_parts or blocks > BLOCKS_PER_PART * most_parts:
            raise TooManyParts(most_parts)
        if data[at] == IMAGE:
            frames += 1
            start = at + 11 + _table_bytes(data[at + 9])
            at, number = _skip_blocks(data, start, BLOCKS_PER_PART * most_parts)
            blocks += number
        elif data[at] == EXTENSION:
            if data[at + 1] == GRAPHIC_CONTROL:
                has_alpha = has_alpha or bool(data[at + 3] & 1)
            if data[at + 1] == COMMENT:
                kinds.add("comment")
            at, number = _skip_blocks(data, at + 2, BLOCKS_PER_PART * most_parts)
            blocks += number
        else:
            raise ValueError(f"unknown block at byte {at}")
    if not frames:
        raise ValueError("no frame")
    return Header(
        width=width,
        height=height,
        has_alpha=has_alpha,
        frames=frames,
        metadata=frozenset(kinds),
    )


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_blocks(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Where the chain of blocks ends, and how many there were; it is left after `most`."""
    number = 0
    while at < len(data) and data[at] and number <= most:
        at += 1 + data[at]
        number += 1
    return at + 1, number
