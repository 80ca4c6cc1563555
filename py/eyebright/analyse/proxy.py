"""A small copy of a picture for the models to look at, the same bytes on every machine.

Integers throughout: whole pixels are summed in boxes, then areas of boxes are averaged to the exact
size. sRGB values are averaged as they are, which is what the models were trained on.
The compiled kernel (kernels/proxy.c) gives the same bytes in a tenth of the time of numpy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright import kernels
from eyebright.errors import InputError
from eyebright.pixels import Pixels

SEEN_PX = 512
"""Longest side that saliency and content look at."""

CLOSER_PX = 640
"""Longest side for faces, where 5 % of a 4:3 picture's height are 24 pixels,
and for text, of which 512 lost a part of small print (models/text/card.md)."""

BEHIND = 255
"""White stands behind transparent pixels: most pages are white."""

FRACTION_BITS = 4
"""Kept of a box's mean until the exact size is averaged."""

WEIGHT_BITS = 12
"""Weights of boxes add up to 2**12."""

MOST_BOXES = 3
"""An output pixel is less than two boxes long, so it touches three at most."""

Whole = npt.NDArray[np.int32]


def proxy(pixels: Pixels, longest: int) -> Pixels:
    """The picture with its longest side at most `longest`: (h, w, 3) uint8, never enlarged.

    Transparent pixels are seen on white. Raises InputError where `longest` is below 1.
    """
    if longest < 1:
        raise InputError(f"a proxy of {longest} pixels was asked for; ask for 1 or more")
    height, width = size(pixels.shape[0], pixels.shape[1], longest)
    if (height, width) == pixels.shape[:2]:
        return np.ascontiguousarray(on_white(pixels))
    module = kernels.load()
    if module is not None:
        return _compiled(module, pixels, height, width)
    boxes = _boxes(pixels, pixels.shape[0] // height, pixels.shape[1] // width)
    rows = _areas(boxes, pixels.shape[0], height)
    exact = _areas(rows.swapaxes(0, 1), pixels.shape[1], width).swapaxes(0, 1)
    return np.ascontiguousarray((exact + (1 << FRACTION_BITS - 1)) >> FRACTION_BITS, np.uint8)


def _compiled(module: kernels.Kernels, pixels: Pixels, height: int, width: int) -> Pixels:
    """The same by the kernel."""
    whole = np.ascontiguousarray(pixels)
    tall, wide, channels = whole.shape
    columns, column_weights = _overlaps(wide, width)
    rows, row_weights = _overlaps(tall, height)
    scratch = np.empty(module.proxy_scratch(wide, wide // width), np.float32)
    out = np.empty((height, width, 3), np.uint8)
    module.proxy(
        whole,
        wide,
        tall,
        channels,
        wide // width,
        columns.astype(np.int32),
        column_weights,
        tall // height,
        rows.astype(np.int32),
        row_weights,
        scratch,
        out,
    )
    return out


def size(height: int, width: int, longest: int) -> tuple[int, int]:
    """Height and width of the proxy, rounded to the nearest pixel, at least 1."""
    side = max(height, width)
    if side <= longest:
        return height, width
    return tuple(max(1, (2 * s * longest + side) // (2 * side)) for s in (height, width))  # type: ignore[return-value]  # two sides in, two out


def on_white(pixels: Pixels) -> Pixels:
    """Pixels (..., 3 or 4) as seen on white, without alpha: rounded to the nearest of 255 steps."""
    if pixels.shape[-1] == 3:
        return pixels
    alpha = pixels[..., 3:]
    if alpha.min() == 255:
        return pixels[..., :3]
    wide = alpha.astype(np.uint16)
    blend = pixels[..., :3] * wide
    blend += BEHIND * (255 - wide)  # at most 255 * 255
    blend += 128
    blend += blend >> 8  # so that the next shift divides by 255, rounded: true of all 65026 values
    return (blend >> 8).astype(np.uint8)


def _boxes(pixels: Pixels, tall: int, wide: int) -> Whole:
    """Means of `tall` x `wide` boxes, times 2**FRACTION_BITS; those at the end may be smaller."""
    height, width = pixels.shape[:2]
    down, across = -(-height // tall), -(-width // wide)
    rows = np.zeros((down, width, 3), np.uint16 if tall <= 257 else np.uint32)
    for offset in range(tall):
        part = on_white(pixels[offset::tall])
        rows[: len(part)] += part
    sums = np.zeros((down, across, 3), np.uint32)
    for offset in range(wide):
        part = rows[:, offset::wide]
        sums[:, : part.shape[1]] += part
    count = _counts(height, tall)[:, None] * _counts(width, wide)[None, :]
    return _rounded(sums, count[..., None])


def _counts(side: int, box: int) -> npt.NDArray[np.uint32]:
    """Pixels in each box along a side."""
    starts = np.arange(0, side, box)
    return np.minimum(side - starts, box).astype(np.uint32)


def _rounded(sums: npt.NDArray[np.uint32], count: npt.NDArray[np.uint32]) -> Whole:
    """Means of boxes of `count` pixels, times 2**FRACTION_BITS."""
    if count.max() == 1:  # half of the proxy's time for a picture of less than twice its size
        return (sums << FRACTION_BITS).astype(np.int32)
    wide = sums.astype(np.uint64) << FRACTION_BITS
    return ((wide + count // 2) // count).astype(np.int32)


def _areas(boxes: Whole, side: int, out: int) -> Whole:
    """`side` pixels, given as boxes along the first axis, averaged by area to `out`."""
    first, weights = _overlaps(side, out)
    most = len(boxes) - 1
    total = np.full((out, *boxes.shape[1:]), 1 << WEIGHT_BITS - 1, np.int32)
    for offset in range(MOST_BOXES):
        total += boxes[np.minimum(first + offset, most)] * weights[:, offset, None, None]
    return total >> WEIGHT_BITS


def _overlaps(side: int, out: int) -> tuple[npt.NDArray[np.int64], Whole]:
    """The first box under each output pixel, and how much of the pixel each of three is."""
    box = side // out
    # lengths in 1/out of a pixel of the picture, so that everything is whole
    starts = np.arange(out, dtype=np.int64) * side
    first = starts // (box * out)
    edges = (first[:, None] + np.arange(MOST_BOXES + 1)) * box * out
    inside = np.clip(edges, starts[:, None], starts[:, None] + side)
    before = ((inside - starts[:, None]) << WEIGHT_BITS) // side
    return first, np.diff(before, axis=1).astype(np.int32)
