"""PSNR-HVS and PSNR-HVS-M: the error of 8 x 8 DCT blocks of luma, weighed by contrast sensitivity.

Sources: Egiazarian et al., New full-reference quality metrics based on HVS, VPQM 2006 (the
weights); Ponomarenko et al., On between-coefficient contrast masking of DCT basis functions, VPQM
2007 (the masking). The M variant forgives what the block's own contrast masks.

Blocks do not overlap. The authors' program leaves out the columns and rows that fill no block;
here they are continued by their mirror image, so that no pixel goes unseen.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from eyebright.metrics.planes import Plane, luma_grounds
from eyebright.metrics.psnr import ratio_db
from eyebright.quantisation import BLOCK_PX, STANDARD_LUMA, by_rows

ROWS_AT_ONCE = 32
"""Of blocks; chosen: a few megabytes of coefficients for a picture of 4000 pixels across."""

LUMINANCE_STEPS = by_rows(STANDARD_LUMA)
"""JPEG's example table (ITU-T T.81, K.1), which both papers take for the eye's sensitivity."""

MASKING_SCALE = 10.0
"""Over a step and squared, the share of a coefficient in the masking energy (2007, equation 1)."""

MASKING_DIVISOR = 32.0
"""Of the root of the masking energy: 16 of the normalisation and 2 of the halved root in the
authors' program, `psnrhvsm.m`."""


def psnr_hvs(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> float:
    """Decibels, infinite for the same luma; what is taken and refused is told in `planes`."""
    return min(ratio_db(_error(a, b, masked=False)) for a, b in luma_grounds(reference, distorted))


def psnr_hvs_m(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> float:
    """As `psnr_hvs`, without what contrast masks: infinite where all of it is masked."""
    return min(ratio_db(_error(a, b, masked=True)) for a, b in luma_grounds(reference, distorted))


def _error(a: Plane, b: Plane, *, masked: bool) -> float:
    """Mean weighed square over all coefficients."""
    weights = _sensitivity()
    total, count = 0.0, 0
    for first, second in zip(_blocks(a), _blocks(b), strict=True):
        one, other = _transformed(first), _transformed(second)
        error = np.abs(one - other)
        if masked:
            mask = np.maximum(_masking(first, one), _masking(second, other))
            error = _unmasked(error, mask)
        total += float(np.sum((error * weights) ** 2))
        count += error.size
    return total / count


def _blocks(plane: Plane) -> Iterator[npt.NDArray[np.float64]]:
    """(N, 8, 8), some rows of blocks at a time."""
    height, width = plane.shape
    for top in range(0, height, BLOCK_PX * ROWS_AT_ONCE):
        rows = plane[top : top + BLOCK_PX * ROWS_AT_ONCE]
        margins = (0, -len(rows) % BLOCK_PX), (0, -width % BLOCK_PX)
        whole = np.pad(rows, margins, mode="symmetric").astype(np.float64)
        high, wide = (side // BLOCK_PX for side in whole.shape)
        tiles = whole.reshape(high, BLOCK_PX, wide, BLOCK_PX).swapaxes(1, 2)
        yield tiles.reshape(-1, BLOCK_PX, BLOCK_PX)


def _transformed(blocks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Orthonormal DCT-II along both axes."""
    basis = _dct()
    coefficients: npt.NDArray[np.float64] = basis @ blocks @ basis.T
    return coefficients


def _dct() -> npt.NDArray[np.float64]:
    k, n = np.mgrid[0:BLOCK_PX, 0:BLOCK_PX]
    basis: npt.NDArray[np.float64] = np.cos(np.pi * k * (2 * n + 1) / (2 * BLOCK_PX)) * np.sqrt(
        2 / BLOCK_PX
    )
    basis[0] = np.sqrt(1 / BLOCK_PX)
    return basis


def _sensitivity() -> npt.NDArray[np.float64]:
    """Weights of the coefficients, such that white noise keeps its energy (2006, table 1)."""
    weights = 1 / np.array(LUMINANCE_STEPS, np.float64)
    scaled: npt.NDArray[np.float64] = weights / np.sqrt(np.mean(weights**2))
    return scaled


def _masking(
    blocks: npt.NDArray[np.float64], coefficients: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """How much error each block hides, (N,): less where its contrast is an edge, not a texture."""
    energy = coefficients**2 * _masking_shares()
    energy[:, 0, 0] = 0
    whole = _spread(blocks)
    quarters = sum(
        _spread(blocks[:, y : y + 4, x : x + 4]) for y in (0, BLOCK_PX // 2) for x in (0, 4)
    )
    even = np.divide(quarters, whole, out=np.zeros_like(whole), where=whole > 0)
    masking: npt.NDArray[np.float64] = np.sqrt(energy.sum(axis=(1, 2)) * even) / MASKING_DIVISOR
    return masking


def _spread(blocks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Variance times the number of pixels, (N,)."""
    spread: npt.NDArray[np.float64] = blocks.var(axis=(1, 2)) * blocks[0].size
    return spread


def _unmasked(
    error: npt.NDArray[np.float64], mask: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """What is left above the threshold of each coefficient; the mean has none (equation 3)."""
    threshold = mask[:, None, None] / _masking_shares()
    threshold[:, 0, 0] = 0
    return np.maximum(error - threshold, 0)


def _masking_shares() -> npt.NDArray[np.float64]:
    shares: npt.NDArray[np.float64] = (MASKING_SCALE / np.array(LUMINANCE_STEPS)) ** 2
    return shares
