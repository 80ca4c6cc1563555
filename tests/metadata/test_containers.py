"""Blocks go into every format that is written and come out again, and no pixel changes."""

import asyncio
import io

import metadata_samples as samples
import numpy as np
import pytest
import skimage.data
from PIL import Image

from eyebright.host.native import NativeHost
from eyebright.metadata import containers
from eyebright.metadata.blocks import Blocks
from eyebright.values import Trial

WAYS = [
    ("jpeg", 3, False),
    ("png", 3, True),
    ("png", 4, True),
    ("webp", 3, False),
    ("webp", 4, False),
    ("webp", 3, True),
    ("webp", 4, True),
    ("avif", 3, False),
    ("avif", 4, False),
    ("jxl", 3, False),
    ("jxl", 4, True),
]


def pixels(channels: int) -> np.ndarray:
    cat = skimage.data.chelsea()[:90, :121]
    alpha = np.tile(np.arange(121, dtype=np.uint8) * 2, (90, 1))
    return cat if channels == 3 else np.dstack([cat, alpha])


def encoded(name: str, channels: int, *, lossless: bool) -> bytes:
    trial = Trial(format=name, width=121, height=90, quality=70, lossless=lossless, speed=9)
    trial = trial.replace(speed=3) if name in {"jxl", "png"} else trial
    return asyncio.run(NativeHost().encode(pixels(channels), trial))


def decoded(data: bytes, name: str) -> np.ndarray:
    return asyncio.run(NativeHost().decode(data, source_format=name)).pixels


@pytest.mark.parametrize(("name", "channels", "lossless"), WAYS)
def test_blocks_come_out_as_they_went_in_and_no_pixel_changes(
    name: str,
    channels: int,
    lossless: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    blocks = samples.rights_blocks(has_profile=name != "jxl")
    plain = encoded(name, channels, lossless=lossless)

    written = containers.write(plain, blocks)

    assert blocks == containers.read(written, name)
    assert np.array_equal(decoded(plain, name), decoded(written, name))


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif"])
def test_pillow_finds_what_was_written(name: str) -> None:
    blocks = samples.rights_blocks()

    image = Image.open(io.BytesIO(containers.write(encoded(name, 3, lossless=False), blocks)))
    image.load()

    assert samples.CREATOR in image.getexif()[0x013B].encode("latin-1").decode()
    assert image.info["icc_profile"] == blocks.icc


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_writing_again_replaces_what_was_written(name: str) -> None:
    blocks = samples.rights_blocks()
    once = containers.write(encoded(name, 3, lossless=False), blocks)

    assert once == containers.write(once, blocks)


def test_a_long_profile_is_split_over_jpeg_segments() -> None:
    blocks = Blocks(icc=bytes(range(256)) * 600)

    written = containers.write(encoded("jpeg", 3, lossless=False), blocks)

    assert blocks.icc == containers.read(written, "jpeg").icc


def test_bytes_of_no_known_container_are_refused() -> None:
    with pytest.raises(ValueError, match="container"):
        containers.write(b"GIF89a" + bytes(20), samples.rights_blocks())


def test_an_avif_that_holds_metadata_already_is_refused() -> None:
    with pytest.raises(ValueError, match="already"):
        containers.write(samples.avif(), samples.rights_blocks())


@pytest.mark.parametrize("name", samples.SOURCES)
def test_a_manifest_is_found_in_every_format_that_can_carry_one(name: str) -> None:
    make = samples.SOURCES[name]

    found = [containers.read(make(has_manifest=has), name).has_provenance for has in (True, False)]

    assert found == [True, False]


def test_a_manifest_is_found_in_a_jpeg_xl_container() -> None:
    stream = encoded("jxl", 3, lossless=False)

    found = [
        containers.read(samples.jxl(stream, has_manifest=has), "jxl").has_provenance
        for has in (True, False)
    ]

    assert found == [True, False]


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif"])
def test_exif_and_xmp_are_read_from_files_of_other_programs(name: str) -> None:
    blocks = containers.read(samples.SOURCES[name](), name)

    assert samples.private("owner").encode() in blocks.exif
    assert samples.private("xmp-owner").encode() in blocks.xmp


def test_a_packet_of_a_gif_is_read_without_its_trailer() -> None:
    assert samples.xmp_packet() == containers.read(samples.gif(), "gif").xmp


def test_iptc_is_read_from_photoshop_s_resources() -> None:
    assert samples.iptc_block() == containers.read(samples.jpeg(), "jpeg").iptc


def test_boxes_packed_with_brotli_are_named() -> None:
    stream = encoded("jxl", 3, lossless=False)
    packed = samples.jxl(stream).replace(b"Exif\x00", b"brobExif"[:5], 1)

    assert containers.read(packed, "jxl").unread == ("a packed box",)
