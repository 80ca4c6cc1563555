"""Properties of the items of an AVIF file (ISO/IEC 14496-12, 23008-12 9.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.metadata.containers.boxes import boxes

Box = tuple[bytes, bytes]
"""Name and body."""


TURNS = (1, 8, 3, 6)
"""irot's quarter turns (anti-clockwise) as EXIF orientations."""

MIRRORS = {1: {1: 2, 8: 7, 3: 4, 6: 5}, 0: {1: 4, 8: 5, 3: 2, 6: 7}}
"""imir's axis (1 vertical, 0 horizontal), then the orientation it follows: the one it gives."""


def of_primary(meta: list[Box]) -> list[Box]:
    """The properties that belong to the item which is the picture; all where none is named."""
    iprp = bodies(first(meta, b"iprp"))
    properties = bodies(first(iprp, b"ipco"))
    pitm = first(meta, b"pitm")
    if not pitm:
        return properties
    (primary,) = struct.unpack_from(">I" if pitm[0] else ">H", pitm, 4)
    for item, indices in _associations(first(iprp, b"ipma")):
        if item == primary:
            return [properties[i - 1] for i in indices if 0 < i <= len(properties)]
    return properties


def orientation_of(properties: list[Box]) -> int:
    """How a picture is turned, as EXIF counts it, 1 to 8."""
    turn, mirror = 0, None
    for name, body in properties:
        if name == b"irot":
            turn = body[0] & 3
        elif name == b"imir":
            mirror = body[0] & 1
    return TURNS[turn] if mirror is None else MIRRORS[mirror][TURNS[turn]]


def first(found: list[Box], wanted: bytes) -> bytes:
    """The body of the first box of a name; empty where there is none."""
    return next((body for name, body in found if name == wanted), b"")


def bodies(data: bytes) -> list[Box]:
    """All boxes on this level. Raises ValueError or struct.error for broken ones."""
    return [(name, data[start:end]) for name, _start, start, end in boxes(data)]


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
