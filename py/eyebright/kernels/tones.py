"""Tone curves of RGB pictures as `resize` takes them: codes to linear light and back.

sRGB's come from `srgb`; those of other colour spaces are made of their curves.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eyebright.kernels import srgb

Floats = npt.NDArray[np.float32]


class Tones(NamedTuple):
    """Three channels of tables, of which no curve falls."""

    light: Floats
    """(3, 256): linear light of each code, 0 to 1."""
    thresholds: Floats
    """(3, 256): linear light half way (as encoded) to the next code; infinite for 255."""
    guesses: npt.NDArray[np.uint8]
    """(3, srgb.GUESSES + 1): a code not above the right one, by linear light in equal steps."""

    def to_codes(self, linear: Floats) -> npt.NDArray[np.uint8]:
        """(..., 3) linear light as the nearest codes; what is outside 0..1 is clipped."""
        codes = [
            np.searchsorted(self.thresholds[c], linear[..., c], side="right") for c in range(3)
        ]
        return np.stack(codes, axis=-1).astype(np.uint8)


@functools.cache
def of_srgb() -> Tones:
    """The same curve for all three."""
    return Tones(
        light=np.stack([srgb.code_table()] * 3),
        thresholds=np.stack([srgb.threshold_table()] * 3),
        guesses=np.stack([srgb.guess_table()] * 3),
    )


def of_curves(light: npt.NDArray[np.float64], between: npt.NDArray[np.float64]) -> Tones:
    """Of (3, 256) linear light of the codes and (3, 255) of what lies half way to the next."""
    thresholds = np.pad(between, ((0, 0), (0, 1)), constant_values=np.inf).astype(np.float32)
    steps = np.arange(srgb.GUESSES + 1, dtype=np.float32) / np.float32(srgb.GUESSES)
    guesses = [np.searchsorted(row, steps, side="right") for row in thresholds]
    return Tones(light.astype(np.float32), thresholds, np.stack(guesses).astype(np.uint8))
