"""What headers say: whole JPEGs, profiles, turned pictures."""

from __future__ import annotations

import io
from typing import Any

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from eyebright.host import headers

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
KINDS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF"}


def file(kind: str, **options: Any) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_is_whole_only_with_its_end(progressive: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    whole = file("JPEG", progressive=progressive, restart_marker_blocks=2, quality=100)

    found = [length for length in range(len(whole) + 1) if headers.is_whole_jpeg(whole[:length])]
    assert found == [len(whole)]


def test_what_follows_a_jpeg_does_not_matter() -> None:
    assert headers.is_whole_jpeg(file("JPEG") + b"\xff\xda a film in the same file")


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture() -> None:
    exif = b"Exif\x00\x00" + file("JPEG", quality=5)
    whole = file("JPEG", exif=exif)

    assert headers.is_whole_jpeg(whole)
    assert not headers.is_whole_jpeg(whole[:-2])


@pytest.mark.parametrize("name", KINDS)
def test_a_profile_is_found(name: str) -> None:
    assert headers.profile_of(file(KINDS[name], icc_profile=PROFILE), name) == PROFILE


@pytest.mark.parametrize("name", KINDS)
def test_no_profile_is_none(name: str) -> None:
    assert headers.profile_of(file(KINDS[name]), name) is None


def test_a_profile_in_several_parts_is_put_together() -> None:
    long = PROFILE + bytes(100_000)

    assert headers.profile_of(file("JPEG", icc_profile=long), "jpeg") == long


def test_other_formats_have_no_profile_here() -> None:
    assert headers.profile_of(file("TIFF", icc_profile=PROFILE), "tiff") is None


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 7, 8])
def test_a_turned_picture_is_seen(name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    assert headers.may_be_turned(file(KINDS[name], exif=exif), name)


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_without_tags_is_not_turned(name: str) -> None:
    assert not headers.may_be_turned(file(KINDS[name]), name)


def test_an_upright_photo_with_tags_is_not_turned() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 1, "A camera"

    assert not headers.may_be_turned(file("JPEG", exif=exif), "jpeg")


def test_a_turned_photo_is_seen_in_the_other_byte_order() -> None:
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
    turned = file("JPEG", exif=b"Exif\x00\x00" + tiff + bytes(4))

    assert headers.may_be_turned(turned, "jpeg")


def test_of_other_formats_nothing_is_known() -> None:
    assert headers.may_be_turned(b"", "jxl")


def test_a_turned_avif_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    assert headers.is_turned_avif(file("AVIF", exif=exif))
    assert not headers.is_turned_avif(file("AVIF"))


def test_tags_of_a_webp_are_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    assert headers.is_turned_webp(file("WEBP", exif=exif))
    assert not headers.is_turned_webp(file("WEBP"))
    exif[0x0112] = 1
    assert not headers.is_turned_webp(file("WEBP", exif=exif))


def test_a_webp_without_its_turn_has_the_same_pixels_and_colours() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = file("WEBP", exif=exif, icc_profile=PROFILE)

    straight = headers.unturned_webp(turned)

    assert straight == file("WEBP", icc_profile=PROFILE)
    assert headers.unturned_webp(straight) == straight


@pytest.mark.parametrize(("mode", "bits"), [("1", 1), ("L", 8), ("I;16", 16)])
def test_the_depth_of_a_png_is_read(mode: str, bits: int) -> None:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "PNG")

    assert headers.bits_of_png(out.getvalue()) == bits


def test_a_wrong_checksum_of_pixels_is_seen() -> None:
    data = file("PNG")
    place = data.index(b"IEND") - 8

    assert headers.has_sound_pixels(data)
    assert not headers.has_sound_pixels(data[:place] + bytes(4) + data[place + 4 :])


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_the_depth_of_an_avif_is_read_from_its_properties(bits: int) -> None:
    grey = np.full((8, 8, 3), 1 << (bits - 1), np.uint8 if bits == 8 else np.uint16)
    data = imagecodecs.avif_encode(grey, bitspersample=bits)

    assert headers.bits_of_avif(data) == bits


@pytest.mark.property
@given(st.binary(max_size=200), st.sampled_from(sorted(KINDS)), st.integers(0, 400))
def test_no_bytes_raise(noise: bytes, name: str, length: int) -> None:
    damaged = file(KINDS[name], icc_profile=PROFILE)[:length] + noise

    headers.profile_of(damaged, name)
    headers.is_whole_jpeg(damaged)
    headers.may_be_turned(damaged, name)
    headers.is_turned_avif(damaged)
    headers.is_turned_webp(damaged)
    headers.unturned_webp(damaged)
    headers.bits_of_png(damaged)
    headers.has_sound_pixels(damaged)
    headers.bits_of_avif(damaged)
    headers.turn_of(damaged, name)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["jpeg", "webp", "avif"])
def test_how_a_file_asks_to_be_turned_is_read(name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    assert headers.turn_of(file(KINDS[name], exif=exif), name) == orientation


@pytest.mark.parametrize("name", KINDS)
def test_a_file_without_exif_or_of_another_format_is_upright(name: str) -> None:
    assert headers.turn_of(file(KINDS[name]), name) == 1


@pytest.mark.parametrize(
    ("name", "size"), [("jpeg", (60, 40)), ("png", (60, 40)), ("webp", (0, 0))]
)
def test_the_size_is_told_where_it_is_cheap_to_read(name: str, size: tuple[int, int]) -> None:
    assert headers.size_of(file(KINDS[name]), name) == size
    assert headers.size_of(b"", name) == (0, 0)
    assert headers.size_of(b"Dear Sir or Madam, this is text.", name) == (0, 0)
