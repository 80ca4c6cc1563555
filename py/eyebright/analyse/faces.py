"""Where faces are: heads, hair included, seen from the front or the side.

The model gives a heat map of head centres and a box in each cell, at an eighth of the picture's
size. What it misses most is told on its card (models/faces/card.md): small, dark, turned away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.pixels import Pixels
from eyebright.values import Box

NAME = "faces"

LONGEST_PX = 640
"""Of the proxy that the model looks at: 5 % of a picture's height are then at least 24 pixels."""

MULTIPLE_PX = 32
"""The model halves the picture five times, so sides are filled up to a multiple of it."""

STRIDE_PX = 8
"""Pixels of the proxy in a cell of the heat map."""

LEAST_LOGIT = 0.0
"""Heat from which a head is believed: one false box in ten held-out pictures (card)."""

MOST_OVERLAP = 0.45
"""Intersection over union from which two boxes are one head (chosen on validation pictures)."""

MOST_FACES = 256
"""Boxes kept, hottest first: the fullest picture of the data has 268 heads."""

MOST_LOG_CELLS = 5.0
"""Natural logarithm of a box's side in cells: 148 cells, more than the proxy has."""

Floats: TypeAlias = npt.NDArray[np.float32]
Tensor: TypeAlias = npt.NDArray[np.generic]


def prepare(picture: Pixels) -> dict[str, Tensor]:
    """`image`, uint8 (1, h, w, 3): the proxy with black to the right and below up to the multiple.

    `picture` is uint8 (h, w, 3), at most LONGEST_PX a side.
    """
    height, width = picture.shape[:2]
    fill = ((0, -height % MULTIPLE_PX), (0, -width % MULTIPLE_PX), (0, 0))
    return {"image": np.pad(picture, fill)[None]}


def read(
    outputs: Mapping[str, Tensor], picture: Pixels, *, width: int, height: int
) -> tuple[Box, ...]:
    """Boxes in pixels of a picture shown at `width` x `height`, hottest first.

    `picture` is the proxy that `prepare` was given; `outputs` are `heat` (1, 1, h/8, w/8) and
    `box` (1, 4, h/8, w/8), float32.
    """
    heat, told = np.asarray(outputs["heat"])[0, 0], np.asarray(outputs["box"])[0]
    found, _scores = decode(heat.astype(np.float32), told.astype(np.float32), LEAST_LOGIT)
    return tuple(
        box
        for row in found
        if (box := _shown(row, width / picture.shape[1], height / picture.shape[0], width, height))
    )


def fallback(picture: Pixels, *, width: int, height: int) -> tuple[Box, ...]:
    """None: no classical detector here is worth its false boxes, so faces are not known.

    Whoever takes it says so, and has pictures that may show people reviewed.
    """
    del picture, width, height
    return ()


def decode(heat: Floats, told: Floats, least: float) -> tuple[Floats, Floats]:
    """Boxes (n, 4) of x, y, width, height in proxy pixels, and their heats (n,), hottest first.

    `heat` (h, w) holds logits, `told` (4, h, w) each cell's dx, dy, log width, log height in cells.
    """
    rows, columns = np.nonzero(heat >= least)
    order = np.argsort(-heat[rows, columns], kind="stable")[: 4 * MOST_FACES]
    rows, columns = rows[order], columns[order]
    dx, dy, log_width, log_height = told[:, rows, columns]
    sides = np.exp(np.clip((log_width, log_height), -MOST_LOG_CELLS, MOST_LOG_CELLS))
    middles = np.stack((columns + 0.5 + dx, rows + 0.5 + dy))
    boxes = np.concatenate((middles - sides / 2, sides)).T * STRIDE_PX
    kept = _apart(boxes)
    return boxes[kept].astype(np.float32), heat[rows, columns][kept]


def _apart(boxes: Floats) -> list[int]:
    """Indexes of boxes, hottest first, that no hotter kept one overlaps too much."""
    start, end = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    areas = boxes[:, 2:].prod(axis=1)
    open_ = np.ones(len(boxes), bool)
    kept: list[int] = []
    for index in range(len(boxes)):
        if not open_[index]:
            continue
        kept.append(index)
        if len(kept) == MOST_FACES:
            break
        both = np.minimum(end, end[index]) - np.maximum(start, start[index])
        shared = np.clip(both, 0, None).prod(axis=1)
        open_ &= shared <= MOST_OVERLAP * (areas + areas[index] - shared)
    return kept


def _shown(box: Floats, across: float, down: float, width: int, height: int) -> Box | None:
    """The box in whole pixels of the picture as shown, cut at its borders; None where outside."""
    left = max(0, round(float(box[0]) * across))
    top = max(0, round(float(box[1]) * down))
    right = min(width, round(float(box[0] + box[2]) * across))
    bottom = min(height, round(float(box[1] + box[3]) * down))
    if right <= left or bottom <= top:
        return None
    return Box(x=left, y=top, width=right - left, height=bottom - top)
