"""PSNR: the peak signal-to-noise ratio over all samples of encoded sRGB.

As scikit-image's `peak_signal_noise_ratio` has it, 10 log10(255^2 / mean square error). It knows
nothing of eyes; it is here because everybody quotes it.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from eyebright.metrics.planes import Opaque, grounds

PEAK = 255.0


def psnr(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> float:
    """Decibels, 0 for black against white, infinite for the same picture.

    What is taken and refused is told in `planes`.
    """
    return min(ratio_db(_mean_square(a, b)) for a, b in grounds(reference, distorted))


def ratio_db(mean_square: float) -> float:
    """Of the peak to an error, infinite where there is none."""
    return 10 * math.log10(PEAK**2 / mean_square) if mean_square > 0 else math.inf


def _mean_square(a: Opaque, b: Opaque) -> float:
    error = np.subtract(a, b, dtype=np.float32)
    return float(np.mean(error * error, dtype=np.float64))
