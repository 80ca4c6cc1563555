"""Headers are read by content, checked before decoding, and never trusted."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from eyebright import intake
from eyebright.errors import CorruptImage, EyebrightError, LimitExceeded, UnsupportedFormat
from eyebright.intake import Limits

ORIENTATION_TAG = 0x0112
SUBFILE_TAG = 0xFE


def save(image: Image.Image, name: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def attempt(data: bytes) -> str:
    """The source's name, or the message of a typed error; anything else raises."""
    try:
        return intake.read(data, name="cut").name
    except EyebrightError as exc:
        return str(exc)


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


@pytest.mark.parametrize(
    ("pillow", "ours"),
    [
        ("JPEG", "jpeg"),
        ("PNG", "png"),
        ("WEBP", "webp"),
        ("GIF", "gif"),
        ("AVIF", "avif"),
        ("TIFF", "tiff"),
        ("BMP", "bmp"),
    ],
)
def test_the_format_and_size_are_read_from_the_content(pillow: str, ours: str) -> None:
    source = intake.read(save(picture(), pillow), name="wrong.xyz")

    assert (source.format, source.width, source.height) == (ours, 40, 30)


def test_jpeg_xl_is_read_bare_and_in_its_container() -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    np = pytest.importorskip("numpy")
    pixels = np.zeros((123, 457, 3), np.uint8)
    for container in (False, True):
        data = imagecodecs.jpegxl_encode(pixels, level=90, usecontainer=container)

        source = intake.read(bytes(data))

        assert (source.format, source.width, source.height) == ("jxl", 457, 123)


def test_a_jpeg_xl_header_that_ends_too_soon_is_broken() -> None:
    with pytest.raises(CorruptImage, match="cut short"):
        intake.read(b"\xff\x0a\x00", name="cut.jxl")


@pytest.mark.parametrize("size", [(8, 8), (256, 512), (1, 1), (1000, 750), (12, 10)])
def test_jpeg_xl_sizes_are_read_in_every_coding(size: tuple[int, int]) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    np = pytest.importorskip("numpy")
    data = imagecodecs.jpegxl_encode(np.zeros((size[1], size[0], 3), np.uint8), lossless=True)

    source = intake.read(bytes(data))

    assert (source.width, source.height) == size


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("pillow", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_sizes_are_as_shown_after_the_orientation(pillow: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    extra = {"tiffinfo": {ORIENTATION_TAG: orientation}} if pillow == "TIFF" else {"exif": exif}
    data = save(picture(), pillow, **extra)

    source = intake.read(data)

    shown = (30, 40) if orientation >= 5 else (40, 30)
    assert source.orientation == orientation
    assert (source.width, source.height) == shown


@pytest.mark.parametrize("pillow", ["PNG", "WEBP", "AVIF"])
def test_transparency_is_seen_in_the_header(pillow: str) -> None:
    with_alpha = picture("RGBA")
    with_alpha.putalpha(100)

    assert intake.read(save(with_alpha, pillow)).has_alpha
    assert not intake.read(save(picture(), pillow)).has_alpha


def test_palette_transparency_counts() -> None:
    image = picture().quantize(8)

    assert intake.read(save(image, "PNG", transparency=0)).has_alpha
    assert intake.read(save(image, "GIF", transparency=0)).has_alpha


@pytest.mark.parametrize("pillow", ["GIF", "WEBP", "PNG"])
def test_every_frame_of_an_animation_is_counted(pillow: str) -> None:
    frames = [Image.new("RGB", (8, 8), (30 * i, 0, 0)) for i in range(4)]
    data = save(frames[0], pillow, save_all=True, append_images=frames[1:], duration=50)

    assert intake.read(data).frames == 4


def pages(*subfiles: int) -> bytes:
    """A TIFF whose directories have these values of NewSubfileType."""
    made = io.BytesIO()
    images = [picture() for _ in subfiles]
    for image, kind in zip(images, subfiles, strict=True):
        image.encoderinfo = {"tiffinfo": {SUBFILE_TAG: kind}}
    images[0].save(
        made,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        tiffinfo={SUBFILE_TAG: subfiles[0]},
    )
    return made.getvalue()


@pytest.mark.parametrize(
    ("subfiles", "expected"), [((0,), 1), ((2, 2, 2), 3), ((0, 1, 4, 0), 2), ((1, 0), 2)]
)
def test_the_pages_of_a_tiff_are_counted_without_thumbnails_and_masks(
    subfiles: tuple[int, ...], expected: int
) -> None:
    assert intake.read(pages(*subfiles)).frames == expected


def test_directories_in_a_circle_are_no_trap() -> None:
    data = bytearray(save(picture(), "TIFF"))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * count, start)

    assert intake.read(bytes(data)).frames == 1


def test_the_pictures_of_mpo_and_ico_files_are_counted() -> None:
    icon = save(picture("RGBA", (64, 64)), "ICO", sizes=[(16, 16), (32, 32), (64, 64)])
    pair = save(picture(), "MPO", save_all=True, append_images=[picture()])

    assert (intake.read(icon).pictures, intake.read(pair).pictures) == (3, 2)
    assert intake.read(save(picture(), "JPEG")).pictures == 1


def test_the_kinds_of_metadata_are_named() -> None:
    exif = Image.Exif()
    exif[0x9003] = "2026:01:01 00:00:00"
    data = save(picture(), "JPEG", exif=exif, icc_profile=b"x" * 200, comment=b"hello")

    source = intake.read(data)

    assert source.metadata == ("comment", "exif", "icc")
    assert source.has_icc


def test_sixteen_bit_pngs_say_so() -> None:
    deep = Image.new("I;16", (5, 5))

    assert intake.read(save(deep, "PNG")).bit_depth == 16


def test_an_empty_file_says_that_it_is_empty() -> None:
    with pytest.raises(CorruptImage, match=r"a\.jpg: the file is empty"):
        intake.read(b"", name="a.jpg")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Dear diary, this is no picture at all.", "no picture that Eyebright reads"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"%PDF-1.7 ...", "PDF"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_remedy(data: bytes, message: str) -> None:
    with pytest.raises(UnsupportedFormat, match=message):
        intake.read(data, name="x")


def test_a_header_of_65535_by_65535_is_refused_before_decoding() -> None:
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", 65535, 65535, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + ihdr
    bomb += struct.pack(">I", zlib.crc32(ihdr)) + b"\0" * 64

    with pytest.raises(LimitExceeded, match=r"bomb\.png: 65535 x 65535"):
        intake.read(bomb, name="bomb.png")


def test_a_size_of_zero_is_refused() -> None:
    data = bytearray(save(picture(), "PNG"))
    data[16:20] = b"\0\0\0\0"

    with pytest.raises(CorruptImage, match="impossible"):
        intake.read(bytes(data))


def test_limits_are_the_caller_s_to_set() -> None:
    with pytest.raises(LimitExceeded, match="limit of 10 bytes"):
        intake.read(save(picture(), "PNG"), limits=Limits(max_bytes=10))


@pytest.mark.parametrize("pillow", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"])
def test_a_header_cut_anywhere_gives_a_typed_error_or_a_source(pillow: str) -> None:
    data = save(picture(), pillow)
    for length in range(1, min(len(data), 400)):
        result = attempt(data[:length])

        assert "cut" in result


@pytest.mark.property
@given(st.binary(max_size=200), st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF"]))
def test_damage_gives_a_typed_error_or_a_source(noise: bytes, pillow: str) -> None:
    data = bytearray(save(picture(), pillow))
    for index, value in enumerate(noise):
        data[(index * 37 + value) % len(data)] ^= value

    assert "cut" in attempt(bytes(data))


def test_a_path_s_name_stands_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("plain words")

    with pytest.raises(UnsupportedFormat, match=r"notes\.txt"):
        intake.read(path.read_bytes(), name=path.name)
