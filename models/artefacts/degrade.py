"""Known faults put into clean pictures, and what is then true of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Pixels: TypeAlias = npt.NDArray[np.uint8]

LABELS = ("quality", "jpeg", "blocks", "noise", "blur", "banding")
"""Quality 0 to 1, noise as sigma in 8-bit steps, the others 0 or 1; NaN: not asked, or unclear."""

UNKNOWN = float("nan")

CLEAN = {"quality": UNKNOWN, "jpeg": 0.0, "blocks": 0.0, "noise": 0.0, "blur": 0.0, "banding": 0.0}

BLOCKY_QUALITY = 50
"""At most this quality counts as blocky, and at least CLEAR_QUALITY as not (METHODS, T7.2)."""

CLEAR_QUALITY = 85

KEEPS_NOISE = 90
"""Below this quality JPEG changes noise too much to say how much is left."""

LEAST_BLUR = 1.0
"""Gaussian sigma in pixels from which a picture counts as blurred."""

SHIFT_PX = 8


def clean(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, dict[str, float]]:
    """As it is, or made smaller, which leaves no trace."""
    if rng.random() < 0.5:
        return pixels, dict(CLEAN)
    return _scaled(pixels, rng.uniform(0.5, 0.9)), dict(CLEAN)


def aligned(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, dict[str, float]]:
    quality = _quality(rng)
    return jpeg(pixels, quality, rng), _saved(quality)


def unaligned(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, dict[str, float]]:
    """Cropped after the save, so that the grid begins anywhere."""
    quality = _quality(rng)
    return _shifted(jpeg(pixels, quality, rng), rng), _saved(quality)


def resaved(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, dict[str, float]]:
    """Saved twice, half of them cropped in between: the poorer save is the one that shows."""
    first, second = _quality(rng), _quality(rng)
    once = jpeg(pixels, first, rng)
    if rng.random() < 0.5:
        once = _shifted(once, rng)
    return jpeg(once, second, rng), _saved(min(first, second))


def resized(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, dict[str, float]]:
    """Scaled after the save: the grid of eight is gone, so no quality can be told."""
    quality = _quality(rng)
    scale = rng.uniform(0.5, 0.9) if rng.random() < 0.7 else rng.uniform(1.1, 1.4)
    labels = _saved(quality) | {"quality": UNKNOWN, "jpeg": UNKNOWN, "noise": UNKNOWN}
    if scale > 1:
        labels["blur"] = UNKNOWN
    return _scaled(jpeg(pixels, quality, rng), scale), labels


def noisy(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, dict[str, float]]:
    """White noise of sigma 0.5 to 30, grey or in colour; a third is saved as a fine JPEG."""
    sigma = float(np.exp(rng.uniform(np.log(0.5), np.log(30))))
    channels = 1 if rng.random() < 0.5 else 3
    noise = rng.normal(0, sigma, (*pixels.shape[:2], channels))
    if channels == 3:  # in luma, three independent channels add up to less
        noise /= LUMA_GAIN
    made = _as_pixels(pixels + noise)
    labels = CLEAN | {"noise": sigma, "blur": UNKNOWN if sigma > 3 else 0.0}
    if rng.random() < 0.67:
        return made, labels
    quality = int(rng.integers(KEEPS_NOISE, 98))
    return jpeg(made, quality, rng), labels | {"jpeg": UNKNOWN, "blocks": UNKNOWN}


LUMA_GAIN = (0.299**2 + 0.587**2 + 0.114**2) ** 0.5
"""Of white noise in red, green and blue on luma (Rec. 601)."""


def blurred(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, dict[str, float]]:
    """Out of focus, moved or enlarged; a quarter is saved as JPEG."""
    labels = CLEAN | {"blur": 1.0, "noise": UNKNOWN}
    kind = rng.integers(4)
    image = Image.fromarray(pixels)
    if kind == 0:
        sigma = rng.uniform(LEAST_BLUR, 4)
        made = np.asarray(image.filter(ImageFilter.GaussianBlur(sigma)))
    elif kind == 1:
        made = np.asarray(image.filter(ImageFilter.BoxBlur(rng.uniform(1.5, 5))))
    elif kind == 2:
        made = _moved(pixels, int(rng.integers(4, 12)))
    else:
        made = _scaled(pixels, rng.uniform(1.8, 3.0))[: pixels.shape[0], : pixels.shape[1]]
    if rng.random() < 0.75:
        return made, labels
    quality = _quality(rng)
    return jpeg(made, quality, rng), labels | _saved(quality) | {"blur": 1.0, "noise": UNKNOWN}


def banded(pixels: Pixels, rng: np.random.Generator) -> tuple[Pixels, dict[str, float]]:
    """Few levels in each channel or in luma alone; a third is saved as a fine JPEG."""
    step = float(rng.uniform(6, 32))
    if rng.random() < 0.5:
        made = _as_pixels(np.rint(pixels / step) * step)
    else:
        values = np.asarray(Image.fromarray(pixels).convert("YCbCr")).astype(np.float64)
        values[..., 0] = np.rint(values[..., 0] / step) * step
        made = np.asarray(Image.fromarray(_as_pixels(values), "YCbCr").convert("RGB"))
    labels = CLEAN | {"banding": 1.0, "noise": UNKNOWN}
    if rng.random() < 0.67:
        return made, labels
    quality = int(rng.integers(CLEAR_QUALITY, 98))
    return jpeg(made, quality, rng), labels | {"jpeg": UNKNOWN, "blocks": UNKNOWN}


Recipe: TypeAlias = Callable[[Pixels, np.random.Generator], tuple[Pixels, dict[str, float]]]

RECIPES: dict[str, tuple[Recipe, float]] = {
    "clean": (clean, 0.1),
    "aligned": (aligned, 0.16),
    "unaligned": (unaligned, 0.16),
    "resaved": (resaved, 0.1),
    "resized": (resized, 0.05),
    "noisy": (noisy, 0.23),
    "blurred": (blurred, 0.1),
    "banded": (banded, 0.1),
}
"""Each recipe and its share of the pictures made."""


def jpeg(pixels: Pixels, quality: int, rng: np.random.Generator) -> Pixels:
    """Saved and decoded by libjpeg with its own tables, in any usual subsampling of chroma."""
    buffer = io.BytesIO()
    subsampling = int(rng.integers(3))
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    return np.asarray(Image.open(buffer).convert("RGB"))


def _quality(rng: np.random.Generator) -> int:
    return int(rng.integers(10, 98))


def _saved(quality: int) -> dict[str, float]:
    """What is true after a save: noise as it was only where quality is high."""
    blocks = UNKNOWN
    if quality <= BLOCKY_QUALITY:
        blocks = 1.0
    if quality >= CLEAR_QUALITY:
        blocks = 0.0
    labels = CLEAN | {"quality": quality / 100, "jpeg": 1.0, "blocks": blocks}
    unclear = UNKNOWN if quality < KEEPS_NOISE else 0.0
    labels["noise"] = unclear
    labels["blur"] = UNKNOWN if quality <= BLOCKY_QUALITY else 0.0
    labels["banding"] = UNKNOWN if quality <= BLOCKY_QUALITY else 0.0
    return labels


def _shifted(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    y, x = rng.integers(0, SHIFT_PX, 2)
    return pixels[y:, x:]


def _scaled(pixels: Pixels, scale: float) -> Pixels:
    size = round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))


def _moved(pixels: Pixels, length: int) -> Pixels:
    """The mean along a line of `length` pixels, across or down."""
    axis = length % 2
    sums = np.cumsum(pixels.astype(np.float64), axis=axis)
    ahead = np.take(sums, range(length, pixels.shape[axis]), axis=axis)
    behind = np.take(sums, range(pixels.shape[axis] - length), axis=axis)
    return _as_pixels((ahead - behind) / length)


def _as_pixels(values: npt.NDArray[np.floating]) -> Pixels:
    made: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return made
