"""Pictures that are stored turned or mirrored, seen upright on every host; like `checks`."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Awaitable, Callable

import numpy as np
from checks import difference, photo, trial_for

from eyebright.host.base import Host, Pixels

STORED = ("jpeg", "webp", "png")
"""Formats whose orientation EXIF tells, of those that hosts write."""

ORIENTATION = 0x0112
SHORT, LONG = 3, 4
"""Types of a TIFF field's values, of 2 and 4 bytes (TIFF 6.0, section 2)."""

VP8X_HAS_EXIF = 0x08
"""Of the flags (WebP container specification, "Extended File Format")."""


async def orientations_are_applied_once(host: Host) -> None:
    stored = photo(12, 8)
    for name in sorted(set(STORED) & set((await host.capabilities()).encode)):
        data = await host.encode(stored, trial_for(stored, name))
        plain = (await host.decode(data, source_format=name)).pixels
        for orientation in range(1, 9):
            tagged = with_orientation(data, orientation)
            seen = (await host.decode(tagged, source_format=name)).pixels

            expected = as_seen(plain, orientation)
            assert expected.shape == seen.shape, (name, orientation, seen.shape)
            assert difference(expected, seen) < 2, (name, orientation)


async def orientations_of_tiff_are_applied_once(host: Host) -> None:
    stored = photo(12, 8)
    if "tiff" not in (await host.capabilities()).decode:
        return
    for orientation in range(1, 9):
        seen = (await host.decode(tiff_of(stored, orientation), source_format="tiff")).pixels

        assert np.array_equal(as_seen(stored, orientation), seen), orientation


def with_orientation(data: bytes, orientation: int) -> bytes:
    """The JPEG, WebP or PNG file with an EXIF block that holds nothing but this orientation."""
    tag = struct.pack("<HHIHH", ORIENTATION, SHORT, 1, orientation, 0)
    block = b"II*\0" + struct.pack("<IH", 8, 1) + tag + struct.pack("<I", 0)
    if data.startswith(b"\xff\xd8"):
        body = b"Exif\0\0" + block
        return data[:2] + b"\xff\xe1" + struct.pack(">H", 2 + len(body)) + body + data[2:]
    if data.startswith(b"RIFF"):
        return _extended(data, block)
    after_header = 8 + 12 + 13  # signature, then a chunk of 13 bytes
    chunk = b"eXIf" + block
    piece = struct.pack(">I", len(block)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:after_header] + piece + data[after_header:]


def _extended(webp: bytes, block: bytes) -> bytes:
    """A WebP of one lossy picture chunk in the extended layout, with this EXIF block."""
    assert webp[12:16] == b"VP8 ", webp[12:16]
    width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", webp, 26))
    sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    head = struct.pack("<4sII", b"VP8X", 10, VP8X_HAS_EXIF) + sides
    body = b"WEBP" + head + webp[12:] + struct.pack("<4sI", b"EXIF", len(block)) + block
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def tiff_of(pixels: Pixels, orientation: int) -> bytes:
    """(H, W, 3) pixels in one strip that is not compressed (TIFF 6.0, section 6)."""
    height, width, channels = pixels.shape
    count = 10
    after = 8 + 2 + 12 * count + 4
    fields = (
        (256, SHORT, 1, width),
        (257, SHORT, 1, height),
        (258, SHORT, channels, after),  # bits per sample
        (259, SHORT, 1, 1),  # not compressed
        (262, SHORT, 1, 2),  # RGB
        (273, LONG, 1, after + 2 * channels),  # where the strip is
        (ORIENTATION, SHORT, 1, orientation),
        (277, SHORT, 1, channels),
        (278, SHORT, 1, height),  # rows of the strip
        (279, LONG, 1, pixels.size),
    )
    directory = b"".join(struct.pack("<HHII", *field) for field in fields)
    head = b"II*\0" + struct.pack("<IH", 8, count) + directory + bytes(4)
    return head + struct.pack(f"<{channels}H", *[8] * channels) + pixels.tobytes()


def as_seen(stored: Pixels, orientation: int) -> Pixels:
    """Pixel by pixel after TIFF 6.0: what the 0th row and 0th column of the file stand for."""
    height, width = stored.shape[:2]
    shown = (width, height) if orientation >= 5 else (height, width)
    seen = np.empty((*shown, stored.shape[2]), np.uint8)
    for row in range(height):
        for column in range(width):
            right, bottom = width - 1 - column, height - 1 - row
            place = {
                1: (row, column),  # top, left
                2: (row, right),  # top, right
                3: (bottom, right),  # bottom, right
                4: (bottom, column),  # bottom, left
                5: (column, row),  # left, top
                6: (column, bottom),  # right, top
                7: (right, bottom),  # right, bottom
                8: (right, row),  # left, bottom
            }[orientation]
            seen[place] = stored[row, column]
    return seen


CHECKS: tuple[Callable[[Host], Awaitable[None]], ...] = (
    orientations_are_applied_once,
    orientations_of_tiff_are_applied_once,
)
