"""What stands alone on a plain ground, as shops show their products: where it is.

No model: the ground is what the border of the picture looks like, where that is one colour all
around; the subject is the box of what differs from it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.pixels import Pixels
from eyebright.values import Box

RING_PERMILLE = 20
"""Of the shorter side: how deep the border is that shows the ground. Our choice."""

PLAIN_STEP = 20
"""Largest difference from the ground's median, of 255 in any channel, that is still the ground:
above the noise and the ringing of a JPEG of quality 75, below a soft shadow's core. Our choice."""

UNLIKE_PERMILLE = 20
"""Of the border: more that differs, and the ground is not plain, or the subject is cut."""

SPECK_PERMILLE = 8
"""Of a side: rows and columns in which less differs hold specks, not the subject. Our choice."""

LEAST_PERMILLE = 10
"""Of the area: a smaller box is no subject that a picture is about. Our choice."""

STEPS = 128
"""Edges are told on a grid of so many steps a side, outwards: two decoders may differ by less."""

Flags = npt.NDArray[np.bool_]


def subject(picture: Pixels, *, width: int, height: int) -> Box | None:
    """Its box in pixels of a picture shown at `width` x `height`; None where there is none.

    `picture` is uint8 (h, w, 3), a small copy.
    """
    ring = max(1, round(min(picture.shape[:2]) * RING_PERMILLE / 1000))
    if min(picture.shape[:2]) <= 2 * ring:
        return None
    edges = (picture[:ring], picture[-ring:], picture[:, :ring], picture[:, -ring:])
    border = np.concatenate([edge.reshape(-1, 3) for edge in edges])
    ground = np.median(border, axis=0).astype(np.int16)
    if _differs(border, ground).mean() * 1000 > UNLIKE_PERMILLE:
        return None
    differs = _differs(picture, ground)
    tall, wide = differs.shape
    across, down = _extent(differs.sum(axis=0), tall), _extent(differs.sum(axis=1), wide)
    if across is None or down is None:
        return None
    (left, right), (top, bottom) = _shown(across, wide, width), _shown(down, tall, height)
    if (right - left) * (bottom - top) * 1000 < LEAST_PERMILLE * width * height:
        return None
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _differs(colours: npt.NDArray[np.uint8], ground: npt.NDArray[np.int16]) -> Flags:
    far: Flags = (np.abs(colours.astype(np.int16) - ground) > PLAIN_STEP).any(axis=-1)
    return far


def _extent(counts: npt.NDArray[np.intp], side: int) -> tuple[int, int] | None:
    """From the first to behind the last of the rows or columns that hold more than specks."""
    held = np.flatnonzero(counts * 1000 >= SPECK_PERMILLE * side)
    return (int(held[0]), int(held[-1]) + 1) if held.size else None


def _shown(extent: tuple[int, int], side: int, shown: int) -> tuple[int, int]:
    """In pixels as shown, outwards to the grid."""
    first, last = extent[0] * STEPS // side, -(-extent[1] * STEPS // side)
    return first * shown // STEPS, -(-last * shown // STEPS)
