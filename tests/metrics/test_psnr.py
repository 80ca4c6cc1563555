"""PSNR and its two kin, against scikit-image and the published formula block by block."""

from __future__ import annotations

import math

import numpy as np
import pytest
import skimage.data
import skimage.metrics
import synthetic
from scipy.fft import dctn

from eyebright.metrics.psnr import psnr
from eyebright.metrics.psnr_hvs import psnr_hvs, psnr_hvs_m

WAVES = synthetic.waves(72, 64)

WEIGHTS_CORNER = ((1.608443, 2.339554), (2.144591, 2.144591))
MASKING_CORNER = ((0.390625, 0.826446), (0.694444, 0.694444))
"""First entries of the authors' tables, which stand there with six digits."""

STEPS = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)
WEIGHTS = WEIGHTS_CORNER[0][0] * 16 / STEPS
MASKING = MASKING_CORNER[0][0] * 256 / STEPS**2


def as_published(reference: np.ndarray, distorted: np.ndarray, *, masked: bool) -> float:
    """One block after the other, as the papers tell it."""
    a, b = (picture @ np.array([0.299, 0.587, 0.114]) for picture in (reference, distorted))
    height, width = a.shape
    squares = []
    for y in range(0, height, 8):
        for x in range(0, width, 8):
            first, second = a[y : y + 8, x : x + 8], b[y : y + 8, x : x + 8]
            error = np.abs(dctn(first, norm="ortho") - dctn(second, norm="ortho"))
            if masked:
                hidden = max(hides(first), hides(second)) / MASKING
                hidden[0, 0] = 0
                error = np.maximum(error - hidden, 0)
            squares.append((error * WEIGHTS) ** 2)
    return 10 * math.log10(255**2 / np.mean(squares))


def hides(block: np.ndarray) -> float:
    energy = dctn(block, norm="ortho") ** 2 * MASKING
    quarters = (block[:4, :4], block[:4, 4:], block[4:, :4], block[4:, 4:])
    even = sum(16 * part.var() for part in quarters) / (64 * block.var())
    return math.sqrt((energy.sum() - energy[0, 0]) * even) / 32


@pytest.mark.parametrize("name", ["astronaut", "coffee"])
def test_psnr_is_what_scikit_image_computes(name: str) -> None:
    picture = getattr(skimage.data, name)()
    noisy = synthetic.noisy(picture, 14)

    expected = skimage.metrics.peak_signal_noise_ratio(picture, noisy)
    assert expected == pytest.approx(psnr(picture, noisy), abs=1e-6)


def test_black_against_white_has_no_decibel() -> None:
    black, white = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8)

    assert psnr(black, white) == 0


@pytest.mark.parametrize("reach", [3, 12, 40])
def test_psnr_hvs_is_what_the_papers_tell(reach: int) -> None:
    noisy = synthetic.noisy(WAVES, reach)

    assert as_published(WAVES, noisy, masked=False) == pytest.approx(
        psnr_hvs(WAVES, noisy), abs=1e-4
    )
    assert as_published(WAVES, noisy, masked=True) == pytest.approx(
        psnr_hvs_m(WAVES, noisy), abs=1e-3
    )


def test_the_weights_are_those_of_the_authors_tables() -> None:
    np.testing.assert_allclose(WEIGHTS_CORNER, WEIGHTS[:2, :2], atol=1e-5)
    np.testing.assert_allclose(MASKING_CORNER, MASKING[:2, :2], atol=1e-5)


def test_fine_patterns_weigh_less_than_coarse_ones() -> None:
    grey = np.full((64, 64, 3), 128, np.uint8)
    y, x = np.mgrid[0:64, 0:64]
    fine, coarse = (
        np.where((x // size + y // size) % 2, 120, 136).astype(np.uint8)[..., None].repeat(3, 2)
        for size in (1, 4)
    )

    assert psnr(grey, fine) == psnr(grey, coarse)
    assert psnr_hvs(grey, fine) > psnr_hvs(grey, coarse) + 3


def test_texture_hides_noise_that_a_flat_ground_shows() -> None:
    flat = np.full((64, 64, 3), 128, np.uint8)
    rough = synthetic.noisy(flat, 60)
    forgiven = [
        psnr_hvs_m(ground, synthetic.noisy(ground[::-1, ::-1], 8)[::-1, ::-1])
        - psnr_hvs(ground, synthetic.noisy(ground[::-1, ::-1], 8)[::-1, ::-1])
        for ground in (flat, rough)
    ]

    assert forgiven[1] > forgiven[0] + 3


def test_columns_that_fill_no_block_are_seen() -> None:
    picture = synthetic.waves(67, 64)
    marred = picture.copy()
    marred[:, 64:] = 255 - marred[:, 64:]

    assert psnr_hvs(picture, marred) < 30
