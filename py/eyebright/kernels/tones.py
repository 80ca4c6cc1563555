"""Tone curves of RGB pictures as `resize` takes them: codes to linear light and back.

sRGB's come from `srgb`; those of other colour spaces are made of their curves. Codes are those of
8 or of 16 bits: N is 256 or 65536.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from eyebright.kernels import srgb

Floats = npt.NDArray[np.float32]


WIDE_CODES = 1 << 16
"""Of samples of 16 bits."""

WIDE_GUESSES = 1 << 16
"""Steps of the guesses for 16 bits; chosen: a step holds at most 13 codes of sRGB."""

Codes = npt.NDArray[Any]
"""Of uint8, or of uint16 for 16 bits."""


class Tones(NamedTuple):
    """Three channels of tables, of which no curve falls."""

    light: Floats
    """(3, N): linear light of each code, 0 to 1."""
    thresholds: Floats
    """(3, N): linear light half way (as encoded) to the next code; infinite for the last."""
    guesses: Codes
    """(3, steps + 1): a code not above the right one, by linear light in equal steps."""

    def to_codes(self, linear: Floats) -> Codes:
        """(..., 3) linear light as the nearest codes; what is outside 0..1 is clipped."""
        codes = [
            np.searchsorted(self.thresholds[c], linear[..., c], side="right") for c in range(3)
        ]
        return np.stack(codes, axis=-1).astype(self.guesses.dtype)


@functools.cache
def of_srgb() -> Tones:
    """The same curve for all three, for 8 bits."""
    return Tones(
        light=np.stack([srgb.code_table()] * 3),
        thresholds=np.stack([srgb.threshold_table()] * 3),
        guesses=np.stack([srgb.guess_table()] * 3),
    )


@functools.cache
def of_wide_srgb() -> Tones:
    """The same curve for all three, for 16 bits."""
    most = WIDE_CODES - 1
    light = srgb.to_linear(np.arange(WIDE_CODES) / most)
    between = srgb.to_linear((np.arange(most) + 0.5) / most)
    return of_curves(np.stack([light] * 3), np.stack([between] * 3))


def of_curves(light: npt.NDArray[np.float64], between: npt.NDArray[np.float64]) -> Tones:
    """Of (3, N) linear light of the codes and (3, N - 1) of what lies half way to the next."""
    wide = light.shape[1] == WIDE_CODES
    thresholds = np.pad(between, ((0, 0), (0, 1)), constant_values=np.inf).astype(np.float32)
    count = WIDE_GUESSES if wide else srgb.GUESSES
    steps = np.arange(count + 1, dtype=np.float32) / np.float32(count)
    found = np.stack([np.searchsorted(row, steps, side="right") for row in thresholds])
    guesses = found.astype(np.uint16 if wide else np.uint8)
    return Tones(light.astype(np.float32), thresholds, guesses)
