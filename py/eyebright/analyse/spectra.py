"""JPEG's luma and its transform, exact: every host gets the same numbers to the last bit.

Luma is held in whole parts of a step, the basis in whole parts of one, so that no sum of their
products is rounded in a double, in whatever order a library takes it.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from eyebright.pixels import LUMA
from eyebright.quantisation import BLOCK_PX

Floats = npt.NDArray[np.float32]

LUMA_PARTS = 256
"""Of a step of luma: 16 bits for 0 to 255."""

BASIS_PARTS = 32768
"""Of 1 in the DCT's basis. 16 bits of luma, twice these 15 and twice 3 for sums of eight are 52, as
many as a double has: every host counts the same coefficients on either side of a limit."""


def luma_of(tiles: npt.NDArray[np.uint8]) -> Floats:
    """(..., 3) uint8 to LUMA_PARTS of a step: JPEG's own luma but for its rounding to RGB."""
    red, green, blue = (np.float32(round(weight * 65536)) for weight in LUMA)
    sums = tiles[..., 0] * red + tiles[..., 1] * green + tiles[..., 2] * blue  # exact in float32
    luma: Floats = np.rint(sums / np.float32(65536 / LUMA_PARTS)) / np.float32(LUMA_PARTS)
    return luma


def in_parts(planes: Floats) -> Floats:
    """Rounded to LUMA_PARTS of a step, as `spectrum_of` wants them."""
    rounded: Floats = np.rint(planes * np.float32(LUMA_PARTS)) / np.float32(LUMA_PARTS)
    return rounded


def spectrum_of(planes: Floats) -> Floats:
    """Orthonormal DCT-II (T.81, A.3.3) of tiles (count, H, W) in LUMA_PARTS.

    (8, 8, n): row and column of the frequency, and block; what is no whole block is cut off.
    """
    count, height, width = planes.shape
    rows, columns = height // BLOCK_PX, width // BLOCK_PX
    part = planes[:, : rows * BLOCK_PX, : columns * BLOCK_PX]
    parts = part.reshape(count, rows, BLOCK_PX, columns, BLOCK_PX)
    by_column = parts.transpose(4, 2, 0, 1, 3).astype(np.float64, order="C").reshape(BLOCK_PX, -1)
    waves = (_basis() @ by_column).reshape(BLOCK_PX, BLOCK_PX, -1)
    by_row = waves.swapaxes(0, 1).reshape(BLOCK_PX, -1)
    coefficients: Floats = (_basis() @ by_row).reshape(BLOCK_PX, BLOCK_PX, -1).astype(np.float32)
    return coefficients


@functools.cache
def _basis() -> npt.NDArray[np.float64]:
    """In BASIS_PARTS."""
    place, frequency = np.arange(BLOCK_PX), np.arange(BLOCK_PX)[:, None]
    waves = np.cos((2 * place + 1) * frequency * np.pi / (2 * BLOCK_PX)) / 2
    waves[0] /= np.sqrt(2)
    exact: npt.NDArray[np.float64] = np.rint(waves * BASIS_PARTS) / BASIS_PARTS
    return exact
