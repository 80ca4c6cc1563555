"""Sixteen bits to eight: gradients without bands, everything else the nearest level."""

from __future__ import annotations

import io

import imagecodecs
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from eyebright.host.native import decoding, depth

Words = npt.NDArray[np.uint16]

SIDE = 256


def gradient(levels: float, *, start: float = 60.3) -> Words:
    """A ramp over the width that climbs by `levels` of 255."""
    ramp = (start + np.linspace(0, levels, SIDE)) * depth.LEVEL
    grey = np.broadcast_to(np.rint(ramp), (SIDE, SIDE))
    return np.dstack([grey, grey[::-1], grey]).astype(np.uint16)


def texture() -> Words:
    rng = np.random.default_rng(5)
    grain = rng.normal(0, 3 * depth.LEVEL, (SIDE, SIDE, 3))
    return (gradient(8).astype(np.float64) + grain).clip(0, 65535).astype(np.uint16)


def png_bytes(pixels: npt.NDArray[np.uint8]) -> int:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return len(out.getvalue())


def block_means(values: npt.NDArray[np.float64], side: int = 16) -> npt.NDArray[np.float64]:
    height, width, channels = values.shape
    cut = values.reshape(height // side, side, width // side, side, channels)
    means: npt.NDArray[np.float64] = cut.mean(axis=(1, 3))
    return means


@pytest.mark.parametrize("levels", [1, 3, 8, 20])
def test_a_gradient_keeps_its_mean_everywhere(levels: float) -> None:
    words = gradient(levels)
    eight, _notes = depth.reduce(words)
    exact = words / depth.LEVEL

    assert abs(float(eight.mean() - exact.mean())) < 0.02
    assert np.abs(block_means(eight.astype(float)) - block_means(exact)).max() < 0.1


@pytest.mark.parametrize("levels", [1, 3, 8, 20])
def test_a_gradient_shows_no_edges_of_bands(levels: float) -> None:
    """An edge is a whole level between the means of two columns, averaged over the height."""
    eight, _notes = depth.reduce(gradient(levels))
    dithered = np.abs(np.diff(eight.astype(float).mean(axis=0), axis=0)).max()
    plain = np.abs(
        np.diff(depth.rounded(gradient(levels)).astype(float).mean(axis=0), axis=0)
    ).max()

    assert plain == 1.0
    assert dithered < 0.5


def test_a_texture_is_rounded_and_costs_no_byte_more() -> None:
    eight, notes = depth.reduce(texture())
    plain = depth.rounded(texture())

    assert np.array_equal(plain, eight)
    assert png_bytes(plain) == png_bytes(eight)
    assert notes[0].values["dithered_permille"] == 0


def test_flat_areas_stay_flat() -> None:
    words = np.full((40, 40, 3), 60 * depth.LEVEL + 100, np.uint16)
    eight, _notes = depth.reduce(words)

    assert np.array_equal(np.full((40, 40, 3), 60, np.uint8), eight)


def test_eight_bits_in_sixteen_come_back_exactly() -> None:
    exact = np.random.default_rng(1).integers(0, 256, (50, 70, 3)).astype(np.uint8)
    exact[:25] = np.arange(70)[:, None]  # a gradient of whole levels
    eight, _notes = depth.reduce(exact.astype(np.uint16) * depth.LEVEL)

    assert np.array_equal(exact, eight)


def test_the_same_words_give_the_same_bytes() -> None:
    first, _notes = depth.reduce(gradient(5))
    second, _notes = depth.reduce(gradient(5))

    assert np.array_equal(first, second)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 300, 3), (300, 1, 3), (2, 2, 3), (17, 33, 3)])
def test_every_size_is_reduced(shape: tuple[int, int, int]) -> None:
    words = (np.arange(np.prod(shape)).reshape(shape) * 7 % 65536).astype(np.uint16)
    eight, _notes = depth.reduce(words)

    assert eight.shape == shape
    assert np.abs(eight - words / depth.LEVEL).max() <= 1.0


def test_alpha_is_only_rounded() -> None:
    alpha = gradient(3)[..., 0]

    assert np.array_equal(np.rint(alpha / depth.LEVEL), depth.rounded(alpha))


def deep_avif(samples: npt.NDArray[np.uint16], bits: int) -> bytes:
    return bytes(imagecodecs.avif_encode(samples, level=100, bitspersample=bits, speed=8))


@pytest.mark.parametrize("bits", [10, 12])
def test_an_avif_of_more_than_eight_bits_is_rounded_not_cut(bits: int) -> None:
    words = texture() >> (16 - bits)
    decoded = decoding.decode(deep_avif(words, bits), "avif")
    told = {note.code: note.values["bits"] for note in decoded.notes}
    apart = decoded.pixels - words * (255 / ((1 << bits) - 1))

    assert np.abs(apart).max() <= 1.0
    assert abs(apart.mean()) < 0.1
    assert told == {"depth-reduced": bits}


def test_a_transparent_avif_of_ten_bits_keeps_its_alpha() -> None:
    alpha = np.zeros((20, 30, 1), np.uint16)
    alpha[:5] = 1023
    words = np.concatenate([np.full((20, 30, 3), 600, np.uint16), alpha], axis=2)
    data = deep_avif(words, 10)
    decoded = decoding.decode(data, "avif")

    assert decoded.pixels.shape == (20, 30, 4)
    assert set(np.unique(decoded.pixels[:5, :, 3])) == {255}
    assert set(np.unique(decoded.pixels[5:, :, 3])) == {0}
