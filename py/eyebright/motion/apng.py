"""Animated PNG (W3C PNG, third edition, 4.9) taken apart: each frame becomes a PNG file."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction

from eyebright.motion.film import CLEAR, KEEP, MOST_PLAYS, PREVIOUS, Film, Frame
from eyebright.values import Box

SIGNATURE = b"\x89PNG\r\n\x1a\n"

SHARED_CHUNKS = frozenset({b"PLTE", b"tRNS", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"sBIT"})
"""What every frame needs to be decoded and coloured alike."""

DISPOSALS = (KEEP, CLEAR, PREVIOUS)
"""dispose_op NONE, BACKGROUND and PREVIOUS."""

DEFAULT_DENOMINATOR = 100
"""A delay's denominator of 0 means hundredths of a second."""

Chunk = tuple[bytes, bytes]


def split(data: bytes) -> Film:
    """Frames in order; a default image that is no frame is left out.

    Raises ValueError, IndexError or struct.error for a broken container.
    """
    chunks = list(_chunks(data))
    header = dict(chunks)[b"IHDR"] if chunks[0][0] == b"IHDR" else b""
    width, height = struct.unpack_from(">II", header)
    shared = b"".join(_chunk(*chunk) for chunk in chunks if chunk[0] in SHARED_CHUNKS)
    found = _with_data(chunks)
    times = _durations([control for control, _parts in found])
    return Film(
        format="png",
        width=width,
        height=height,
        plays=min(MOST_PLAYS, _plays(chunks)),
        frames=tuple(
            _frame(header, shared, control, b"".join(parts), time)
            for (control, parts), time in zip(found, times, strict=True)
        ),
    )


def _with_data(chunks: list[Chunk]) -> list[tuple[bytes, list[bytes]]]:
    """Each fcTL with the compressed data that follows it."""
    found: list[tuple[bytes, list[bytes]]] = []
    for kind, body in chunks:
        if kind == b"fcTL":
            found.append((body, []))
        elif kind == b"IDAT" and found:
            found[-1][1].append(body)
        elif kind == b"fdAT" and found:
            found[-1][1].append(body[4:])
    if not found or not all(parts for _control, parts in found):
        raise ValueError("a frame without data")
    return found


def _plays(chunks: list[Chunk]) -> int:
    """Of the acTL chunk; without one, for ever."""
    body = next((body for kind, body in chunks if kind == b"acTL"), bytes(8))
    plays: int = struct.unpack_from(">II", body)[1]
    return plays


def _durations(controls: list[bytes]) -> list[int]:
    """Whole milliseconds; their sums stay within half of one of the exact times."""
    spent, shown, times = Fraction(0), 0, []
    for control in controls:
        over, under = struct.unpack_from(">HH", control, 20)
        spent += Fraction(1000 * over, under or DEFAULT_DENOMINATOR)
        times.append(round(spent) - shown)
        shown += times[-1]
    return times


def _frame(header: bytes, shared: bytes, control: bytes, packed: bytes, time: int) -> Frame:
    width, height, left, top = struct.unpack_from(">IIII", control, 4)
    dispose, blend = control[24], control[25]
    own = control[4:12] + header[8:]
    parts = _chunk(b"IHDR", own) + shared + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")
    return Frame(
        data=SIGNATURE + parts,
        box=Box(x=left, y=top, width=width, height=height),
        duration_ms=time,
        blend=blend == 1,
        dispose=DISPOSALS[dispose],
    )


def _chunks(data: bytes) -> Iterator[Chunk]:
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
