"""What file headers say that decoding must know: wholeness, colour profiles, turned pictures.

No format knowledge beyond the few marks that are looked for. Broken headers
give the harmless answer: the decoder itself complains about them.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from eyebright.metadata import orientation
from eyebright.metadata.containers import png
from eyebright.metadata.containers.properties import (
    Box,
    bodies,
    first,
    of_primary,
    orientation_of,
)

PROFILE_LIMIT_BYTES = 4 << 20
"""Largest colour profile that is unpacked: printers' profiles reach 2 MB."""

_HEAD_BYTES = 1 << 16
"""Where AVIF's boxes of properties lie: before the coded picture, well within 64 kB."""

_PNG_SIGNATURE_BYTES = 8
_JPEG_END = 0xD9
_JPEG_SCAN = 0xDA
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
# The next marker in coded data: FF00 is a coded FF, D0 to D7 restart, FF fills (T.81, B.1.1).
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# The tag Orientation, one short, with a value from 2 to 8, in either byte order (Exif 2.3, 4.6.4).
_ORIENTATION = re.compile(
    rb"\x12\x01\x03\x00\x01\x00\x00\x00[\x02-\x08]\x00|\x01\x12\x00\x03\x00\x00\x00\x01\x00[\x02-\x08]"
)
_ICC_HEAD = b"ICC_PROFILE\x00"
_WEBP_HAS_EXIF = 0x08
"""Of the flags of VP8X (WebP container specification, "Extended File Format")."""
_EXIF_HEAD = b"Exif\x00\x00"


def is_whole_jpeg(data: bytes) -> bool:
    """Whether the picture's end marker is there: some browsers paint what is missing grey."""
    return any(marker == _JPEG_END for marker, _start, _end in _jpeg_segments(data))


def is_cmyk_jpeg(data: bytes) -> bool:
    """Whether a JPEG has four components: CMYK or YCCK (T.81, B.2.2; Adobe TN 5116)."""
    for marker, start, _end in _jpeg_segments(data):
        if marker in _JPEG_FRAMES:
            return data[start + 5 : start + 6] == b"\x04"
        if marker == _JPEG_SCAN:
            return False
    return False


def profile_of(data: bytes, source_format: str) -> bytes | None:
    """The ICC profile of a JPEG, PNG, WebP or AVIF, or None."""
    find = {
        "jpeg": _jpeg_profile,
        "png": _png_profile,
        "webp": _webp_profile,
        "avif": _avif_profile,
    }
    return find[source_format](data) if source_format in find else None


def may_be_turned(data: bytes, source_format: str) -> bool:
    """Whether a picture may ask to be rotated or mirrored; True where that is not cheap to tell."""
    if source_format == "jpeg":
        return _jpeg_is_turned(data)
    if source_format == "png":
        return b"eXIf" in data
    if source_format == "webp":
        return is_turned_webp(data)
    return source_format != "avif" or is_turned_avif(data)


def is_turned_avif(data: bytes) -> bool:
    """Whether an AVIF asks to be rotated or mirrored (its irot and imir properties)."""
    head = data[:_HEAD_BYTES]
    return b"irot" in head or b"imir" in head


def is_turned_webp(data: bytes) -> bool:
    """Whether a WebP's EXIF asks for it to be turned or mirrored."""
    blocks = (body for kind, body in _riff_chunks(data) if kind == b"EXIF")
    return any(orientation(body) != 1 for body in blocks)


def unturned_webp(data: bytes) -> bytes:
    """The same picture without its EXIF, which only some browsers heed: Chromium 156 does not."""
    if data[:4] != b"RIFF" or len(data) < 12:
        return data
    pieces, at = [data[:12]], 12
    for kind, body in _riff_chunks(data):
        end = at + 8 + len(body) + len(body) % 2
        if kind == b"VP8X" and body:
            flags = bytes([body[0] & ~_WEBP_HAS_EXIF])
            pieces.append(data[at : at + 8] + flags + data[at + 9 : end])
        elif kind != b"EXIF":
            pieces.append(data[at:end])
        at = end
    whole = b"".join([*pieces, data[at:]])
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def size_of(data: bytes, source_format: str) -> tuple[int, int]:
    """Width and height that a JPEG or PNG says, as stored; (0, 0) where they are not told."""
    if source_format == "png" and data[12:16] == b"IHDR":
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if source_format != "jpeg":
        return 0, 0
    for marker, start, _end in _jpeg_segments(data):
        if marker in _JPEG_FRAMES:  # precision, height, width (T.81, B.2.2)
            height, width = data[start + 1 : start + 3], data[start + 3 : start + 5]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
    return 0, 0


def turn_of(data: bytes, source_format: str) -> int:
    """How a JPEG, WebP or AVIF asks to be turned, as EXIF counts it; 1 for every other format."""
    if source_format == "jpeg":
        return orientation(_jpeg_exif(data))
    if source_format == "webp":
        return orientation(next((b for kind, b in _riff_chunks(data) if kind == b"EXIF"), b""))
    return orientation_of(_avif_properties(data)) if source_format == "avif" else 1


def bits_of_avif(data: bytes) -> int:
    """Bits per sample: 8, 10 or 12, as its pixi property tells; 8 where nothing does."""
    pixi = first(_avif_properties(data), b"pixi")
    return max([8, *pixi[5 : 5 + pixi[4]]]) if len(pixi) > 4 else 8


def _avif_properties(data: bytes) -> list[Box]:
    """Of the picture; none of a broken header."""
    try:
        meta = first(bodies(data), b"meta")
        return of_primary(bodies(meta[4:]))
    except (ValueError, IndexError, struct.error):
        return []


def bits_of_png(data: bytes) -> int:
    """Bits per sample: 1, 2, 4, 8 or 16; 0 for a broken header."""
    return data[24] if len(data) > 24 else 0


def has_sound_pixels(data: bytes) -> bool:
    """Whether the checksums of a PNG's pixels fit, as browsers demand and Pillow does not."""
    view = memoryview(data)
    return all(
        zlib.crc32(view[start - 4 : end]) == int.from_bytes(view[end : end + 4], "big")
        for name, start, end in png.chunks(data)
        if name == b"IDAT"
    )


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start and end of its payload) up to the end marker; ends early where the data do."""
    at = 2
    while found := _JPEG_MARKER.search(data, at):
        marker, at = data[found.start() + 1], found.end()
        if marker == _JPEG_END:
            yield marker, at, at
            return
        size = int.from_bytes(data[at : at + 2], "big")
        if size < 2 or at + size > len(data):
            return
        yield marker, at + 2, at + size
        at += size


def _jpeg_is_turned(data: bytes) -> bool:
    for marker, start, end in _jpeg_segments(data):
        if marker == _JPEG_SCAN:
            return False
        if marker == 0xE1 and _ORIENTATION.search(data, start, end):
            return True
    return False


def _jpeg_exif(data: bytes) -> bytes:
    """The first APP1 segment of EXIF (Exif 2.3, 4.7.2); empty where there is none."""
    for marker, start, end in _jpeg_segments(data):
        if marker == _JPEG_SCAN:
            break
        if marker == 0xE1 and data.startswith(_EXIF_HEAD, start):
            return data[start:end]
    return b""


def _jpeg_profile(data: bytes) -> bytes | None:
    """The parts of APP2 in their order (ICC.1, annex B.4)."""
    parts: dict[int, bytes] = {}
    for marker, start, end in _jpeg_segments(data):
        if marker == _JPEG_SCAN:
            break
        if marker == 0xE2 and data.startswith(_ICC_HEAD, start):
            body = start + len(_ICC_HEAD)
            parts[data[body]] = data[body + 2 : end]
    return b"".join(parts[number] for number in sorted(parts)) or None


def _png_profile(data: bytes) -> bytes | None:
    at = _PNG_SIGNATURE_BYTES
    while at + 12 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"iCCP":
            return _unpack(data[at + 8 : at + 8 + size])
        if kind == b"IDAT":
            return None
        at += size + 12
    return None


def _unpack(body: bytes) -> bytes | None:
    """Name, zero, method, then the zlib stream."""
    start = body.find(b"\x00") + 2
    try:
        return zlib.decompressobj().decompress(body[start:], PROFILE_LIMIT_BYTES) or None
    except zlib.error:  # a broken profile is none: as browsers do
        return None


def _webp_profile(data: bytes) -> bytes | None:
    return next((body for kind, body in _riff_chunks(data) if kind == b"ICCP"), None)


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _avif_profile(data: bytes) -> bytes | None:
    """The payload of a colour box of type prof or rICC (ISO/IEC 14496-12, 12.1.5)."""
    found = re.search(rb"colr(?:prof|rICC)", data[:_HEAD_BYTES])
    if not found:
        return None
    box = found.start() - 4
    size = int.from_bytes(data[box : box + 4], "big")
    return data[found.end() : box + size] or None
