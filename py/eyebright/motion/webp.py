"""Animated WebP (RFC 9649), taken apart and put together."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.motion.film import CLEAR, KEEP, Film, Frame
from eyebright.values import Box

ANIMATION_FLAG, ALPHA_FLAG, PROFILE_FLAG = 0x02, 0x10, 0x20
"""Of the VP8X chunk (2.7)."""

REPLACE_FLAG, CLEAR_FLAG = 0x02, 0x01
"""Of the ANMF chunk (2.7.1.1): do not blend; dispose to background."""

LONGEST_MS = (1 << 24) - 1
"""A frame's duration has 24 bits."""

LARGEST_SIDE_PX = 1 << 24
"""A canvas's sides have 24 bits, less one."""

ALPHA_BIT_OF_VP8L = 1 << 28
"""alpha_is_used in the lossless header, after 14 + 14 bits of size (3.4)."""

PICTURE_CHUNKS = frozenset({b"ALPH", b"VP8 ", b"VP8L"})
"""What makes up one frame's picture."""

Chunk = tuple[bytes, bytes]


def split(data: bytes) -> Film:
    """Frames in order, each a WebP file with the animation's own colour profile.

    Raises ValueError, IndexError or struct.error for a broken container.
    """
    chunks = dict(_chunks(data, 12))
    extended, film = chunks.get(b"VP8X", b""), chunks.get(b"ANIM", b"")
    if len(extended) < 10 or len(film) < 6:
        raise ValueError("no animation header")
    profile = chunks.get(b"ICCP", b"")
    bodies = [body for name, body in _chunks(data, 12) if name == b"ANMF"]
    return Film(
        format="webp",
        width=1 + _number(extended, 4),
        height=1 + _number(extended, 7),
        plays=struct.unpack_from("<H", film, 4)[0],
        frames=tuple(_frame(body, profile) for body in bodies),
    )


def join(film: Film) -> bytes:
    """One animated WebP file of a film whose frames are still WebP files.

    Frames lie on even coordinates inside the canvas. Raises ValueError for what WebP cannot hold.
    """
    _check(film)
    frames = [_picture_of(frame.data) for frame in film.frames]
    flags = ANIMATION_FLAG | (ALPHA_FLAG if any(_has_alpha(chunks) for chunks in frames) else 0)
    size = _three(film.width - 1) + _three(film.height - 1)
    parts = [
        _chunk(b"VP8X", bytes([flags, 0, 0, 0]) + size),
        _chunk(b"ANIM", struct.pack("<IH", 0, film.plays)),  # a clear background
    ]
    for frame, chunks in zip(film.frames, frames, strict=True):
        parts.append(_chunk(b"ANMF", _placing(frame) + _joined(chunks)))
    return _file(b"".join(parts))


def _check(film: Film) -> None:
    if max(film.width, film.height) > LARGEST_SIDE_PX or not 0 <= film.plays < 1 << 16:
        raise ValueError("the canvas or the loop count is larger than WebP can say")
    for frame in film.frames:
        box = frame.box
        inside = box.x + box.width <= film.width and box.y + box.height <= film.height
        if not inside or min(box.x, box.y) < 0 or box.x % 2 or box.y % 2:
            raise ValueError(f"a frame at {box.x}, {box.y} is not on even pixels of the canvas")
        if frame.dispose not in {KEEP, CLEAR} or not 0 <= frame.duration_ms <= LONGEST_MS:
            raise ValueError(
                f"WebP has no disposal {frame.dispose} and at most {LONGEST_MS} ms a frame"
            )


def _frame(body: bytes, profile: bytes) -> Frame:
    if len(body) < 16:
        raise ValueError("a frame is cut short")
    width, height = 1 + _number(body, 6), 1 + _number(body, 9)
    chunks = [chunk for chunk in _chunks(body, 16) if chunk[0] in PICTURE_CHUNKS]
    if not chunks:
        raise ValueError("a frame without a picture")
    return Frame(
        data=_still(chunks, width, height, profile),
        box=Box(x=2 * _number(body, 0), y=2 * _number(body, 3), width=width, height=height),
        duration_ms=_number(body, 12),
        blend=not body[15] & REPLACE_FLAG,
        dispose=CLEAR if body[15] & CLEAR_FLAG else KEEP,
    )


def _still(chunks: list[Chunk], width: int, height: int, profile: bytes) -> bytes:
    if len(chunks) == 1 and not profile:
        return _file(_joined(chunks))
    flags = (ALPHA_FLAG if _has_alpha(chunks) else 0) | (PROFILE_FLAG if profile else 0)
    head = _chunk(b"VP8X", bytes([flags, 0, 0, 0]) + _three(width - 1) + _three(height - 1))
    return _file(head + (_chunk(b"ICCP", profile) if profile else b"") + _joined(chunks))


def _placing(frame: Frame) -> bytes:
    box = frame.box
    flags = (0 if frame.blend else REPLACE_FLAG) | (CLEAR_FLAG if frame.dispose == CLEAR else 0)
    numbers = (box.x // 2, box.y // 2, box.width - 1, box.height - 1, frame.duration_ms)
    return b"".join(_three(number) for number in numbers) + bytes([flags])


def _picture_of(still: bytes) -> list[Chunk]:
    chunks = [chunk for chunk in _chunks(still, 12) if chunk[0] in PICTURE_CHUNKS]
    if not chunks:
        raise ValueError("a frame is no still WebP file")
    return chunks


VP8L_HEAD_BYTES = 5
"""Signature, size, and the bit that tells of transparency (RFC 9649, 3.4)."""


def _has_alpha(chunks: list[Chunk]) -> bool:
    for name, body in chunks:
        if name == b"ALPH":
            return True
        if name == b"VP8L":
            if len(body) < VP8L_HEAD_BYTES:
                raise ValueError("a frame's lossless picture is cut short")
            return bool(struct.unpack_from("<I", body, 1)[0] & ALPHA_BIT_OF_VP8L)
    return False


def _chunks(data: bytes, at: int) -> Iterator[Chunk]:
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        yield name, data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def _file(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _joined(chunks: list[Chunk]) -> bytes:
    return b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) & 1)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
