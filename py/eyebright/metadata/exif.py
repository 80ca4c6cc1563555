"""EXIF blocks, which are TIFF structures (TIFF 6.0, section 2; CIPA DC-008-2023, 4.6).

Maker notes are opaque: named, never parsed. Reading is total: a damaged block gives the entries
before the damage and says so. At most five directories are visited, each once, so no block can
make the work grow beyond its own size.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eyebright.frozen import Frozen
from eyebright.metadata import tags
from eyebright.metadata.blocks import text_of

PREFIX = b"Exif\x00\x00"

_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}

_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
"""Bytes of one value by TIFF type; 129 is EXIF 3.0's UTF-8."""

_BYTE, _ASCII, _SHORT, _LONG, _UTF8 = 1, 2, 3, 4, 129

MAX_ENTRIES = 2048
"""Entries read of one directory: cameras write fewer than 100."""

SRGB = 1
"""Value of ColorSpace for sRGB."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag, and where its entry and its value lie in the block."""

    directory: str
    """IFD0, Exif, GPS, Interop or Thumbnail."""
    tag: int
    kind: int
    count: int
    entry_at: int
    value_at: int
    size: int

    @property
    def name(self) -> str:
        return tags.name_of(self.directory, self.tag)

    @property
    def end(self) -> int:
        return max(self.entry_at + 12, self.value_at + self.size)


class Exif(Frozen):
    """What an EXIF block holds."""

    block: bytes
    order: str = ""
    """< or >, as in struct; empty where it is no TIFF structure."""
    entries: tuple[Entry, ...] = ()
    is_damaged: bool = False

    def find(self, tag: int, directory: str = "IFD0") -> Entry | None:
        return next((e for e in self.entries if (e.directory, e.tag) == (directory, tag)), None)

    def raw(self, entry: Entry) -> bytes:
        return self.block[entry.value_at : entry.value_at + entry.size]

    def text(self, tag: int) -> str:
        """A text of the first directory; the parts of a Copyright joined."""
        entry = self.find(tag)
        if entry is None:
            return ""
        if entry.kind == _BYTE:  # the Windows XP tags
            return self.raw(entry).decode("utf-16-le", "replace").strip("\x00 ")
        if entry.kind not in {_ASCII, _UTF8}:
            return ""
        parts = (text_of(part) for part in self.raw(entry).split(b"\x00"))
        return "; ".join(part for part in parts if part)

    def number(self, tag: int, directory: str = "IFD0") -> int | None:
        """The first SHORT or LONG of a tag."""
        entry = self.find(tag, directory)
        if entry is None or entry.kind not in {_SHORT, _LONG} or not entry.count:
            return None
        code = "H" if entry.kind == _SHORT else "I"
        value: int = struct.unpack_from(self.order + code, self.block, entry.value_at)[0]
        return value


def parse(block: bytes) -> Exif:
    """Everything readable in `block`. Never raises."""
    block = block.removeprefix(PREFIX)
    order = _ORDERS.get(block[:4], "")
    if not order or len(block) < 8:
        return Exif(block=block, is_damaged=bool(block))
    entries: list[Entry] = []
    is_damaged = False
    waiting = [("IFD0", struct.unpack_from(order + "I", block, 4)[0])]
    seen: set[int] = set()
    while waiting:
        name, at = waiting.pop(0)
        if at in seen:
            is_damaged = True
            continue
        seen.add(at)
        found, after, is_whole = directory(block, order, name, at)
        entries.extend(found)
        is_damaged = is_damaged or not is_whole
        waiting.extend(_below(block, order, name, found))
        if name == "IFD0" and after:
            waiting.append(("Thumbnail", after))
    return Exif(block=block, order=order, entries=tuple(entries), is_damaged=is_damaged)


def directory(block: bytes, order: str, name: str, at: int) -> tuple[list[Entry], int, bool]:
    """Entries, where the next directory begins (0: none), and whether all of it was sound."""
    if at + 2 > len(block):
        return [], 0, False
    (count,) = struct.unpack_from(order + "H", block, at)
    fitting = min(count, MAX_ENTRIES, (len(block) - at - 2) // 12)
    found = [_entry(block, order, name, at + 2 + 12 * i) for i in range(fitting)]
    sound = [entry for entry in found if entry is not None]
    after_at = at + 2 + 12 * count
    after = 0
    if fitting == count and after_at + 4 <= len(block):
        (after,) = struct.unpack_from(order + "I", block, after_at)
    return sound, after, len(sound) == count


def _entry(block: bytes, order: str, name: str, at: int) -> Entry | None:
    tag, kind, count = struct.unpack_from(order + "HHI", block, at)
    size = _BYTES.get(kind, 0) * count
    value_at = at + 8
    if size > 4:
        (value_at,) = struct.unpack_from(order + "I", block, at + 8)
    if kind not in _BYTES or value_at + size > len(block):
        return None
    return Entry(name, tag, kind, count, at, value_at, size)


def _below(block: bytes, order: str, name: str, entries: Iterable[Entry]) -> list[tuple[str, int]]:
    below = {
        "IFD0": {tags.EXIF_POINTER: "Exif", tags.GPS_POINTER: "GPS"},
        "Exif": {tags.INTEROP_POINTER: "Interop"},
    }.get(name, {})
    return [
        (below[e.tag], struct.unpack_from(order + "I", block, e.value_at)[0])
        for e in entries
        if e.tag in below and e.size == 4
    ]


def orientation(block: bytes) -> int:
    """1 to 8; 1 where there is none or it is broken."""
    value = parse(block).number(tags.ORIENTATION) or 1
    return value if 1 <= value <= 8 else 1


Field = tuple[int, int, int, bytes]
"""Tag, TIFF type, count and value, in the byte order of the block that it goes to."""


def texts(values: Mapping[int, str]) -> list[Field]:
    """ASCII fields; what is not ASCII is written as UTF-8, as most programs do and read."""
    fields = []
    for tag, text in sorted(values.items()):
        raw = text.encode() + b"\x00"
        fields.append((tag, _ASCII, len(raw), raw))
    return fields


def fresh(directories: Mapping[str, list[Field]], order: str = "<") -> bytes:
    """A new block of IFD0, Exif, GPS and Interop with exactly these fields; nothing for none."""
    directories = {name: fields for name, fields in directories.items() if fields}
    if not directories:
        return b""
    for name, parent, pointer in (
        ("Interop", "Exif", tags.INTEROP_POINTER),
        ("Exif", "IFD0", tags.EXIF_POINTER),
        ("GPS", "IFD0", tags.GPS_POINTER),
    ):
        if name in directories:
            there = [f for f in directories.get(parent, []) if f[0] != pointer]
            directories[parent] = [*there, (pointer, _LONG, 1, b"\x00" * 4)]
    starts, at = {}, 8
    for name in ("IFD0", "Exif", "GPS", "Interop"):
        if name in directories:
            starts[name] = at
            at += _length(directories[name])
    links = {
        tags.EXIF_POINTER: starts.get("Exif", 0),
        tags.GPS_POINTER: starts.get("GPS", 0),
        tags.INTEROP_POINTER: starts.get("Interop", 0),
    }
    head = b"II*\x00" if order == "<" else b"MM\x00*"
    bodies = (_written(directories[name], start, links, order) for name, start in starts.items())
    return head + struct.pack(order + "I", starts["IFD0"]) + b"".join(bodies)


def turned(block: bytes, value: int) -> bytes:
    """The block with this orientation: set where it has the tag, else a field more.

    A block without the tag must have one directory, as those with rights alone do.
    """
    there = parse(block)
    if there.find(tags.ORIENTATION):
        out = bytearray(block)
        _set_number(out, there, "IFD0", tags.ORIENTATION, value)
        return bytes(out)
    fields = [(e.tag, e.kind, e.count, there.raw(e)) for e in there.entries]
    number = struct.pack((there.order or "<") + "H", value)
    return fresh({"IFD0": [*fields, (tags.ORIENTATION, _SHORT, 1, number)]}, there.order or "<")


def _length(fields: list[Field]) -> int:
    outside = sum(len(raw) + len(raw) % 2 for *_, raw in fields if len(raw) > 4)
    return 2 + 12 * len(fields) + 4 + outside


def _written(fields: list[Field], start: int, links: Mapping[int, int], order: str) -> bytes:
    entries, values = b"", b""
    values_at = start + 2 + 12 * len(fields) + 4
    for tag, kind, count, value in sorted(fields, key=lambda field: field[0]):
        raw = struct.pack(order + "I", links[tag]) if tag in links else value
        entries += struct.pack(order + "HHI", tag, kind, count)
        if len(raw) <= 4:
            entries += raw.ljust(4, b"\x00")
            continue
        entries += struct.pack(order + "I", values_at + len(values))
        values += raw + b"\x00" * (len(raw) % 2)
    return struct.pack(order + "H", len(fields)) + entries + b"\x00" * 4 + values


def whole(exif: Exif, *, is_srgb: bool) -> bytes:
    """The block as it is, for an upright picture, without the thumbnail.

    The thumbnail may show what was cropped away, so it is cut off or overwritten with zeros. All
    else stays where it is, for maker notes point into the block by absolute offsets.
    """
    block = bytearray(exif.block)
    _forget_thumbnail(block, exif)
    _set_number(block, exif, "IFD0", tags.ORIENTATION, 1)
    if is_srgb:
        _set_number(block, exif, "Exif", tags.COLOUR_SPACE, SRGB)
    kept = [entry.end for entry in exif.entries if entry.directory != "Thumbnail"]
    return bytes(block[: max([*kept, 0]) + 4])  # and the offset after the last entry


def sized(block: bytes, width: int, height: int) -> bytes:
    """The block with the tags that repeat the picture's size set to it, where it has such."""
    exif = parse(block)
    out = bytearray(block)
    for numbers, value in ((tags.WIDTHS, width), (tags.HEIGHTS, height)):
        for tag in numbers:
            for directory in ("IFD0", "Exif"):
                _set_number(out, exif, directory, tag, value)
    return bytes(out)


def _set_number(block: bytearray, exif: Exif, directory: str, tag: int, value: int) -> None:
    entry = exif.find(tag, directory)
    if entry is None or entry.count != 1 or entry.kind not in {_SHORT, _LONG}:
        return
    code = "H" if entry.kind == _SHORT else "I"
    if value < 1 << 8 * _BYTES[entry.kind]:
        struct.pack_into(exif.order + code, block, entry.value_at, value)


def _forget_thumbnail(block: bytearray, exif: Exif) -> None:
    first = [entry for entry in exif.entries if entry.directory == "IFD0"]
    if not first:
        return
    (start,) = struct.unpack_from(exif.order + "I", block, 4)
    (count,) = struct.unpack_from(exif.order + "H", block, start)
    after_at = start + 2 + 12 * count
    if after_at + 4 <= len(block):
        struct.pack_into(exif.order + "I", block, after_at, 0)
    at = exif.number(tags.THUMBNAIL_AT, "Thumbnail")
    size = exif.number(tags.THUMBNAIL_BYTES, "Thumbnail")
    if at is not None and size is not None:
        _zero(block, at, size)
    for entry in exif.entries:
        if entry.directory == "Thumbnail":
            _zero(block, entry.value_at, entry.size)
            _zero(block, entry.entry_at, 12)


def _zero(block: bytearray, at: int, size: int) -> None:
    end = min(len(block), at + size)
    if at < end:
        block[at:end] = bytes(end - at)
