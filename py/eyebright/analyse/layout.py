"""How lines of text lie in a picture, as numbers: charts are labelled, pages set in columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eyebright.values import TextLine

NUMBERS = 18

UNKNOWN = (0.0,) * NUMBERS
"""Where nobody looked for text, or only by classical means, whose lines are others."""

ALIGNED = 0.006
"""Of the longer side: edges this close stand under one another."""

MARGIN = 0.12
"""Of a side: a line whose middle is closer to the border is at the border, as axes' labels are."""

UPRIGHT = 1.5
"""Boxes this many times higher than wide hold something written downwards."""

SMALLEST = 6.0
"""log2 of how many of the lowest lines fit into the longer side, roughly: centres the heights."""

Floats = npt.NDArray[np.float64]


def features(
    lines: Sequence[TextLine], permille: int, *, width: int, height: int
) -> tuple[float, ...]:
    """NUMBERS of the lines of a picture shown at width x height, of which permille is text.

    The first tells that somebody looked, the others are 0 where there are no lines: the share of
    text; how many lines; their heights, shapes and how these spread; where they lie; how many
    begin, end or stand at the same place as another; how many are at the border or upright.
    """
    share = permille / 1000
    if not lines:
        return (1.0, share, *UNKNOWN[2:])
    boxes = np.array([(o.x, o.y, o.width, o.height) for o in lines], np.float64)
    left, top, wide, tall = boxes.T
    longest = max(width, height)
    middles = [(left + wide / 2) / width, (top + tall / 2) / height]
    aspects, heights = np.log2(wide / tall), np.log2(tall)
    edges = (left, top + tall / 2, left + wide / 2)
    at_border = np.logical_or(*(np.abs(middle - 0.5) > 0.5 - MARGIN for middle in middles))
    told = [
        1.0,
        share,
        np.log2(1 + len(lines)),
        np.log2(np.median(tall) / longest) + SMALLEST,
        heights.std(),
        (wide * tall).sum() / (width * height),
        np.median(aspects),
        aspects.std(),
        *(middle.std() for middle in middles),
        *(_aligned(edge, ALIGNED * longest) for edge in edges),
        wide.max() / width,
        at_border.mean(),
        *(np.ptp(middle) for middle in middles),
        (tall > UPRIGHT * wide).mean(),
    ]
    return tuple(float(value) for value in told)


def _aligned(edges: Floats, apart: float) -> float:
    """Share of the edges that have another at most so far apart."""
    close = np.diff(np.sort(edges)) <= apart
    return float((np.append(close, False) | np.append(False, close)).mean())
