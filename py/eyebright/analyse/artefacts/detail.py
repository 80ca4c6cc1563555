"""How much fine detail there is: quantisation and blur take it, noise adds it."""

from __future__ import annotations

import numpy as np

from eyebright.analyse.spectra import Floats
from eyebright.quantisation import BLOCK_PX

ZERO = 0.75

BANDS = ((1, 3), (4, 7), (8, 10), (11, 14))
"""Diagonals of the coefficients, from coarse to the finest detail."""

SHARES = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)
"""Quantiles of the blocks' energy: noise shows in the quietest, blur in the liveliest."""

REACHES_PX = (1, 2, 4)
"""Distances whose steep differences are compared: a blurred edge grows with them."""

STEEP = (0.9, 0.99, 0.999)


def zeros(coefficients: Floats) -> list[float]:
    """Shares of coefficients that may be zero, by their diagonal."""
    zero = (np.abs(coefficients) < np.float32(ZERO)).mean(axis=2)
    flipped = zero[:, ::-1]
    return [
        float(np.diagonal(flipped, BLOCK_PX - 1 - d).mean()) for d in range(1, 2 * BLOCK_PX - 1)
    ]


def energies(coefficients: Floats) -> list[float]:
    """Logarithms of quantiles of the blocks' energy in each band, as standard deviations."""
    squares = (coefficients * coefficients).reshape(BLOCK_PX * BLOCK_PX, -1)
    diagonals = np.add.outer(np.arange(BLOCK_PX), np.arange(BLOCK_PX)).ravel()
    features = []
    for least, most in BANDS:
        within = ((diagonals >= least) & (diagonals <= most)).astype(np.float32)
        energy = np.sort((within @ squares) / within.sum())
        places = [int(share * (len(energy) - 1)) for share in SHARES]
        features += list(np.log(np.sqrt(energy[places]) + np.float32(0.05)))
    return [float(feature) for feature in features]


def steepness(luma: Floats) -> list[float]:
    """Logarithms of the steepest differences at each reach, over every fourth row."""
    rows = luma[:, ::4]
    features = []
    for reach in REACHES_PX:
        steps = np.abs(rows[:, :, reach:] - rows[:, :, :-reach]).ravel()
        places = [int(share * (steps.size - 1)) for share in STEEP]
        features += list(np.log(np.partition(steps, places)[places] + np.float32(0.5)))
    return [float(feature) for feature in features]
