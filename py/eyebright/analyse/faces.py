"""Where faces are: heads, hair included, seen from the front or the side.

The model looks at the picture, and at a half, a quarter and an eighth of it: it knows heads of 16
to 76 pixels, and each is of such a size in one or two of them. For each it gives a heat map of head
centres, and a box in each cell, at an eighth of the size. What it misses most is told on its card
(models/faces/card.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.analyse.proxy import CLOSER_PX
from eyebright.pixels import Pixels
from eyebright.values import Box

NAME = "faces"

MULTIPLE_PX = 32
"""The model halves the picture five times, so sides are filled up to a multiple of it."""

STRIDE_PX = 8
"""Pixels of the proxy in a cell of the heat map."""

LEVELS = ("image", "half", "quarter", "eighth")
"""The model's inputs, each half as large as the one before."""

MOST_ENLARGED = 8
"""A picture smaller than the proxy may be is enlarged by no more: of 80 pixels and more all are
seen at the same size, so that one made a little smaller is seen alike. Nor do larger ones show
less: crowds made 160 pixels wide have recall .47 and .28 false boxes a picture at four times their
size, .39 and .55 at twice (card)."""

LEAST_PX, MOST_PX = 26.0, 68.0
"""Heights of heads that a level is asked for, in its pixels (SNIP, Singh & Davis 2018): the next
larger or smaller level sees others better. 26 is below half of 68: none falls between two."""

SMALLEST_PX = 14.0
"""Height of the lowest heads that the largest level is asked for; the smallest one has no limit."""

LEAST_LOGIT = 0.5
"""Heat from which a head is believed: one false box in ten of the validation pictures (card)."""

MOST_OVERLAP = 0.45
"""Intersection over union from which two boxes are one head (chosen on validation pictures)."""

VOTERS_OVERLAP = 0.5
"""Intersection over union from which another cell's box helps to place a box (chosen likewise)."""

VOTERS_BELOW = 2.0
"""A box is placed by cells down to so much less of a logit (chosen likewise)."""

MOST_FACES = 256
"""Boxes kept, hottest first: the fullest picture of the data has 268 heads."""

MOST_LOG_CELLS = 5.0
"""Natural logarithm of a box's side in cells: 148 cells, more than the proxy has."""

ONE = 256
"""Steps between two pixels at enlarging."""

Floats: TypeAlias = npt.NDArray[np.float32]
Whole: TypeAlias = npt.NDArray[np.int32]
Tensor: TypeAlias = npt.NDArray[np.generic]


def prepare(picture: Pixels) -> dict[str, Tensor]:
    """`image`, `half`, `quarter` and `eighth`, uint8 (1, h, w, 3) each.

    A small picture is enlarged first (`seen_size`). Black is filled in to the right and below, up
    to the multiple. `picture` is uint8 (h, w, 3), at most proxy.CLOSER_PX a side.
    """
    picture = _enlarged(picture, *seen_size(picture))
    levels: dict[str, Tensor] = {}
    for name in LEVELS:
        height, width = picture.shape[:2]
        fill = ((0, -height % MULTIPLE_PX), (0, -width % MULTIPLE_PX), (0, 0))
        levels[name] = np.pad(picture, fill)[None]
        picture = _halved(picture)
    return levels


def seen_size(picture: Pixels) -> tuple[int, int]:
    """Height and width at which the model sees a proxy: its longest side CLOSER_PX if it may."""
    height, width = picture.shape[:2]
    side = max(height, width)
    longest = max(side, min(CLOSER_PX, MOST_ENLARGED * side))
    return (2 * height * longest + side) // (2 * side), (2 * width * longest + side) // (2 * side)


def read(
    outputs: Mapping[str, Tensor], picture: Pixels, *, width: int, height: int
) -> tuple[Box, ...]:
    """Boxes in pixels of a picture shown at `width` x `height`, hottest first.

    `picture` is the proxy that `prepare` was given; `outputs` are, for each level, `heat_LEVEL`
    (1, 1, h/8, w/8) and `box_LEVEL` (1, 4, h/8, w/8), float32.
    """
    found, _heats = decode(outputs, picture, LEAST_LOGIT)
    across, down = width / picture.shape[1], height / picture.shape[0]
    shown = (_shown(row, across, down, width, height) for row in found)
    return tuple(box for box in shown if box)


def fallback(picture: Pixels, *, width: int, height: int) -> tuple[Box, ...]:
    """None: no classical detector here is worth its false boxes, so faces are not known.

    Whoever takes it says so, and has pictures that may show people reviewed.
    """
    del picture, width, height
    return ()


def decode(outputs: Mapping[str, Tensor], picture: Pixels, least: float) -> tuple[Floats, Floats]:
    """Boxes (n, 4) of x, y, width, height in `picture`'s pixels, and heats (n,), hottest first.

    Heats are logits of at least `least`; `picture` is the proxy that `prepare` was given.
    """
    boxes, heats = zip(
        *(
            _level(
                np.asarray(outputs[f"heat_{name}"], np.float32)[0, 0],
                np.asarray(outputs[f"box_{name}"], np.float32)[0],
                number,
                least - VOTERS_BELOW,
            )
            for number, name in enumerate(LEVELS)
        ),
        strict=True,
    )
    every, heat = np.concatenate(boxes), np.concatenate(heats)
    order = np.argsort(-heat, kind="stable")
    every, heat = every[order], heat[order]
    placed, kept = _apart(every, heat, least)
    height, width = seen_size(picture)
    back = np.array(2 * (picture.shape[1] / width, picture.shape[0] / height), np.float32)
    return placed * back, heat[kept]


def _level(heat: Floats, told: Floats, number: int, least: float) -> tuple[Floats, Floats]:
    """Boxes in the largest level's pixels, and heats, of one level's hottest cells.

    `heat` (h, w) holds logits, `told` (4, h, w) each cell's dx, dy, log width, log height in cells.
    """
    rows, columns = np.nonzero(heat >= least)
    order = np.argsort(-heat[rows, columns], kind="stable")[: 4 * MOST_FACES]
    rows, columns = rows[order], columns[order]
    dx, dy, log_width, log_height = told[:, rows, columns]
    sides = np.exp(np.clip((log_width, log_height), -MOST_LOG_CELLS, MOST_LOG_CELLS))
    middles = np.stack((columns + 0.5 + dx, rows + 0.5 + dy))
    boxes = np.concatenate((middles - sides / 2, sides)).T * STRIDE_PX
    lowest = LEAST_PX if number else SMALLEST_PX
    highest = MOST_PX if number + 1 < len(LEVELS) else np.inf
    own = (boxes[:, 3] >= lowest) & (boxes[:, 3] <= highest)
    return (boxes * 2**number).astype(np.float32)[own], heat[rows, columns][own]


def _enlarged(picture: Pixels, height: int, width: int) -> Pixels:
    """Bilinear, in whole numbers; the picture itself where it has that size."""
    if (height, width) == picture.shape[:2]:
        return picture
    down, rows = _neighbours(picture.shape[0], height)
    across, columns = _neighbours(picture.shape[1], width)
    tall = picture[rows].astype(np.int32) * (ONE - down[:, None, None])
    tall += picture[np.minimum(rows + 1, picture.shape[0] - 1)] * down[:, None, None]
    wide = tall[:, columns] * (ONE - across[:, None])
    wide += tall[:, np.minimum(columns + 1, picture.shape[1] - 1)] * across[:, None]
    return ((wide + (1 << 15)) >> 16).astype(np.uint8)


def _neighbours(side: int, out: int) -> tuple[Whole, Whole]:
    """For each of `out` pixels the first of the two it lies between, after the second's share."""
    places = ((2 * np.arange(out) + 1) * side * ONE - out * ONE) // (2 * out)
    first, share = np.divmod(np.clip(places, 0, (side - 1) * ONE), ONE)
    return share.astype(np.int32), first.astype(np.int32)


def _halved(picture: Pixels) -> Pixels:
    """Means of 2 x 2 pixels, rounded; the last row and column are repeated where they are odd."""
    odd = ((0, picture.shape[0] % 2), (0, picture.shape[1] % 2), (0, 0))
    wide = np.pad(picture, odd, mode="edge").astype(np.uint16)
    rows = wide[::2] + wide[1::2]
    return ((rows[:, ::2] + rows[:, 1::2] + 2) >> 2).astype(np.uint8)


def _apart(boxes: Floats, heats: Floats, least: float) -> tuple[Floats, list[int]]:
    """The heads, hottest first, that no hotter one overlaps too much, and their indexes in `boxes`.

    `boxes` come hottest first; those below `least` only vote. A head's box is the mean of all that
    are much like its hottest one, each as heavy as its heat (box voting, Gidaris & Komodakis 2015).
    """
    corners = np.concatenate((boxes[:, :2], boxes[:, :2] + boxes[:, 2:]), axis=1)
    areas = boxes[:, 2:].prod(axis=1)
    weights = 1 / (1 + np.exp(-heats))
    open_ = np.ones(len(boxes), bool)
    placed, kept = [], list[int]()
    for index in range(int((heats >= least).sum())):
        if not open_[index]:
            continue
        ends = np.minimum(corners[:, 2:], corners[index, 2:])
        both = ends - np.maximum(corners[:, :2], corners[index, :2])
        shared = np.clip(both, 0, None).prod(axis=1)
        overlap = shared / (areas + areas[index] - shared)
        alike = (overlap >= VOTERS_OVERLAP) & (heats >= heats[index] - VOTERS_BELOW)
        placed.append(np.average(corners[alike], axis=0, weights=weights[alike]))
        kept.append(index)
        if len(kept) == MOST_FACES:
            break
        open_ &= overlap <= MOST_OVERLAP
    found = np.array(placed, np.float32).reshape(-1, 4)
    found[:, 2:] -= found[:, :2]
    return found, kept


def _shown(box: Floats, across: float, down: float, width: int, height: int) -> Box | None:
    """The box in whole pixels of the picture as shown, cut at its borders; None where outside."""
    left = max(0, round(float(box[0]) * across))
    top = max(0, round(float(box[1]) * down))
    right = min(width, round(float(box[0] + box[2]) * across))
    bottom = min(height, round(float(box[1] + box[3]) * down))
    if right <= left or bottom <= top:
        return None
    return Box(x=left, y=top, width=right - left, height=bottom - top)
