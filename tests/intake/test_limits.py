"""What a file claims is held to limits before anything is decoded, and a caller may move them."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from eyebright import intake
from eyebright.errors import LimitExceeded, PolicyError
from eyebright.intake import Limits
from eyebright.metadata.containers.boxes import box

QUICK_S = 5.0
"""Far above what reading takes on a busy machine, far below what the files are made to take."""


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rest: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + rest + chunk(b"IEND")


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_a_decompression_bomb_is_told_by_its_pixels_per_byte() -> None:
    bomb = png(10_000, 10_000, chunk(b"IDAT", b"\0" * 200))

    with pytest.raises(LimitExceeded, match=r"b\.png: 10000 x 10000 pixels in \d+ bytes.* 10000 p"):
        intake.read(bomb, name="b.png")

    assert intake.read(bomb, limits=Limits(max_pixels_per_byte=10**6)).width == 10_000


def test_plain_colour_is_no_bomb() -> None:
    data = saved(Image.new("1", (6000, 6000)), "PNG")

    assert intake.read(data).width == 6000


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(max_pixels=1000), r"40 x 30 pixels is more than the limit of 1000 pixels"),
        (Limits(max_bytes=10), r"bytes is more than the limit of 10 bytes"),
        (Limits(max_frames=2), r"3 frames is more than the limit of 2"),
        (Limits(max_parts=2), r"more than the limit of 2 parts"),
    ],
)
def test_a_caller_s_own_limits_hold(limits: Limits, words: str) -> None:
    frames = [Image.new("RGB", (40, 30), (9 * i, 0, 0)) for i in range(3)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)

    with pytest.raises(LimitExceeded, match=words) as raised:
        intake.read(data, name="a.gif", limits=limits)

    assert str(raised.value).startswith("a.gif: ")
    assert "; " in str(raised.value)


def test_limits_below_one_are_refused() -> None:
    with pytest.raises(PolicyError, match=r"limits\.max_pixels"):
        Limits(max_pixels=0)


def overlapping(count: int, entries: int = 0xFFFF) -> bytes:
    """TIFF directories of this many entries, each four bytes behind the last."""
    first = struct.pack("<H", 2) + struct.pack("<HHIIHHII", 0x100, 4, 1, 8, 0x101, 4, 1, 8)
    start = 8 + len(first) + 4
    starts = struct.pack("<I", entries) * count
    following = b"".join(struct.pack("<I", start + 4 * index) for index in range(1, count))
    between = bytes(2 + 12 * entries - len(starts))
    whole = b"II*\0" + struct.pack("<I", 8) + first + struct.pack("<I", start)
    return whole + starts + between + following + bytes(4)


CROWDED = {
    "png": png(8, 8, chunk(b"tEXt") * 200_000),
    "jpeg": b"\xff\xd8" + b"\xff\xe1\0\x02" * 200_000,
    "jpeg of fill bytes": b"\xff\xd8" + b"\xff" * 10_000_000,
    "webp": b"RIFF\0\0\0\0WEBP" + b"ANMF\0\0\0\0" * 200_000,
    "gif": b"GIF89a\x08\0\x08\0\0\0\0" + b"\x21\xfe\0" * 200_000,
    "gif of tiny blocks": b"GIF89a\x08\0\x08\0\0\0\0\x21\xfe" + b"\x01x" * 5_000_000,
    "avif": b"\0\0\0\x10ftypavif\0\0\0\0" + b"\0\0\0\x08free" * 200_000,
    "avif of boxes in boxes": b"\0\0\0\x10ftypavif\0\0\0\0"
    + b"".join(box(b"moov", box(b"trak", box(b"free", b"") * 1000)) for _ in range(200)),
    "tiff of directories over one another": overlapping(30_000),
    "jxl": b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\x08free" * 200_000,
}


@pytest.mark.parametrize("data", CROWDED.values(), ids=CROWDED)
def test_files_of_endless_parts_are_refused_at_once(data: bytes) -> None:
    started = time.perf_counter()

    with pytest.raises(LimitExceeded, match="more than the limit of 100000 parts"):
        intake.read(data)

    assert time.perf_counter() - started < QUICK_S


def test_a_chain_of_directories_that_bites_its_tail_is_one_page_each() -> None:
    page = struct.pack("<H", 2) + struct.pack("<HHII", 0x100, 4, 1, 8)
    page += struct.pack("<HHII", 0x101, 4, 1, 8) + struct.pack("<I", 8)

    assert intake.read(b"II*\0" + struct.pack("<I", 8) + page).frames == 1
