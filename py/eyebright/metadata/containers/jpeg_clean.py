"""JPEG originals without private metadata, those of several pictures (MPO, CIPA DC-007) too.

The index of an MPO file holds offsets, so nothing moves in it: fill bytes, which may stand before
any marker (ITU-T T.81, B.1.1.2), take the place of what goes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.metadata.blocks import Blocks
from eyebright.metadata.containers import jpeg
from eyebright.metadata.containers.spaces import Place, fill, take

JFIF = b"JFIF\x00"
JFIF_HEAD_BYTES = 14
"""Up to the sizes of the thumbnail, which are set to 0."""

GAIN_MAP = b"hdrgm"
"""Prefix of Adobe's and Android's gain map metadata, which the picture needs to be shown in HDR."""

PICTURE_ENTRY_BYTES = 16
ENTRIES_TAG = 0xB002
"""MPEntry: attributes, size and offset of each picture."""

FILL = 0xFF


def clean(data: bytes, blocks: Blocks) -> bytes:
    """The same pictures with `blocks` alone; the profile stays.

    Raises ValueError for a file with anything unknown behind its pictures, or with a gain map.
    """
    scan = max((end for _marker, _start, end in jpeg.segments(data)), default=2)
    end = data.find(b"\xff\xd9", scan)  # which no coded data hold: FF is followed by 00 there
    index = _index(data)
    if index is not None:
        return _in_place(data, blocks, [(0, end + 2), *_others(data, index)])
    if end < 0 or data[end + 2 :].strip(b"\x00"):
        raise ValueError("there is something behind the picture")
    return _without_thumbnail(jpeg.write(data[: end + 2], blocks))


def _without_thumbnail(data: bytes) -> bytes:
    """Without those that JFIF itself can hold."""
    parts, at = [data[:2]], 2
    for marker, start, end in jpeg.segments(data):
        body = data[start:end]
        if marker != jpeg.APP0:
            parts.append(data[at:end])
        elif body.startswith(JFIF) and len(body) >= JFIF_HEAD_BYTES:
            head = body[: JFIF_HEAD_BYTES - 2] + b"\x00\x00"
            parts.append(struct.pack(">BBH", 0xFF, marker, 2 + len(head)) + head)
        at = end
    return b"".join([*parts, data[at:]])


def _index(data: bytes) -> int | None:
    """Where the TIFF structure of the index begins."""
    for marker, start, _end in jpeg.segments(data):
        if marker == jpeg.APP2 and data.startswith(jpeg.MULTI_PICTURE, start):
            return start + len(jpeg.MULTI_PICTURE)
    return None


def _others(data: bytes, index: int) -> Iterator[Place]:
    """The further pictures. Raises ValueError where they are not all that is there."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[index : index + 4])
    if order is None:
        raise ValueError("the index of its pictures is damaged")
    (at,) = struct.unpack_from(order + "I", data, index + 4)
    (count,) = struct.unpack_from(order + "H", data, index + at)
    for entry_at in range(index + at + 2, index + at + 2 + 12 * count, 12):
        tag, _kind, size, where = struct.unpack_from(order + "HHII", data, entry_at)
        if tag == ENTRIES_TAG:
            yield from _listed(data, index, order, range(where, where + size, PICTURE_ENTRY_BYTES))


def _listed(data: bytes, index: int, order: str, entries: range) -> Iterator[Place]:
    for at in entries[1:]:
        size, offset = struct.unpack_from(order + "II", data, index + at + 4)
        yield index + offset, index + offset + size


def _in_place(data: bytes, blocks: Blocks, pictures: list[Place]) -> bytes:
    out = bytearray(data)
    behind = 0
    for number, (start, end) in enumerate(sorted(pictures)):
        if data[behind:start].strip(b"\x00") or not jpeg.is_this(data[start:end]):
            raise ValueError("there is something beside its pictures")
        behind = end
        out[start:end] = _scrubbed(data[start:end], blocks if number == 0 else Blocks())
    if data[behind:].strip(b"\x00") or len(pictures) < 2:
        raise ValueError("there is something behind its pictures")
    return bytes(out)


def _scrubbed(picture: bytes, blocks: Blocks) -> bytes:
    """One picture of the same length."""
    if GAIN_MAP in picture[:65536]:
        raise ValueError("it has a gain map")
    freed: list[Place] = []
    at = 2
    for marker, start, end in jpeg.segments(picture):
        body = picture[start:end]
        stays = marker == jpeg.APP2 and body.startswith(jpeg.MULTI_PICTURE)
        if not stays and jpeg.is_metadata(marker, body, keeps_icc=True):
            freed.append((at, end))
        at = end
    out = bytearray(picture)
    fill(out, freed, FILL)
    for new in jpeg.new_segments(Blocks(exif=blocks.exif, xmp=blocks.xmp)):
        start, end = take(freed, len(new))
        out[start:end] = new
    return bytes(out)
