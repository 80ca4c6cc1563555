"""What the net learns from a page's lines: four maps at half its resolution, and their weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from canvas import Line
from PIL import Image, ImageDraw

STRIDE = 2
"""Pixels of the page to a cell of the maps."""

FINE = 4
"""Polygons are drawn this many times finer than the cells, then averaged."""

CORE = 0.4
"""Height of a line's core, of the line's height: cores stay apart where lines touch."""

LEAST_CORE_PX, MOST_CORE = 3.0, 0.55
"""But no thinner than a cell and a half, so that one is filled, up to that part of the line."""

CORE_INSET = 0.2
"""How much a core is shorter than its line at either end, of the line's height."""

LEAST_LENGTH_PX = 6.0
"""But no shorter than three cells, so that two are filled: a single letter's is longer than it."""

EVEN_AREA_PX = 600.0
"""A line of this area weighs 1 a cell; the root of its ratio to others weighs these."""

LIGHTEST, HEAVIEST = 0.25, 6.0
"""Bounds of these weights."""

WEIGHT_STEPS = 32
"""Weights are stored as round(32 w); cells without text weigh 1."""

STEPS_PER_OCTAVE = 32
"""Heights are stored as round(32 log2 h): steps of 2 %, 1 to 250 pixels."""


class Labels(NamedTuple):
    """Of a page, all uint8."""

    shares: npt.NDArray[np.uint8]
    """(h/2, w/2, 2): how much of each cell is text, and core, 0 to 255."""
    heights: npt.NDArray[np.uint8]
    """(h/2, w/2, 2): the line's height and x-height in STEPS_PER_OCTAVE, 0 where there is none."""
    weights: npt.NDArray[np.uint8]
    """(h/2, w/2): how much a cell counts in training, in WEIGHT_STEPS."""


def label_maps(lines: Sequence[Line], width: int, height: int) -> Labels:
    """Of a page of `width` x `height` pixels; where lines overlap, the lower one's heights."""
    columns, rows = width // STRIDE, height // STRIDE
    fine = [Image.new("L", (columns * FINE, rows * FINE)) for _ in range(2)]
    coded = [Image.new("L", (columns, rows), code) for code in (0, 0, WEIGHT_STEPS)]
    for line in sorted(lines, key=lambda line: -line.height):
        for target, shape in zip(fine, (line.quad, core(line)), strict=True):
            points = [tuple(point) for point in shape * (FINE / STRIDE)]
            ImageDraw.Draw(target).polygon(points, fill=255)
        points = [tuple(point) for point in line.quad / STRIDE]
        codes = (_octaves(line.height), _octaves(line.x_height), round(WEIGHT_STEPS * weight(line)))
        for target, code in zip(coded, codes, strict=True):
            ImageDraw.Draw(target).polygon(points, fill=code, outline=code)
    shares = [np.asarray(layer.reduce(FINE)) for layer in fine]
    tall, x_tall, weights = map(np.asarray, coded)
    return Labels(np.stack(shares, axis=2), np.stack([tall, x_tall], axis=2), weights)


def _octaves(pixels: float) -> int:
    return min(255, round(STEPS_PER_OCTAVE * math.log2(max(1.0, pixels))))


def weight(line: Line) -> float:
    """Of a cell of the line: a single figure counts for more than its few cells would."""
    area = max(1.0, line.height * float(np.ptp(line.quad[:, 0])))
    return min(HEAVIEST, max(LIGHTEST, math.sqrt(EVEN_AREA_PX / area)))


def core(line: Line) -> npt.NDArray[np.float32]:
    """The corners of the band along the middle of a line."""
    top_left, top_right, bottom_right, bottom_left = line.quad
    share = max(CORE, min(MOST_CORE, LEAST_CORE_PX / line.height))
    near, far = (1 - share) / 2, (1 + share) / 2
    length = max(1.0, float(np.ptp(line.quad[:, 0])))
    inset = min(CORE_INSET * line.height, (length - LEAST_LENGTH_PX) / 2) / length

    def along(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> list[object]:
        return [a + (b - a) * inset, b + (a - b) * inset]

    upper = along(
        top_left + (bottom_left - top_left) * near, top_right + (bottom_right - top_right) * near
    )
    lower = along(
        top_left + (bottom_left - top_left) * far, top_right + (bottom_right - top_right) * far
    )
    return np.array([*upper, *reversed(lower)], np.float32)
