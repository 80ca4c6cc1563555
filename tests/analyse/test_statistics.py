"""Facts are integers that survive small differences between decoders."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data as samples

from eyebright.analyse.statistics import facts, sample_blocks
from eyebright.host.base import Pixels
from eyebright.policy.classify import is_graphic
from eyebright.values import Facts, Source

SOURCE = Source(name="x", format="png", width=1, height=1, size_bytes=1, sha256="0" * 64)


def of(pixels: Pixels) -> Facts:
    return facts(SOURCE, pixels)


def test_a_photo_is_no_graphic() -> None:
    for picture in (samples.astronaut(), samples.coffee(), samples.chelsea(), samples.rocket()):
        assert not is_graphic(of(picture))


def test_a_drawing_is_a_graphic() -> None:
    drawing = np.full((200, 300, 3), 255, np.uint8)
    drawing[50:60, 20:280] = (10, 80, 200)

    assert is_graphic(of(drawing))


def test_one_pixel_that_is_not_opaque_counts() -> None:
    pixels = np.full((1000, 1000, 4), 255, np.uint8)
    assert of(pixels).transparent_permille == 0

    pixels[3, 4, 3] = 254

    assert of(pixels).transparent_permille == 1


def test_flat_and_noisy_pictures_are_the_extremes() -> None:
    flat = of(np.full((64, 64, 3), 7, np.uint8))
    noisy = of(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))

    assert (flat.flat_permille, flat.colours, flat.detail_centibits) == (1000, 1, 0)
    assert noisy.flat_permille == 0
    assert noisy.detail_centibits > 700


@pytest.mark.parametrize(
    ("count", "expected"), [(1, 1), (15, 15), (96, 96), (403, 416), (408, 416), (718, 704)]
)
def test_a_count_of_colours_keeps_its_four_leading_bits(count: int, expected: int) -> None:
    codes = np.arange(64 * 64) % count
    coarse = np.stack([codes >> 8, codes >> 4 & 15, codes & 15], axis=-1).reshape(64, 64, 3)

    assert of((coarse * 16).astype(np.uint8)).colours == expected


@given(st.integers(1, 70), st.integers(1, 70))
@settings(max_examples=40)
def test_any_size_gives_whole_blocks(width: int, height: int) -> None:
    blocks = sample_blocks(np.zeros((height, width, 3), np.uint8))

    assert blocks.shape[1:] == (8, 8, 3)
    assert len(blocks) >= 1


def test_a_huge_picture_is_sampled_not_read_whole() -> None:
    blocks = sample_blocks(np.zeros((3000, 5000, 3), np.uint8))

    assert len(blocks) == 96 * 96


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_step_of_decoder_noise_changes_no_decision(seed: int) -> None:
    picture = samples.astronaut().astype(np.int16)
    noise = np.random.default_rng(seed).integers(-1, 2, picture.shape)
    noisy = of(np.clip(picture + noise, 0, 255).astype(np.uint8))

    clean = of(samples.astronaut())
    assert is_graphic(noisy) == is_graphic(clean)
    assert abs(noisy.detail_centibits - clean.detail_centibits) <= 60


def test_the_dominant_colour_is_the_most_common_one() -> None:
    picture = np.full((80, 80, 3), (250, 100, 10), np.uint8)
    picture[:30] = (0, 0, 255)

    assert of(picture).dominant_rgb == (255, 105, 15)


def test_the_dominant_colour_is_one_that_is_seen() -> None:
    picture = np.full((80, 80, 4), (0, 200, 0, 0), np.uint8)
    picture[:20] = (200, 30, 30, 255)

    assert of(picture).dominant_rgb == (195, 30, 30)
    assert of(picture[40:]).dominant_rgb == ()


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_the_dominant_colour_survives_a_decoder_s_small_differences(seed: int) -> None:
    picture = samples.coffee()[::2, ::2]
    wobble = np.random.default_rng(seed).integers(-1, 2, picture.shape)
    other = np.clip(picture.astype(int) + wobble, 0, 255).astype(np.uint8)

    assert of(other).dominant_rgb == of(picture).dominant_rgb
