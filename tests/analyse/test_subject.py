"""What stands alone on a plain ground."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analyse.subject import subject
from eyebright.pixels import Pixels
from eyebright.values import Box


def shown(ground: int = 250, *, noise: int = 0) -> Pixels:
    """400 x 256 pixels of a ground with a dark block of 100 x 64 at 200, 96."""
    picture = np.full((256, 400, 3), ground, np.int16)
    picture[96:160, 200:300] = 60
    picture += np.random.default_rng(1).integers(-noise, noise + 1, picture.shape, np.int16)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("ground", [255, 200, 0])
def test_a_block_on_one_colour_is_boxed(ground: int) -> None:
    assert subject(shown(ground), width=400, height=256) == Box(x=200, y=96, width=100, height=64)


def test_it_is_told_in_pixels_of_the_picture_as_shown() -> None:
    found = subject(shown(), width=4000, height=2560)

    assert found == Box(x=2000, y=960, width=1000, height=640)


def test_noise_is_ground() -> None:
    assert subject(shown(noise=9), width=400, height=256) == subject(shown(), width=400, height=256)


def test_a_speck_is_no_subject() -> None:
    picture = shown()
    picture[20, 30] = 0

    assert subject(picture, width=400, height=256) == subject(shown(), width=400, height=256)


def test_a_small_thing_is_no_subject() -> None:
    picture = np.full((256, 400, 3), 255, np.uint8)
    picture[100:120, 100:120] = 0

    assert subject(picture, width=400, height=256) is None


def test_what_reaches_the_border_far_is_cut_and_no_subject() -> None:
    picture = shown()
    picture[:160, 200:300] = 60

    assert subject(picture, width=400, height=256) is None


def test_a_picture_of_many_colours_has_no_ground() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (256, 400, 3)).astype(np.uint8)

    assert subject(picture, width=400, height=256) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 40, 3), (40, 40, 3)])
def test_a_plain_or_tiny_picture_has_none(shape: tuple[int, int, int]) -> None:
    assert subject(np.full(shape, 9, np.uint8), width=shape[1], height=shape[0]) is None
