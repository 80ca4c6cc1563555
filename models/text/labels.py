"""What the net learns from a page's lines: four maps at half its resolution."""

from __future__ import annotations

import math
from collections.abc import Sequence

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

LEAST_CORE_PX = 2.0
"""But no thinner than a cell."""

CORE_INSET = 0.2
"""How much a core is shorter than its line at either end, of the line's height."""

LEAST_LENGTH_PX = 4.0
"""But no shorter than two cells, so that a single letter has a core."""

STEPS_PER_OCTAVE = 32
"""Heights are stored as round(32 log2 h): steps of 2 %, 1 to 250 pixels."""


def label_maps(
    lines: Sequence[Line], width: int, height: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """(h/2, w/2, 2) shares of text and of core, 0..255; (h/2, w/2, 2) coded height, x-height."""
    columns, rows = width // STRIDE, height // STRIDE
    fine = (
        Image.new("L", (columns * FINE, rows * FINE)),
        Image.new("L", (columns * FINE, rows * FINE)),
    )
    coded = Image.new("L", (columns, rows)), Image.new("L", (columns, rows))
    for line in sorted(lines, key=lambda line: -line.height):
        for target, shape in zip(fine, (line.quad, core(line)), strict=True):
            points = [tuple(point) for point in shape * (FINE / STRIDE)]
            ImageDraw.Draw(target).polygon(points, fill=255)
        for target, value in zip(coded, (line.height, line.x_height), strict=True):
            points = [tuple(point) for point in line.quad / STRIDE]
            code = round(STEPS_PER_OCTAVE * math.log2(max(1.0, value)))
            ImageDraw.Draw(target).polygon(points, fill=min(255, code), outline=min(255, code))
    shares = [np.asarray(layer.reduce(FINE)) for layer in fine]
    return np.stack(shares, axis=2), np.stack([np.asarray(layer) for layer in coded], axis=2)


def core(line: Line) -> npt.NDArray[np.float32]:
    """The corners of the band along the middle of a line."""
    top_left, top_right, bottom_right, bottom_left = line.quad
    share = min(1.0, max(CORE, LEAST_CORE_PX / line.height))
    near, far = (1 - share) / 2, (1 + share) / 2
    length = max(1e-3, float(np.ptp(line.quad[:, 0])))
    inset = min(CORE_INSET * line.height, max(0.0, (length - LEAST_LENGTH_PX) / 2)) / length

    def along(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> list[object]:
        return [a + (b - a) * inset, b + (a - b) * inset]

    upper = along(
        top_left + (bottom_left - top_left) * near, top_right + (bottom_right - top_right) * near
    )
    lower = along(
        top_left + (bottom_left - top_left) * far, top_right + (bottom_right - top_right) * far
    )
    return np.array([*upper, *reversed(lower)], np.float32)
