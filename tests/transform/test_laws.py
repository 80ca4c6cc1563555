"""What holds of every method, whatever the picture and the sizes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyebright import kernels
from eyebright.kernels import srgb
from eyebright.transform import METHODS, resize

SIDES = st.integers(1, 40)
METHOD = st.sampled_from(sorted(METHODS))
DEPTH = st.sampled_from([np.uint8, np.uint16])


@st.composite
def pictures(draw: st.DrawFn, channels: tuple[int, ...] = (3, 4), depth: Any = np.uint8) -> Any:
    """Noise, or a few flat blocks: what methods with divisions in them like least."""
    width, height, seed = draw(SIDES), draw(SIDES), draw(st.integers(0, 2**32 - 1))
    shape = (height, width, draw(st.sampled_from(channels)))
    dice = np.random.default_rng(seed)
    most = np.iinfo(depth).max
    if draw(st.booleans()):
        return dice.integers(0, most, shape, dtype=depth, endpoint=True)
    blocks = dice.integers(0, most, (3, 3, shape[2]), dtype=depth, endpoint=True)
    y, x = (np.arange(side) * 3 // side for side in shape[:2])
    return np.ascontiguousarray(blocks[y][:, x])


@pytest.mark.property
@settings(max_examples=150)
@given(pictures(), SIDES, SIDES, METHOD)
def test_both_paths_resize_alike(pixels: np.ndarray, width: int, height: int, method: str) -> None:
    with kernels.using("compiled"):
        compiled = resize(pixels, width, height, method=method).astype(int)
    with kernels.using("numpy"):
        numpy = resize(pixels, width, height, method=method).astype(int)
    off = np.abs(compiled - numpy)
    seen = compiled[..., 3] > 8 if pixels.shape[2] == 4 else np.ones((height, width), bool)

    assert off[seen].max(initial=0) <= 1
    assert pixels.shape[2] == 3 or off[..., 3].max() <= 1


@pytest.mark.property
@settings(max_examples=60)
@given(SIDES, SIDES, SIDES, SIDES, st.integers(1, 255), st.sampled_from([3, 4]), DEPTH, METHOD)
def test_a_flat_picture_stays_flat(  # noqa: PLR0913, PLR0917 - what the law ranges over
    w: int, h: int, width: int, height: int, code: int, channels: int, depth: Any, method: str
) -> None:
    value = code * (int(np.iinfo(depth).max) // 255)
    flat = np.full((h, w, channels), value, dtype=depth)
    found = resize(flat, width, height, method=method)

    assert np.abs(found.astype(int) - value).max() <= (0 if depth is np.uint8 else 2)


@pytest.mark.property
@settings(max_examples=100)
@given(pictures(channels=(3,)), SIDES, SIDES, METHOD, st.sampled_from([0, 1]))
def test_a_mirrored_picture_is_mirrored(
    pixels: np.ndarray, width: int, height: int, method: str, axis: int
) -> None:
    expected = np.flip(resize(pixels, width, height, method=method), axis).astype(int)
    mirrored = np.ascontiguousarray(np.flip(pixels, axis))

    assert np.abs(expected - resize(mirrored, width, height, method=method)).max() <= 1


@pytest.mark.property
@settings(max_examples=60)
@given(pictures(channels=(4,)), SIDES, SIDES, METHOD, st.integers(0, 2**32 - 1))
def test_colour_under_transparent_pixels_never_shows(
    pixels: np.ndarray, width: int, height: int, method: str, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    pixels[..., 3] = np.where(dice.random(pixels.shape[:2]) < 0.4, 0, pixels[..., 3])
    other = pixels.copy()
    hidden = pixels[..., 3] == 0
    other[hidden, :3] = dice.integers(0, 256, (int(hidden.sum()), 3), dtype=np.uint8)

    first, second = (resize(p, width, height, method=method) for p in (pixels, other))
    shows = first[..., 3] > 0

    np.testing.assert_array_equal(first[..., 3], second[..., 3])
    np.testing.assert_array_equal(first[shows], second[shows])


@pytest.mark.property
@settings(max_examples=60)
@given(pictures(channels=(3,)), SIDES, SIDES, st.sampled_from(["dpid-1", "dpid-0.5"]))
def test_detail_preserving_outputs_lie_within_what_they_cover(
    pixels: np.ndarray, width: int, height: int, method: str
) -> None:
    found = resize(pixels, width, height, method=method)

    assert (found >= pixels.min(axis=(0, 1))).all()
    assert (found <= pixels.max(axis=(0, 1))).all()


@pytest.mark.property
@settings(max_examples=60)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**32 - 1), METHOD)
def test_one_pixel_is_the_mean_light_of_the_picture_or_its_details(
    side: int, aspect: int, seed: int, method: str
) -> None:
    dice = np.random.default_rng(seed)
    pixels = dice.integers(100, 104, (side, side * aspect, 3), dtype=np.uint8)
    mean = srgb.to_codes(srgb.to_linear(pixels / 255).mean(axis=(0, 1)).astype(np.float32))
    found = resize(pixels, 1, 1, method=method)[0, 0].astype(int)

    assert np.abs(found - mean).max() <= 2


@pytest.mark.parametrize("path", ["compiled", "numpy"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(3, 20_000), (20_000, 3)])
def test_a_ratio_of_thousands_is_like_any_other(
    shape: tuple[int, int], method: str, path: kernels.Implementation
) -> None:
    pixels = np.full((*shape, 3), 90, np.uint8)
    pixels[:, ::2] += 2
    with kernels.using(path):
        found = resize(pixels, 2, 2, method=method)

    assert np.abs(found.astype(int) - 91).max() <= 1
