"""Luma is rounded, and white stays white."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analyse.luma import luma_of


@pytest.mark.parametrize(
    ("pixel", "expected"),
    [((255, 255, 255), 255), ((0, 0, 0), 0), ((255, 0, 0), 77), ((0, 255, 0), 149), ((1, 1, 0), 1)],
)
def test_colours_have_the_luma_of_rec_601(pixel: tuple[int, ...], expected: int) -> None:
    assert luma_of(np.array([[pixel]], np.uint8)).tolist() == [[expected]]
