"""The error norms behind SSIMULACRA2, by the compiled kernel or by numpy.

A norm array has shape (channels X Y B, scales 1:1 1:2 ..., norms L1 L4, maps ssim ringing
blur). The numpy path works in strips, so that a picture costs little more than its own
linear pixels; in float64 and with a full plan it is the oracle of the compiled one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright import kernels
from eyebright.kernels import srgb
from eyebright.metrics import tiles
from eyebright.metrics.blur import REACH_PX, blurred
from eyebright.metrics.tiles import TILE_PX, Norms, Sums
from eyebright.pixels import Pixels

Floats: TypeAlias = npt.NDArray[Any]
Plan: TypeAlias = npt.NDArray[np.uint8]
Rows: TypeAlias = Callable[[int, int], Floats]
"""Linear RGB of the rows from one number up to another."""

CHANNELS, MAX_SCALES = 3, 6
WANT_SSIM, WANT_EDGES = 1, 2

C2 = 0.0009
"""Against division by nothing (ssimulacra2.cc)."""

LMS = np.array(
    [
        [0.30, 0.622, 0.078],
        [0.23, 0.692, 0.078],
        [0.24342268924547819, 0.20476744424496821, 0.5518098665095536],
    ]
)
"""Cone absorbance of linear RGB (libjxl's opsin_params.h)."""

LMS_BIAS = 0.0037930732552754493
"""Added to it (libjxl's opsin_params.h)."""

STRIP_PX = 1 << 18
"""Pixels per strip in the numpy path; chosen: some 50 MB of intermediate planes."""


def scale_count(width: int, height: int) -> int:
    """Scales that the reference computes: it halves while both sides are at least 8."""
    scales = 0
    while scales < MAX_SCALES and min(width, height) >= 8:
        scales += 1
        width, height = (width, height) if scales == 1 else (-(-width // 2), -(-height // 2))
    return scales


def full_plan(width: int, height: int) -> Plan:
    """All maps of all channels and scales."""
    shape = CHANNELS, scale_count(width, height)
    return np.full(shape, WANT_SSIM | WANT_EDGES, dtype=np.uint8)


def error_norms(
    reference: Pixels,
    distorted: Pixels,
    *,
    background: float,
    plan: Plan,
    dtype: Any = np.float32,
    weights: Floats | None = None,
) -> Norms:
    """Of the whole picture: `tiles.whole_norms` of `error_sums`."""
    sums = error_sums(
        reference, distorted, background=background, plan=plan, dtype=dtype, weights=weights
    )
    height, width = reference.shape[:2]
    return tiles.whole_norms(sums, width, height)


def error_sums(
    reference: Pixels,
    distorted: Pixels,
    *,
    background: float,
    plan: Plan,
    dtype: Any = np.float32,
    weights: Floats | None = None,
) -> Sums:
    """Sums of the wanted maps by tile, 0 for the others; `dtype` matters to the numpy path only.

    Contiguous pictures of one size, 3 or 4 channels, at least 8 pixels a side. `weights` (H, W) of
    the mean 1 say how much each pixel's error counts; they are for the numpy path alone.
    """
    module = kernels.load()
    if weights is None and module is not None and dtype is np.float32:
        return _compiled_sums(module, reference, distorted, background, plan)
    weights = None if weights is None else weights.astype(dtype)
    return _numpy_sums(reference, distorted, background, plan, dtype, weights)


def _tile_shape(width: int, height: int) -> tuple[int, int]:
    return -(-height // TILE_PX), -(-width // TILE_PX)


def _compiled_sums(
    module: kernels.Kernels, reference: Pixels, distorted: Pixels, background: float, plan: Plan
) -> Sums:
    height, width, channels = reference.shape
    out = np.empty((*_tile_shape(width, height), CHANNELS, plan.shape[1], 3, 2))
    scratch = np.empty(module.ssimulacra2_scratch(width, height, plan), dtype=np.float32)
    module.ssimulacra2_sums(
        reference,
        channels,
        distorted,
        distorted.shape[2],
        width,
        height,
        background,
        srgb.linear_table(),
        plan,
        scratch,
        out,
    )
    return out.swapaxes(-1, -2)


def _numpy_sums(
    reference: Pixels,
    distorted: Pixels,
    background: float,
    plan: Plan,
    dtype: Any,
    weights: Floats | None,
) -> Sums:
    height, width = reference.shape[:2]
    sums = np.zeros((*_tile_shape(width, height), CHANNELS, plan.shape[1], 2, 3))
    rows = [_linear_rows(picture, background, dtype) for picture in (reference, distorted)]
    for scale in range(plan.shape[1]):
        if scale:
            rows = [_halved_rows(source, width, height) for source in rows]
            width, height = -(-width // 2), -(-height // 2)
            weights = None if weights is None else _of_mean_one(halved(weights))
        for top, bottom in _strips(width, height):
            weigh = None if weights is None else weights[top:bottom]
            side = TILE_PX >> scale
            part = slice(top // side, -(-bottom // side))
            sums[part, :, :, scale] += _strip_sums(
                rows, (top, bottom, height), plan[:, scale], weigh, side
            )
    return sums


def _of_mean_one(weights: Floats) -> Floats:
    """Halving counts the last row and column twice where the size is odd."""
    even: Floats = weights / weights.mean(dtype=np.float64).astype(weights.dtype)
    return even


def _halved_rows(source: Rows, width: int, height: int) -> Rows:
    strips = [halved(source(top, bottom)) for top, bottom in _strips(width, height)]
    stored = np.concatenate(strips)
    return lambda top, bottom: stored[top:bottom]


def _strips(width: int, height: int) -> Iterator[tuple[int, int]]:
    step = max(2, STRIP_PX // width // 2 * 2)
    for top in range(0, height, step):
        yield top, min(height, top + step)


def _linear_rows(picture: Pixels, background: float, dtype: Any) -> Rows:
    if picture.shape[2] == 4:
        return lambda top, bottom: _blended(picture[top:bottom], background).astype(dtype)
    table = srgb.to_linear(np.arange(256) / 255).astype(dtype)
    return lambda top, bottom: table[picture[top:bottom]]


def _blended(codes: Pixels, background: float) -> Floats:
    """Linear RGB over a grey, blended in encoded sRGB without rounding, as the reference does."""
    alpha = codes[..., 3:] / 255
    return srgb.to_linear(alpha * (codes[..., :3] / 255) + (1 - alpha) * background)


def halved(picture: Floats) -> Floats:
    """Means of 2 x 2; the last row and column are repeated where the size is odd.

    Of a plane (H, W) or of channels (H, W, C).
    """
    height, width, *channels = picture.shape
    margins = ((0, height % 2), (0, width % 2), *((0, 0) for _ in channels))
    even = np.pad(picture, margins, mode="edge")
    top, bottom = even[0::2], even[1::2]
    quarters: Floats = top[:, 0::2] + top[:, 1::2] + bottom[:, 0::2] + bottom[:, 1::2]
    quarters *= picture.dtype.type(0.25)
    return quarters


def _strip_sums(
    rows: list[Rows], place: tuple[int, int, int], wants: Plan, weigh: Floats | None, side: int
) -> Floats:
    """Sums by tiles of that side, (rows, columns, channels, 2, 3).

    `place` is the strip's first row, the first after it, and the height of the picture.
    """
    top, bottom, height = place
    above, below = max(0, top - REACH_PX), min(height, bottom + REACH_PX)
    a, b = (_xyb(source(above, below)) for source in rows)
    inner = slice(top - above, bottom - above)
    starts = _tile_starts(top, bottom, side), _tile_starts(0, a.shape[2], side)
    sums = np.zeros((len(starts[0]), len(starts[1]), CHANNELS, 2, 3))
    for channel, want in enumerate(wants):
        if want:
            maps = _maps(a[channel], b[channel], inner, int(want))
            sums[:, :, channel] = _sums_by_tile(maps, weigh, starts)
    return sums


def _tile_starts(first: int, end: int, side: int) -> npt.NDArray[np.intp]:
    """Where tiles start among the places from `first` to `end`, counted from `first`."""
    starts = np.arange(first // side, -(-end // side)) * side - first
    return np.maximum(starts, 0)


def _sums_by_tile(
    maps: Floats, weigh: Floats | None, starts: tuple[npt.NDArray[np.intp], ...]
) -> Floats:
    """Of (3, rows, columns): (tile rows, tile columns, 2, 3)."""
    norms = (maps, maps**4) if weigh is None else (maps * weigh, maps**4 * weigh)
    found = [
        np.add.reduceat(
            np.add.reduceat(norm, starts[1], axis=2, dtype=np.float64), starts[0], axis=1
        )
        for norm in norms
    ]
    return np.moveaxis(np.array(found), (2, 3), (0, 1))


def _xyb(linear: Floats) -> Floats:
    """X, Y, B first, scaled to about 0..1."""
    dtype = linear.dtype.type
    bias = dtype(LMS_BIAS)
    cones = np.moveaxis(linear @ LMS.T.astype(dtype) + bias, 2, 0)
    red, green, blue = np.cbrt(cones) - np.cbrt(bias)
    y = (red + green) / 2
    return np.stack([7 * (red - green) + dtype(0.42), y + dtype(0.01), blue - y + dtype(0.55)])


def _maps(a: Floats, b: Floats, inner: slice, want: int) -> Floats:
    """(3, rows, columns) of one channel: ssim, ringing, blur, 0 where not wanted."""
    mean_a, mean_b = blurred(a)[inner], blurred(b)[inner]
    maps = np.zeros((3, *mean_a.shape), dtype=a.dtype)
    if want & WANT_SSIM:
        energy, difference = blurred(a * a + b * b)[inner], blurred((a - b) ** 2)[inner]
        shift = (mean_a - mean_b) ** 2
        variance = energy - mean_a**2 - mean_b**2 + a.dtype.type(C2)
        maps[0] = shift + (1 - shift) * (difference - shift) / variance
    if want & WANT_EDGES:
        edge_a, edge_b = np.abs(a[inner] - mean_a), np.abs(b[inner] - mean_b)
        maps[1] = (edge_b - edge_a) / (1 + edge_a)
        maps[2] = -maps[1]
    positive: Floats = np.maximum(maps, 0)
    return positive
