"""AVIF and HEIC without private metadata: overwritten in place, so that no offset has to move.

An item that goes becomes one of the type `free`, which no reader takes for anything, full of zeros;
a box likewise (ISO/IEC 14496-12, 8.1.2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.metadata.blocks import Blocks
from eyebright.metadata.containers.boxes import boxes
from eyebright.metadata.containers.isobmff import IN_FILE, IN_IDAT, XMP_TYPE, Item, items, places
from eyebright.metadata.containers.spaces import Place, check_apart, fill, padded

TELLING = frozenset({b"Exif", b"mime", b"uri "})
"""Types of items that describe; pictures, masks, grids and gain maps have others."""

PRIVATE_BOXES = frozenset({b"udta", b"uuid", b"free", b"skip"})
HOLDERS = (b"moov", b"trak")
"""Boxes that hold such boxes, by their level: tracks stand in the movie (14496-12, 6.2.3)."""

FREE = b"free"

Inner = dict[bytes, Place]


def clean(data: bytes, blocks: Blocks) -> bytes:
    """The same picture with `blocks` alone. Raises ValueError where they find no place in it."""
    out = bytearray(data)
    left = {b"Exif": b"\x00\x00\x00\x00" + blocks.exif if blocks.exif else b"", b"mime": blocks.xmp}
    for name, start, body, end in boxes(data):
        if name == b"meta":
            _clean_items(out, data, (body, end), left)
        else:
            _clean_boxes(out, data, (name, start, body, end))
    if left[b"mime"] or (left[b"Exif"] and not blocks.xmp):  # the packet says what EXIF would
        raise ValueError("no place for the rights without moving what follows")
    return bytes(out)


def _clean_boxes(
    out: bytearray, data: bytes, found: tuple[bytes, int, int, int], level: int = 0
) -> None:
    name, start, body, end = found
    if name in PRIVATE_BOXES or (name == b"meta"):
        out[start + 4 : start + 8] = FREE
        fill(out, [(body, end)])
    elif name in HOLDERS:
        if name not in HOLDERS[level : level + 1]:
            raise ValueError("a movie or track stands where none belongs")
        for inner in boxes(data, body, end):
            _clean_boxes(out, data, inner, level + 1)


def _clean_items(out: bytearray, data: bytes, place: Place, left: dict[bytes, bytes]) -> None:
    """Each describing item: its successor in its place, or nothing."""
    start, end = place
    inner: Inner = {}
    for name, _start, body, stop in boxes(data, start + 4, end):
        inner.setdefault(name, (body, stop))
        if name in {b"uuid", b"free", b"skip"}:
            fill(out, [(body, stop)])
    described, extents = _described(data, inner), _extents(data, inner)
    places_of = [(item, at, extents.pop(item.number, [])) for item, at in described]
    check_apart(
        [place for found in extents.values() for place in found],
        [place for _item, _at, found in places_of for place in found],
    )
    for item, type_at, found in places_of:
        new = _successor(item, left, found)
        if new:
            out[found[0][0] : found[0][1]] = new
        else:
            out[type_at : type_at + 4] = FREE
            fill(out, found)


def _successor(item: Item, left: dict[bytes, bytes], found: list[Place]) -> bytes:
    """What stands in this item's one place from now on; nothing where it goes."""
    if item.kind == b"mime" and item.content_type != XMP_TYPE:
        return b""
    new = left.get(item.kind, b"")
    size = found[0][1] - found[0][0] if len(found) == 1 else 0
    if not new or len(new) > size:
        return b""
    left[item.kind] = b""
    return padded(new, size) if item.kind == b"mime" else new.ljust(size, b"\x00")


def _described(data: bytes, inner: Inner) -> list[tuple[Item, int]]:
    """Items that describe, and thumbnails, with the offset of their type."""
    body, end = inner.get(b"iinf", (0, 0))
    thumbnails = set(_thumbnails(data, inner))
    found = []
    for item, at in zip(items(data[body:end]), _type_offsets(data, (body, end)), strict=True):
        if item.kind in TELLING or item.number in thumbnails:
            found.append((item, at))
    return found


def _type_offsets(data: bytes, place: Place) -> Iterator[int]:
    """Where the types of the items stand that `items` gives, in its order."""
    start, end = place
    if start == end:
        return
    for name, _start, body, _end in boxes(data, start + (8 if data[start] else 6), end):
        if name == b"infe" and data[body] >= 2:
            yield body + (8 if data[body] >= 3 else 6) + 2


def _thumbnails(data: bytes, inner: Inner) -> Iterator[int]:
    """Items that are smaller copies (ISO/IEC 23008-12, 6.4.4)."""
    body, end = inner.get(b"iref", (0, 0))
    for name, _start, at, _end in boxes(data, body + 4, end):
        if name == b"thmb":
            yield struct.unpack_from(">I" if data[body] else ">H", data, at)[0]


def _extents(data: bytes, inner: Inner) -> dict[int, list[Place]]:
    body, end = inner.get(b"iloc", (0, 0))
    idat = inner.get(b"idat", (0, 0))
    found: dict[int, list[Place]] = {}
    for place in places(data[body:end]):
        origin = {IN_FILE: 0, IN_IDAT: idat[0]}.get(place.method)
        if origin is None:
            continue
        if any(length == 0 or origin + at + length > len(data) for at, length in place.extents):
            raise ValueError("an item's place is not told in full")
        found[place.number] = [(origin + at, origin + at + n) for at, n in place.extents]
    return found
