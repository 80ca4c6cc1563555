"""SSIMULACRA2 with its error maps pooled by where people look.

Not the contract: that is the plain score, whose correlation with opinions was measured.

Of each map m, at each scale, SSIMULACRA2 takes mean(m) and mean(m**4)**(1/4) over the pixels. Here

    mean_w(m) = sum(w[p] * m[p]) / sum(w[p])        w = 1 - SHARE + SHARE * a / mean(a)

takes the mean's place, a being the map of attention, bilinear between the middles of its 16 x 16
cells, and halved as the pictures are for each scale. Even attention gives the plain score, and no
place counts for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eyebright.errors import MetricError
from eyebright.metrics import norms
from eyebright.metrics.score import checked_pair, mirrored, score_over_greys

SHARE = 0.5
"""Of the weight that attention deals out, the rest is even: our choice, as people who look long
enough look everywhere."""


def ssimulacra2_attended(
    reference: npt.ArrayLike, distorted: npt.ArrayLike, attention: Sequence[int]
) -> float:
    """As `ssimulacra2`, errors counting most where `attention` (`Facts.saliency`) is dense.

    The compiled kernels have no weights, so it takes ten times as long. Raises MetricError also for
    an attention that is no square grid, or has nothing in it.
    """
    pair = checked_pair(reference, distorted)
    height, width = pair[0].shape[:2]
    grid = _grid(attention)
    weights = 1 - SHARE + SHARE * spread(grid, height, width)
    a, b = (mirrored(picture) for picture in pair)
    whole = mirrored(weights[..., None])[..., 0]
    return score_over_greys(a, b, whole / whole.mean())


def spread(grid: norms.Floats, height: int, width: int) -> norms.Floats:
    """A grid over a picture: (height, width) float64 of the mean 1, bilinear between middles.

    Even where so few pixels meet only cells with nothing in them.
    """
    wide = np.stack(
        [np.interp(_middles(width, len(row)), np.arange(len(row)), row) for row in grid]
    )
    rows = _middles(height, len(grid))
    above = np.floor(rows).astype(np.intp)
    part = (rows - above)[:, None]
    below = np.minimum(above + 1, len(grid) - 1)
    smooth: norms.Floats = wide[above] * (1 - part) + wide[below] * part
    return smooth / smooth.mean() if smooth.any() else np.ones_like(smooth)


def _middles(side: int, cells: int) -> norms.Floats:
    """Where the pixels' middles lie among those of the cells; beyond the outer ones, at them."""
    places: norms.Floats = (np.arange(side) + 0.5) * cells / side - 0.5
    inside: norms.Floats = np.clip(places, 0, cells - 1)
    return inside


def _grid(attention: Sequence[int]) -> norms.Floats:
    cells = round(len(attention) ** 0.5)
    grid = np.asarray(attention, np.float64)
    if not cells or cells * cells != len(attention) or grid.min() < 0 or not grid.any():
        raise MetricError(
            f"an attention of {len(attention)} cells cannot weigh a picture: give the facts' "
            "saliency, as the analysis tells it"
        )
    return grid.reshape(cells, cells)
