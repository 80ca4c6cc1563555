"""Colour shifts of pictures, against the pure oracle of the policy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import skimage.data
import synthetic
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import deltaE_ciede2000, rgb2lab

from eyebright.metrics.delta_e import colour_difference, colour_shift, delta_e, lab
from eyebright.policy import colour

rgbs = st.tuples(*[st.integers(0, 255)] * 3)


def flat(rgb: tuple[int, ...], height: int = 16, width: int = 24) -> npt.NDArray[np.uint8]:
    return np.full((height, width, len(rgb)), rgb, dtype=np.uint8)


@given(st.lists(st.tuples(rgbs, rgbs), min_size=1, max_size=20))
def test_arrays_agree_with_the_pure_oracle(pairs: list[tuple[tuple[int, ...], ...]]) -> None:
    first = lab(np.array([pair[0] for pair in pairs], dtype=np.float64))
    second = lab(np.array([pair[1] for pair in pairs], dtype=np.float64))

    expected = [colour.delta_e(colour.lab(a), colour.lab(b)) for a, b in pairs]
    assert expected == pytest.approx(list(delta_e(first, second)), abs=1e-6)


@given(rgbs, rgbs, st.integers(1, 40), st.integers(1, 40))
def test_flat_pictures_shift_by_the_difference_of_their_colours(
    first: tuple[int, ...], second: tuple[int, ...], height: int, width: int
) -> None:
    found = colour_shift(flat(first, height, width), flat(second, height, width))

    expected = colour.delta_e(colour.lab(first), colour.lab(second))
    assert expected == pytest.approx(found.mean, abs=1e-6)
    assert found.brand is None


def test_a_picture_does_not_shift_against_itself() -> None:
    picture = skimage.data.astronaut()

    assert colour_shift(picture, picture).mean == 0


def test_grain_is_no_shift_of_colour() -> None:
    picture = skimage.data.astronaut().astype(np.int16)
    grain = np.random.default_rng(1).integers(-12, 13, picture.shape)
    noisy = np.clip(picture + grain, 0, 255).astype(np.uint8)
    tinted = np.clip(picture + np.array([12, 0, -12]), 0, 255).astype(np.uint8)
    still = picture.astype(np.uint8)

    assert colour_shift(still, noisy).mean < 1.0
    assert colour_shift(still, tinted).mean > 3.0


def test_brand_colours_are_measured_on_their_own_areas() -> None:
    reference, distorted = flat((255, 255, 255), 64, 64), flat((255, 255, 255), 64, 64)
    reference[:16, :16] = (208, 16, 58)
    distorted[:16, :16] = (190, 30, 58)

    found = colour_shift(reference, distorted, brand_colours=["#d0103a", "#00ff00"])

    expected = colour.delta_e(colour.lab((208, 16, 58)), colour.lab((190, 30, 58)))
    assert expected == pytest.approx(found.brand)
    assert found.mean == pytest.approx(expected / 16)


def test_the_worst_of_several_brand_colours_counts() -> None:
    reference = np.concatenate([flat((208, 16, 58)), flat((0, 0, 255))])
    distorted = np.concatenate([flat((208, 16, 58)), flat((0, 0, 200))])

    found = colour_shift(reference, distorted, brand_colours=["#d0103a", "#0000ff"])

    expected = colour.delta_e(colour.lab((0, 0, 255)), colour.lab((0, 0, 200)))
    assert expected == pytest.approx(found.brand)


def test_what_is_transparent_does_not_count() -> None:
    shown = flat((10, 20, 30, 0))
    hidden = flat((200, 100, 0, 0))

    assert colour_shift(shown, hidden).mean == 0
    assert colour_shift(flat((10, 20, 30, 255)), flat((10, 20, 30))).mean == 0


def test_large_pictures_are_sampled_over_their_whole_area() -> None:
    reference = np.zeros((1600, 1600, 3), dtype=np.uint8)
    distorted = reference.copy()
    distorted[800:] = 255

    assert colour_shift(reference, distorted).mean == pytest.approx(50, rel=0.03)


def test_pixel_by_pixel_it_is_what_scikit_image_computes() -> None:
    picture = skimage.data.coffee()
    noisy = synthetic.noisy(picture, 20)
    moved = deltaE_ciede2000(rgb2lab(picture), rgb2lab(noisy))

    found = colour_difference(picture, noisy)

    assert moved.mean() == pytest.approx(found.mean, abs=1e-3)
    assert np.percentile(moved, 95) == pytest.approx(found.p95, abs=1e-3)
    assert moved.max() == pytest.approx(found.maximum, abs=1e-3)


def test_a_small_fault_shows_in_the_maximum_alone() -> None:
    picture = flat((128, 128, 128), 100, 100)
    marred = picture.copy()
    marred[:10, :10] = (255, 0, 0)

    found = colour_difference(picture, marred)

    expected = colour.delta_e(colour.lab((128, 128, 128)), colour.lab((255, 0, 0)))
    assert expected == pytest.approx(found.maximum, rel=1e-5)
    assert expected / 100 == pytest.approx(found.mean, rel=1e-5)
    assert found.p95 == 0
