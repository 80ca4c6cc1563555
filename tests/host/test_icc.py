"""Profiles made and taken apart, with LittleCMS as the judge."""

from __future__ import annotations

import io
import struct

import colour_files
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from eyebright.host import icc

COLOURS = colour_files.picture()

MADE = {
    "Display P3": colour_files.P3_PROFILE,
    "Adobe-like RGB": colour_files.ADOBE_PROFILE,
    "ProPhoto-like RGB": colour_files.PROPHOTO_PROFILE,
}


def by_littlecms(profile: bytes) -> np.ndarray:
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        "RGB",
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return np.asarray(transform.apply(Image.fromarray(COLOURS)))


def test_littlecms_reads_a_made_profile_as_it_was_meant() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(colour_files.P3_PROFILE)).profile
    primary = profile.red_primary
    # Of Apple's published Display P3, adapted to D50: X 0.5151, Y 0.2412, Z -0.0011.
    assert primary is not None
    assert np.allclose(primary[0], (0.5151, 0.2412, -0.0011), atol=2e-4)
    assert profile.profile_description == "Display P3"
    assert profile.version == pytest.approx(4.3)


@pytest.mark.parametrize("name", MADE)
def test_a_matrix_shows_what_littlecms_shows(name: str) -> None:
    matrix = icc.matrix_of(MADE[name])

    assert matrix is not None
    assert np.abs(by_littlecms(MADE[name]).astype(np.int16) - matrix.to_srgb(COLOURS)).max() <= 2


@pytest.mark.parametrize("name", MADE)
def test_a_profile_tells_its_name_and_is_not_srgb(name: str) -> None:
    assert icc.name_of(MADE[name]) == name
    assert icc.space_of(MADE[name]) == "RGB"
    assert not icc.is_srgb(MADE[name])


def test_srgb_is_known_by_its_colours() -> None:
    assert icc.is_srgb(colour_files.SRGB_PROFILE)
    assert icc.is_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def test_tables_grey_and_inks_are_no_matrix() -> None:
    tables = (colour_files.rgb_table_profile(), colour_files.cmyk_profile())

    assert [icc.matrix_of(p) for p in (*tables, colour_files.grey_profile(2.2))] == [None] * 3


def test_every_kind_of_parametric_curve_is_read_as_littlecms_reads_it() -> None:
    g, a, b, c, d = icc.SRGB_CURVE
    kinds = {1: (2.0, 1.1, -0.1), 2: (2.0, 1.1, -0.1, 0.0), 4: (g, a, b, c, d, 0.0, 0.0)}
    for kind, numbers in kinds.items():
        body = struct.pack(">4s4xHxx", b"para", kind)
        body += b"".join(struct.pack(">i", round(n * 65536)) for n in numbers)
        tags = {**icc._tags(colour_files.P3_PROFILE), b"rTRC": body, b"gTRC": body, b"bTRC": body}
        profile = icc._assembled(tags)
        matrix = icc.matrix_of(profile)

        assert matrix is not None
        shown = matrix.to_srgb(COLOURS)
        assert np.abs(by_littlecms(profile).astype(np.int16) - shown).max() <= 3, kind


def test_a_black_that_is_none_is_left_to_littlecms() -> None:
    body = struct.pack(">4s4xHxx4i", b"para", 2, 131072, 65536, 0, 6554)
    tags = {**icc._tags(colour_files.P3_PROFILE), b"rTRC": body}

    assert icc.matrix_of(icc._assembled(tags)) is None


def test_a_curve_that_falls_is_left_to_littlecms() -> None:
    points = np.linspace(0, 65535, 64)
    points[40:] -= 4000
    body = b"curv" + bytes(4) + struct.pack(">I", 64) + points.astype(">u2").tobytes()
    tags = {**icc._tags(colour_files.P3_PROFILE), b"gTRC": body}

    assert icc.matrix_of(icc._assembled(tags)) is None


def test_what_has_no_profile_is_srgb_as_it_is() -> None:
    assert icc.as_srgb(COLOURS, b"") is COLOURS
    assert not np.array_equal(COLOURS, icc.as_srgb(COLOURS, colour_files.P3_PROFILE))


def test_alpha_passes_through() -> None:
    clear = np.dstack([COLOURS, COLOURS[..., 0]])
    matrix = icc.matrix_of(colour_files.P3_PROFILE)

    assert matrix is not None
    assert np.array_equal(COLOURS[..., 0], matrix.to_srgb(clear)[..., 3])


def test_primaries_on_one_line_are_refused() -> None:
    with pytest.raises(ValueError, match="on one line"):
        icc.make("none", (0.31, 0.33, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4), (2.2,))


@given(st.integers(0, 491), st.integers(0, 255), st.integers(0, 491))
@example(at=472, value=128, end=0)  # a negative gamma
def test_a_damaged_profile_never_raises(at: int, value: int, end: int) -> None:
    broken = bytearray(colour_files.P3_PROFILE)
    broken[at] = value
    for data in (bytes(broken), bytes(broken[:end])):
        icc.name_of(data)
        icc.is_srgb(data)
        icc.space_of(data)
