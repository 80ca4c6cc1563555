"""Flat stretches with steps between them, and gaps in the histogram."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.analyse.spectra import Floats

FLAT = 0.5
LEVEL = 1.5
"""Luma differences that count as none, exactly and after a fine re-encode."""

STEPS = (0, 1, 2, 3, 5, 9, 17)
"""Borders of the classes of steps between two flat stretches, in luma levels."""


def plateaus(luma: Floats) -> list[float]:
    """Shares of flat pixels, and of steps of each size between two flat stretches."""
    shares = np.zeros(2 * (len(STEPS) + 1))
    for lines in (luma, luma.swapaxes(1, 2)):
        steps = np.abs(lines[:, :, 1:] - lines[:, :, :-1])
        for place, limit in enumerate((FLAT, LEVEL)):
            flat = steps < np.float32(limit)
            alone = steps[:, :, 2:-2][
                flat[:, :, :-4] & flat[:, :, 1:-3] & flat[:, :, 3:-1] & flat[:, :, 4:]
            ]
            sizes = np.minimum(np.rint(alone), 32).astype(np.int64)
            counts = np.add.reduceat(np.bincount(sizes, minlength=33), STEPS)
            at = place * (len(STEPS) + 1)
            shares[at] += flat.mean() / 2
            shares[at + 1 : at + 1 + len(STEPS)] += counts / steps.size / 2
    return [float(np.log10(share + 1e-5)) for share in shares]


def comb(tiles: npt.NDArray[np.uint8]) -> list[float]:
    """Gaps and roughness of green's histogram where most of its pixels lie."""
    counts = np.bincount(tiles[::2, ..., 1].ravel(), minlength=256)
    below = np.cumsum(counts) / counts.sum()
    first, last = int((below < 0.02).sum()), int((below < 0.98).sum())
    inner = counts[first : last + 1]
    gaps = float((inner == 0).mean())
    rough = float(np.abs(np.diff(inner)).sum() / inner.sum()) if len(inner) > 1 else 0.0
    return [gaps, rough, len(inner) / 256]
