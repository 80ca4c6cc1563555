"""How far colours moved: CIEDE2000 between the means of 8 x 8 blocks, or pixel by pixel.

For the guards, means, because they ask whether areas changed their colour, not how much grain an
encoder left; SSIMULACRA2 sees to the grain. For those who ask for the metric, every pixel, as it
is published. `policy.colour` is the oracle for single colours. Of transparent pictures, the blocks
are seen on black, the pixels as all metrics see them (`planes`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from eyebright.metrics.planes import Opaque, grounds
from eyebright.policy.colour import D65, LAB_EPSILON, LAB_KAPPA, POW_25_7, SRGB_TO_XYZ, parse_hex

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.uint32]

BLOCK_PX = 8

OPAQUE = 255

MAX_BLOCKS_A_SIDE = 64
"""4096 colours at most: plenty for a mean, and a few milliseconds in the browser."""

PIXELS_AT_ONCE = 1 << 16
"""Chosen: the dozen planes of float64 that the formula needs of them stay near the processor."""


class ColourShift(NamedTuple):
    """What `colour_shift` measured."""

    mean: float
    """Mean CIEDE2000 over the blocks."""
    brand: float | None
    """Largest mean over one brand colour's blocks; None where the picture shows none of them."""


def colour_shift(
    reference: npt.NDArray[np.uint8],
    distorted: npt.NDArray[np.uint8],
    *,
    brand_colours: Sequence[str] = (),
    brand_range: float = 2.0,
) -> ColourShift:
    """Compare two (H, W, 3 or 4) sRGB pictures of one size.

    A block belongs to a brand colour (#rrggbb) if the reference is within `brand_range` of it.
    """
    before, after = lab(_block_means(reference)), lab(_block_means(distorted))
    moved = delta_e(before, after)
    found = []
    for colour in brand_colours:
        own = delta_e(before, lab(np.array([parse_hex(colour)], dtype=np.float64))) <= brand_range
        if own.any():
            found.append(float(moved[own].mean()))
    return ColourShift(mean=float(moved.mean()), brand=max(found, default=None))


class ColourDifference(NamedTuple):
    """CIEDE2000 over the pixels: 0 is the same, about 1 just noticeable side by side."""

    mean: float
    p95: float
    """95th percentile."""
    maximum: float


def colour_difference(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> ColourDifference:
    """Of each figure, the worse of the grounds; what is taken and refused is told in `planes`."""
    found = [_over_pixels(a, b) for a, b in grounds(reference, distorted)]
    return ColourDifference(*(max(values) for values in zip(*found, strict=True)))


def _over_pixels(a: Opaque, b: Opaque) -> tuple[float, float, float]:
    first, second = a.reshape(-1, 3), b.reshape(-1, 3)
    moved = np.empty(len(first), np.float32)
    for start in range(0, len(first), PIXELS_AT_ONCE):
        part = slice(start, start + PIXELS_AT_ONCE)
        moved[part] = delta_e(lab(first[part]), lab(second[part]))
    mean = float(moved.mean(dtype=np.float64))
    return mean, float(np.percentile(moved, 95)), float(moved.max())


def _block_means(pixels: npt.NDArray[np.uint8]) -> Floats:
    """(N, 3) means of blocks spread evenly; a side under 8 pixels is one block long."""
    height, width, channels = pixels.shape
    high, wide = min(BLOCK_PX, height), min(BLOCK_PX, width)
    across = _spread(width // wide)
    rows = (_spread(height // high)[:, None] * high + np.arange(high)).ravel()
    grid = pixels[rows, : width // wide * wide].reshape(len(rows), -1, wide * channels)
    blocks = grid[:, across].reshape(-1, high, len(across) * wide, channels)
    tall = _added(_seen(blocks[:, y]) for y in range(high)).reshape(-1, wide, 3)
    total = _added(tall[:, x] for x in range(wide))
    means: Floats = total / (OPAQUE * high * wide)
    return means


def _added(parts: Iterable[Whole]) -> Whole:
    """Whole planes are added faster than numpy sums along short axes."""
    return functools.reduce(np.add, parts)


def _spread(blocks: int) -> npt.NDArray[np.intp]:
    """Which of the blocks along a side are looked at."""
    count = min(blocks, MAX_BLOCKS_A_SIDE)
    return np.arange(count) * blocks // count


def _seen(pixels: npt.NDArray[np.uint8]) -> Whole:
    """Colours on black, times OPAQUE: whole, and small enough for a block's sum."""
    colours = pixels[..., :3].astype(np.uint32)
    return colours * (pixels[..., 3:] if pixels.shape[-1] == 4 else np.uint32(OPAQUE))


def lab(rgb: npt.NDArray[Any]) -> Floats:
    """(N, 3) sRGB values from 0 to 255 to CIELAB under D65."""
    share = rgb / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array(SRGB_TO_XYZ).T / np.array(D65)
    curved = np.where(xyz > LAB_EPSILON, np.cbrt(xyz), (LAB_KAPPA * xyz + 16) / 116)
    x, y, z = curved[:, 0], curved[:, 1], curved[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def delta_e(first: Floats, second: Floats) -> Floats:
    """CIEDE2000 of (N, 3) CIELAB colours, pair by pair; see `policy.colour.delta_e`."""
    l1, a1, b1 = first.T
    l2, a2, b2 = second.T
    g = 0.5 * (1 - _seventh_share((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2))
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1, h2 = _hue((1 + g) * a1, b1), _hue((1 + g) * a2, b2)
    grey = c1 * c2 == 0
    apart = h2 - h1
    near = np.abs(apart) <= 180
    step = np.where(grey, 0.0, np.where(near, apart, apart - 360 * np.sign(apart)))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    wrapped = (h1 + h2 + np.where(h1 + h2 < 360, 360, -360)) / 2
    mean_h = np.where(grey, h1 + h2, np.where(near, (h1 + h2) / 2, wrapped))
    square = (mean_l - 50) ** 2
    lightness = (l2 - l1) / (1 + 0.015 * square / np.sqrt(20 + square))
    chroma = (c2 - c1) / (1 + 0.045 * mean_c)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(step / 2))
    hue = hue / (1 + 0.015 * mean_c * _hue_weight(mean_h))
    turn = 60 * np.exp(-(((mean_h - 275) / 25) ** 2))
    rotation = -2 * _seventh_share(mean_c) * np.sin(np.radians(turn))
    squared = lightness**2 + chroma**2 + hue**2 + rotation * chroma * hue
    result: Floats = np.sqrt(np.maximum(0.0, squared))
    return result


def _seventh_share(chroma: Floats) -> Floats:
    power = chroma**7
    share: Floats = np.sqrt(power / (power + POW_25_7))
    return share


def _hue(a: Floats, b: Floats) -> Floats:
    degrees: Floats = np.degrees(np.arctan2(b, a)) % 360
    return degrees


def _hue_weight(hue: Floats) -> Floats:
    weight: Floats = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    return weight
