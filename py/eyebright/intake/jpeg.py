"""JPEG headers (ITU-T T.81): walk the marker segments up to the first scan."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.intake.header import MOST_PARTS, Header, NotRead, TooManyParts, counted
from eyebright.intake.ifd import first_ifd
from eyebright.intake.jpeg_tables import quality_of, subsampling_of, tables_in
from eyebright.metadata import orientation
from eyebright.metadata.containers.jpeg import (
    APP1,
    APP2,
    APP13,
    COM,
    EOI,
    EXIF,
    ICC,
    MULTI_PICTURE,
    PHOTOSHOP,
    SOS,
    STANDALONE,
)

FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF0 to SOF15 without the Huffman, extension and arithmetic tables."""

NUMBER_OF_IMAGES_TAG = 0xB001
"""Of the multi-picture format (CIPA DC-007, 5.2.3)."""

QUANTISATION_TABLES = 0xDB

_RARE = "which no browser shows; save it again as an ordinary JPEG"

UNREAD_FRAMES = (
    {0xC3: f"this is a lossless JPEG, {_RARE} or as PNG"}
    | dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), f"this is a hierarchical JPEG, {_RARE}")
    | dict.fromkeys(
        (0xC9, 0xCA, 0xCB),
        f"this is an arithmetic-coded JPEG, {_RARE}, for example "
        "with `jpegtran`, which loses nothing",
    )
)
"""Frame markers of the kinds of T.81 that stayed on paper, and what is said of them."""


def read(data: bytes, most_parts: int = MOST_PARTS) -> Header:
    width = height = 0
    depth, turn, pictures = 8, 1, 1
    kinds: set[str] = set()
    tables: dict[int, tuple[int, ...]] = {}
    subsampling = ""
    for marker, body in counted(_segments(data, most_parts), most_parts):
        if marker in UNREAD_FRAMES:
            raise NotRead(UNREAD_FRAMES[marker])
        if marker in FRAME_MARKERS:
            depth, height, width = struct.unpack_from(">BHH", body)
            if depth != 8:
                raise NotRead(f"this is a JPEG of {depth} bits per sample, {_RARE} of 8 bits")
            subsampling = subsampling_of(body)
        elif marker == QUANTISATION_TABLES:
            tables |= tables_in(body)
        elif marker == APP1 and body.startswith(EXIF) and "exif" not in kinds:
            turn = orientation(body)
            kinds.add("exif")
        elif marker == APP2 and body.startswith(MULTI_PICTURE):
            pictures = _pictures(body)
        else:
            kinds |= _kind(marker, body)
    if not width or not height:
        raise ValueError("no frame header with a size before the first scan")
    return Header(
        width=width,
        height=height,
        bit_depth=depth,
        orientation=turn,
        pictures=pictures,
        metadata=frozenset(kinds),
        quality=quality_of(tables),
        subsampling=subsampling,
    )


def _segments(data: bytes, most_parts: int) -> Iterator[tuple[int, bytes]]:
    """Marker and body up to the first scan; bytes and markers between them count, too."""
    at, steps = 2, 0
    while at + 4 <= len(data):
        steps += 1
        if steps > 2 * most_parts:
            raise TooManyParts(most_parts)
        if data[at] != 0xFF:
            raise ValueError(f"expected a marker at byte {at}")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in {SOS, EOI}:
            break
        if marker in STANDALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if length < 2:
            raise ValueError(f"impossible segment length at byte {at}")
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _pictures(body: bytes) -> int:
    """How many pictures a multi-picture file has; 1 where its index is broken."""
    try:
        return max(1, first_ifd(body.removeprefix(MULTI_PICTURE)).get(NUMBER_OF_IMAGES_TAG, 1))
    except (ValueError, IndexError, struct.error):
        return 1


def _kind(marker: int, body: bytes) -> set[str]:
    if marker == APP1 and body.startswith(b"http://ns.adobe.com/"):
        return {"xmp"}
    if marker == APP2 and body.startswith(ICC):
        return {"icc"}
    if marker == APP13 and body.startswith(PHOTOSHOP):
        return {"iptc"}
    return {"comment"} if marker == COM else set()
