"""AVIF and HEIC headers: the primary item's properties (ISO/IEC 14496-12, 23008-12, 23000-22)."""

from __future__ import annotations

import contextlib
import itertools
import struct
from collections.abc import Iterator

from eyebright.intake.header import MOST_PARTS, Header, counted
from eyebright.metadata.containers.boxes import boxes as boxes_of
from eyebright.metadata.containers.properties import (
    Box,
    bodies,
    first,
    of_primary,
    orientation_of,
)

ALPHA_URN = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"

AVIF_BRANDS = frozenset({b"avif", b"avis"})
"""Major brands (AV1 Image File Format, 4); with other ones AVIF may still be told as compatible."""

SEQUENCES = frozenset({b"avis", b"hevc", b"hevx", b"msf1"})
"""Major brands of files whose movie is what is to be seen (ISO/IEC 23008-12, annex B)."""

LEVELS = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"iref": 4, b"moov": 0, b"trak": 0}
"""Boxes whose boxes are read, and the bytes before the first of them (ISO/IEC 14496-12)."""


def read(data: bytes, most_parts: int = MOST_PARTS) -> Header:
    for _part in counted(_parts(data), most_parts):
        pass  # before any is copied
    boxes = bodies(data)
    meta = bodies(first(boxes, b"meta")[4:])
    properties = bodies(first(bodies(first(meta, b"iprp")), b"ipco"))
    own = of_primary(meta)
    size = _size(own) or _size(properties)
    if size is None:
        raise ValueError("it tells no size")
    width, height = (_clean_aperture(own) or size) if is_heic(data) else size
    animated = data[8:12] in SEQUENCES and any(name == b"moov" for name, _ in boxes)
    return Header(
        width=width,
        height=height,
        coded=size,
        orientation=orientation_of(own),
        has_alpha=any(name == b"auxC" and ALPHA_URN in body for name, body in properties),
        frames=2 if animated else 1,  # "more than one" is all that anybody asks
        bit_depth=_depth(own),
        metadata=_kinds(first(meta, b"iinf"), own),
    )


def _parts(data: bytes) -> Iterator[bytes]:
    """Names of all boxes on the levels that are read, and one for each item that has properties."""
    waiting = [(0, len(data))]
    while waiting:
        with contextlib.suppress(ValueError, IndexError, struct.error):  # its reader tells of it
            for name, _start, body, stop in boxes_of(data, *waiting.pop()):
                yield name
                if name in LEVELS:
                    waiting.append((body + LEVELS[name], stop))
                elif name == b"iinf":
                    waiting.append((body + (8 if data[body] else 6), stop))
                elif name == b"ipma":
                    yield from itertools.repeat(name, struct.unpack_from(">I", data, body + 4)[0])


def _size(properties: list[Box]) -> tuple[int, int] | None:
    for name, body in properties:
        if name == b"ispe":
            width, height = struct.unpack_from(">II", body, 4)
            return width, height
    return None


def is_heic(data: bytes) -> bool:
    """By the major brand: decoders of HEIC cut to the clean aperture, those of AVIF do not."""
    return data[8:12] not in AVIF_BRANDS


def _clean_aperture(properties: list[Box]) -> tuple[int, int] | None:
    """What is left after clap's cut, whole pixels (ISO/IEC 14496-12, 12.1.4)."""
    clap = first(properties, b"clap")
    if not clap:
        return None
    width, width_part, height, height_part = struct.unpack_from(">4I", clap)
    if not width_part or not height_part:
        raise ValueError("its clean aperture is no size")
    return width // width_part, height // height_part


def _depth(properties: list[Box]) -> int:
    pixi = first(properties, b"pixi")
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
