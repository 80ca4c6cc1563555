"""A TIFF file without private tags: overwritten in place, so that every page stays where it is.

All goes that no page needs for its pixels, whatever it is, EXIF and GPS directories among it.

Source: TIFF 6.0, section 2; SubIFDs and the pyramid's levels from TIFF Technical Note 1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from eyebright.metadata import exif, tags
from eyebright.metadata.blocks import Blocks
from eyebright.metadata.containers.spaces import Place, fill, gaps, padded, take
from eyebright.metadata.exif import Entry, Exif, Field

SUB_DIRECTORIES = 0x014A
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, PAGE_NUMBER = 0x011A, 0x011B, 0x0128, 0x0129
KEPT = (
    tags.STRUCTURE
    | {tags.ORIENTATION, tags.ICC_BLOCK}
    | {X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, PAGE_NUMBER}
) - {SUB_DIRECTORIES}
"""Tags that say how the pixels are to be read and shown."""

DATA = ((0x0111, 0x0117), (0x0144, 0x0145), (tags.THUMBNAIL_AT, tags.THUMBNAIL_BYTES))
"""Tags that tell where strips, tiles and JPEG streams lie, and how long they are."""

OLD_TABLES = frozenset({0x0207, 0x0208, 0x0209})
"""JPEG tables that lie where only offsets tell (TIFF 6.0, section 22, withdrawn in 1995)."""

SUBFILE, REDUCED = 0x00FE, 1
"""NewSubfileType, and its bit of a reduced copy of another picture: a thumbnail."""

MAX_DIRECTORIES = 10_001
BYTE, LONG = 1, 4


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory, where the next one is told, and where that lies."""

    at: int
    entries: tuple[Entry, ...]
    next_at: int
    following: int

    @property
    def place(self) -> Place:
        return self.at, self.next_at + 4


def clean(data: bytes, blocks: Blocks) -> bytes:
    """The same pages with `blocks` alone. Raises ValueError where they find no place in it."""
    found = exif.parse(data)
    wanted = exif.parse(blocks.exif)
    if any(entry.directory != "IFD0" for entry in wanted.entries):
        raise ValueError("nearly all of it stays")
    chain = list(_chain(found))
    pages = [chain[0], *(page for page in chain[1:] if not _is_reduced(found, page))]
    stays = [(0, 8), *(place for page in pages for place in _places(found, page))]
    freed = gaps(stays, len(data))
    out = bytearray(data)
    fill(out, freed)
    _link(out, found.order, pages)
    for page in pages[1:]:
        _write(out, found.order, page, _fields(found, page), [])
    new = [(e.tag, e.kind, e.count, wanted.raw(e)) for e in wanted.entries]
    if blocks.xmp:
        size = max((e.size for e in chain[0].entries if e.tag == tags.XMP_BLOCK), default=0)
        packet = padded(blocks.xmp, max(size, len(blocks.xmp)))
        new.append((tags.XMP_BLOCK, BYTE, len(packet), packet))
    _write(out, found.order, chain[0], _fields(found, chain[0]), _placed(out, found, new, freed))
    return bytes(out)


def _chain(found: Exif) -> Iterator[Directory]:
    """Raises ValueError for anything but sound directories one after the other."""
    if not found.order:
        raise ValueError("this is no TIFF file of 32-bit offsets")
    (at,) = struct.unpack_from(found.order + "I", found.block, 4)
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) >= MAX_DIRECTORIES:
            raise ValueError("its directories run in a circle")
        seen.add(at)
        page = _directory(found, at)
        yield page
        at = page.following


def _directory(found: Exif, at: int) -> Directory:
    entries, following, is_whole = exif.directory(found.block, found.order, "IFD0", at)
    next_at = at + 2 + 12 * len(entries)
    if not is_whole or not entries or next_at + 4 > len(found.block):
        raise ValueError("one of its directories is damaged")
    return Directory(at, tuple(entries), next_at, following)


def _is_reduced(found: Exif, page: Directory) -> bool:
    return any(e.tag == SUBFILE and _numbers(found, e)[:1] == [REDUCED] for e in page.entries)


def _places(found: Exif, page: Directory) -> Iterator[Place]:
    """The directory, the values that stay, and the pixels."""
    yield page.place
    by_tag = {entry.tag: entry for entry in page.entries}
    for entry in page.entries:
        if entry.tag in KEPT and entry.size > 4:
            yield entry.value_at, entry.value_at + entry.size
    if OLD_TABLES & by_tag.keys():
        raise ValueError("its pixels are told in an outdated way")
    for at_tag, size_tag in DATA:
        if at_tag not in by_tag:
            continue
        if size_tag not in by_tag:
            raise ValueError("it does not tell how long its pixels' data are")
        offsets, sizes = (_numbers(found, by_tag[tag]) for tag in (at_tag, size_tag))
        yield from ((at, at + size) for at, size in zip(offsets, sizes, strict=True))


def _numbers(found: Exif, entry: Entry) -> list[int]:
    code = {3: "H", 4: "I", 13: "I"}.get(entry.kind)
    if code is None:
        raise ValueError("an offset is not told as a whole number")
    layout = f"{found.order}{entry.count}{code}"
    return list(struct.unpack_from(layout, found.block, entry.value_at))


def _link(out: bytearray, order: str, pages: list[Directory]) -> None:
    """Each page to the next one that stays."""
    for page, following in zip(pages, [*pages[1:], None], strict=True):
        struct.pack_into(order + "I", out, page.next_at, following.at if following else 0)


def _fields(found: Exif, page: Directory) -> list[bytes]:
    """The entries that stay, as they are."""
    kept = (e for e in page.entries if e.tag in KEPT)
    return [found.block[e.entry_at : e.entry_at + 12] for e in kept]


def _placed(out: bytearray, found: Exif, new: list[Field], freed: list[Place]) -> list[bytes]:
    """Entries whose values lie in what was freed."""
    entries = []
    for tag, kind, count, value in new:
        where = value.ljust(4, b"\x00")
        if len(value) > 4:
            start, end = take(freed, len(value))
            out[start:end] = value
            where = struct.pack(found.order + "I", start)
        entries.append(struct.pack(found.order + "HHI", tag, kind, count) + where)
    return entries


def _write(
    out: bytearray, order: str, page: Directory, kept: list[bytes], new: list[bytes]
) -> None:
    """The directory in its place, with zeros behind it where it has become shorter."""
    entries = sorted([*kept, *new], key=lambda entry: struct.unpack_from(order + "H", entry))
    if len(entries) > len(page.entries):
        raise ValueError("no place for more tags in its directory")
    following = out[page.next_at : page.next_at + 4]
    body = struct.pack(order + "H", len(entries)) + b"".join(entries) + following
    out[page.at : page.next_at + 4] = body.ljust(page.next_at + 4 - page.at, b"\x00")
