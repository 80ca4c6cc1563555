"""How large the steps between neighbours are, and where they stand in straight lines."""

from __future__ import annotations

import numpy as np

from eyebright.analyse.content.planes import FEW, Bytes

STEPS = (0, 2, 7, 23, 63, 127)
"""Luma differences between neighbours that are counted above."""

HARD_STEP = 32
"""A difference between neighbours that counts as an edge."""

FLAT_STEP = 2
"""A difference that counts as none, also after a fine JPEG."""

RUNS_PX = (8, 24)
"""Lengths from which an edge counts as a straight line."""


def differences(plane: Bytes) -> Bytes:
    """Absolute differences between neighbours along each row."""
    left, right = plane[:, :-1], plane[:, 1:]
    gaps: Bytes = np.maximum(left, right) - np.minimum(left, right)
    return gaps


def step_sizes(steps: Bytes) -> list[float]:
    """Shares of differences above each size; hard ones between flat pixels; straight lines."""
    features = [float(count) / steps.size for count in above(steps)]
    hard = steps > HARD_STEP
    flat = steps <= FLAT_STEP
    total = float(np.count_nonzero(hard)) + FEW
    crisp = hard[:, 1:-1] & flat[:, :-2] & flat[:, 2:]
    features.append(float(np.count_nonzero(crisp)) / total)
    for run in RUNS_PX:
        rows = len(steps) // run
        least = steps[: rows * run].reshape(rows, run, -1).min(axis=1)
        features.append(float(np.count_nonzero(least > HARD_STEP)) * run / total)
    return features


def above(steps: Bytes) -> list[int]:
    """How many steps are above each of STEPS: counting once is faster than comparing six times."""
    counts = np.bincount(steps.ravel(), minlength=256)
    return [int(counts[limit + 1 :].sum()) for limit in STEPS]
