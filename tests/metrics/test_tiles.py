"""The worst place of a picture: its score is that of its own pixels, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import as_published
import numpy as np
import pytest
import skimage.data
import synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from eyebright import kernels
from eyebright.metrics import norms, ssimulacra2
from eyebright.metrics.score import ssimulacra2_local
from eyebright.metrics.tiles import TILE_PX, tile_norms, whole_norms

ASTRONAUT = skimage.data.astronaut()


@pytest.fixture(params=["compiled", "numpy"])
def _path(request: pytest.FixtureRequest) -> Iterator[None]:
    with kernels.using(request.param):
        yield


both_paths = pytest.mark.usefixtures("_path")


def sums_of(a: np.ndarray, b: np.ndarray, **how: object) -> np.ndarray:
    height, width = a.shape[:2]
    return norms.error_sums(a, b, background=0.5, plan=norms.full_plan(width, height), **how)


def blurred_at(picture: np.ndarray, x: int, y: int) -> np.ndarray:
    """48 x 48 pixels of it smeared."""
    marred = picture.copy()
    patch = picture[y : y + 48, x : x + 48]
    marred[y : y + 48, x : x + 48] = patch.mean(axis=(0, 1)).astype(np.uint8)
    return marred


@given(st.integers(8, 300), st.integers(8, 300), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_both_paths_find_the_same_sums_in_each_tile(width: int, height: int, seed: int) -> None:
    a = synthetic.waves(width, height)
    b = np.random.default_rng(seed).integers(0, 256, a.shape, dtype=np.uint8)
    with kernels.using("compiled"):
        compiled = sums_of(a, b)
    exact = sums_of(a, b, dtype=np.float64)

    np.testing.assert_allclose(exact, compiled, rtol=2e-3, atol=0.1)


def test_numpy_finds_the_same_sums_whatever_the_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = synthetic.waves(200, 150), synthetic.noisy(synthetic.waves(200, 150), 20)
    whole = sums_of(a, b, dtype=np.float64)
    monkeypatch.setattr(norms, "STRIP_PX", 1)

    np.testing.assert_allclose(whole, sums_of(a, b, dtype=np.float64), rtol=1e-9)


@both_paths
def test_the_whole_is_made_of_all_tiles() -> None:
    a = synthetic.waves(141, 219)
    b = synthetic.noisy(a, 9)
    found = whole_norms(sums_of(a, b), 141, 219)

    np.testing.assert_allclose(as_published.norms(a, b, 0.5), found, rtol=2e-3, atol=2e-5)


@both_paths
def test_a_tiles_norms_are_those_of_the_maps_over_its_own_pixels() -> None:
    a = synthetic.waves(300, 200)
    b = synthetic.noisy(a, 9)
    b[70:120, 140:180] = 255 - b[70:120, 140:180]
    found = tile_norms(sums_of(a, b), 300, 200)

    assert found.shape == (3, 4, 3, 6, 2, 3)
    for row, rows in enumerate(((0, 64), (64, 128), (128, 200))):
        for column, columns in enumerate(((0, 64), (64, 128), (128, 192), (192, 300))):
            part = maps_of_luma(a, b)[:, rows[0] : rows[1], columns[0] : columns[1]]
            mean = part.mean(axis=(1, 2))
            fourth = (part**4).mean(axis=(1, 2)) ** 0.25
            np.testing.assert_allclose(
                [mean, fourth], found[row, column, 1, 0], rtol=2e-3, atol=2e-5
            )


def maps_of_luma(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The three maps of channel Y at scale 1:1, straight from the definition."""
    first, second = (as_published.xyb(as_published.linear(p, 0.5))[1] for p in (a, b))
    return as_published.maps(first, second)


@both_paths
@pytest.mark.parametrize("place", [(100, 150), (300, 64), (460, 460)])
def test_a_local_fault_shows_in_its_tile_more_than_in_the_whole(place: tuple[int, int]) -> None:
    marred = blurred_at(ASTRONAUT, *place)

    whole, worst = ssimulacra2_local(ASTRONAUT, marred)

    assert ssimulacra2(ASTRONAUT, marred) == whole
    assert worst < whole - 30


@both_paths
def test_even_errors_make_the_worst_tile_little_worse_than_the_whole() -> None:
    flat = np.full((256, 320, 3), 120, np.uint8)
    noise = np.random.default_rng(2).integers(-6, 7, flat.shape)

    whole, worst = ssimulacra2_local(flat, (flat + noise).astype(np.uint8))

    assert whole - 6 < worst < whole


@both_paths
@pytest.mark.parametrize("size", [(1, 1), (9, 200), (63, 64), (112, 112)])
def test_small_pictures_have_a_worst_tile_too(size: tuple[int, int]) -> None:
    picture = synthetic.waves(*size)

    assert ssimulacra2_local(picture, picture) == (100, 100)
    assert ssimulacra2_local(picture, 255 - picture).worst_tile < 0


@both_paths
def test_of_a_transparent_picture_the_ground_that_shows_more_counts() -> None:
    a = np.zeros((128, 192, 4), np.uint8)
    a[..., 3] = 255
    b = a.copy()
    a[70:110, 70:110, 3], b[70:110, 70:110, 3] = 85, 170
    over = [
        ssimulacra2_local(laid_over(a, grey), laid_over(b, grey)).worst_tile for grey in (0.1, 0.9)
    ]

    assert over[1] < over[0] - 5
    assert over[1] == pytest.approx(ssimulacra2_local(a, b).worst_tile, abs=0.5)


def laid_over(picture: np.ndarray, grey: float) -> np.ndarray:
    alpha = picture[..., 3:] / 255
    return np.round(255 * grey * (1 - alpha)).astype(np.uint8).repeat(3, axis=2)


def test_tiles_are_as_large_as_the_kernel_has_them() -> None:
    text = (Path(kernels.__path__[0]) / "kernels.h").read_text("utf-8")

    assert f"TILE_SHIFT = {TILE_PX.bit_length() - 1} " in text
