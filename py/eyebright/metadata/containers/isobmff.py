"""AVIF and HEIC: EXIF and XMP as items of the meta box, the profile as a property.

Sources: ISO/IEC 14496-12 8.11 (meta, iinf, iloc, iref), ISO/IEC 23008-12 6.5 and annex A (colr,
Exif and mime items), C2PA 2.1 A.4 (the uuid box). `isobmff_write` puts them in.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from eyebright.metadata.blocks import MAX_BLOCK_BYTES, Blocks
from eyebright.metadata.containers.boxes import boxes
from eyebright.metadata.containers.jxl import tiff_of

XMP_TYPE = b"application/rdf+xml"
C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
PROFILES = frozenset({b"prof", b"rICC"})

IN_FILE, IN_IDAT = 0, 1
"""Construction methods of iloc: offsets into the file, or into the idat box."""

MAX_ITEMS = 4096
MAX_EXTENTS = 2 * MAX_ITEMS
"""Of all items together: a grid has one for each tile. Told in no bytes, they would cost time."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of iinf."""

    number: int
    kind: bytes
    content_type: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of iloc."""

    number: int
    method: int
    reference: int
    extents: tuple[tuple[int, int], ...]
    """Offset and length, bytes."""


def is_this(data: bytes) -> bool:
    return data[4:8] == b"ftyp"


def read(data: bytes) -> Blocks:
    exif = xmp = icc = b""
    has_provenance = False
    for name, _start, body, end in boxes(data):
        if name == b"uuid":
            has_provenance = has_provenance or data[body : body + 16] == C2PA_UUID
        elif name == b"meta" and not exif + xmp + icc:
            exif, xmp, icc = _of_meta(data, data[body + 4 : end])
    return Blocks(exif=exif, xmp=xmp, icc=icc, has_provenance=has_provenance)


def _of_meta(data: bytes, meta: bytes) -> tuple[bytes, bytes, bytes]:
    inner = contents(meta)
    places_by_number = {place.number: place for place in places(inner.get(b"iloc", b""))}
    exif = xmp = b""
    for item in items(inner.get(b"iinf", b"")):
        place = places_by_number.get(item.number)
        if place is None:
            continue
        if item.kind == b"Exif":
            exif = exif or tiff_of(_data_of(place, data, inner.get(b"idat", b"")))
        elif item.kind == b"mime" and item.content_type == XMP_TYPE:
            xmp = xmp or _data_of(place, data, inner.get(b"idat", b""))
    properties = contents(inner.get(b"iprp", b"")).get(b"ipco", b"")
    return exif, xmp, _profile(properties)


def contents(body: bytes) -> dict[bytes, bytes]:
    """The first box of each name."""
    found: dict[bytes, bytes] = {}
    for name, _start, start, end in boxes(body):
        found.setdefault(name, body[start:end])
    return found


def _profile(properties: bytes) -> bytes:
    for name, _start, body, end in boxes(properties):
        if name == b"colr" and properties[body : body + 4] in PROFILES:
            return properties[body + 4 : end]
    return b""


def _data_of(place: Place, data: bytes, idat: bytes) -> bytes:
    origin = {IN_FILE: data, IN_IDAT: idat}.get(place.method, b"")
    out = bytearray()
    for offset, length in place.extents:
        if len(out) + length > MAX_BLOCK_BYTES:
            return b""
        out += origin[offset : offset + length] if length else origin[offset:]
    return bytes(out[:MAX_BLOCK_BYTES])


def items(iinf: bytes) -> Iterator[Item]:
    if not iinf:
        return
    start = 8 if iinf[0] else 6
    for name, _start, body, end in boxes(iinf, start):
        if name != b"infe" or iinf[body] < 2:
            continue
        wide = iinf[body] >= 3
        (number,) = struct.unpack_from(">I" if wide else ">H", iinf, body + 4)
        at = body + (8 if wide else 6) + 2
        kind = iinf[at : at + 4]
        strings = iinf[at + 4 : end].split(b"\x00")
        yield Item(number, kind, strings[1] if kind == b"mime" and len(strings) > 1 else b"")


def places(iloc: bytes) -> Iterator[Place]:
    if not iloc:
        return
    version, sizes, more = iloc[0], iloc[4], iloc[5]
    offset_size, length_size = sizes >> 4, sizes & 15
    base_size, index_size = more >> 4, (more & 15) if version else 0
    reader = _Reader(iloc, 6)
    count = reader.take(4 if version == 2 else 2)
    left = MAX_EXTENTS
    for _ in range(min(count, MAX_ITEMS)):
        number = reader.take(4 if version == 2 else 2)
        method = reader.take(2) & 15 if version else IN_FILE
        reference = reader.take(2)
        base = reader.take(base_size)
        extents = []
        number_of = reader.take(2)
        left -= number_of
        if left < 0:
            raise ValueError("too many extents")
        for _extent in range(number_of):
            reader.take(index_size)
            offset = base + reader.take(offset_size)
            extents.append((offset, reader.take(length_size)))
        yield Place(number, method, reference, tuple(extents))


class _Reader:
    """Takes big-endian numbers one after the other; IndexError at the end."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at

    def take(self, size: int) -> int:
        if self._at + size > len(self._data):
            raise IndexError("the box is cut short")
        value = int.from_bytes(self._data[self._at : self._at + size], "big")
        self._at += size
        return value
