"""Luma in whole numbers, the same on every machine."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.pixels import Pixels

LUMA_WEIGHTS = (77, 150, 29)
"""Rec. 601 luma in 1/256, so that the arithmetic stays in integers."""


def luma_of(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """Pixels (..., 3 or more) uint8 to their luma (...), rounded; sums fit into 16 bits."""
    red, green, blue = (np.uint16(weight) for weight in LUMA_WEIGHTS)
    total = pixels[..., 0] * red + pixels[..., 1] * green + pixels[..., 2] * blue
    luma: npt.NDArray[np.uint8] = ((total + np.uint16(128)) >> 8).astype(np.uint8)
    return luma
