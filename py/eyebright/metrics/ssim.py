"""The structural similarity of two planes, and MS-SSIM, its product over five scales.

Sources: Wang, Bovik, Sheikh and Simoncelli, Image quality assessment: from error visibility to
structural similarity, IEEE TIP 13(4), 2004 (the maps); Wang, Simoncelli and Bovik, Multi-scale
structural similarity for image quality assessment, Asilomar 2003 (scales and exponents).
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.metrics.norms import halved
from eyebright.metrics.planes import Plane, luma_grounds
from eyebright.metrics.score import mirrored

Floats: TypeAlias = npt.NDArray[Any]
"""A plane, float32 or float64."""

WINDOW_PX, WINDOW_SIGMA_PX = 11, 1.5
"""Of the Gaussian window (2004, section III.B)."""

C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
"""Against division by nothing (2004, section III.B)."""

EXPONENTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Of the scales, the finest first (2003, section 3.2)."""

SMALLEST_PX = WINDOW_PX << len(EXPONENTS) - 1
"""A side that holds one window at the coarsest scale; smaller pictures are continued by their
mirror image."""


def ms_ssim(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> float:
    """Of luma: 1 is the same, 0 has nothing of the structure left.

    A scale whose structure is the opposite of the reference's counts as 0. What is taken and
    refused is told in `planes`.
    """
    return min(_over_scales(a, b) for a, b in luma_grounds(reference, distorted))


def _over_scales(a: Plane, b: Plane) -> float:
    a, b = mirrored(a, SMALLEST_PX), mirrored(b, SMALLEST_PX)
    product = 1.0
    for scale, exponent in enumerate(EXPONENTS):
        if scale:
            a, b = halved(a), halved(b)
        brightness, structure = similarity(a, b)
        is_last = scale == len(EXPONENTS) - 1
        similar = brightness * structure if is_last else structure
        product *= max(0.0, float(similar.mean(dtype=np.float64))) ** exponent
    return product


def similarity(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Maps of the brightness and of contrast and structure, 1 where alike.

    Smaller than the planes by a window less one pixel on each axis. With d = a - b, the paper's
    (2 cov(a, b) + C2) / (var(a) + var(b) + C2) is computed as 1 - var(d) / (the same), which loses
    no digits where the planes are alike; the brightness likewise.
    """
    taps = _gaussian().astype(a.dtype)
    mean_a, mean_b = windowed(a, taps), windowed(b, taps)
    squares = mean_a * mean_a + mean_b * mean_b
    variances = np.maximum(windowed(a * a + b * b, taps) - squares, 0)
    shift = mean_a - mean_b
    shift *= shift
    apart = a - b
    difference = np.maximum(windowed(apart * apart, taps) - shift, 0)
    brightness = 1 - shift / (squares + a.dtype.type(C1))
    structure = 1 - difference / (variances + a.dtype.type(C2))
    return brightness, structure


def windowed(plane: Floats, taps: Floats) -> Floats:
    """Weighed by taps x taps, only where all of them lie within the plane."""
    return _down(_down(plane.T, taps).T, taps)


def _down(plane: Floats, taps: Floats) -> Floats:
    height = plane.shape[0] - len(taps) + 1
    total: Floats = plane[:height] * taps[0]
    for k, tap in enumerate(taps[1:], start=1):
        total += plane[k : k + height] * tap
    return total


def _gaussian() -> Floats:
    middle = WINDOW_PX // 2
    heights = [math.exp(-((k - middle) ** 2) / (2 * WINDOW_SIGMA_PX**2)) for k in range(WINDOW_PX)]
    return np.array(heights) / sum(heights)
