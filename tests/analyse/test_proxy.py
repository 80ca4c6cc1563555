"""The proxy is the same everywhere, never larger, and as bright as the picture."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data as samples

from eyebright import kernels
from eyebright.analyse.proxy import FRACTION_BITS, _rounded, proxy, size
from eyebright.errors import InputError
from eyebright.host.base import Pixels

SIDES = st.integers(1, 90)


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Pixels:
    drawn = np.random.default_rng(seed).integers(0, 256, (height, width, channels))
    return drawn.astype(np.uint8)


def exact(pixels: Pixels, longest: int) -> np.ndarray:
    """Means of exact areas in float64: what the integers stand for."""
    height, width = size(pixels.shape[0], pixels.shape[1], longest)
    down = shares(pixels.shape[0], height)
    across = shares(pixels.shape[1], width)
    # in two steps: all at once takes minutes
    return np.einsum("ih,hwc,jw->ijc", down, pixels.astype(np.float64), across, optimize=True)


def shares(side: int, out: int) -> np.ndarray:
    length = side / out
    starts = np.arange(out)[:, None] * length
    pixel = np.arange(side)[None, :]
    overlap = np.minimum(pixel + 1, starts + length) - np.maximum(pixel, starts)
    return np.clip(overlap, 0, None) / length


@given(
    height=SIDES,
    width=SIDES,
    channels=st.sampled_from((3, 4)),
    longest=st.integers(1, 90),
    seed=st.integers(0, 9),
)
@settings(deadline=None)
def test_the_kernel_makes_the_same_bytes_as_numpy(
    height: int, width: int, channels: int, longest: int, seed: int
) -> None:
    pixels = noise(height, width, channels, seed)
    with kernels.using("numpy"):
        expected = proxy(pixels, longest)
    with kernels.using("compiled"):
        made = proxy(pixels, longest)

    assert expected.tobytes() == made.tobytes()


@pytest.mark.parametrize("shape", [(1200, 1600, 3), (900, 2311, 4), (2500, 640, 3)])
def test_so_it_does_of_large_pictures(shape: tuple[int, int, int]) -> None:
    pixels = noise(*shape)
    with kernels.using("numpy"):
        expected = proxy(pixels, 640)
    with kernels.using("compiled"):
        made = proxy(pixels, 640)

    assert expected.tobytes() == made.tobytes()


@given(height=SIDES, width=SIDES, longest=st.integers(1, 90), level=st.integers(0, 255))
@settings(deadline=None)
def test_a_plain_picture_stays_plain(height: int, width: int, longest: int, level: int) -> None:
    made = proxy(np.full((height, width, 3), level, np.uint8), longest)

    assert set(np.unique(made)) == {level}
    assert made.shape == (*size(height, width, longest), 3)


@given(height=SIDES, width=SIDES, longest=st.integers(1, 90))
@settings(deadline=None)
def test_it_is_never_larger(height: int, width: int, longest: int) -> None:
    made = size(height, width, longest)

    assert max(made) == min(longest, max(height, width))
    assert made[0] <= height
    assert made[1] <= width


@given(height=SIDES, width=SIDES, longest=st.integers(1, 90), seed=st.integers(0, 9))
@settings(deadline=None)
def test_the_mean_is_kept_within_one(height: int, width: int, longest: int, seed: int) -> None:
    pixels = noise(height, width, seed=seed)

    made = proxy(pixels, longest)

    assert np.abs(pixels.mean((0, 1)) - made.mean((0, 1))).max() <= 1


@pytest.mark.parametrize("shape", [(200, 300), (301, 117), (64, 2000), (513, 512), (1025, 900)])
def test_areas_are_averaged(shape: tuple[int, int]) -> None:
    ramp = np.add.outer(np.arange(shape[0]), np.arange(shape[1])) * 255 // sum(shape)
    pixels = np.repeat(ramp[..., None], 3, axis=2).astype(np.uint8)

    assert np.abs(exact(pixels, 100) - proxy(pixels, 100)).max() <= 2


def test_whole_factors_are_exact_means() -> None:
    pixels = noise(240, 320)

    made = proxy(pixels, 80)

    assert np.abs(exact(pixels, 80) - made).max() <= 0.6


def test_a_small_picture_is_taken_as_it_is() -> None:
    pixels = noise(40, 50)

    assert np.array_equal(pixels, proxy(pixels, 50))


def test_transparent_pixels_are_seen_on_white() -> None:
    pixels = noise(60, 60, 4)
    pixels[..., 3] = 0

    assert set(np.unique(proxy(pixels, 20))) == {255}
    assert set(np.unique(proxy(pixels, 60))) == {255}


def test_opaque_alpha_changes_nothing() -> None:
    pixels = noise(123, 77, 4)
    pixels[..., 3] = 255

    assert np.array_equal(proxy(pixels[..., :3], 32), proxy(pixels, 32))


def test_half_a_pixel_of_black_is_grey() -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[..., 3] = 128

    assert proxy(pixels, 2).tolist() == [[[127] * 3] * 2] * 2


def test_the_bytes_are_the_same_everywhere() -> None:
    made = proxy(samples.astronaut(), 200)

    digest = hashlib.sha256(made.tobytes()).hexdigest()
    assert digest == "47a31fdb7e76bade3d5c6311d042c5ad8d24738c31e6848bc659933a511f0824"


def test_a_large_box_does_not_overflow() -> None:
    pixels = np.full((1, 1200, 3), 255, np.uint8)

    assert proxy(pixels, 2).tolist() == [[[255] * 3] * 2]


@pytest.mark.parametrize("count", [1, 2, 9, 2**24])
def test_means_of_boxes_are_exact_at_every_size(count: int) -> None:
    levels = [0, 1, 127, 254, 255]
    sums = np.array([level * count for level in levels], np.uint32)

    made = _rounded(sums, np.full(len(levels), count, np.uint32))

    assert [level << FRACTION_BITS for level in levels] == made.tolist()


@pytest.mark.parametrize("count", [1, 2, 3, 9, 10])
def test_means_between_steps_are_rounded_half_up(count: int) -> None:
    sums = np.arange(255 * count + 1, dtype=np.uint32)

    made = _rounded(sums, np.full(1, count, np.uint32))

    assert [(2 * 16 * total + count) // (2 * count) for total in sums.tolist()] == made.tolist()


def test_a_proxy_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="ask for 1 or more"):
        proxy(noise(3, 3), 0)
