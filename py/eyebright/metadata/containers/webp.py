"""WebP (RFC 9649): EXIF, XMP and ICCP chunks, which need the extended header VP8X."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.metadata.blocks import Blocks

HAS_ICC, HAS_ALPHA, HAS_EXIF, HAS_XMP = 0x20, 0x10, 0x08, 0x04
C2PA = b"C2PA"
METADATA = frozenset({b"EXIF", b"XMP ", C2PA})
PICTURE = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
"""Chunks that a decoder needs; unknown ones could hold anything."""
EXIF_PREFIX = b"Exif\x00\x00"


def is_this(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read(data: bytes) -> Blocks:
    found: dict[bytes, bytes] = {}
    for name, start, end in chunks(data):
        if name in METADATA or name == b"ICCP":
            found.setdefault(name, data[start:end])
    return Blocks(
        exif=found.get(b"EXIF", b"").removeprefix(EXIF_PREFIX),
        xmp=found.get(b"XMP ", b""),
        icc=found.get(b"ICCP", b""),
        has_provenance=C2PA in found,
    )


def chunks(data: bytes, at: int = 12) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk's data."""
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        yield data[at : at + 4], at + 8, min(len(data), at + 8 + length)
        at += 8 + length + (length & 1)


def write(data: bytes, blocks: Blocks) -> bytes:
    """In RFC 9649's order: VP8X, ICCP, the picture, EXIF, XMP."""
    there = [(name, data[start:end]) for name, start, end in chunks(data) if name not in METADATA]
    header = next((body for name, body in there if name == b"VP8X"), None) or _header(there)
    icc = blocks.icc or next((body for name, body in there if name == b"ICCP"), b"")
    flags = header[0] & ~(HAS_ICC | HAS_EXIF | HAS_XMP)
    flags |= HAS_ICC * bool(icc) | HAS_EXIF * bool(blocks.exif) | HAS_XMP * bool(blocks.xmp)
    picture = [
        (name, _frame(body) if name == b"ANMF" else body) for name, body in there if name in PICTURE
    ]
    parts = [
        (b"VP8X", bytes((flags,)) + header[1:]),
        (b"ICCP", icc),
        *picture,
        (b"EXIF", blocks.exif),
        (b"XMP ", blocks.xmp),
    ]
    body = b"WEBP" + b"".join(_chunk(name, body) for name, body in parts if body)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _frame(body: bytes) -> bytes:
    """An animation's frame without unknown chunks: 16 bytes of placing, then its picture."""
    parts = [(name, body[start:end]) for name, start, end in chunks(body, 16) if name in PICTURE]
    return body[:16] + b"".join(_chunk(name, part) for name, part in parts)


def _header(there: list[tuple[bytes, bytes]]) -> bytes:
    """The extended header of a file without one: alpha flag and canvas size."""
    for name, body in there:
        if name == b"VP8 ":
            width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 6))
            return _canvas(0, width, height)
        if name == b"VP8L":
            (bits,) = struct.unpack_from("<I", body, 1)
            alpha = HAS_ALPHA if bits >> 28 & 1 else 0
            return _canvas(alpha, 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    raise ValueError("no picture chunk in the WebP")


def _canvas(flags: int, width: int, height: int) -> bytes:
    if not (width and height):
        raise ValueError("the WebP has no pixels")
    sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    return bytes((flags, 0, 0, 0)) + sides


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) & 1)
