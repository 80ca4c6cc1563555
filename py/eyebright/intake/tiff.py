"""TIFF headers (TIFF 6.0): the first directory, and how many pages follow."""

from __future__ import annotations

import struct

from eyebright.intake.header import MOST_PARTS, Header, TooManyParts
from eyebright.intake.ifd import first_ifd
from eyebright.metadata.tags import ORIENTATION

WIDTH_TAG, HEIGHT_TAG, BITS_TAG, EXTRA_SAMPLES_TAG = 0x100, 0x101, 0x102, 0x152
SUBFILE_TAG = 0xFE
NO_PAGE = 1 | 4
"""Bits of NewSubfileType: a reduced picture of another, a transparency mask."""

ENTRIES_PER_PART = 20
"""Tags of a directory, in the mean, for each directory that is allowed; writers put in about 15."""

KINDS = {0x8773: "icc", 0x8769: "exif", 0x2BC: "xmp", 0x83BB: "iptc"}


def read(data: bytes, most_parts: int = MOST_PARTS) -> Header:
    tags = first_ifd(data)
    if WIDTH_TAG not in tags or HEIGHT_TAG not in tags:
        raise ValueError("no size in the first directory")
    turn = tags.get(ORIENTATION, 1)
    return Header(
        width=tags[WIDTH_TAG],
        height=tags[HEIGHT_TAG],
        orientation=turn if 1 <= turn <= 8 else 1,
        frames=_pages(data, most_parts),
        has_alpha=EXTRA_SAMPLES_TAG in tags,
        bit_depth=max(8, tags.get(BITS_TAG, 8)),
        metadata=frozenset(kind for tag, kind in KINDS.items() if tag in tags),
    )


def _pages(data: bytes, most_parts: int) -> int:
    """Directories that are pages of their own; a broken chain ends there, as for decoders."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    seen: set[int] = set()
    pages = entries = 0
    while start and start not in seen:
        entries += int.from_bytes(data[start : start + 2], "little" if order == "<" else "big")
        if len(seen) >= most_parts or entries > ENTRIES_PER_PART * most_parts:
            raise TooManyParts(most_parts)
        try:
            kind, following = _directory(data, order, start)
        except struct.error:
            break
        pages += not seen or not kind & NO_PAGE
        seen.add(start)
        start = following
    return max(1, pages)


def _directory(data: bytes, order: str, start: int) -> tuple[int, int]:
    """NewSubfileType, 0 where it is not told, and where the next directory starts."""
    (count,) = struct.unpack_from(f"{order}H", data, start)
    kind = 0
    for at in range(start + 2, start + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from(f"{order}H", data, at)
        if tag == SUBFILE_TAG:
            (kind,) = struct.unpack_from(f"{order}I", data, at + 8)
    (following,) = struct.unpack_from(f"{order}I", data, start + 2 + 12 * count)
    return kind, following
