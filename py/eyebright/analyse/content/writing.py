"""Strokes as letters have, and how rows and columns of ink alternate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.analyse.content.edges import HARD_STEP
from eyebright.analyse.content.planes import Bytes, share
from eyebright.quantisation import BLOCK_PX

MANY_EDGES = 6
FEW_EDGES = 1
DENSE_EDGES = 14
"""Hard steps in a block of 64 pixels: a stroke right through it has eight."""

LEAST_INK = 0.01
"""Share of a row or column off the ground from which something is there."""


def marks(across: Bytes, down: Bytes) -> list[float]:
    """Shares of blocks that hold strokes as letters do, upright or level lines, and their order.

    Letters have hard edges both ways; they stand in rows, with others to their left and right.
    """
    rows, columns = down.shape[0] // BLOCK_PX, across.shape[1] // BLOCK_PX
    counts = [_hard_counts(steps, rows, columns) for steps in (across, down)]
    upright, level = (count >= MANY_EDGES for count in counts)
    few = [count <= FEW_EDGES for count in counts]
    letters = upright & level
    kinds = (letters, upright & few[1], level & few[0], few[0] & few[1])
    features = [share(kind) for kind in kinds]
    dense = (counts[0] >= DENSE_EDGES) & (counts[1] >= DENSE_EDGES)
    total = float(np.count_nonzero(letters)) + 4
    beside = letters[:, 1:-1] & letters[:, :-2] & letters[:, 2:]
    above = letters[1:-1] & letters[:-2] & letters[2:]
    features += [share(dense), np.count_nonzero(beside) / total, np.count_nonzero(above) / total]
    features += [float(letters.mean(axis=axis).std()) for axis in (0, 1)]
    for axis in (0, 1):
        features.append(float((letters.mean(axis=axis) > LEAST_INK).mean()))
    return features


def _hard_counts(steps: Bytes, rows: int, columns: int) -> npt.NDArray[np.int64]:
    """(rows, columns) how many hard steps each block holds."""
    hard = steps[: rows * BLOCK_PX, : columns * BLOCK_PX] > HARD_STEP
    lines = hard.reshape(rows, BLOCK_PX, columns * BLOCK_PX).sum(axis=1, dtype=np.uint8)
    counts: npt.NDArray[np.int64] = lines.reshape(rows, columns, BLOCK_PX).sum(
        axis=2, dtype=np.int64
    )
    return counts


def profiles(luma: Bytes) -> list[float]:
    """How rows and columns of ink alternate, as lines of text do."""
    contrast = float(luma[::2, ::2].std()) + 4
    features = []
    for axis in (0, 1):
        profile = luma.sum(axis=axis, dtype=np.uint32) / luma.shape[axis]
        features.append(float(np.abs(np.diff(profile)).mean()) / contrast)
        features.append(float(profile.std()) / contrast)
    return features
