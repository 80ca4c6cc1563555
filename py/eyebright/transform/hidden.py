"""Colour under fully transparent pixels: nobody sees it, and files carry it."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.pixels import Pixels

Floats: TypeAlias = npt.NDArray[Any]


def hidden_colours(pixels: Pixels) -> bool:
    """Whether there is colour under fully transparent pixels."""
    if pixels.shape[2] == 3:
        return False
    return bool(pixels[pixels[..., 3] == 0][:, :3].any())


def clean_hidden(pixels: Pixels, *, smooth: bool) -> Pixels:
    """The same picture to every eye: only the colour of fully transparent pixels is another.

    Black for lossless encoders. With `smooth`, for lossy ones, the colours around are carried on,
    so that no edge is left where nothing shows.
    """
    if pixels.shape[2] == 3:
        return pixels
    hidden = pixels[..., 3] == 0
    if not hidden.any():
        return pixels
    cleaned = pixels.copy()
    cleaned[hidden, :3] = _carried_on(pixels)[hidden] if smooth else 0
    return cleaned


def _carried_on(pixels: Pixels) -> Pixels:
    """Colours for every pixel, from the nearest level of a pyramid where anything shows."""
    height, width = pixels.shape[:2]
    weight = (pixels[..., 3:] > 0).astype(np.float32)
    colour = pixels[..., :3] * weight
    if height > 1 or width > 1:
        coarse = _halved(np.concatenate([colour, weight], axis=2))
        share = coarse[..., 3:]
        mean = np.rint(coarse[..., :3] / np.maximum(share, np.float32(1e-6)))
        shown = np.where(share > 0, 255, 0)
        below = _carried_on(np.concatenate([mean, shown], axis=2).clip(0, 255).astype(np.uint8))
        wide = below.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
        colour = np.where(weight > 0, colour, wide)
    filled: Pixels = colour.astype(np.uint8)
    return filled


def _halved(picture: Floats) -> Floats:
    """Means of 2 x 2 pixels; an odd side is continued by nothing."""
    height, width = picture.shape[:2]
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)))
    rows = even[::2] + even[1::2]
    means: Floats = (rows[:, ::2] + rows[:, 1::2]) / np.float32(4)
    return means
