"""What is kept of a picture, or put around it, before it is resized."""

from __future__ import annotations

import numpy as np

from eyebright.pixels import Pixels
from eyebright.values import Plan


def reshaped(pixels: Pixels, plan: Plan) -> Pixels:
    """The plan's region by itself, or all with its margins; the same array where there is neither.

    A copy, so that the rest can be freed.
    """
    box = plan.crop
    if box is not None:
        rows, columns = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        return pixels[rows, columns].copy()
    return _padded(pixels, plan) if plan.pad else pixels


def _padded(pixels: Pixels, plan: Plan) -> Pixels:
    left, top, right, bottom = plan.pad
    height, width, channels = pixels.shape
    made = np.zeros((top + height + bottom, left + width + right, channels), np.uint8)
    if plan.pad_rgb:
        made[...] = (*plan.pad_rgb, 255)[:channels]
    made[top : top + height, left : left + width] = pixels
    return made
