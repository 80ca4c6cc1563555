"""What Pyodide's libtiff does not unpack gives the same pixels as CPython's, which does."""

from __future__ import annotations

import io
import struct
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image

from eyebright.errors import CorruptImage, EyebrightError, UnsupportedFormat
from eyebright.host import tiff
from eyebright.host.base import Pixels
from eyebright.host.native import decoding

tifffile = pytest.importorskip("tifffile")
pyvips = pytest.importorskip("pyvips")

WIDTH, HEIGHT = 75, 50


def scene(kind: type = np.uint8) -> Any:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    eight = np.dstack([x * 3, y * 5, (x + y) * 2]).astype(np.uint8)
    return eight if kind is np.uint8 else eight.astype(np.uint16) * 257 + 3


def by_pillow(mode: str = "RGB", compression: str = "tiff_adobe_deflate", **options: Any) -> bytes:
    out = io.BytesIO()
    image = Image.fromarray(scene()).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    image.save(out, "TIFF", compression=compression, **options)
    return out.getvalue()


def by_vips(**options: Any) -> bytes:
    image = pyvips.Image.new_from_memory(scene().tobytes(), WIDTH, HEIGHT, 3, "uchar")
    return bytes(image.copy(interpretation="srgb").tiffsave_buffer(**options))


def by_tifffile(samples: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, samples, photometric="rgb", **options)
    return out.getvalue()


FILES = {
    "deflate": by_pillow(),
    "deflate with a predictor": by_pillow(tiffinfo={317: 2}),
    "deflate grey": by_pillow("L"),
    "deflate two levels": by_pillow("1"),
    "deflate palette": by_pillow("P"),
    "deflate transparent": by_pillow("RGBA"),
    "deflate CMYK": by_pillow("CMYK"),
    "deflate in tiles": by_vips(compression="deflate", tile=True, tile_width=32, tile_height=16),
    "deflate tiles, predictor": by_vips(
        compression="deflate", tile=True, tile_width=16, tile_height=32, predictor="horizontal"
    ),
    "deflate 16 bits": by_tifffile(scene(np.uint16), compression="zlib", predictor=True),
    "deflate 16 bits, big end first": by_tifffile(
        scene(np.uint16), compression="zlib", predictor=True, byteorder=">"
    ),
    "deflate in planes": by_tifffile(
        np.moveaxis(scene(), 2, 0), compression="zlib", planarconfig="separate", rowsperstrip=7
    ),
    "JPEG": by_pillow(compression="jpeg", quality=90),
    "JPEG grey": by_pillow("L", compression="jpeg"),
    "JPEG CMYK": by_pillow("CMYK", compression="jpeg"),
    "JPEG in strips": by_vips(compression="jpeg", Q=90),
    "JPEG in tiles": by_vips(compression="jpeg", Q=95, tile=True, tile_width=32, tile_height=32),
    "LZW": by_pillow(compression="tiff_lzw"),
    "plain": by_pillow(compression="raw"),
}


def pixels_of(data: bytes) -> Pixels:
    return decoding.decode(data, "tiff").pixels


def compression_of(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as image:
        return int(image.tag_v2[tiff.COMPRESSION])


@pytest.mark.parametrize("name", FILES)
def test_it_looks_the_same_unpacked(name: str) -> None:
    data = FILES[name]
    plain = tiff.unpacked(data)

    assert np.array_equal(pixels_of(data), pixels_of(plain))


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(("deflate", "JPEG"))])
def test_nothing_is_packed_any_more(name: str) -> None:
    assert compression_of(tiff.unpacked(FILES[name])) == tiff.NONE


@pytest.mark.parametrize("name", ["LZW", "plain"])
def test_what_libtiff_reads_anyhow_is_left_alone(name: str) -> None:
    assert tiff.unpacked(FILES[name]) is FILES[name]


def test_profiles_and_turns_go_along() -> None:
    data = by_pillow(tiffinfo={274: 6}, icc_profile=b"not looked at here")

    with Image.open(io.BytesIO(tiff.unpacked(data))) as image:
        found = (image.info["icc_profile"], image.tag_v2[274])

    assert found == (b"not looked at here", 6)


@pytest.mark.parametrize(("compression", "name"), [("lzma", "LZMA"), ("zstd", "Zstandard")])
def test_rare_compressions_are_refused_by_name(compression: str, name: str) -> None:
    with pytest.raises(UnsupportedFormat, match=f"compressed by {name}, which is not read here;"):
        tiff.unpacked(by_pillow(compression=compression))


@pytest.mark.parametrize("name", ["deflate", "JPEG", "deflate in tiles"])
def test_a_damaged_file_is_refused_and_says_so(name: str) -> None:
    data = bytearray(FILES[name])
    with Image.open(io.BytesIO(data)) as image:
        tags = image.tag_v2
        start = tags.get(tiff.STRIP_OFFSETS, tags.get(tiff.TILE_OFFSETS))[0]
    data[start : start + 40] = bytes(40)

    with pytest.raises(CorruptImage, match="get the file again"):
        tiff.unpacked(bytes(data))


@pytest.mark.parametrize("name", ["deflate", "JPEG", "JPEG in tiles"])
def test_any_damage_ends_in_bytes_or_in_our_errors(name: str) -> None:
    whole = FILES[name]
    start = int.from_bytes(whole[4:8], "little")
    for at in [*range(4, 8), *range(start, min(len(whole), start + 240))]:
        data = whole[:at] + bytes([whole[at] ^ 0xA5]) + whole[at + 1 :]
        try:
            made = tiff.unpacked(data)
        except EyebrightError:
            continue

        assert isinstance(made, bytes)


def patched(data: bytes, tag: int, value: int) -> bytes:
    """With another value of a tag that has one."""
    with Image.open(io.BytesIO(data)) as image:
        found = data.index(struct.pack("<H", tag), image.tag_v2.offset or 0)

    return data[:found] + struct.pack("<HHII", tag, 4, 1, value) + data[found + 12 :]


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (tiff.HEIGHT, 0),
        (tiff.WIDTH, 0),
        (tiff.TILE_WIDTH, 0),
        (tiff.TILE_HEIGHT, 1),
        (tiff.TILE_WIDTH, 65_535),
        (tiff.SAMPLES, 0),
        (tiff.SAMPLES, 65_535),
    ],
)
def test_impossible_sizes_are_refused_at_once(tag: int, value: int) -> None:
    started = time.process_time()

    with pytest.raises(CorruptImage):
        tiff.unpacked(patched(FILES["deflate in tiles"], tag, value))

    assert time.process_time() - started < 0.5


def test_strips_without_end_are_refused_before_they_are_counted_out() -> None:
    thin = patched(by_pillow(), tiff.ROWS_PER_STRIP, 1)
    started = time.process_time()

    with pytest.raises(CorruptImage):
        tiff.unpacked(patched(thin, tiff.HEIGHT, 100_000_000))

    assert time.process_time() - started < 0.5


def test_a_tile_larger_than_any_picture_is_not_unpacked() -> None:
    data = bytearray(FILES["deflate in tiles"])
    for tag in (tiff.TILE_WIDTH, tiff.TILE_HEIGHT):
        at = data.index(tag.to_bytes(2, "little") + b"\3\0\1\0\0\0")
        data[at + 8 : at + 10] = (60_000).to_bytes(2, "little")

    with pytest.raises(CorruptImage):
        tiff.unpacked(bytes(data))
