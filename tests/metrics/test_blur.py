import as_published
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import convolve1d

from eyebright import kernels
from eyebright.metrics.blur import REACH_PX, TAPS, blurred


def test_the_taps_are_the_response_of_the_recursive_gaussian() -> None:
    both_sides = [*TAPS[:0:-1], *TAPS]

    np.testing.assert_allclose(as_published.recursive_gaussian_taps(), both_sides, rtol=1e-12)


@pytest.mark.parametrize("path", ["compiled", "numpy"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_point_becomes_the_taps_both_ways(path: str, dtype: type) -> None:
    plane = np.zeros((15, 11), dtype=dtype)
    plane[7, 5] = 1
    with kernels.using(path):
        found = blurred(plane)
    line = np.array([*TAPS[:0:-1], *TAPS])
    expected = np.zeros((15, 11))
    expected[7 - REACH_PX : 8 + REACH_PX, 5 - REACH_PX : 6 + REACH_PX] = np.outer(line, line)

    assert dtype == found.dtype
    np.testing.assert_allclose(expected, found, atol=1e-7)


@given(st.integers(1, 600), st.integers(1, 30), st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
@settings(max_examples=60, deadline=None)
@pytest.mark.property
def test_both_paths_blur_as_scipy_does(width: int, height: int, seed: int, scale: float) -> None:
    plane = (np.random.default_rng(seed).normal(size=(height, width)) * scale).astype(np.float32)
    taps = as_published.recursive_gaussian_taps()
    down = convolve1d(plane.astype(np.float64), taps, axis=0, mode="constant")
    expected = convolve1d(down, taps, axis=1, mode="constant")
    with kernels.using("compiled"):
        compiled = blurred(plane)
    with kernels.using("numpy"):
        numpy = blurred(plane)

    np.testing.assert_allclose(expected, compiled, atol=1e-6 * scale)
    np.testing.assert_allclose(expected, numpy, atol=1e-6 * scale)


@pytest.mark.parametrize("path", ["compiled", "numpy"])
def test_a_transposed_plane_is_blurred_like_its_copy(path: str) -> None:
    plane = np.random.default_rng(1).normal(size=(20, 33)).astype(np.float32).T
    with kernels.using(path):
        np.testing.assert_array_equal(blurred(plane.copy()), blurred(plane))
