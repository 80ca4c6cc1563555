"""Colours that the header of a JPEG XL tells, by files whose fields are written bit by bit."""

from __future__ import annotations

import asyncio

import colour_files
import imagecodecs
import numpy as np
import pytest
from colour_files import JXL_P3, coded_jxl
from skimage import data as pictures

from eyebright import Goal, optimise_sync
from eyebright.host import icc
from eyebright.host.coding import coding_of
from eyebright.host.native import NativeHost
from eyebright.metadata import read
from eyebright.metrics.delta_e import colour_shift
from eyebright.values import COLOURS_NOT_CONVERTED

DCI_WHITE = (*JXL_P3[:3], (2, 2), (9, 4), *JXL_P3[4:])
SRGB_IN_FULL = (*JXL_P3[:3], (1, 2), (1, 2), *JXL_P3[6:])
BT2100 = (*JXL_P3[:4], (2, 2), (7, 4), *JXL_P3[6:])
GAMMA = (*JXL_P3[:6], (1, 1), (round(1e7 / 2.2), 24), (1, 2))
PQ = (*JXL_P3[:7], (2, 2), (14, 4), (1, 2))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (JXL_P3, "Display P3"),
        (DCI_WHITE, "DCI-P3"),
        (BT2100, "BT.2020"),
        (GAMMA, "Display P3, gamma 2.2"),
        (SRGB_IN_FULL, ""),
    ],
)
def test_the_header_s_colours_become_a_profile(
    fields: tuple[tuple[int, int], ...], name: str
) -> None:
    data = coded_jxl(fields)

    assert np.array_equal(colour_files.picture(), imagecodecs.jpegxl_decode(data))
    assert icc.name_of(coding_of(data, "jxl").profile) == name


def test_hdr_is_not_converted() -> None:
    notes = coding_of(coded_jxl(PQ), "jxl").notes

    assert [note.code for note in notes] == [COLOURS_NOT_CONVERTED]


def test_colours_are_converted_as_those_of_a_png_are() -> None:
    png = colour_files.rgb("PNG", colour_files.P3_PROFILE)
    by_header, by_profile = (
        asyncio.run(NativeHost().decode(data, source_format=kind))
        for kind, data in (("jxl", coded_jxl()), ("png", png))
    )

    assert [note.code for note in by_header.notes] == ["profile-converted"]
    assert colour_shift(by_profile.pixels, by_header.pixels).mean < 0.1


def test_they_are_kept_with_their_profile() -> None:
    photo = np.ascontiguousarray(pictures.astronaut()[:256, 100:356])
    data = coded_jxl(pixels=photo)
    made = optimise_sync(data, Goal(colour="keep", formats=("avif",)))

    assert made.report.format == "avif"
    assert icc.name_of(read(made.data, "avif").icc) == "Display P3"
