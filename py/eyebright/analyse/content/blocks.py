"""How much the picture varies within blocks of 8 x 8 pixels."""

from __future__ import annotations

import numpy as np

from eyebright.analyse.content.edges import HARD_STEP
from eyebright.analyse.content.planes import Bytes, share
from eyebright.quantisation import BLOCK_PX

RANGES = (0, 2, 6, 16, 48, 128)
"""Most that a block's luma varies to count as flat, near flat, and so on."""

LEAST_LIVELY = 4
"""Blocks; of fewer no spread is told."""

TWO_TONED = (0.25, 0.5, 0.75)
"""Quantiles of how far a lively block's pixels are from its darkest or lightest."""


def variation(luma: Bytes) -> list[float]:
    """Shares of blocks by how much they vary, and how two-toned the lively ones are."""
    rows, columns = luma.shape[0] // BLOCK_PX, luma.shape[1] // BLOCK_PX
    whole = luma[: rows * BLOCK_PX, : columns * BLOCK_PX]
    grid = whole.reshape(rows, BLOCK_PX, columns, BLOCK_PX).transpose(1, 3, 0, 2)
    blocks = np.ascontiguousarray(grid).reshape(BLOCK_PX * BLOCK_PX, rows * columns)
    least, most = blocks.min(axis=0), blocks.max(axis=0)
    ranges = most - least
    shares = [share(ranges <= limit) for limit in RANGES]
    lively = ranges > HARD_STEP
    if lively.sum() < LEAST_LIVELY:
        return [*shares, share(lively), *(0.0 for _ in TWO_TONED), 0.0]
    chosen, low, high = blocks[:, lively], least[lively], most[lively]
    sums = np.minimum(chosen - low, high - chosen).sum(axis=0, dtype=np.uint32)
    between = sums / (float(len(blocks)) * ranges[lively])
    spread = [float(value) for value in np.quantile(between, TWO_TONED)]
    return [*shares, share(lively), *spread, float(between.std())]
