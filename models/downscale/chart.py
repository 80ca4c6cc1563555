"""Drawn pictures that show what resizing does wrong: a zone plate, an edge."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common.drawn_marks import beyond, zone_plate
from common.drawn_marks import edge as step
from common.scaled import Pixels

Method = Callable[[Pixels, int, int], Pixels]
"""A picture at another width and height."""

SIDE_PX = 512

CONTRASTS = 1.0, 0.3
"""Of zone plates: what black and white do, grey on grey may not."""

TOO_FINE = 0.6
"""Cycles for a pixel of the result from which on a zone plate's waves should not show."""

EDGES = (0, 255), (40, 200), (110, 140)
"""Codes on both sides of an edge."""


def alias(method: Method, ratio: float, contrast: float) -> float:
    """Standard deviation, in codes, of what shows of a zone plate's waves that are too fine."""
    side = round(SIDE_PX / ratio)
    made = method(zone_plate(SIDE_PX, contrast), side, side)[..., 1].astype(np.float64)
    y, x = (np.mgrid[:side, :side] + 0.5) * SIDE_PX / side - SIDE_PX / 2
    away = np.hypot(x, y)
    too_fine = (away / SIDE_PX * ratio > TOO_FINE) & (away < SIDE_PX / 2)
    return float(made[too_fine].std())


def overshoot(method: Method, ratio: float, edge: tuple[int, int]) -> int:
    """By how many codes the result leaves the two of an edge, upright and slanted."""
    low, high = edge
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX]
    pictures = (x >= SIDE_PX // 2 + 3, 3 * x + y >= 2 * SIDE_PX)
    side = round(SIDE_PX / ratio)
    worst = 0
    for right in pictures:
        made = method(step(right, low, high), side, side)
        worst = max(worst, beyond(made, low, high))
    return worst
