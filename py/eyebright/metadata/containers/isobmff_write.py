"""EXIF, XMP and profile into a still AVIF: two items more, and every offset moved accordingly."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eyebright.metadata.blocks import Blocks
from eyebright.metadata.containers.boxes import box, boxes, full_box
from eyebright.metadata.containers.isobmff import (
    IN_FILE,
    PROFILES,
    XMP_TYPE,
    Item,
    Place,
    contents,
    items,
    places,
)

MAX_NUMBER = 0xFFFF
"""Item numbers of two bytes, which every encoder of stills stays within."""

MAX_SHORT_INDEX = 127
"""Properties that ipma's short form, seven bits, can point to."""

New = Sequence[tuple[Item, bytes]]


@dataclass(frozen=True, slots=True)
class Move:
    """Where data lie after the meta box has grown."""

    behind: int
    """End of the old meta box: what lies behind it moves."""
    by: int
    data_at: int
    """Where the data of the new items begin."""


def write(data: bytes, blocks: Blocks) -> bytes:
    top = list(boxes(data))
    metas = [(start, body, end) for name, start, body, end in top if name == b"meta"]
    if len(metas) != 1 or any(name in {b"moov", b"moof"} for name, *_ in top):
        raise ValueError("metadata is written only into still pictures")
    start, body, end = metas[0]
    head, meta = data[body : body + 4], data[body + 4 : end]
    new = _new_items(meta, blocks)
    unmoved = box(b"meta", head + _meta(meta, blocks, new, Move(end, 0, 0)))
    grown = len(unmoved) - (end - start)
    move = Move(end, grown, len(data) + grown + 8)
    moved = box(b"meta", head + _meta(meta, blocks, new, move))
    payload = b"".join(raw for _item, raw in new)
    return data[:start] + moved + data[end:] + (box(b"mdat", payload) if payload else b"")


def _new_items(meta: bytes, blocks: Blocks) -> New:
    inner = contents(meta)
    there = list(items(inner.get(b"iinf", b"")))
    if any(item.kind == b"Exif" or item.content_type == XMP_TYPE for item in there):
        raise ValueError("there is metadata already")
    number = max((item.number for item in there), default=0) + 1
    if number + 1 > MAX_NUMBER or not there:
        raise ValueError("no item number is free")
    found: list[tuple[Item, bytes]] = []
    if blocks.exif:
        found.append((Item(number, b"Exif", b""), b"\x00\x00\x00\x00" + blocks.exif))
    if blocks.xmp:
        found.append((Item(number + len(found), b"mime", XMP_TYPE), blocks.xmp))
    return found


def _meta(meta: bytes, blocks: Blocks, new: New, move: Move) -> bytes:
    inner = contents(meta)
    if not {b"pitm", b"iinf", b"iloc", b"iprp"} <= inner.keys():
        raise ValueError("the AVIF names no primary item or no places")
    primary = _primary(inner[b"pitm"])
    change: dict[bytes, Callable[[bytes], bytes]] = {
        b"iinf": lambda body: _with_items(body, new),
        b"iloc": lambda body: _moved(body, new, move),
        b"iref": lambda body: _with_references(body, new, primary),
        b"iprp": lambda body: _with_profile(body, blocks.icc, primary),
    }
    out = b""
    for name, start, body, end in boxes(meta):
        out += box(name, change[name](meta[body:end])) if name in change else meta[start:end]
    if b"iref" not in inner and new:
        out += box(b"iref", _with_references(b"\x00\x00\x00\x00", new, primary))
    return out


def _primary(pitm: bytes) -> int:
    number: int = struct.unpack_from(">I" if pitm[0] else ">H", pitm, 4)[0]
    if number > MAX_NUMBER:
        raise ValueError("the primary item's number is too large")
    return number


def _with_items(iinf: bytes, new: New) -> bytes:
    layout = ">I" if iinf[0] else ">H"
    (count,) = struct.unpack_from(layout, iinf, 4)
    rest = iinf[4 + struct.calcsize(layout) :]
    return iinf[:4] + struct.pack(layout, count + len(new)) + rest + b"".join(map(_infe, new))


def _infe(new: tuple[Item, bytes]) -> bytes:
    item, _raw = new
    name = b"\x00"
    content = item.content_type + b"\x00" if item.content_type else b""
    head = struct.pack(">HH", item.number, 0)
    return full_box(b"infe", 2, 0, head + item.kind + name + content)


def _moved(iloc: bytes, new: New, move: Move) -> bytes:
    kept = [_place_moved(place, move) for place in places(iloc)]
    at = move.data_at
    for item, raw in new:
        kept.append(Place(item.number, IN_FILE, 0, ((at, len(raw)),)))
        at += len(raw)
    version = 1 if any(place.method != IN_FILE for place in kept) else 0
    out = struct.pack(">I", version << 24) + b"\x44\x00" + struct.pack(">H", len(kept))
    return out + b"".join(_placed(place, version) for place in kept)


def _place_moved(place: Place, move: Move) -> Place:
    if place.number > MAX_NUMBER or any(length == 0 for _offset, length in place.extents):
        raise ValueError("an item's place is given in a way that cannot be moved")
    if place.method != IN_FILE:
        return place
    extents = tuple(
        (offset + (move.by if offset >= move.behind else 0), length)
        for offset, length in place.extents
    )
    return Place(place.number, place.method, place.reference, extents)


def _placed(place: Place, version: int) -> bytes:
    method = struct.pack(">H", place.method) if version else b""
    head = struct.pack(">H", place.number) + method
    extents = b"".join(struct.pack(">II", *extent) for extent in place.extents)
    return head + struct.pack(">HH", place.reference, len(place.extents)) + extents


def _with_references(iref: bytes, new: New, primary: int) -> bytes:
    """Each new item describes the primary one (cdsc)."""
    layout = ">IHI" if iref[0] else ">HHH"
    added = (box(b"cdsc", struct.pack(layout, item.number, 1, primary)) for item, _raw in new)
    return iref + b"".join(added)


def _with_profile(iprp: bytes, icc: bytes, primary: int) -> bytes:
    if not icc:
        return iprp
    parts = [(name, iprp[body:end]) for name, _start, body, end in boxes(iprp)]
    properties = next((body for name, body in parts if name == b"ipco"), b"")
    there = list(boxes(properties))
    if any(n == b"colr" and properties[b : b + 4] in PROFILES for n, _, b, _ in there):
        raise ValueError("there is a colour profile already")
    index = len(there) + 1
    out = b""
    for name, body in parts:
        if name == b"ipco":
            out += box(name, body + box(b"colr", b"prof" + icc))
        elif name == b"ipma":
            out += box(name, _associated(body, primary, index))
        else:
            out += box(name, body)
    return out


def _associated(ipma: bytes, primary: int, index: int) -> bytes:
    """The association of the primary item with one property more."""
    wide_id, wide_index = ipma[0] >= 1, bool(ipma[3] & 1)
    if index > MAX_SHORT_INDEX and not wide_index:
        raise ValueError("too many properties for the short form")
    (count,) = struct.unpack_from(">I", ipma, 4)
    out, at, is_done = ipma[:8], 8, False
    for _ in range(count):
        (item,) = struct.unpack_from(">I" if wide_id else ">H", ipma, at)
        start, at = at, at + (4 if wide_id else 2)
        number, step = ipma[at], 2 if wide_index else 1
        end = at + 1 + number * step
        if item == primary and not is_done:
            out += ipma[start:at] + bytes((number + 1,)) + ipma[at + 1 : end]
            out += index.to_bytes(step, "big")
            is_done = True
        else:
            out += ipma[start:end]
        at = end
    if not is_done:
        raise ValueError("the primary item has no properties")
    return out
