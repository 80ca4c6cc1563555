"""Weights along one side: which inputs each output is made of, and how much of each.

Filters are stretched by the ratio when reducing, so that nothing aliases. At the edges the weights
that fall outside are dropped and the others made to sum to 1.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

LOBES = 3
"""Of the Lanczos window: the usual balance of sharpness and ringing."""

SHARP_REACH = 4.5
"""Of Magic Kernel Sharp 2021, outputs: 1.5 of the kernel, 3 of the sharpening."""

SHARP = (-1, 6, -35, 204, -35, 6, -1)
"""The sharpening of Magic Kernel Sharp 2021, at the outputs' distance, in 144ths: J. P. Costella,
The Magic Kernel, johncostella.com/magic."""


class Filter(NamedTuple):
    """Which inputs each output weighs, and how: `weights` is (outputs, taps)."""

    starts: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]


@functools.lru_cache(maxsize=8)
def lanczos(inputs: int, outputs: int) -> Filter:
    """Weights of Lanczos with three lobes; each row sums to 1."""
    return _stretched(_lanczos, LOBES, inputs, outputs)


@functools.lru_cache(maxsize=8)
def magic_sharp(inputs: int, outputs: int) -> Filter:
    """Weights of Magic Kernel Sharp 2021; each row sums to 1."""
    return _stretched(_magic_sharp, SHARP_REACH, inputs, outputs)


@functools.lru_cache(maxsize=8)
def coverage(inputs: int, outputs: int) -> Filter:
    """How much of each input lies under each output; each row sums to 1."""
    taps = min(inputs, -(-inputs // outputs) + 1)
    begins = np.arange(outputs, dtype=np.int64) * inputs  # in parts of an input: 1 / outputs
    starts = np.minimum(begins // outputs, inputs - taps)
    edges = (starts[:, None] + np.arange(taps + 1)) * outputs
    shares = np.diff(edges.clip(begins[:, None], begins[:, None] + inputs), axis=1)
    return Filter(starts.astype(np.int32), (shares / inputs).astype(np.float32))


def _stretched(
    kernel: Callable[[Floats], Floats], reach: float, inputs: int, outputs: int
) -> Filter:
    ratio = inputs / outputs
    stretch = max(1.0, ratio)
    taps = min(inputs, int(np.ceil(2 * reach * stretch)) + 1)
    centres = (np.arange(outputs) + 0.5) * ratio
    starts = np.floor(centres - reach * stretch).astype(np.int64)
    starts = np.clip(starts, 0, inputs - taps).astype(np.int32)
    weights = kernel((starts[:, None] + np.arange(taps) + 0.5 - centres[:, None]) / stretch)
    weights /= weights.sum(axis=1, keepdims=True)
    return Filter(starts, weights.astype(np.float32))


def _lanczos(x: Floats) -> Floats:
    return np.where(np.abs(x) < LOBES, np.sinc(x) * np.sinc(x / LOBES), 0)


def _magic_sharp(x: Floats) -> Floats:
    """The magic kernel with its sharpening, which is at the outputs' distance, as one kernel."""
    shifts = range(-(len(SHARP) // 2), len(SHARP) // 2 + 1)
    total: Floats = sum(
        (share / 144 * _magic(x - shift) for share, shift in zip(SHARP, shifts, strict=True)),
        start=np.zeros_like(x),
    )
    return total


def _magic(x: Floats) -> Floats:
    """The magic kernel: the quadratic B-spline."""
    away = np.abs(x)
    return np.where(away < 0.5, 0.75 - away**2, 0.5 * np.maximum(1.5 - away, 0) ** 2)
