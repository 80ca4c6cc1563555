"""Drawn pictures that show what resizing does wrong, as both benches of scaling draw them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from common.scaled import Pixels
from eyebright.kernels import srgb


def zone_plate(side: int, contrast: float = 1.0) -> Pixels:
    """Rings, linear in light, from coarse in the middle to half a cycle a pixel at the sides."""
    y, x = np.mgrid[:side, :side] + 0.5 - side / 2
    light = 0.5 + 0.5 * contrast * np.cos(np.pi * (x**2 + y**2) / side)
    codes = np.searchsorted(srgb.threshold_table(), light, side="right").astype(np.uint8)
    return np.repeat(codes[..., None], 3, axis=2)


def edge(is_high: npt.NDArray[np.bool_], low: int, high: int) -> Pixels:
    """Of two codes, grey."""
    return np.repeat(np.where(is_high, high, low).astype(np.uint8)[..., None], 3, axis=2)


def beyond(made: Pixels, low: int, high: int) -> int:
    """By how many codes a picture leaves the two of an edge, at most; below 0 where it does not."""
    return max(low - int(made.min()), int(made.max()) - high)
