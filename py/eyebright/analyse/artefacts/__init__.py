"""Which faults a picture already carries: JPEG's quality, blocks, noise, blur and banding.

The pixels are reduced here to the statistics below, and a small network reads those. They are taken
at full resolution, over tiles spread evenly, at the phase of the 8x8 grid that the pixels show, so
that a crop of a JPEG file, or a PNG made of one, is seen as well.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from eyebright.analyse.artefacts.banding import comb, plateaus
from eyebright.analyse.artefacts.detail import energies, steepness, zeros
from eyebright.analyse.artefacts.grid import (
    CORNER_CLIP,
    clipped_in,
    coefficients_of,
    corners_of,
    phase_of,
    prominence,
)
from eyebright.analyse.artefacts.qualities import likely_qualities
from eyebright.analyse.artefacts.tiles import tiles_of
from eyebright.analyse.proxy import on_white
from eyebright.analyse.spectra import luma_of
from eyebright.quantisation import BLOCK_PX
from eyebright.values import Artefacts

NAME = "artefacts"

Tensor = npt.NDArray[np.generic]

LEAST_PX = 3 * BLOCK_PX
"""A side below this shows no grid; nothing is told of such a picture."""

MOSTLY = 0.97
"""Share of clipped blocks from which energies are taken of all blocks; else only of the others,
since noise is cut where pixels are clipped."""

PEAK = 0
"""Place of the likeliest quality, by all coefficients, among the features."""

ROUND_NOISE_CENTI = 5
ROUND_PERMILLE = 5
"""Facts are rounded to these steps, far coarser than the hosts' differences in arithmetic."""

NOISE_OFFSET = 0.5
"""The network tells the logarithm of sigma plus this, so that none is a number, too."""

MOST_SIGMA = 50.0


def prepare(picture: npt.NDArray[np.uint8]) -> dict[str, Tensor]:
    """`features` (1, n) float32 of a picture (h, w, 3 or 4) uint8, both sides at least 24 pixels.

    Transparent pixels are seen on white: colours that they hide show no fault.
    """
    tiles = on_white(tiles_of(picture))
    luma = luma_of(tiles)
    corners = [corners_of(luma, clip) for clip in CORNER_CLIP]
    phase = phase_of(corners[0])
    coefficients = coefficients_of(luma, phase)
    clipped = clipped_in(tiles, phase)
    features = [
        *likely_qualities(coefficients, clipped),
        *zeros(coefficients),
        *energies(coefficients if clipped.mean() > MOSTLY else coefficients[:, :, ~clipped]),
        *prominence(corners, phase),
        *steepness(luma),
        *plateaus(luma[::2]),
        *comb(tiles),
    ]
    return {"features": np.asarray([features], np.float32)}


def is_large_enough(picture: npt.NDArray[np.uint8]) -> bool:
    return bool(min(picture.shape[:2]) >= LEAST_PX)


def read(outputs: Mapping[str, Tensor]) -> Artefacts:
    """The network's `faults` (1, 6): quality/100, JPEG, blocks, log noise, blur, banding."""
    told = [float(value) for value in np.asarray(outputs["faults"]).ravel()]
    quality, jpeg, blocks, log_noise, blur, banding = told
    sigma = min(max(float(np.exp(min(log_noise, 5.0))) - NOISE_OFFSET, 0.0), MOST_SIGMA)
    return Artefacts(
        jpeg_quality=min(max(round(100 * quality), 1), 100) if jpeg >= 0.5 else 0,
        blockiness_permille=_permille(blocks),
        noise_centi=round(100 * sigma / ROUND_NOISE_CENTI) * ROUND_NOISE_CENTI,
        blur_permille=_permille(blur),
        banding_permille=_permille(banding),
    )


def fallback(source_quality: int) -> Artefacts:
    """What a JPEG file's own quantisation tables tell: its quality, and nothing else."""
    return Artefacts(
        jpeg_quality=source_quality,
        blockiness_permille=0,
        noise_centi=0,
        blur_permille=0,
        banding_permille=0,
    )


def _permille(share: float) -> int:
    return round(1000 * min(max(share, 0.0), 1.0) / ROUND_PERMILLE) * ROUND_PERMILLE
