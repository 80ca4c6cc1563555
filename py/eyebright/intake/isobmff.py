"""AVIF headers: the boxes that carry a still's properties (ISO/IEC 14496-12 and 23000-22)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.intake.header import Header

CONTAINERS = frozenset({b"meta", b"iprp", b"ipco"})
ALPHA_URN = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
MAX_DEPTH = 4

TURNS = (1, 8, 3, 6)
"""irot quarter turns (anti-clockwise) as EXIF orientations."""

MIRRORS = {1: 2, 8: 7, 3: 4, 6: 5}
"""An imir about the vertical axis (value 1), after the turn, as EXIF orientations."""

MIRRORS_UPRIGHT = {1: 4, 8: 5, 3: 2, 6: 7}
"""An imir about the horizontal axis (value 0), after the turn."""


def read(data: bytes) -> Header:
    sizes: list[tuple[int, int]] = []
    depth, turn, mirror, frames = 8, 0, None, 1
    has_alpha = False
    kinds: set[str] = set()
    for name, body in _boxes(data, 0):
        if name == b"ispe":
            width, height = struct.unpack_from(">II", body, 4)
            sizes.append((width, height))
        elif name == b"pixi":
            depth = max(depth, *body[5 : 5 + body[4]])
        elif name == b"irot":
            turn = body[0] & 3
        elif name == b"imir":
            mirror = body[0] & 1
        elif name == b"auxC":
            has_alpha = has_alpha or ALPHA_URN in body
        elif name == b"colr" and body[:4] in {b"prof", b"rICC"}:
            kinds.add("icc")
        elif name == b"moov":
            frames = 2
    kinds |= _items(data)
    if not sizes:
        raise ValueError("no picture size")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Header(
        width=width,
        height=height,
        orientation=_orientation(turn, mirror),
        has_alpha=has_alpha,
        frames=frames if data[8:12] == b"avis" else 1,
        bit_depth=depth,
        metadata=frozenset(kinds),
    )


def _orientation(turn: int, mirror: int | None) -> int:
    turned = TURNS[turn]
    if mirror is None:
        return turned
    return (MIRRORS if mirror else MIRRORS_UPRIGHT)[turned]


def _items(data: bytes) -> set[str]:
    head = data[:65536]
    kinds = {"exif"} if b"infe" in head and b"Exif" in head else set()
    return kinds | ({"xmp"} if b"application/rdf+xml" in head else set())


def _boxes(data: bytes, depth: int) -> Iterator[tuple[bytes, bytes]]:
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
        body = data[start:end]
        yield name, body
        if name in CONTAINERS and depth < MAX_DEPTH:
            yield from _boxes(body[4:] if name == b"meta" else body, depth + 1)
        at = end
