"""JPEG: APP1 (EXIF, XMP), APP2 (ICC), APP11 (C2PA), APP13 (IPTC) and COM segments.

Sources: CIPA DC-008 4.7 (EXIF), ISO 16684-3 (XMP), ICC.1 annex B.4, C2PA 2.1 A.3.1 (JUMBF).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.metadata import iptc
from eyebright.metadata.blocks import MAX_BLOCK_BYTES, Blocks, text_of

EXIF, XMP = b"Exif\x00\x00", b"http://ns.adobe.com/xap/1.0/\x00"
XMP_EXTENSION = b"http://ns.adobe.com/xmp/extension/\x00"
ICC, PHOTOSHOP, JUMBF = b"ICC_PROFILE\x00", b"Photoshop 3.0\x00", b"JP"
APP0, APP1, APP2, APP11, APP13, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xEE, 0xEF
COM = 0xFE
SOS, EOI = 0xDA, 0xD9
STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""

MAX_BODY_BYTES = 65533
"""A segment's length, two bytes, counts itself."""

MULTI_PICTURE = b"MPF\x00"
"""CIPA DC-007: an index of further pictures, by offsets into the file."""

C2PA_LABEL = b"c2pa"
_LABEL_WITHIN = 96
"""Bytes of a JUMBF segment in which its superbox's type and label stand."""


def is_this(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8\xff")


def read(data: bytes) -> Blocks:
    exif = xmp = b""
    photoshop, profile = bytearray(), dict[int, bytes]()
    comments: list[str] = []
    unread: set[str] = set()
    has_provenance = False
    for marker, start, end in segments(data):
        body = data[start:end]
        if marker == APP1 and body.startswith(EXIF):
            exif = exif or body[len(EXIF) :]
        elif marker == APP1 and body.startswith(XMP):
            xmp = xmp or body[len(XMP) :]
        elif marker == APP1 and body.startswith(XMP_EXTENSION):
            unread.add("XMP extension")
        elif marker == APP2 and body.startswith(ICC):
            profile[body[12] if len(body) > 12 else 0] = body[14:]
        elif marker == APP13 and body.startswith(PHOTOSHOP) and len(photoshop) < MAX_BLOCK_BYTES:
            photoshop += body[len(PHOTOSHOP) :]
        elif marker == COM:
            comments.append(text_of(body))
        elif marker == APP11 and body.startswith(JUMBF):
            has_provenance = has_provenance or C2PA_LABEL in body[:_LABEL_WITHIN]
    return Blocks(
        exif=exif,
        xmp=xmp,
        iptc=iptc.from_photoshop(bytes(photoshop)),
        icc=b"".join(profile[number] for number in sorted(profile)),
        comments=tuple(comments),
        has_provenance=has_provenance,
        unread=tuple(sorted(unread)),
    )


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of the payload, up to the first scan; ends early at damage."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in {SOS, EOI}:
            return
        if marker in STANDALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2:
            return
        yield marker, at + 4, min(len(data), at + 2 + length)
        at += 2 + length


def write(data: bytes, blocks: Blocks) -> bytes:
    """After SOI and JFIF's APP0; blocks of the kinds that are there already are replaced."""
    kept, at = [data[:2]], 2
    for marker, start, end in segments(data):
        whole = data[at:end]
        at = end
        if marker == APP0 or not is_metadata(marker, data[start:end], keeps_icc=not blocks.icc):
            kept.append(whole)
    first = 2 if len(kept) > 1 and kept[1][1:2] == bytes((APP0,)) else 1
    return b"".join([*kept[:first], *new_segments(blocks), *kept[first:], data[at:]])


def is_metadata(marker: int, body: bytes, *, keeps_icc: bool) -> bool:
    """All application data but JFIF's, the profile, and Adobe's note on the colour transform."""
    if marker == APP2 and body.startswith(ICC):
        return not keeps_icc
    return marker == COM or (APP1 <= marker <= APP15 and marker != APP14)


def new_segments(blocks: Blocks) -> Iterator[bytes]:
    if blocks.exif:
        yield _segment(APP1, EXIF + blocks.exif)
    if blocks.xmp:
        yield _segment(APP1, XMP + blocks.xmp)
    part = MAX_BODY_BYTES - len(ICC) - 2
    parts = [blocks.icc[at : at + part] for at in range(0, len(blocks.icc), part)]
    if len(parts) > 255:
        raise ValueError("the colour profile is too large for a JPEG")
    for number, piece in enumerate(parts, 1):
        yield _segment(APP2, ICC + bytes((number, len(parts))) + piece)


def _segment(marker: int, body: bytes) -> bytes:
    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"{len(body)} bytes do not fit into one JPEG segment")
    return struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body
