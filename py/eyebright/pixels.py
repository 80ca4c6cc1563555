"""The type of decoded pictures, for all that work on them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""(H, W, 3) or (H, W, 4) uint8, sRGB, straight alpha."""
