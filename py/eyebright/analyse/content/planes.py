"""Types of planes, and the shares that most features are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

FEW = 64
"""Added to counts that divide, so that a handful of pixels makes no large share."""


def share(mask: Mask) -> float:
    """0 to 1: of the pixels, or blocks, those that are set."""
    return float(np.count_nonzero(mask)) / mask.size


def entropy(shares: npt.NDArray[np.float64]) -> float:
    """Shannon's, in bits."""
    return float(-(shares * np.log2(shares)).sum())
