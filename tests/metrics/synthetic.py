"""Pictures by formula, whole numbers only, so that they are the same on every machine."""

from __future__ import annotations

import numpy as np

Pixels = np.ndarray


def waves(width: int, height: int) -> Pixels:
    """Slopes and folds of several lengths, different in each channel."""
    y, x = np.mgrid[0:height, 0:width]
    red = fold(3 * x + y, 256) + fold(17 * y, 64)
    green = fold(2 * x + 5 * y, 220) + fold(29 * x - 13 * y, 40)
    blue = fold(x * y // 16, 256) // 2 + fold(7 * x, 100)
    return np.clip(np.stack([red, green, blue], axis=2), 0, 255).astype(np.uint8)


def fold(value: np.ndarray, length: int) -> np.ndarray:
    return np.abs(value % (2 * length) - length)


def noise(width: int, height: int, reach: int) -> np.ndarray:
    """Whole numbers from -reach to reach, by an integer hash of the place."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3].astype(np.uint64)
    mixed = (x * 73856093) ^ (y * 19349663) ^ (c * 83492791)
    mixed = (mixed ^ (mixed >> 13)) * 1274126177 & 0xFFFFFFFF
    return ((mixed >> 8) % (2 * reach + 1)).astype(np.int64) - reach


def noisy(picture: Pixels, reach: int) -> Pixels:
    height, width = picture.shape[:2]
    return np.clip(picture.astype(np.int64) + noise(width, height, reach), 0, 255).astype(np.uint8)


def posterised(picture: Pixels, step: int) -> Pixels:
    return picture // step * step


def smoothed(picture: Pixels) -> Pixels:
    """Mean of each pixel and its right and lower neighbours."""
    p = np.pad(picture.astype(np.int64), ((0, 1), (0, 1), (0, 0)), mode="edge")
    return ((p[:-1, :-1] + p[1:, :-1] + p[:-1, 1:] + p[1:, 1:]) // 4).astype(np.uint8)


def with_alpha(picture: Pixels, alpha: np.ndarray | int) -> Pixels:
    plane = np.broadcast_to(np.asarray(alpha, dtype=np.uint8), picture.shape[:2])
    return np.dstack([picture, plane])
