"""The weights by themselves: laws, and who else makes the same of them."""

import numpy as np
import pytest
import pyvips
import skimage.data
from hypothesis import given
from hypothesis import strategies as st

from eyebright.kernels import srgb
from eyebright.transform.filters import SHARP, coverage, lanczos, magic_sharp

FILTERS = [lanczos, magic_sharp, coverage]


@pytest.mark.property
@pytest.mark.parametrize("made", FILTERS)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_weights_sum_to_one_and_stay_inside(made: object, inputs: int, outputs: int) -> None:
    starts, weights = made(inputs, outputs)

    np.testing.assert_allclose(np.ones(outputs), weights.sum(axis=1), atol=1e-5)
    assert starts.min() >= 0
    assert starts.max() + weights.shape[1] <= inputs
    assert (np.diff(starts) >= 0).all()


@pytest.mark.property
@given(st.integers(1, 300), st.integers(1, 300))
def test_coverage_is_shared_out_without_rest(inputs: int, outputs: int) -> None:
    starts, weights = coverage(inputs, outputs)
    given_out = np.zeros(inputs)
    for start, row in zip(starts, weights, strict=True):
        given_out[start : start + len(row)] += row

    np.testing.assert_allclose(np.full(inputs, outputs / inputs), given_out, atol=1e-5)
    assert weights.min() >= 0


@pytest.mark.parametrize("ratio", [2, 3, 8])
def test_magic_kernel_sharp_is_the_magic_kernel_and_then_its_sharpening(ratio: int) -> None:
    outputs = 40
    values = np.random.default_rng(1).random(outputs * ratio)
    starts, weights = magic_sharp(len(values), outputs)
    taps = np.arange(weights.shape[1])
    found = (values[starts[:, None] + taps] * weights).sum(axis=1)
    x = (np.arange(len(values)) + 0.5) / ratio - (np.arange(outputs)[:, None] + 0.5)
    magic = np.where(np.abs(x) < 0.5, 0.75 - x**2, 0.5 * np.clip(1.5 - np.abs(x), 0, None) ** 2)
    plain = (magic * values).sum(axis=1) / magic.sum(axis=1)
    inner = slice(5, -5)  # at the edges nothing is weighed that lies outside
    expected = np.convolve(plain, np.array(SHARP) / 144, "same")

    np.testing.assert_allclose(expected[inner], found[inner], atol=1e-5)


def test_libvips_makes_the_same_with_magic_kernel_sharp() -> None:
    grey = srgb.to_linear(skimage.data.camera() / 255).astype(np.float32)
    image = pyvips.Image.new_from_array(grey).resize(0.25, kernel="mks2021", gap=0)
    starts, weights = magic_sharp(512, 128)
    taps = starts[:, None] + np.arange(weights.shape[1])
    across = np.einsum("yit,it->yi", grey[:, taps], weights)
    found = np.einsum("itx,it->ix", across[taps], weights)
    inner = np.s_[6:-6, 6:-6]  # libvips repeats the edge where we leave it out

    np.testing.assert_allclose(image.numpy()[inner], found[inner], atol=2e-3)
