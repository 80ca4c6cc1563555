"""WebP headers (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.intake.header import MOST_PARTS, Header, counted
from eyebright.metadata import orientation

FLAG_ALPHA = 0x10
VP8_START_CODE = b"\x9d\x01\x2a"


def read(data: bytes, most_parts: int = MOST_PARTS) -> Header:
    width = height = frames = 0
    has_alpha, turn = False, 1
    kinds: set[str] = set()
    for name, body in counted(_chunks(data), most_parts):
        if name == b"VP8X":
            has_alpha = bool(body[0] & FLAG_ALPHA)
            width = 1 + int.from_bytes(body[4:7], "little")
            height = 1 + int.from_bytes(body[7:10], "little")
        elif name == b"VP8 " and not width:
            width, height = _lossy_size(body)
        elif name == b"VP8L" and not width:
            width, height, has_alpha = _lossless_size(body)
        elif name == b"ANMF":
            frames += 1
        elif name == b"EXIF":
            turn = orientation(body)
            kinds.add("exif")
        elif name in {b"ICCP", b"XMP "}:
            kinds.add("icc" if name == b"ICCP" else "xmp")
    if not width:
        raise ValueError("no picture chunk")
    return Header(
        width=width,
        height=height,
        orientation=turn,
        has_alpha=has_alpha,
        frames=max(1, frames),
        metadata=frozenset(kinds),
    )


def _lossy_size(body: bytes) -> tuple[int, int]:
    if body[3:6] != VP8_START_CODE:
        raise ValueError("no VP8 start code")
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _lossless_size(body: bytes) -> tuple[int, int, bool]:
    if body[0] != 0x2F:
        raise ValueError("no VP8L signature")
    (bits,) = struct.unpack_from("<I", body, 1)
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), bool(bits >> 28 & 1)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)
