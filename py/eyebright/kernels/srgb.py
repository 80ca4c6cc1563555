"""The sRGB transfer function (IEC 61966-2-1) and its lookup tables, shared by both paths."""

from __future__ import annotations

import functools
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Number = TypeVar("Number", bound=np.generic)

KNEE = 0.04045
"""Encoded value below which the curve is a straight line (IEC 61966-2-1)."""

SLOPE, OFFSET, GAMMA = 12.92, 0.055, 2.4
"""Of the line, of the power part (IEC 61966-2-1)."""

STEPS = 16
"""Steps of `linear_table` between two codes; chosen: the error between steps is below 3e-8."""

GUESSES = 4096
"""Steps of `guess_table` over 0..1; chosen so that one step holds at most two codes."""


def to_linear(encoded: npt.ArrayLike) -> Floats:
    """Linear light 0..1 from encoded sRGB 0..1."""
    value = np.asarray(encoded, dtype=np.float64)
    power = ((np.maximum(value, KNEE) + OFFSET) / (1 + OFFSET)) ** GAMMA
    return np.where(value <= KNEE, value / SLOPE, power)


@functools.cache
def linear_table() -> npt.NDArray[np.float32]:
    """Linear light of the codes 0..255 in steps of 1/16 code, one entry more to interpolate."""
    codes = np.arange(255 * STEPS + 2) / STEPS
    return _frozen(to_linear(codes / 255).astype(np.float32))


@functools.cache
def code_table() -> npt.NDArray[np.float32]:
    """Linear light of each of the 256 codes."""
    return _frozen(linear_table()[: 255 * STEPS + 1 : STEPS].copy())


@functools.cache
def threshold_table() -> npt.NDArray[np.float32]:
    """Linear light half way (as encoded) to the next code; infinite for 255."""
    middles = to_linear((np.arange(255) + 0.5) / 255).astype(np.float32)
    return _frozen(np.append(middles, np.float32(np.inf)))


@functools.cache
def guess_table() -> npt.NDArray[np.uint8]:
    """A code that is not above the right one, by linear light in steps of 1/4096."""
    light = np.arange(GUESSES + 1, dtype=np.float32) / np.float32(GUESSES)
    return _frozen(np.searchsorted(threshold_table(), light, side="right").astype(np.uint8))


def to_codes(linear: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """The nearest sRGB codes of linear light; what is outside 0..1 is clipped."""
    return np.searchsorted(threshold_table(), linear, side="right").astype(np.uint8)


def _frozen(table: npt.NDArray[Number]) -> npt.NDArray[Number]:
    table.setflags(write=False)
    return table
