"""Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2), which JPEG XL uses too."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def boxes(
    data: bytes, at: int = 0, end: int | None = None
) -> Iterator[tuple[bytes, int, int, int]]:
    """Name, start of the box, start and end of its body. Raises ValueError for impossible sizes."""
    end = len(data) if end is None else min(end, len(data))
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        stop = at + size if size else end
        if stop < body:
            raise ValueError("impossible box size")
        yield name, at, body, min(stop, end)
        at = stop


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def full_box(name: bytes, version: int, flags: int, body: bytes) -> bytes:
    return box(name, struct.pack(">I", version << 24 | flags) + body)
