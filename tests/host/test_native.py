"""The native host on the files that people have: profiles, depths, palettes, CMYK, broken bytes."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import colour_files
import imagecodecs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from skimage import data as pictures

from eyebright.errors import (
    CapabilityMissing,
    CodecError,
    CorruptImage,
    EyebrightError,
    InputError,
    LimitExceeded,
    UnsupportedFormat,
)
from eyebright.host import default_host, native
from eyebright.host.base import Decoded, Pixels
from eyebright.host.coding import Coding
from eyebright.host.native import NativeHost, cms, colour, decoding, encoding, libvips, writers
from eyebright.metrics import ssimulacra2
from eyebright.values import Trial

ASTRONAUT: Pixels = pictures.astronaut()[100:164, 180:276]


def saved(image: Image.Image, name: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def decoded(data: bytes, source_format: str) -> Decoded:
    return asyncio.run(NativeHost().decode(data, source_format=source_format))


def codes(result: Decoded) -> list[str]:
    return [note.code for note in result.notes]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png16(words: npt.NDArray[np.uint16], colour_type: int, transparency: bytes = b"") -> bytes:
    height, width = words.shape[:2]
    big_endian = words.astype(">u2").reshape(height, -1)
    rows = b"".join(b"\0" + row.tobytes() for row in big_endian)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0))
        + (chunk(b"tRNS", transparency) if transparency else b"")
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def rounded(words: npt.NDArray[np.uint16]) -> Pixels:
    exact = words.astype(np.float64) * 255 / 65535
    return np.floor(exact + 0.5).astype(np.uint8)


def words(channels: int) -> npt.NDArray[np.uint16]:
    shape = (5, 7, channels)
    return np.random.default_rng(channels).integers(0, 65536, shape, dtype=np.uint16)


@pytest.mark.parametrize(
    ("name", "source_format", "options"),
    [
        ("PNG", "png", {}),
        ("BMP", "bmp", {}),
        ("TIFF", "tiff", {}),
        ("TIFF", "tiff", {"compression": "tiff_lzw"}),
        ("WEBP", "webp", {"lossless": True}),
        ("ICO", "ico", {"sizes": [(96, 64)]}),
    ],
)
def test_exact_formats_are_read_exactly(
    name: str, source_format: str, options: dict[str, Any]
) -> None:
    result = decoded(saved(Image.fromarray(ASTRONAUT), name, **options), source_format)

    assert np.array_equal(ASTRONAUT, result.pixels)
    assert codes(result) == []


def test_the_first_frame_of_a_gif_is_read() -> None:
    frames = [Image.new("P", (6, 4), index) for index in (1, 2)]
    for frame in frames:
        frame.putpalette([0, 0, 0, 200, 10, 20, 30, 220, 40])
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert decoded(data, "gif").pixels.tolist() == [[[200, 10, 20]] * 6] * 4


def test_a_transparent_palette_gives_alpha() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putdata([0, 1])
    data = saved(image, "PNG", transparency=b"\x80\xff")

    assert decoded(data, "png").pixels.tolist() == [[[10, 20, 30, 128], [40, 50, 60, 255]]]


def test_a_palette_whose_transparent_entry_is_unused_is_opaque() -> None:
    image = Image.new("P", (2, 1), 1)
    image.putpalette([10, 20, 30, 40, 50, 60])
    data = saved(image, "PNG", transparency=b"\x00\xff")

    assert decoded(data, "png").pixels.shape == (1, 2, 3)


def test_a_transparent_colour_of_rgb_gives_alpha() -> None:
    image = Image.new("RGB", (2, 1), (1, 2, 3))
    image.putpixel((1, 0), (9, 9, 9))
    data = saved(image, "PNG", transparency=(9, 9, 9))

    assert decoded(data, "png").pixels[..., 3].tolist() == [[255, 0]]


def test_grey_becomes_rgb_and_says_so() -> None:
    grey = ASTRONAUT[..., 0]
    result = decoded(saved(Image.fromarray(grey), "PNG"), "png")

    assert np.array_equal(np.dstack([grey] * 3), result.pixels)
    assert codes(result) == ["grey-as-rgb"]


def test_grey_with_alpha_keeps_both() -> None:
    both = np.ascontiguousarray(ASTRONAUT[..., :2])
    result = decoded(saved(Image.fromarray(both), "PNG"), "png")

    assert np.array_equal(both[..., [0, 0, 0, 1]], result.pixels)


def test_one_bit_is_black_and_white() -> None:
    image = Image.new("1", (2, 1))
    image.putpixel((1, 0), 1)

    assert decoded(saved(image, "PNG"), "png").pixels.tolist() == [[[0] * 3, [255] * 3]]


@pytest.mark.parametrize(("colour_type", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_are_rounded_to_the_nearest(colour_type: int, channels: int) -> None:
    samples = words(channels)
    result = decoded(png16(samples, colour_type), "png")

    spread = {1: [0, 0, 0], 2: [0, 0, 0, 1], 3: [0, 1, 2], 4: [0, 1, 2, 3]}[channels]
    assert np.array_equal(rounded(samples)[..., spread], result.pixels)
    assert codes(result)[0] == "depth-reduced"


@pytest.mark.parametrize(("colour_type", "channels"), [(0, 1), (2, 3)])
def test_sixteen_bit_transparent_colours_match_all_their_bits(
    colour_type: int, channels: int
) -> None:
    samples = words(channels)
    samples[0, 1] = samples[0, 0] ^ 1  # differs in the lowest bit only
    key = samples[0, 0].astype(">u2").tobytes()
    alpha = decoded(png16(samples, colour_type, key), "png").pixels[..., 3]

    assert alpha[0, :2].tolist() == [0, 255]


def test_sixteen_bit_tiff_is_rounded() -> None:
    samples = words(3)
    result = decoded(imagecodecs.tiff_encode(samples, photometric="rgb"), "tiff")

    assert np.array_equal(rounded(samples), result.pixels)
    assert codes(result) == ["depth-reduced"]


def test_sixteen_bit_jpeg_xl_is_converted_with_all_its_bits() -> None:
    """Its header says linear light, as libjxl's encoder does for 16 bits."""
    samples = words(3)
    result = decoded(imagecodecs.jpegxl_encode(samples, lossless=True), "jxl")

    light = samples / 65535
    curved = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    assert np.abs(np.rint(255 * curved) - result.pixels).max() <= 1
    assert codes(result) == ["depth-reduced", "profile-converted"]


def test_grey_jpeg_xl_becomes_rgb() -> None:
    grey = np.ascontiguousarray(ASTRONAUT[..., 0])
    result = decoded(imagecodecs.jpegxl_encode(grey, lossless=True), "jxl")

    assert np.array_equal(np.dstack([grey] * 3), result.pixels)
    assert codes(result) == ["grey-as-rgb"]


def test_an_animated_jpeg_xl_gives_its_first_frame() -> None:
    frames = np.stack([ASTRONAUT, 255 - ASTRONAUT])
    result = decoded(imagecodecs.jpegxl_encode(frames, lossless=True), "jxl")

    assert np.array_equal(ASTRONAUT, result.pixels)


def test_floating_point_is_refused_rather_than_guessed() -> None:
    image = Image.new("F", (3, 3), 0.5)
    with pytest.raises(UnsupportedFormat, match="convert"):
        decoded(saved(image, "TIFF"), "tiff")
    with pytest.raises(UnsupportedFormat, match="float"):
        decoded(imagecodecs.jpegxl_encode(np.zeros((3, 3, 3), np.float32)), "jxl")


def test_cmyk_without_a_profile_is_converted_and_noted() -> None:
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    result = decoded(saved(image, "TIFF"), "tiff")

    assert result.pixels[0, 0].tolist() == [255, 0, 0]
    assert codes(result) == ["cmyk-converted"]


def test_a_cmyk_jpeg_is_not_inverted() -> None:
    image = Image.new("CMYK", (16, 16), (0, 0, 0, 0))
    result = decoded(saved(image, "JPEG", quality=95), "jpeg")

    assert result.pixels.min() >= 250


def linear_icc() -> bytes:
    """The primaries of sRGB with linear curves (ICC.1, 10.6: no entries, no curve)."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = struct.unpack_from(">I", srgb, 128)[0]
    tags = [struct.unpack_from(">4sII", srgb, 132 + 12 * i) for i in range(count)]
    out = bytearray(srgb)
    for name, offset, size in tags:
        if name in {b"rTRC", b"gTRC", b"bTRC"}:
            out[offset : offset + size] = (b"curv" + bytes(8)).ljust(size, b"\0")
    return bytes(out)


def test_a_profile_is_converted_and_named() -> None:
    flat = np.full((4, 4, 3), 55, np.uint8)
    result = decoded(saved(Image.fromarray(flat), "PNG", icc_profile=linear_icc()), "png")

    linear = 55 / 255
    expected = round(255 * (1.055 * linear ** (1 / 2.4) - 0.055))
    assert abs(expected - int(result.pixels[0, 0, 0])) <= 1
    assert codes(result) == ["profile-converted"]
    assert "sRGB" in result.notes[0].text


def test_a_profile_is_converted_beside_alpha() -> None:
    flat = np.dstack([np.full((4, 4, 3), 55, np.uint8), np.full((4, 4), 99, np.uint8)])
    result = decoded(saved(Image.fromarray(flat), "PNG", icc_profile=linear_icc()), "png")

    assert result.pixels[0, 0, 3] == 99
    assert result.pixels[0, 0, 0] > 120


def test_srgb_as_a_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    result = decoded(saved(Image.fromarray(ASTRONAUT), "PNG", icc_profile=profile), "png")

    assert np.array_equal(ASTRONAUT, result.pixels)
    assert codes(result) == []


def test_a_broken_profile_is_noted_and_srgb_assumed() -> None:
    result = decoded(saved(Image.fromarray(ASTRONAUT), "PNG", icc_profile=b"nonsense" * 40), "png")

    assert np.array_equal(ASTRONAUT, result.pixels)
    assert codes(result) == ["profile-unreadable"]


def test_a_profile_for_another_kind_of_colour_is_noted() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    result = decoded(saved(Image.fromarray(ASTRONAUT), "PNG", icc_profile=profile), "png")

    assert np.array_equal(ASTRONAUT, result.pixels)
    assert codes(result) == ["profile-mismatched"]


def with_chunks(*chunks: bytes) -> bytes:
    data, head = FILES["png"], 8 + 12 + 13  # signature, then IHDR
    return data[:head] + b"".join(chunks) + data[head:]


@pytest.mark.parametrize(
    ("gamma", "expected"), [(45455, []), (44444, []), (0, []), (100000, ["gamma 1"])]
)
def test_a_gamma_unlike_that_of_srgb_is_converted(gamma: int, expected: list[str]) -> None:
    made = decoded(with_chunks(chunk(b"gAMA", struct.pack(">I", gamma))), "png")

    assert expected == [note.values["profile"] for note in made.notes]


@pytest.mark.parametrize(
    ("green", "srgb", "expected"),
    [
        ((30000, 60000), False, []),
        ((21000, 71000), False, ["profile-converted"]),
        ((21000, 71000), True, []),
        ((0, 0), False, []),
    ],
)
def test_primaries_unlike_those_of_srgb_are_converted(
    green: tuple[int, int], *, srgb: bool, expected: list[str]
) -> None:
    values = (31270, 32900, 64000, 33000, *green, 15000, 6000)
    tags = [chunk(b"cHRM", struct.pack(">8I", *values))]
    tags += [chunk(b"sRGB", b"\0")] if srgb else []

    assert codes(decoded(with_chunks(*tags), "png")) == expected


def test_a_cut_picture_is_told_without_pillow_s_buffer() -> None:
    data = FILES["jpeg"]
    with pytest.raises(CorruptImage, match="cut short") as refused:
        decoded(data[: len(data) // 2], "jpeg")

    assert "not processed" not in str(refused.value)


def coded(name: str, primaries: int, transfer: int) -> bytes:
    """A picture whose header says by H.273 what its colours are."""
    data = FILES[name]
    if name == "avif":
        at = data.index(b"nclx") + 4
        return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]
    head = 8 + 12 + 13  # signature, then IHDR
    return data[:head] + chunk(b"cICP", bytes([primaries, transfer, 0, 1])) + data[head:]


@pytest.mark.parametrize("name", ["avif", "png"])
@pytest.mark.parametrize(
    ("primaries", "transfer", "expected"),
    [
        (1, 13, []),
        (2, 2, []),
        (1, 1, []),
        (9, 16, ["BT.2020, PQ"]),
        (1, 18, ["HLG"]),
        (1, 77, ["transfer 77"]),
        (77, 13, ["primaries 77"]),
    ],
)
def test_a_colour_coding_that_is_not_converted_is_noted(
    name: str, primaries: int, transfer: int, expected: list[str]
) -> None:
    notes = decoded(coded(name, primaries, transfer), name).notes

    assert [note.values["coding"] for note in notes] == expected
    assert {note.code for note in notes} <= {"colours-not-converted"}


@pytest.mark.parametrize("name", ["avif", "png"])
@pytest.mark.parametrize(
    ("primaries", "transfer", "expected"),
    [
        (9, 14, "BT.2020"),
        (12, 13, "Display P3"),
        (12, 4, "Display P3, gamma 2.2"),
        (1, 8, "linear"),
    ],
)
def test_a_colour_coding_of_h273_is_converted(
    name: str, primaries: int, transfer: int, expected: str
) -> None:
    made = decoded(coded(name, primaries, transfer), name)
    plain = decoded(FILES[name], name)

    assert [note.values["profile"] for note in made.notes] == [expected]
    assert not np.array_equal(plain.pixels, made.pixels)


def test_an_avif_that_says_nothing_of_its_colours_is_srgb() -> None:
    data = FILES["avif"].replace(b"colrnclx", b"freenclx")
    made = decoded(data, "avif")

    assert np.array_equal(decoded(FILES["avif"], "avif").pixels, made.pixels)
    assert codes(made) == []


def test_a_profile_goes_before_the_coding_of_an_avif() -> None:
    with_profile = saved(Image.fromarray(ASTRONAUT), "AVIF", icc_profile=linear_icc())

    assert codes(decoded(with_profile, "avif")) == ["profile-converted"]


def test_a_missing_littlecms_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.features.check", lambda name: name != "littlecms2")
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "imagecodecs" else find_spec(name)
    )
    coding = Coding(profile=linear_icc())
    samples, profile, notes = colour.as_rgb(ASTRONAUT, coding)

    assert np.array_equal(ASTRONAUT, samples)
    assert profile == b""
    assert [note.code for note in notes] == ["profile-ignored"]


@pytest.mark.parametrize("space", ["RGB", "GRAY", "CMYK"])
def test_both_ways_to_littlecms_give_the_same(monkeypatch: pytest.MonkeyPatch, space: str) -> None:
    profile = {
        "RGB": colour_files.rgb_table_profile(),
        "GRAY": colour_files.grey_profile(1.8),
        "CMYK": colour_files.cmyk_profile(),
    }[space]
    whole = np.dstack([ASTRONAUT, ASTRONAUT[::-1, :, :1]])[..., : cms.CHANNELS[space]]
    pillow = cms.convert(whole, profile)
    monkeypatch.setattr("PIL.features.check", lambda name: name != "littlecms2")

    assert np.abs(pillow.astype(np.int16) - cms.convert(whole, profile)).max() <= 1


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "tiff", "avif"])
def test_orientation_is_applied_in_every_format_that_has_it(name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera stood on its right side: turn clockwise
    lossless = {"webp": {"lossless": True}, "avif": {"quality": 100, "subsampling": "4:4:4"}}
    upright = Image.fromarray(ASTRONAUT)
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    data = saved(stored, name.upper(), exif=exif, **lossless.get(name, {}))
    pixels = decoded(data, name).pixels

    assert ASTRONAUT.shape == pixels.shape
    assert np.abs(ASTRONAUT.astype(int) - pixels).mean() < 6


def test_broken_exif_leaves_the_picture_as_it_is() -> None:
    data = saved(Image.fromarray(ASTRONAUT), "PNG", exif=b"Exif\0\0MM\0*nonsense")

    assert np.array_equal(ASTRONAUT, decoded(data, "png").pixels)


FILES = {
    "jpeg": saved(Image.fromarray(ASTRONAUT), "JPEG", progressive=True),
    "png": saved(Image.fromarray(ASTRONAUT), "PNG"),
    "webp": saved(Image.fromarray(ASTRONAUT), "WEBP"),
    "gif": saved(Image.fromarray(ASTRONAUT), "GIF"),
    "tiff": saved(Image.fromarray(ASTRONAUT), "TIFF", compression="tiff_lzw"),
    "bmp": saved(Image.fromarray(ASTRONAUT), "BMP"),
    "ico": saved(Image.fromarray(ASTRONAUT), "ICO", sizes=[(64, 64)]),
    "avif": saved(Image.fromarray(ASTRONAUT), "AVIF"),
    "jxl": imagecodecs.jpegxl_encode(ASTRONAUT, distance=1.0),
}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow tells of the damage as well
@pytest.mark.parametrize("name", FILES)
@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=25, deadline=None)
def test_a_cut_file_is_refused_or_whole(name: str, share: float) -> None:
    data = FILES[name]
    whole = decoding.decode(data, name).pixels
    try:
        cut = decoding.decode(data[: int(len(data) * share)], name).pixels
    except CorruptImage:
        return

    assert np.array_equal(whole, cut)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL", "ignore::RuntimeWarning:PIL")
@pytest.mark.parametrize("name", FILES)
@given(damage=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_damaged_file_gives_pixels_or_an_input_error(
    name: str, damage: list[tuple[int, int]]
) -> None:
    data = bytearray(FILES[name])
    for place, value in damage:
        data[place % min(len(data), 400)] = value  # headers break more readers than samples do
    try:
        pixels = decoding.decode(bytes(data), name).pixels
    except InputError:
        return

    assert pixels.dtype == np.uint8
    assert pixels.shape[2] in {3, 4}


def test_a_refused_header_gives_the_same_message_every_time() -> None:
    messages = set()
    for _ in range(2):
        with pytest.raises(CorruptImage) as caught:
            decoded(b"text", "png")
        messages.add(str(caught.value))

    assert messages == {"the png header is broken or cut short; get the file again"}


def test_a_decompression_bomb_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(LimitExceeded, match="too large"):
        decoded(FILES["png"], "png")


def test_no_memory_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image, "open", exhausted)
    with pytest.raises(LimitExceeded, match="memory"):
        decoded(FILES["png"], "png")


@pytest.mark.parametrize("name", ["webp", "jxl", "png"])
def test_lossless_keeps_the_colours_under_clear_pixels(name: str) -> None:
    picture = np.dstack([ASTRONAUT, np.zeros(ASTRONAUT.shape[:2], np.uint8)])
    trial = Trial(format=name, width=96, height=64, lossless=True)
    back = decoding.decode(encoding.encode(picture, trial), name).pixels

    assert np.array_equal(picture, back)


def test_a_failing_encoder_is_a_codec_error_that_names_it() -> None:
    wide = np.zeros((1, 16384, 3), np.uint8)  # WebP ends at 16383
    trial = Trial(format="webp", width=16384, height=1, quality=50)
    with pytest.raises(CodecError, match="webp encoder failed on 16384x1"):
        asyncio.run(NativeHost().encode(wide, trial))


def test_lossless_avif_is_refused() -> None:
    trial = Trial(format="avif", width=96, height=64, lossless=True)
    with pytest.raises(CodecError, match="not written losslessly"):
        asyncio.run(NativeHost().encode(ASTRONAUT, trial))


@pytest.mark.parametrize("name", ["avif", "jpeg"])
def test_444_keeps_colours_that_420_smears(name: str) -> None:
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2] = (255, 0, 0)
    stripes[:, 1::2] = (0, 0, 255)

    def error(subsampling: str) -> float:
        trial = Trial(format=name, width=32, height=32, quality=95, subsampling=subsampling)
        back = decoding.decode(encoding.encode(stripes, trial), name).pixels
        return float(np.abs(back.astype(int) - stripes).mean())

    assert error("444") * 4 < error("420")


def test_jxl_distance_is_what_libjxl_says() -> None:
    # JxlEncoderDistanceFromQuality, libjxl 0.11: 90 is the visually lossless 1.0.
    table = {quality: round(encoding.jxl_distance(quality), 3) for quality in (0, 30, 90, 99, 100)}

    assert table == {0: 25.0, 30: 6.4, 90: 1.0, 99: 0.19, 100: 0.1}


def without_libvips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libvips, "has_mozjpeg", lambda: False)
    monkeypatch.setattr(libvips, "has_sharp_webp", lambda: False)


def test_without_libvips_pillow_writes_and_the_versions_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_libvips(monkeypatch)
    writers.versions.cache_clear()
    try:
        versions = writers.versions()
    finally:
        writers.versions.cache_clear()

    assert versions["jpeg"].startswith("libjpeg-turbo ")
    assert versions["webp"].startswith("libwebp 1.")
    for name in ("jpeg", "webp"):
        trial = Trial(format=name, width=96, height=64, quality=90)
        back = decoding.decode(encoding.encode(ASTRONAUT, trial), name).pixels
        assert np.abs(back.astype(int) - ASTRONAUT).mean() < 8


def test_mozjpeg_is_smaller_than_libjpeg_turbo(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = pictures.astronaut()
    trial = Trial(format="jpeg", width=512, height=512, quality=75)
    mozjpeg = encoding.encode(picture, trial)
    without_libvips(monkeypatch)
    turbo = encoding.encode(picture, trial)

    assert len(mozjpeg) < 0.95 * len(turbo)


def test_a_missing_runtime_names_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(CapabilityMissing, match=r"eyebright\[models\]"):
        asyncio.run(NativeHost().infer(b"", {}))


def test_a_runtime_that_cannot_be_imported_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "onnxruntime.py").write_text("raise ImportError('no libgomp')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # so that it is as before afterwards
    monkeypatch.delitem(sys.modules, "onnxruntime")
    with pytest.raises(CapabilityMissing, match=r"cannot be imported \(no libgomp\)"):
        asyncio.run(NativeHost().infer(b"", {}))


def test_wrong_inputs_of_a_model_are_an_eyebright_error() -> None:
    with pytest.raises(EyebrightError, match="cannot be opened"):
        asyncio.run(NativeHost().infer(b"nonsense", {}))


SILENT_RUNTIME = """
import os

told = [os.environ.get("ORT_DISABLE_TELEMETRY")]
SessionOptions = type("SessionOptions", (), {})
disable_telemetry_events = lambda: told.append("disabled")
InferenceSession = lambda *_model, **_options: told.append("opened")
"""


def test_nothing_of_the_models_is_told_to_their_runtimes_maker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "onnxruntime.py").write_text(SILENT_RUNTIME)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # so that it is as before afterwards
    monkeypatch.delitem(sys.modules, "onnxruntime")
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")

    native._open_session(b"a model")

    assert sys.modules["onnxruntime"].told == ["1", "disabled", "opened"]


def test_decoding_leaves_the_event_loop_free() -> None:
    big = saved(Image.fromarray(np.tile(ASTRONAUT, (20, 20, 1))), "PNG")

    async def ticks_while_decoding() -> int:
        ticks = 0
        work = asyncio.ensure_future(NativeHost().decode(big, source_format="png"))
        while not work.done():
            await asyncio.sleep(0.001)
            ticks += 1
        return ticks

    assert asyncio.run(ticks_while_decoding()) > 2


def test_outside_our_worker_the_default_host_is_the_native_one() -> None:
    assert isinstance(default_host(), NativeHost)


BARE = """
import sys
for name in ("imagecodecs", "pyvips", "oxipng", "onnxruntime"):
    sys.modules[name] = None
import asyncio, json
import numpy as np
from eyebright.host import default_host
from eyebright.host.native import encoding
from eyebright.values import Trial
host = default_host()
able = asyncio.run(host.capabilities())
trial = Trial(format="png", width=4, height=4)
data = asyncio.run(host.encode(np.zeros((4, 4, 3), np.uint8), trial))
back = asyncio.run(host.decode(data, source_format="png")).pixels
print(json.dumps([able.encode, sorted(asyncio.run(host.encoder_versions())), back.shape]))
"""


def test_pillow_alone_is_enough() -> None:
    done = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=False)

    assert done.stdout == (
        '[["avif", "webp", "jpeg", "png"], '
        '["avif", "jpeg", "jpeg-quick", "png", "webp", "webp-quick"], [4, 4, 3]]\n'
    ), done.stderr


@pytest.mark.parametrize("name", ["jpeg", "webp"])
def test_quick_encoders_write_other_bytes_of_the_same_picture(name: str) -> None:
    picture = pictures.astronaut()
    height, width = picture.shape[:2]
    usual = Trial(format=name, width=width, height=height, quality=80, speed=4)

    quick = encoding.encode(picture, usual.replace(encoder="quick"))

    assert quick != encoding.encode(picture, usual)
    assert ssimulacra2(picture, decoding.decode(quick, name).pixels) > 60
    assert f"{name}-quick" in writers.versions()


def test_a_quick_encoder_that_is_not_here_is_refused() -> None:
    picture = pictures.astronaut()
    height, width = picture.shape[:2]
    trial = Trial(format="avif", width=width, height=height, encoder="quick")

    with pytest.raises(CodecError, match="avif has no quick encoder here; choose jpeg, webp"):
        encoding.encode(picture, trial)


def test_what_the_machine_takes_is_told_for_all_that_it_writes() -> None:
    able = asyncio.run(NativeHost().capabilities())

    assert set(able.encode) == set(able.encode_ms_per_mp)
    assert {"jpeg", "webp"} == set(able.quick_ms_per_mp)
