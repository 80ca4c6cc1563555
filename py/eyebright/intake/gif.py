"""GIF headers (GIF89a): size, transparency and the number of frames."""

from __future__ import annotations

import struct

from eyebright.intake.header import Header

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
GRAPHIC_CONTROL, COMMENT = 0xF9, 0xFE


def read(data: bytes) -> Header:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _table_bytes(flags)
    frames, has_alpha = 0, False
    kinds: set[str] = set()
    while at < len(data) and data[at] != TRAILER:
        if data[at] == IMAGE:
            frames += 1
            at = _skip_blocks(data, at + 11 + _table_bytes(data[at + 9]))
        elif data[at] == EXTENSION:
            if data[at + 1] == GRAPHIC_CONTROL:
                has_alpha = has_alpha or bool(data[at + 3] & 1)
            if data[at + 1] == COMMENT:
                kinds.add("comment")
            at = _skip_blocks(data, at + 2)
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


def _skip_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1
