"""The 8x8 grid of JPEG: where it begins, how far it stands out, and the blocks on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.analyse.spectra import Floats, spectrum_of
from eyebright.quantisation import BLOCK_PX

CORNER_CLIP = (2.0, 16.0)
"""Corner differences above this are the picture's own edges: at 2 of 255 the grid's phase was found
on every picture up to quality 95 and on 94 % at 97, far more than by column sums (measured)."""


def corners_of(luma: Floats, clip: float) -> Floats:
    """(8, 8) mean of the mixed second difference at each phase of the grid (row, column)."""
    across = luma[:, :, 1:] - luma[:, :, :-1]
    mixed = np.minimum(np.abs(across[:, 1:] - across[:, :-1]), np.float32(clip))
    sums = mixed.sum(axis=0, dtype=np.float64)  # phases are those of every tile
    sums = np.pad(sums, ((1, 0), (1, 0)))  # the difference before a tile's first pixel is not known
    height, width = sums.shape
    counts = np.zeros_like(sums)
    counts[1:, 1:] = len(luma)
    shape = (height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    means = sums.reshape(shape).sum(axis=(0, 2)) / counts.reshape(shape).sum(axis=(0, 2))
    rounded: Floats = means.astype(np.float32)
    return rounded


def phase_of(corners: Floats) -> tuple[int, int]:
    """Row and column, 0 to 7, at which blocks begin; (0, 0) where nothing shows it, too."""
    return int(corners.mean(axis=1).argmax()), int(corners.mean(axis=0).argmax())


def coefficients_of(luma: Floats, phase: tuple[int, int]) -> Floats:
    """(8, 8, n) orthonormal DCT-II of the blocks at that phase, exact but for the basis."""
    y, x = phase
    return spectrum_of(luma[:, y:, x:])


def clipped_in(tiles: npt.NDArray[np.uint8], phase: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """(n) which blocks at that phase have a pixel of 0 or 255 in some channel."""
    y, x = phase
    count, tall, wide = tiles.shape[:3]
    rows, columns = (tall - y) // BLOCK_PX, (wide - x) // BLOCK_PX
    part = tiles[:, y : y + rows * BLOCK_PX, x : x + columns * BLOCK_PX]
    ends = (part == 0) | (part == 255)
    pixels = ends[..., 0] | ends[..., 1] | ends[..., 2]
    grid = pixels.reshape(count, rows, BLOCK_PX, columns * BLOCK_PX).any(axis=2)
    blocks: npt.NDArray[np.bool_] = grid.reshape(count, rows, columns, BLOCK_PX).any(axis=3).ravel()
    return blocks


def prominence(corners: list[Floats], phase: tuple[int, int]) -> list[float]:
    """How far the strongest row and column of corners stand out, and whether they are the first."""
    features = [float(phase[0] == 0), float(phase[1] == 0)]
    for means in corners:
        for line in (means.mean(axis=1), means.mean(axis=0)):
            ranked = np.sort(line)
            rest = float(ranked[:-1].mean())
            spread = float(ranked[-2] - ranked[0])
            stands_out = float(ranked[-1]) - rest
            features += [stands_out / (rest + 0.02), np.log((stands_out + 1e-3) / (spread + 1e-3))]
        features.append(np.log(float(means.mean()) + 0.01))
    return [float(feature) for feature in features]
