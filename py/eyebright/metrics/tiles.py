"""From sums of errors by tile to SSIMULACRA2's error norms, of the whole picture and of each tile.

A tile has 64 x 64 pixels at scale 1:1, 32 x 32 at 1:2 and so on: the same place at every scale.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Norms: TypeAlias = npt.NDArray[np.float64]
"""(..., channels X Y B, scales 1:1 1:2 ..., norms L1 L4, maps ssim ringing blur)."""

Sums: TypeAlias = npt.NDArray[np.float64]
"""(tile rows, tile columns, channels, scales, 2, 3): of the errors and of their fourth powers."""

Counts: TypeAlias = npt.NDArray[Any]

TILE_PX = 64
"""Side of a tile at scale 1:1, as kernels.h has it."""


def whole_norms(sums: Sums, width: int, height: int) -> Norms:
    """Of the whole picture: (channels, scales, 2, 3)."""
    sides = [_scaled(side, sums.shape[3]) for side in (height, width)]
    return _norms(sums.sum(axis=(0, 1)), sides[0] * sides[1])


def tile_norms(sums: Sums, width: int, height: int) -> Norms:
    """Of each tile: (rows, columns, channels, scales, 2, 3).

    What is left over at the right and at the bottom belongs to the tiles beside it.
    """
    scales = sums.shape[3]
    rows, columns = (_tile_sides(side, scales) for side in (height, width))
    joined = _joined(_joined(sums, len(rows)).swapaxes(0, 1), len(columns)).swapaxes(0, 1)
    return _norms(joined, rows[:, None, None, :] * columns[None, :, None, :])


def _tile_sides(side: int, scales: int) -> Counts:
    """(tiles, scales): the pixels that each tile has along one axis."""
    whole = max(1, side // TILE_PX)
    ends = np.outer(np.arange(1, whole), TILE_PX >> np.arange(scales))
    ends = np.vstack([np.zeros((1, scales), int), ends, _scaled(side, scales)])
    return np.diff(ends, axis=0)


def _scaled(side: int, scales: int) -> Counts:
    return -(-side // 2 ** np.arange(scales))


def _joined(sums: Sums, count: int) -> Sums:
    """The first `count` tiles, the last one with all that follow."""
    joined = sums[:count].copy()
    joined[-1] += sums[count:].sum(axis=0)
    return joined


def _norms(sums: Sums, areas: Counts) -> Norms:
    means = sums / areas[..., :, None, None]
    means[..., 1, :] = np.sqrt(np.sqrt(means[..., 1, :]))
    return means
