"""What quantisation tables tell of a JPEG's past."""

from __future__ import annotations

import io

import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import data as samples

from eyebright.intake import read
from eyebright.intake.jpeg_tables import quality_of, scaled, subsampling_of, tables_in


def saved(**options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(samples.coffee()[::8, ::8]).save(out, "JPEG", **options)
    return out.getvalue()


@pytest.mark.parametrize("quality", range(1, 101))
def test_the_quality_that_libjpeg_was_given_is_read(quality: int) -> None:
    assert read(saved(quality=quality)).quality == quality


@pytest.mark.parametrize("quality", [20, 50, 75, 90])
def test_mozjpeg_s_own_tables_are_known(quality: int) -> None:
    picture = pyvips.Image.new_from_array(np.ascontiguousarray(samples.coffee()[::8, ::8]))

    data = picture.jpegsave_buffer(Q=quality, quant_table=3, trellis_quant=True)

    assert read(data).quality == quality


@pytest.mark.parametrize("table", [1, 2, 4, 5, 6, 7, 8])
def test_other_tables_are_told_within_the_stated_error(table: int) -> None:
    picture = pyvips.Image.new_from_array(np.ascontiguousarray(samples.coffee()[::8, ::8]))
    errors = [
        abs(read(picture.jpegsave_buffer(Q=q, quant_table=table)).quality - q)
        for q in range(20, 96, 5)
    ]

    assert max(errors) <= 19


@pytest.mark.parametrize(("option", "name"), [(0, "444"), (1, "422"), (2, "420")])
def test_the_chroma_s_subsampling_is_read(option: int, name: str) -> None:
    assert read(saved(quality=80, subsampling=option)).subsampling == name


def test_a_grey_jpeg_has_no_chroma() -> None:
    out = io.BytesIO()
    Image.fromarray(samples.camera()).save(out, "JPEG")

    assert read(out.getvalue()).subsampling == "grey"


def test_a_file_without_tables_has_no_quality() -> None:
    assert quality_of({}) == 0
    assert quality_of({0: (0,) * 64}) == 0


@pytest.mark.property
@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_a_fault(body: bytes) -> None:
    assert 0 <= quality_of(tables_in(body)) <= 100
    assert subsampling_of(body) in {"", "444", "422", "420", "440", "411", "410", "grey", "other"}


@pytest.mark.property
@given(st.integers(1, 99))
def test_coarser_tables_have_lower_qualities(quality: int) -> None:
    finer, coarser = scaled(quality + 1), scaled(quality)

    assert all(a <= b for a, b in zip(finer, coarser, strict=True))
    assert quality_of({0: coarser}) <= quality_of({0: finer})
