"""Where people look: what the model takes, what it says, and what stands in for it.

The model gives logits at a quarter of its picture's sides; their softmax is the share of looks
(fixations of some fifteen people in the first seconds). What leaves here is integers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.pixels import LUMA
from eyebright.values import Attention
from eyebright.values.seen import GRID_CELLS, MOST_ATTENTION

Tensor: TypeAlias = npt.NDArray[Any]
Picture: TypeAlias = npt.NDArray[np.uint8]
Map: TypeAlias = npt.NDArray[np.float64]

NAME = "saliency"

LONGEST = 256
"""Pixels of the longer side that the model sees."""

AREA = 256 * 192
"""Most pixels that it sees, so that a square picture takes no longer than one of 4:3."""

STRIDE = 16
"""The sides that the model sees are multiples of it."""

SHORTEST = 64
"""Pixels: a strip thinner than 4:1 is seen wider than it is."""

MOST_IN_32_BITS = 2**32 // 256
"""Pixels of a picture whose sums fit into 32 bits."""

GRID_STRIDE = 4
"""Pixels of the model's picture to a logit."""

TINY = 1e-9
"""Keeps a quotient finite where a picture is one colour."""

NEAR = 4
"""Places to each side of the densest one, whose centroid is the focal point."""


def prepare(picture: Picture) -> dict[str, Tensor]:
    """(h, w, 3) uint8 -> `image` (1, h', w', 3) uint8 and `place` (1, 4, h'/4, w'/4) float32."""
    width, height = seen_size(picture.shape[1], picture.shape[0])
    image = resized(picture, width, height)
    return {"image": image[None], "place": places(width // GRID_STRIDE, height // GRID_STRIDE)}


def seen_size(width: int, height: int) -> tuple[int, int]:
    """Width and height at which the model sees a picture of that shape."""
    scale = min(LONGEST / max(width, height), math.sqrt(AREA / (width * height)))
    across, down = (round(side * scale / STRIDE) * STRIDE for side in (width, height))
    return max(SHORTEST, across), max(SHORTEST, down)


def resized(picture: Picture, width: int, height: int) -> Picture:
    """(h, w, c) uint8 to (height, width, c): the mean of the area below each pixel, in integers.

    Enlarging repeats pixels. The same bytes on every machine.
    """
    area = picture.shape[0] * picture.shape[1]
    kind = np.dtype(np.uint32 if area <= MOST_IN_32_BITS else np.uint64)
    rows = _means(picture.astype(kind), height)
    both = _means(rows.swapaxes(0, 1), width).swapaxes(0, 1)
    rounded: Picture = ((both + kind.type(area // 2)) // kind.type(area)).astype(np.uint8)
    return rounded


def _means(values: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """Along the first axis, times its length: sums between the borders of `size` equal parts."""
    length = len(values)
    border = np.arange(size + 1) * length
    starts, ends = border[:-1], border[1:]
    total = np.zeros((size, *values.shape[1:]), values.dtype)
    for offset in range(-(-length // size) + 1):
        at = starts // size + offset
        inside = np.minimum((at + 1) * size, ends) - np.maximum(at * size, starts)
        share = np.maximum(inside, 0).astype(values.dtype)
        total += values[np.minimum(at, length - 1)] * share.reshape(-1, *[1] * (values.ndim - 1))
    return total


def places(width: int, height: int) -> Tensor:
    """(1, 4, height, width) float32: |x|, y, x squared, y squared; the borders are at -1 and 1."""
    x = np.broadcast_to((2 * np.arange(width) + 1) / width - 1, (height, width))
    y = np.broadcast_to(((2 * np.arange(height) + 1) / height - 1)[:, None], (height, width))
    return np.stack([np.abs(x), y, x * x, y * y])[None].astype(np.float32)


def read(outputs: Mapping[str, Tensor]) -> Attention:
    """Integers from `logits` (1, 1, h, w)."""
    return attention(density(outputs["logits"]))


def density(logits: Tensor) -> Map:
    """(h, w) float64, the sum 1, from (1, 1, h, w) logits."""
    flat = logits[0, 0].astype(np.float64)
    shares: Map = np.exp(flat - flat.max())
    shares /= shares.sum()
    return shares


def attention(shares: Map) -> Attention:
    """A density as integers.

    `grid`: its mean in each of 16 x 16 cells, the densest 31. `focal_permille`: the centroid around
    the densest place. `spread_permille`: the mean distance from there, of the diagonal.
    """
    cells = _parts(shares.shape[0]) @ shares @ _parts(shares.shape[1]).T
    grid = np.rint(cells * (MOST_ATTENTION / cells.max())).astype(int)
    x, y = _focal(shares)
    height, width = shares.shape
    down, across = np.arange(height) + 0.5 - y * height, np.arange(width) + 0.5 - x * width
    distance = float((np.hypot(down[:, None], across) * shares).sum())
    return Attention(
        grid=tuple(grid.ravel().tolist()),
        focal_permille=(round(1000 * x), round(1000 * y)),
        spread_permille=round(1000 * distance / math.hypot(height, width)),
    )


def _parts(size: int) -> Map:
    """(16, size): how much of each of `size` places lies in each cell."""
    border = np.arange(GRID_CELLS + 1) * size / GRID_CELLS
    upper = np.minimum(border[1:, None], np.arange(size) + 1)
    lower = np.maximum(border[:-1, None], np.arange(size))
    parts: Map = np.maximum(upper - lower, 0)
    return parts


def _focal(shares: Map) -> tuple[float, float]:
    """Across and down, 0 to 1, of the centroid around the densest place."""
    row, column = divmod(int(shares.argmax()), shares.shape[1])
    top, left = max(0, row - NEAR), max(0, column - NEAR)
    near = shares[top : row + NEAR + 1, left : column + NEAR + 1]
    y = near.sum(axis=1) @ (np.arange(near.shape[0]) + top + 0.5) / near.sum()
    x = near.sum(axis=0) @ (np.arange(near.shape[1]) + left + 0.5) / near.sum()
    return float(x) / shares.shape[1], float(y) / shares.shape[0]


RESIDUAL_PX = 64
"""Longer side of the picture whose spectral residual is taken (Hou and Zhang, CVPR 2007)."""

SPECTRUM_REACH = 1
"""Frequencies to each side over which the log spectrum is averaged (Hou and Zhang, CVPR 2007)."""

BLUR = 0.05
"""Sigma of the residual's blur, of the longer side. This and the next two: best correlation on
training pictures."""

CENTRE = 0.25
"""Sigma of the centre bias, of each side."""

FLOOR = 0.2
"""Added to the residual, whose mean is 1, before the product with the centre bias."""


ONE_STEP = 1.0
"""Of 8 bits: luma that differs by less is one colour, and weaker frequencies are rounding."""


def fallback(picture: Picture) -> Attention:
    """As `read`, without a model: the spectral residual of the luma with a centre bias."""
    return attention(residual_density(picture))


def residual_density(picture: Picture) -> Map:
    """(h, w) float64, the sum 1: what breaks the picture's spectrum, likelier near the centre."""
    scale = RESIDUAL_PX / max(picture.shape[:2])
    height, width = (max(GRID_CELLS, round(side * scale)) for side in picture.shape[:2])
    luma = resized(picture, width, height) @ np.array(LUMA)
    found = _blurred(_residual(luma), BLUR * RESIDUAL_PX)
    shares: Map = (found / max(found.mean(), TINY) + FLOOR) * _centre(height, width)
    shares /= shares.sum()
    return shares


def _residual(luma: Map) -> Map:
    if np.ptp(luma) < ONE_STEP:
        return np.zeros(luma.shape)
    spectrum = np.fft.fft2(luma - luma.mean())
    strength = np.log(np.abs(spectrum) + ONE_STEP)
    strength[0, 0] = (strength[0, 1] + strength[1, 0]) / 2  # the mean is no surprise
    reach = range(-SPECTRUM_REACH, SPECTRUM_REACH + 1)
    mean = np.mean([np.roll(strength, (y, x), (0, 1)) for y in reach for x in reach], 0)
    back = np.fft.ifft2(np.exp(strength - mean + 1j * np.angle(spectrum)))
    power: Map = np.abs(back) ** 2
    return power


def _blurred(values: Map, sigma: float) -> Map:
    """Gaussian, values beyond the border taken for nothing."""
    for _ in range(2):
        size = len(values)
        far = np.arange(size)[:, None] - np.arange(size)
        values = (np.exp(-0.5 * (far / sigma) ** 2) @ values).T
    return values


def _centre(height: int, width: int) -> Map:
    y, x = (((np.arange(size) + 0.5) / size - 0.5) / CENTRE for size in (height, width))
    bias: Map = np.exp(-0.5 * (y[:, None] ** 2 + x**2))
    return bias
