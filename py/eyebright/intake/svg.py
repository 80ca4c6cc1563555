"""SVG headers: the size of the drawing, by its root element alone (SVG 2, 5.1 and 8.2).

Nothing is parsed as XML here: only the root element's start tag is looked at, within the first
bytes, so that entities and nesting can do no harm.
"""

from __future__ import annotations

import re

from eyebright.intake.header import MOST_PARTS, Header

HEAD_BYTES = 64 * 1024
"""Where the root element starts at the latest: editors put comments and a DTD before it."""

DEFAULT_SIZE = (300, 150)
"""Pixels of a drawing that tells no size (CSS 2.2, 10.3.2: replaced elements)."""

PX_PER_UNIT = {
    b"": 1.0,
    b"px": 1.0,
    b"pt": 96 / 72,
    b"pc": 16.0,
    b"mm": 96 / 25.4,
    b"cm": 96 / 2.54,
    b"in": 96.0,
}
"""CSS pixels (CSS Values 3, 6.2). Other units, per cent above all, depend on what is around."""

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"""<(?:[\w-]+:)?svg(?=[\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
_LENGTH = re.compile(rb"\s*\+?(\d*\.?\d+(?:[eE][+-]?\d+)?)\s*([a-zA-Z%]*)\s*")


def read(data: bytes, _most_parts: int = MOST_PARTS) -> Header:
    width, height = _size(_root(data))
    return Header(width=max(1, round(width)), height=max(1, round(height)), has_alpha=True)


def at_size(data: bytes, width: int, height: int) -> bytes:
    """The same drawing, told to be so many pixels wide and high; it fills them as its own size."""
    attributes = _root(data)
    natural = _size(attributes)
    rest = attributes
    for name in (b"width", b"height"):
        rest = _attribute(name).sub(b"", rest)
    box = b"" if _attribute(b"viewBox").search(rest) else b' viewBox="0 0 %g %g"' % natural
    sized = b' width="%d" height="%d"' % (width, height)
    end = rest.rstrip()
    slash = b"/" if end.endswith(b"/") else b""
    start = data.index(attributes, _start(data))
    return (
        data[:start]
        + end.removesuffix(b"/")
        + sized
        + box
        + slash
        + data[start + len(attributes) :]
    )


def _root(data: bytes) -> bytes:
    """The attributes of the root element, as they stand."""
    found = _ROOT.match(data, _start(data), HEAD_BYTES)
    if not found:
        raise ValueError("no svg element at its start")
    return found[1]


def _start(data: bytes) -> int:
    """Where the root element starts: comments may hold other ones."""
    head = _COMMENT.sub(lambda comment: b" " * len(comment[0]), data[:HEAD_BYTES])
    found = re.search(rb"<(?:[\w-]+:)?svg(?=[\s/>])", head, re.IGNORECASE)
    if not found:
        raise ValueError("no svg element at its start")
    return found.start()


def _size(attributes: bytes) -> tuple[float, float]:
    """Pixels; one side that is not told follows from the view box's shape."""
    width, height = _length(attributes, b"width"), _length(attributes, b"height")
    box = _view_box(attributes)
    if box is None:
        return width or DEFAULT_SIZE[0], height or DEFAULT_SIZE[1]
    if width and not height:
        return width, width * box[1] / box[0]
    if height and not width:
        return height * box[0] / box[1], height
    return (width, height) if width and height else box


def _view_box(attributes: bytes) -> tuple[float, float] | None:
    found = _attribute(b"viewBox").search(attributes)
    numbers = re.split(rb"[\s,]+", found[2].strip()) if found else []
    try:
        _x, _y, width, height = map(float, numbers)
    except ValueError:
        return None
    return (width, height) if 0 < width < float("inf") and 0 < height < float("inf") else None


def _length(attributes: bytes, name: bytes) -> float | None:
    """CSS pixels, or None where it is not told or relative."""
    found = _attribute(name).search(attributes)
    length = _LENGTH.fullmatch(found[2]) if found else None
    if not length or length[2].lower() not in PX_PER_UNIT:
        return None
    return min(float(length[1]), 1e9) * PX_PER_UNIT[length[2].lower()] or None


def _attribute(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"""\s""" + name + rb"""\s*=\s*(["'])(.*?)\1""", re.DOTALL)
