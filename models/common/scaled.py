"""What a small picture shows, as both benches of scaling count it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from eyebright.kernels import srgb

Pixels: TypeAlias = npt.NDArray[np.uint8]

PEAK = 255

Curve: TypeAlias = Sequence[tuple[float, float]]
"""(score, natural logarithm of the bytes) of one picture's encodes, rising."""

LEAST_ERROR = 1e-3
"""Of squared codes: 78 dB, told for what does not differ."""


def enlarged(small: Pixels, width: int, height: int) -> Pixels:
    """In codes by a bilinear filter, as browsers do it for img and CSS."""
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR))


def psnr(source: Pixels, other: Pixels) -> float:
    """Decibels, of codes."""
    error = float(((other.astype(np.float64) - source) ** 2).mean())
    return 10 * math.log10(PEAK**2 / max(error, LEAST_ERROR))


def log_bytes_at(curve: Curve, score: float) -> float:
    """Natural logarithm of the bytes at a score, on a straight line between two encodes.

    NaN beyond the curve.
    """
    scores, sizes = zip(*curve, strict=True)
    return float(np.interp(score, scores, sizes, left=np.nan, right=np.nan))


def light_apart(one: Pixels, other: Pixels) -> float:
    """Most that a channel's mean of linear light differs, of 255."""
    return PEAK * float(np.abs(_mean_light(one) - _mean_light(other)).max())


def _mean_light(pixels: Pixels) -> npt.NDArray[np.float64]:
    light: npt.NDArray[np.float64] = srgb.code_table()[pixels].mean((0, 1), dtype=np.float64)
    return light
