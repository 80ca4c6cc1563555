"""PNG headers (W3C PNG, third edition), animated ones too."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.intake.header import MOST_PARTS, Header, counted
from eyebright.metadata import orientation

ALPHA_COLOUR_TYPES = frozenset({4, 6})
TEXT_CHUNKS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
PIXEL_CHUNKS = frozenset({b"IDAT", b"fdAT"})
"""Encoders write one for each few kilobytes: they are many, and nothing in them is wanted here."""

XMP_KEYWORD = b"XML:com.adobe.xmp"


def read(data: bytes, most_parts: int = MOST_PARTS) -> Header:
    if data[12:16] != b"IHDR":
        raise ValueError("the first chunk is not IHDR")
    width, height, depth, colour_type = struct.unpack_from(">IIBB", data, 16)
    has_alpha, frames, turn = colour_type in ALPHA_COLOUR_TYPES, 1, 1
    kinds: set[str] = set()
    for name, body in counted(_chunks(data), most_parts):
        if name == b"tRNS":
            has_alpha = True
        elif name == b"acTL":
            (frames,) = struct.unpack_from(">I", body)
        elif name == b"eXIf":
            turn = orientation(body)
            kinds.add("exif")
        elif name == b"iCCP":
            kinds.add("icc")
        elif name in TEXT_CHUNKS:
            kinds.add("xmp" if body.startswith(XMP_KEYWORD) else "comment")
    return Header(
        width=width,
        height=height,
        orientation=turn,
        has_alpha=has_alpha,
        frames=max(1, frames),
        bit_depth=max(8, depth),
        metadata=frozenset(kinds),
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Chunks up to the end; broken tails are the decoder's to refuse."""
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        yield name, b"" if name in PIXEL_CHUNKS else data[at + 8 : at + 8 + length]
        at += 12 + length
