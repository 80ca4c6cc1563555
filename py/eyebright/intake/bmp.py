"""Windows bitmaps and icons."""

from __future__ import annotations

import struct

from eyebright.intake.header import MOST_PARTS, Header


def read_bmp(data: bytes, _most_parts: int = MOST_PARTS) -> Header:
    (header_size,) = struct.unpack_from("<I", data, 14)
    if header_size == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    elif header_size >= 40:
        width, height = struct.unpack_from("<ii", data, 18)
    else:
        raise ValueError(f"unknown header of {header_size} bytes")
    return Header(width=abs(width), height=abs(height))


def read_ico(data: bytes, _most_parts: int = MOST_PARTS) -> Header:
    """The largest icon of the file; a side of 0 means 256."""
    (count,) = struct.unpack_from("<H", data, 4)
    if not count:
        raise ValueError("no icon inside")
    sizes = [(data[6 + 16 * i] or 256, data[7 + 16 * i] or 256) for i in range(count)]
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Header(width=width, height=height, has_alpha=True, pictures=count)
