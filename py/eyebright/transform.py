"""Pixels to pixels: resize in linear light, with premultiplied alpha.

Light is linear by the tone curves that the pixels are coded in: sRGB's, or those of a kept profile.

Lanczos with three lobes, stretched by the ratio when reducing, so that nothing aliases. At the
edges the weights that fall outside are dropped and the others made to sum to 1.
"""

from __future__ import annotations

import functools
import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright import kernels
from eyebright.aside import HAS_THREADS
from eyebright.errors import InputError
from eyebright.kernels import tones
from eyebright.kernels.tones import Tones
from eyebright.pixels import Pixels

Floats: TypeAlias = npt.NDArray[Any]

LOBES = 3
"""Of the Lanczos window: the usual balance of sharpness and ringing."""

STRIP_PX = 1 << 20
"""Source pixels that the numpy path works on at once; chosen: some 40 MB of floats."""


MOST_BANDS = 4
"""Threads that resize one picture: other pictures want their cores, too. Our choice."""

BAND_BYTES = 6_000_000
"""Source bytes from which on a band is worth a thread of its own: 10 ms and more. Our choice."""


class Filter(NamedTuple):
    """Which inputs each output weighs, and how: `weights` is (outputs, taps)."""

    starts: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]


def resize(pixels: Pixels, width: int, height: int, curves: Tones | None = None) -> Pixels:
    """The picture at another size, (H, W, 3 or 4) uint8 in and out, straight alpha.

    Both are coded by `curves`, sRGB's where none are given.

    The same array where the size is already right. Beside the result this takes memory for a
    few rows with the compiled kernel, some 40 MB with numpy.
    """
    _check(pixels, width, height)
    if pixels.shape[:2] == (height, width):
        return pixels
    columns = lanczos(pixels.shape[1], width)
    rows = lanczos(pixels.shape[0], height)
    curves = curves or tones.of_srgb()
    module = kernels.load()
    if module is None:
        return _resize_numpy(pixels, columns, rows, curves)
    return _resize_compiled(module, np.ascontiguousarray(pixels), columns, rows, curves)


def _check(pixels: Pixels, width: int, height: int) -> None:
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or pixels.dtype != np.uint8:
        raise InputError(f"cannot resize {pixels.dtype} {pixels.shape}: give (H, W, 3 or 4) uint8")
    if 0 in pixels.shape or width < 1 or height < 1:
        raise InputError(f"cannot resize {pixels.shape} to {width} x {height}: a side is empty")


@functools.lru_cache(maxsize=8)
def lanczos(inputs: int, outputs: int) -> Filter:
    """Weights for `outputs` samples of `inputs` ones; each row sums to 1."""
    ratio = inputs / outputs
    stretch = max(1.0, ratio)
    taps = min(inputs, int(np.ceil(2 * LOBES * stretch)) + 1)
    centres = (np.arange(outputs) + 0.5) * ratio
    starts = np.floor(centres - LOBES * stretch).astype(np.int64)
    starts = np.clip(starts, 0, inputs - taps).astype(np.int32)
    places = (starts[:, None] + np.arange(taps) + 0.5 - centres[:, None]) / stretch
    weights = np.where(np.abs(places) < LOBES, np.sinc(places) * np.sinc(places / LOBES), 0)
    weights /= weights.sum(axis=1, keepdims=True)
    return Filter(starts, weights.astype(np.float32))


def _resize_compiled(
    module: kernels.Kernels, pixels: Pixels, columns: Filter, rows: Filter, curves: Tones
) -> Pixels:
    """In bands of rows, of which each core makes one: they are the same rows."""
    height, width, channels = pixels.shape
    out = np.empty((len(rows.starts), len(columns.starts), channels), dtype=np.uint8)
    floats = module.resize_scratch(width, out.shape[1], rows.weights.shape[1])

    def make(band: slice) -> None:
        module.resize(
            pixels,
            width,
            height,
            channels,
            columns.starts,
            columns.weights,
            rows.starts[band],
            rows.weights[band],
            curves.light,
            curves.thresholds,
            curves.guesses,
            np.empty(floats, dtype=np.float32),
            out[band],
        )

    count = min(MOST_BANDS, os.cpu_count() or 1, len(out), pixels.size // BAND_BYTES)
    if count < 2 or not HAS_THREADS:
        make(slice(None))
        return out
    edges = [len(out) * at // count for at in range(count + 1)]
    with ThreadPoolExecutor(count) as threads:
        list(threads.map(make, (slice(*edge) for edge in itertools.pairwise(edges))))
    return out


def _resize_numpy(pixels: Pixels, columns: Filter, rows: Filter, curves: Tones) -> Pixels:
    out = np.empty((len(rows.starts), len(columns.starts), pixels.shape[2]), dtype=np.uint8)
    for first, last in _strips(pixels.shape[1], rows):
        top, bottom = rows.starts[first], rows.starts[last - 1] + rows.weights.shape[1]
        across = _filter_along_x(_premultiplied(pixels[top:bottom], curves), columns)
        part = Filter(rows.starts[first:last] - top, rows.weights[first:last])
        out[first:last] = _straight(_filter_along_y(across, part), curves)
    return out


def _strips(width: int, rows: Filter) -> list[tuple[int, int]]:
    """Ranges of output rows that need about STRIP_PX source pixels each."""
    count, taps = rows.weights.shape
    spacing = max(1.0, (int(rows.starts[-1]) - int(rows.starts[0])) / count)
    step = max(1, int((STRIP_PX / width - taps) / spacing))
    return [(first, min(count, first + step)) for first in range(0, count, step)]


def _premultiplied(codes: Pixels, curves: Tones) -> Floats:
    linear = curves.light[np.arange(3), codes[..., :3]]
    if codes.shape[2] == 3:
        return linear
    alpha = codes[..., 3:].astype(np.float32) / np.float32(255)
    return np.concatenate([linear * alpha, alpha], axis=2)


def _filter_along_x(picture: Floats, columns: Filter) -> Floats:
    total = np.zeros((picture.shape[0], len(columns.starts), picture.shape[2]), dtype=np.float32)
    for k in range(columns.weights.shape[1]):
        total += picture[:, columns.starts + k] * columns.weights[:, k, None]
    return total


def _filter_along_y(picture: Floats, rows: Filter) -> Floats:
    flat = picture.reshape(picture.shape[0], -1)
    taps = np.arange(rows.weights.shape[1])
    total = [w @ flat[start + taps] for start, w in zip(rows.starts, rows.weights, strict=True)]
    return np.stack(total).reshape(-1, *picture.shape[1:])


def _straight(premultiplied: Floats, curves: Tones) -> Pixels:
    if premultiplied.shape[2] == 3:
        return curves.to_codes(premultiplied)
    alpha = premultiplied[..., 3:]
    alpha_codes = np.floor(np.clip(alpha, 0, 1) * 255 + np.float32(0.5)).astype(np.uint8)
    colour: Floats = premultiplied[..., :3] / np.where(alpha_codes > 0, alpha, np.float32(1))
    codes = np.where(alpha_codes > 0, curves.to_codes(colour), 0).astype(np.uint8)
    return np.concatenate([codes, alpha_codes], axis=2)


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
