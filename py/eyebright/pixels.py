"""The type of decoded pictures, and their luma, for all that work on them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""(H, W, 3) or (H, W, 4) uint8, sRGB, straight alpha."""

LUMA = (0.299, 0.587, 0.114)
"""Of encoded red, green and blue: ITU-R BT.601, as JPEG's files (JFIF 1.02) and the published
metrics on luma have it."""
