"""Detail-preserving downscaling: the numpy twin of `dpid.c`, which names the paper."""

from __future__ import annotations

import numpy as np

from eyebright.transform.filters import Filter
from eyebright.transform.light import Floats
from eyebright.transform.separable import Read, along_x, along_y, reach


def rows(
    read: Read, columns: Filter, whole: Filter, first: int, last: int, *, power: float
) -> Floats:
    """Rows `first` to `last` - 1 of the outputs; `columns` and `whole` say what each covers.

    Inputs count by their distance from the guide to the power of `power`, the paper's lambda.
    """
    above, below = max(0, first - 1), min(len(whole.starts), last + 1)
    around = Filter(whole.starts[above:below], whole.weights[above:below])
    top, bottom = reach(around)
    picture = read(top, bottom)
    means = along_y(along_x(picture, columns), Filter(around.starts - top, around.weights))
    guides = _blurred(_blurred(means, 0), 1)
    inner = slice(first - above, last - above)
    part = Filter(around.starts[inner] - top, around.weights[inner])
    return _weighed(picture, columns, part, guides[inner], means[inner], power)


def _blurred(means: Floats, axis: int) -> Floats:
    """By 1 2 1; beyond the edge nothing is weighed."""
    sides = [(1, 1) if at == axis else (0, 0) for at in range(3)]
    padded = np.pad(means, sides)
    ones = np.pad(np.ones_like(means), sides)
    count = means.shape[axis]
    shares = (np.float32(1), np.float32(2), np.float32(1))
    parts = [padded.take(range(k, k + count), axis) * share for k, share in enumerate(shares)]
    weights = [ones.take(range(k, k + count), axis) * share for k, share in enumerate(shares)]
    blurred: Floats = sum(parts[1:], parts[0]) / sum(weights[1:], weights[0])
    return blurred


def _weighed(
    picture: Floats, columns: Filter, part: Filter, guides: Floats, means: Floats, power: float
) -> Floats:
    """The weighed means of every output; the plain ones where nothing differs from the guide."""
    made = [
        _weighed_row(picture[start : start + len(share)], columns, share, guide, power)
        for start, share, guide in zip(part.starts, part.weights, guides, strict=True)
    ]
    total, weight = (np.stack(sums) for sums in zip(*made, strict=True))
    return np.where(weight > 0, total / np.where(weight > 0, weight, np.float32(1)), means)


def _weighed_row(
    lines: Floats, columns: Filter, share: Floats, guide: Floats, power: float
) -> tuple[Floats, Floats]:
    """Sums of a row of outputs over (taps along y, inputs, channels), and their weights."""
    under = columns.starts[:, None] + np.arange(columns.weights.shape[1])
    values = lines[:, under]
    distance = np.sqrt(np.square(values - guide[:, None]).sum(axis=-1))
    counts = share[:, None, None] * columns.weights * distance ** np.float32(power)
    total = (counts[..., None] * values).sum(axis=(0, 2))
    return total, counts.sum(axis=(0, 2))[..., None]
