"""JPEG XL containers (ISO/IEC 18181-2): Exif, xml and jumb boxes around the codestream.

Boxes packed with Brotli (brob) are named but not read: Python has no Brotli of its own.
The profile is part of the codestream and cannot be added here.
"""

from __future__ import annotations

from eyebright.metadata.blocks import Blocks
from eyebright.metadata.containers.boxes import box, boxes
from eyebright.metadata.containers.jxl_header import CODESTREAM

SIGNATURE = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
FILE_TYPE = b"\x00\x00\x00\x14ftypjxl \x00\x00\x00\x00jxl "
METADATA = frozenset({b"Exif", b"xml ", b"jumb", b"brob"})
PICTURE = frozenset({b"JXL ", b"ftyp", b"jxll", b"jxlc", b"jxlp", b"jxli", b"jbrd", b"jhgm"})
"""Boxes that a decoder needs, among them the gain map's; unknown ones could hold anything."""
HEAD = frozenset({b"JXL ", b"ftyp", b"jxll"})
"""Boxes that come first."""

_PACKED = {b"Exif": "EXIF", b"xml ": "XMP", b"jumb": "JUMBF"}


def is_this(data: bytes) -> bool:
    return data.startswith((CODESTREAM, SIGNATURE))


def read(data: bytes) -> Blocks:
    if data.startswith(CODESTREAM):
        return Blocks()
    exif = xmp = b""
    unread: set[str] = set()
    has_provenance = False
    for name, _start, body, end in boxes(data):
        if name == b"Exif":
            exif = exif or tiff_of(data[body:end])
        elif name == b"xml ":
            xmp = xmp or data[body:end]
        elif name == b"jumb":
            has_provenance = has_provenance or b"c2pa" in data[body : min(end, body + 96)]
        elif name == b"brob":
            inner = data[body : body + 4]
            unread.add(_PACKED.get(inner, "a packed box"))
            has_provenance = has_provenance or inner == b"jumb"
    return Blocks(exif=exif, xmp=xmp, has_provenance=has_provenance, unread=tuple(sorted(unread)))


def tiff_of(payload: bytes) -> bytes:
    """The TIFF structure behind the four bytes that tell its offset (ISO/IEC 23008-12, A.2)."""
    offset = int.from_bytes(payload[:4], "big")
    return payload[4 + offset :]


def clean(data: bytes, blocks: Blocks) -> bytes:
    """As `write`, with the boxes alone that a decoder needs."""
    if data.startswith(CODESTREAM):
        return write(data, blocks)
    needed = (data[start:end] for name, start, _, end in boxes(data) if name in PICTURE)
    return write(b"".join(needed), blocks)


def write(data: bytes, blocks: Blocks) -> bytes:
    if blocks.icc:
        raise ValueError("a profile cannot be added to a JPEG XL codestream")
    new = b""
    if blocks.exif:
        new += box(b"Exif", b"\x00\x00\x00\x00" + blocks.exif)
    if blocks.xmp:
        new += box(b"xml ", blocks.xmp)
    if data.startswith(CODESTREAM):
        return SIGNATURE + FILE_TYPE + new + box(b"jxlc", data)
    kept = [(name, data[start:end]) for name, start, _, end in boxes(data) if name not in METADATA]
    head = b"".join(whole for name, whole in kept if name in HEAD)
    return head + new + b"".join(whole for name, whole in kept if name not in HEAD)
