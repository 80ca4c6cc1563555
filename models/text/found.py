"""Which labelled lines were found: the rule of ICDAR's text localisation contests.

Wolf and Jolion, Object count/area graphs (2006), with its usual thresholds: a label is found where
one box covers enough of it and is not too large for it, or several boxes do together, or one box
covers several labels that together fill it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

CONTEST = 0.8
"""Of a label's area that the contests want covered, at least, by what finds it."""

HALF = 0.5
"""The same for labels that are looser than the ink, about an intersection over union of 0.5."""

FILLED = 0.4
"""Of a box's area, at least, by what it finds."""

Boxes = npt.NDArray[np.float64]
"""(N, 4): left, top, right, bottom."""


class Matching(NamedTuple):
    found: npt.NDArray[np.bool_]
    """Of each label."""
    right: npt.NDArray[np.bool_]
    """Of each box: whether it is part of such a finding."""
    partner: npt.NDArray[np.intp]
    """Of each label: the box that alone finds it, else -1."""


def match(labels: Boxes, boxes: Boxes, least: float = HALF) -> Matching:
    if not len(labels) or not len(boxes):
        return Matching(
            np.zeros(len(labels), bool), np.zeros(len(boxes), bool), np.full(len(labels), -1)
        )
    shared = _shared(labels, boxes)
    covered = shared / _area(labels)[:, None]
    filled = shared / _area(boxes)[None, :]
    alone = (covered >= least) & (filled >= FILLED)
    parts = filled >= FILLED
    split = (covered * parts).sum(axis=1) >= least
    whole = covered >= least
    merge = (filled * whole).sum(axis=0) >= FILLED
    merged = whole & merge[None, :]
    found = alone.any(axis=1) | split | merged.any(axis=1)
    right = alone.any(axis=0) | (parts & split[:, None]).any(axis=0) | merged.any(axis=0)
    partner = np.where(alone.any(axis=1), (covered * alone).argmax(axis=1), -1)
    return Matching(found, right, partner)


def _area(boxes: Boxes) -> npt.NDArray[np.float64]:
    return np.maximum(1e-6, (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def _shared(labels: Boxes, boxes: Boxes) -> npt.NDArray[np.float64]:
    """(labels, boxes) areas in common."""
    low = np.maximum(labels[:, None, :2], boxes[None, :, :2])
    high = np.minimum(labels[:, None, 2:], boxes[None, :, 2:])
    sides = np.clip(high - low, 0, None)
    product: Boxes = sides[..., 0] * sides[..., 1]
    return product
