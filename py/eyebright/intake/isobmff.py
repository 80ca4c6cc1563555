"""AVIF headers: the primary item's properties (ISO/IEC 14496-12, 23008-12 and 23000-22)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.intake.header import Header

ALPHA_URN = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"

TURNS = (1, 8, 3, 6)
"""irot's quarter turns (anti-clockwise) as EXIF orientations."""

MIRRORS = {1: {1: 2, 8: 7, 3: 4, 6: 5}, 0: {1: 4, 8: 5, 3: 2, 6: 7}}
"""imir's axis (1 vertical, 0 horizontal), then the orientation it follows: the one it gives."""

Box = tuple[bytes, bytes]


def read(data: bytes) -> Header:
    boxes = list(_boxes(data))
    meta = list(_boxes(_first(boxes, b"meta")[4:]))
    iprp = list(_boxes(_first(meta, b"iprp")))
    properties = list(_boxes(_first(iprp, b"ipco")))
    own = _of_primary(meta, iprp, properties)
    width, height = _size(own) or _size(properties) or (0, 0)
    animated = data[8:12] == b"avis" and any(name == b"moov" for name, _ in boxes)
    return Header(
        width=width,
        height=height,
        orientation=_orientation(own),
        has_alpha=any(name == b"auxC" and ALPHA_URN in body for name, body in properties),
        frames=2 if animated else 1,  # "more than one" is all that anybody asks
        bit_depth=_depth(own),
        metadata=_kinds(_first(meta, b"iinf"), own),
    )


def _of_primary(meta: list[Box], iprp: list[Box], properties: list[Box]) -> list[Box]:
    """The properties that belong to the item which is the picture; all where none is named."""
    pitm = _first(meta, b"pitm")
    if not pitm:
        return properties
    (primary,) = struct.unpack_from(">I" if pitm[0] else ">H", pitm, 4)
    for item, indices in _associations(_first(iprp, b"ipma")):
        if item == primary:
            return [properties[i - 1] for i in indices if 0 < i <= len(properties)]
    return properties


def _associations(ipma: bytes) -> Iterator[tuple[int, list[int]]]:
    """Item and the 1-based indices of its properties."""
    if not ipma:
        return
    wide_id, wide_index = ipma[0] >= 1, bool(ipma[3] & 1)
    (count,) = struct.unpack_from(">I", ipma, 4)
    at = 8
    for _ in range(count):
        (item,) = struct.unpack_from(">I" if wide_id else ">H", ipma, at)
        at += 4 if wide_id else 2
        number, step = ipma[at], 2 if wide_index else 1
        raw = ipma[at + 1 : at + 1 + number * step]
        mask = 0x7FFF if wide_index else 0x7F
        yield (
            item,
            [int.from_bytes(raw[i : i + step], "big") & mask for i in range(0, len(raw), step)],
        )
        at += 1 + number * step


def _size(properties: list[Box]) -> tuple[int, int] | None:
    for name, body in properties:
        if name == b"ispe":
            width, height = struct.unpack_from(">II", body, 4)
            return width, height
    return None


def _orientation(properties: list[Box]) -> int:
    turn, mirror = 0, None
    for name, body in properties:
        if name == b"irot":
            turn = body[0] & 3
        elif name == b"imir":
            mirror = body[0] & 1
    return TURNS[turn] if mirror is None else MIRRORS[mirror][TURNS[turn]]


def _depth(properties: list[Box]) -> int:
    pixi = _first(properties, b"pixi")
    return max([8, *pixi[5 : 5 + pixi[4]]]) if pixi else 8


def _kinds(iinf: bytes, properties: list[Box]) -> frozenset[str]:
    kinds = set()
    if b"Exif" in iinf:
        kinds.add("exif")
    if b"application/rdf+xml" in iinf:
        kinds.add("xmp")
    if any(name == b"colr" and body[:4] in {b"prof", b"rICC"} for name, body in properties):
        kinds.add("icc")
    return frozenset(kinds)


def _first(boxes: list[Box], wanted: bytes) -> bytes:
    return next((body for name, body in boxes if name == wanted), b"")


def _boxes(data: bytes) -> Iterator[Box]:
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = at + size if size else len(data)
        if end < start:
            raise ValueError("impossible box size")
        yield name, data[start:end]
        at = end
