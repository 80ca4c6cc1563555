"""The first directory of a TIFF structure (TIFF 6.0, section 2)."""

from __future__ import annotations

import struct

TEXT_BYTES = 64
"""As much of a text as is read: makers' names are shorter."""


def first_ifd(block: bytes) -> dict[int, int]:
    """Each tag with its first SHORT or LONG value. Raises ValueError or struct.error."""
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        raise ValueError("no TIFF byte order mark")
    (start,) = struct.unpack_from(f"{order}I", block, 4)
    (count,) = struct.unpack_from(f"{order}H", block, start)
    tags: dict[int, int] = {}
    for index in range(count):
        at = start + 2 + 12 * index
        tag, kind, number = struct.unpack_from(f"{order}HHI", block, at)
        if kind == 3:
            at = at + 8 if number <= 2 else struct.unpack_from(f"{order}I", block, at + 8)[0]
            (tags[tag],) = struct.unpack_from(f"{order}H", block, at)
        elif kind == 4:
            at = at + 8 if number <= 1 else struct.unpack_from(f"{order}I", block, at + 8)[0]
            (tags[tag],) = struct.unpack_from(f"{order}I", block, at)
        else:
            tags[tag] = number
    return tags


def text_of(block: bytes, wanted: int) -> bytes:
    """The first directory's ASCII value of that tag, without its end; empty where there is none."""
    order = "<" if block[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, _kind, length = struct.unpack_from(f"{order}HHI", block, at)
            if tag == wanted:
                (far,) = struct.unpack_from(f"{order}I", block, at + 8)
                value = at + 8 if length <= 4 else far
                return block[value : value + min(length, TEXT_BYTES)].rstrip(b"\x00 ")
    except struct.error:
        return b""
    return b""
