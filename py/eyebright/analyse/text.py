"""Where text is: lines with their heights, from a model's maps or from the picture's gradients.

The model (models/text/card.md) looks at the closer proxy and tells, at half its resolution, which
cells are in a line of text, which are in a line's core (the band along its middle, so that lines
that touch stay apart), and how high the line and its letter x are. Connected cores become boxes.

Boxes are upright: a slanted line gets the box around it. Lines written downwards are not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.analyse.areas import Areas, areas
from eyebright.analyse.luma import LUMA_WEIGHTS
from eyebright.errors import InputError
from eyebright.pixels import Pixels
from eyebright.values import Box, TextLine, Writing

NAME = "text"

STRIDE = 32
"""The model takes sides that are multiples of it."""

CELL_PX = 2
"""Pixels of the proxy to a side of a cell of the maps."""

TEXT_LOGIT = 0.0
"""A cell is text from a probability of one half."""

CORE_LOGIT = 0.0
"""A cell is in a core from a probability of one half."""

SURE_LOGIT = 0.5
"""Mean over a line's core, a probability of 0.62: below, the line is not told."""

CORE_INSET = 0.2
"""A core is shorter than its line at either end by this part of the line's height."""

SHORT_PX = 6.0
"""A core is no shorter than that: one so short is shorter than its line by half as much or less."""

WIDER_PX = 1.0
"""Room before and after a box, pixels of the proxy: half a cell."""

HIGHER, LOWER_PX = 1.15, 0.6
"""A box is so many times as high as the ink is told to be, less this: the lowest lines are told too
high, others too low. These four: the best of a few on training pages and a third of the receipts.
"""

LEAST_CELLS = 2
"""Cores of a single cell are noise."""

SPECK_PX = 6
"""Pixels of the proxy: a box with so few of ink, or fewer, holds specks; a digit 1 has 7. Of the
receipts' boxes this drops 413 of 739 that hold no labelled line and 3 of 3,674 that do; of the
held-out renders' 38 of 946 and 2 of 7,760 (models/text/evaluate.py)."""

INK_SHARE = 5
"""Ink differs from the ground by a fifth of the most that anything in its box does, or more. With a
third, more specks would go, and more lines."""

LEVEL_ASPECT = 3
"""A slope is fitted to lines at least this many times longer than high."""

STEP = 20
"""Luma step, of 255, between neighbours along a row that strokes of letters make."""

CLOSE_CELLS = 5
"""Cells along a row over which the strokes of neighbouring letters join."""

DENSE = 0.5
"""Share of these cells that have a step. These four: the best of a few on training pages."""

FALLBACK_HEIGHTS_PX = (5, 60)
"""Lines lower or higher than this in the proxy are not told without a model."""

FALLBACK_ASPECT = 1.6
"""Areas at least this many times longer than high pass for lines."""

STROKES_PER_CELL = (0.7, 3.0)
"""Steps to a cell of the area: fewer are edges of things, more are textures."""

X_HEIGHT_SHARE = 0.6
"""Of the height of a line, where only its outline is known."""

Tensor: TypeAlias = npt.NDArray[Any]


def prepare(picture: Pixels) -> dict[str, Tensor]:
    """`image` (1, h, w, 3) uint8: the proxy, its edges repeated to multiples of 32."""
    height, width = picture.shape[:2]
    pad = ((0, -height % STRIDE), (0, -width % STRIDE), (0, 0))
    return {"image": np.ascontiguousarray(np.pad(picture, pad, mode="edge")[None])}


def read(outputs: Mapping[str, Tensor], picture: Pixels, *, width: int, height: int) -> Writing:
    """The lines in pixels of a picture shown at `width` x `height`, from the top down.

    `picture` is the proxy that `prepare` was given; `maps` and `heights` are (1, 2, h, w) float32
    at half the resolution of what it made. Raises InputError for other shapes.
    """
    maps, heights = outputs["maps"], outputs["heights"]
    rows, columns = (-(-side // CELL_PX) for side in picture.shape[:2])
    wanted = (1, 2, *(-(-side // STRIDE) * STRIDE // CELL_PX for side in picture.shape[:2]))
    if maps.shape != wanted or heights.shape != wanted:
        raise InputError(
            f"text maps of shape {maps.shape} with heights of {heights.shape}; "
            f"both are {wanted} for this picture, so run the model that the manifest names"
        )
    text, core = maps[0, 0, :rows, :columns], maps[0, 1, :rows, :columns]
    found = areas(core > CORE_LOGIT)
    sure = found.means(core)
    keep = (found.cells >= LEAST_CELLS) & (sure >= SURE_LOGIT)
    tall = np.exp2(found.means(heights[0, 0, :rows, :columns]))
    x_height = np.exp2(found.means(heights[0, 1, :rows, :columns]))
    boxes = _boxes(found, tall)
    keep[keep] = _have_ink(boxes[keep], picture)
    share = float((text > TEXT_LOGIT).mean())
    told = Told(boxes[keep], x_height[keep], 1 / (1 + np.exp(-sure[keep])))
    return _writing(told, share, picture, (width, height))


class Told(NamedTuple):
    """Lines in the proxy, one a row."""

    boxes: npt.NDArray[np.float64]
    """(N, 4): left, top, right and bottom, pixels."""
    x_height: npt.NDArray[np.float64]
    """Pixels."""
    confidence: npt.NDArray[np.float64]
    """0 to 1."""


def _boxes(found: Areas, height: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(N, 4) left, top, right and bottom in pixels of the proxy, around the cores' middles."""
    if not len(found.cells):
        return np.zeros((0, 4))
    left, right, _, _ = (edge * float(CELL_PX) for edge in found.extremes())
    inset = WIDER_PX + CORE_INSET * height * np.where(right - left > SHORT_PX, 1.0, 0.5)
    length = (found.end - found.start).astype(np.float64)
    middle = (found.start + found.end) / 2
    x = found.total(middle * length) / found.cells
    y = found.total((found.row + 0.5) * length) / found.cells
    across = found.total(length * (middle - x[found.label]) ** 2 + length**3 / 12)
    both = found.total(length * (middle - x[found.label]) * (found.row + 0.5 - y[found.label]))
    slope = np.abs(both) / across * (right - left > LEVEL_ASPECT * height)
    tall = HIGHER * height - LOWER_PX + slope * (right - left)
    y = y * CELL_PX
    return np.stack([left - inset, y - tall / 2, right + inset, y + tall / 2], axis=1)


def _have_ink(boxes: npt.NDArray[np.float64], picture: Pixels) -> npt.NDArray[np.bool_]:
    """Of each box in the proxy whether it holds more than specks on its ground, the median."""
    if not len(boxes):
        return np.zeros(0, bool)
    luma = _luma(picture)
    inside = np.concatenate([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])], axis=1)
    return np.array([_ink_px(luma, *box) > SPECK_PX for box in inside.astype(int).tolist()])


def _ink_px(luma: npt.NDArray[np.int32], left: int, top: int, right: int, bottom: int) -> int:
    """Pixels of ink inside a box; none where all of it is of one luma."""
    part = luma[max(0, top) : bottom, max(0, left) : right]
    if not part.size:
        return 0
    off = np.abs(part - np.median(part))
    return int((INK_SHARE * off >= max(1, off.max())).sum())


def _luma(picture: Pixels) -> npt.NDArray[np.int32]:
    red, green, blue = LUMA_WEIGHTS
    whole = picture.astype(np.int32)
    return (whole[..., 0] * red + whole[..., 1] * green + whole[..., 2] * blue) >> 8


def _writing(told: Told, share: float, picture: Pixels, shown: tuple[int, int]) -> Writing:
    """Boxes in the proxy to whole pixels of the picture, inside it, from the top down."""
    across, down = shown[0] / picture.shape[1], shown[1] / picture.shape[0]
    lines = []
    for (left, top, right, bottom), x_px, sure in zip(*(of.tolist() for of in told), strict=True):
        x, y = max(0, round(left * across)), max(0, round(top * down))
        width = min(shown[0] - x, round((right - max(0, left)) * across))
        height = min(shown[1] - y, round((bottom - max(0, top)) * down))
        if width < 1 or height < 1:
            continue
        x_height_px = max(1, min(height, round(x_px * down)))
        box = Box(x=x, y=y, width=width, height=height)
        confidence = round(1000 * sure)
        line = TextLine(**box.to_dict(), x_height_px=x_height_px, confidence_permille=confidence)
        lines.append(line)
    lines.sort(key=lambda line: (line.y, line.x))
    return Writing(lines=tuple(lines), permille=round(1000 * share))


def fallback(picture: Pixels, *, width: int, height: int) -> Writing:
    """Lines by gradients alone, for a missing, refused or slow model.

    Steps of luma along rows are counted in cells of 2 x 2 pixels, joined along the row, and
    connected areas that are long, of a letter's height and evenly full of steps pass for lines
    (the classical way of text localisation by edge density). It marks textures, too, and misses
    large, faint and tilted text; models/text/card.md has the figures of both.
    """
    luma = _luma(picture)
    steps = np.abs(np.diff(luma, axis=1, append=luma[:, -1:])) > STEP
    padded = np.pad(steps, [(0, -side % CELL_PX) for side in steps.shape]).astype(np.float64)
    rows, columns = padded.shape[0] // CELL_PX, padded.shape[1] // CELL_PX
    counts = padded.reshape(rows, CELL_PX, columns, CELL_PX).sum(axis=(1, 3))
    dense = _along(counts > 0) >= DENSE * CLOSE_CELLS
    found = areas(dense)
    if not len(found.cells):
        return Writing(lines=(), permille=0)
    left, right, top, bottom = (edge.astype(np.float64) * CELL_PX for edge in found.extremes())
    strokes = found.means(counts.astype(np.float32))
    tall, long = bottom - top, right - left
    least, most = FALLBACK_HEIGHTS_PX
    keep = (tall >= least) & (tall <= most) & (long >= FALLBACK_ASPECT * tall)
    keep &= (strokes >= STROKES_PER_CELL[0]) & (strokes <= STROKES_PER_CELL[1])
    keep &= found.cells * CELL_PX**2 >= 0.5 * tall * long
    boxes = np.stack([left, top, right, bottom], axis=1)[keep]
    share = float(found.cells[keep].sum() / (rows * columns))
    told = Told(boxes, X_HEIGHT_SHARE * tall[keep], np.zeros(len(boxes)))
    return _writing(told, share, picture, (width, height))


def _along(marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """How many of the CLOSE_CELLS cells around each along its row are marked."""
    half = CLOSE_CELLS // 2
    before = np.cumsum(np.pad(marked, ((0, 0), (half + 1, half))), axis=1)
    counts: npt.NDArray[np.intp] = before[:, CLOSE_CELLS:] - before[:, :-CLOSE_CELLS]
    return counts
