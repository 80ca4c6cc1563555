"""Dimensions: never upscaled, aspect kept to a pixel, never zero."""

from __future__ import annotations

import math


def fit(
    width: int, height: int, max_width: int | None = None, max_height: int | None = None
) -> tuple[int, int]:
    """The largest size within the bounds that keeps the aspect and does not upscale."""
    factor = min(1.0, (max_width or width) / width, (max_height or height) / height)
    return scale(width, height, factor)


def scale(width: int, height: int, factor: float) -> tuple[int, int]:
    """Both sides times `factor` (at most 1), rounded half up, at least one pixel."""
    factor = min(1.0, factor)
    return max(1, math.floor(width * factor + 0.5)), max(1, math.floor(height * factor + 0.5))


def at_least(width: int, height: int, least_width: int) -> tuple[int, int]:
    """The size of exactly that width, or the whole picture where it is not wider."""
    return scale(width, height, min(1.0, least_width / width))
