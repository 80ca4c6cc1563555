"""Perceptual downscaling: the numpy twin of `perceptual.c`, which names the paper."""

from __future__ import annotations

import numpy as np

from eyebright.transform.filters import Filter
from eyebright.transform.light import Floats
from eyebright.transform.separable import Read, along_x, along_y, reach

FLATTEST = np.float32(1e-6)
"""The paper's epsilon: a patch whose means vary less gets no contrast back."""


def rows(read: Read, columns: Filter, whole: Filter, first: int, last: int) -> Floats:
    """Rows `first` to `last` - 1 of the outputs; `columns` and `whole` say what each covers."""
    above, below = max(0, first - 1), min(len(whole.starts), last + 1)
    around = Filter(whole.starts[above:below], whole.weights[above:below])
    top, bottom = reach(around)
    picture = read(top, bottom)
    down = Filter(around.starts - top, around.weights)
    means = along_y(along_x(picture, columns), down)
    squares = along_y(along_x(np.square(picture), columns), down)
    return _with_contrast(means, squares)[first - above : last - above]


def _with_contrast(means: Floats, squares: Floats) -> Floats:
    """Every patch of 2 x 2 means with the deviation that the picture has there."""
    inside = _over_patches(np.maximum(squares - np.square(means), 0))
    middles = _over_patches(means)
    variance = sum(np.square(part - middles) for part in _corners(means)) / np.float32(4)
    some = variance >= FLATTEST
    ratio = np.sqrt((inside + variance) / np.where(some, variance, np.float32(1)))
    gains = np.where(some, ratio, np.float32(0))
    said = middles + gains * (_corners(means) - middles)
    return _over_outputs(said, means.shape)


def _places(shape: tuple[int, ...]) -> tuple[tuple[slice, slice], ...]:
    """The outputs that are each patch's corners; a side of one pixel has patches of one."""
    y, x = (max(1, side - 1) for side in shape[:2])
    down, right = (int(side > 1) for side in shape[:2])
    corners = ((0, 0), (0, right), (down, 0), (down, right))
    return tuple((slice(top, top + y), slice(left, left + x)) for top, left in corners)


def _corners(values: Floats) -> Floats:
    """(4, patches along y, along x, channels)."""
    return np.stack([values[place] for place in _places(values.shape)])


def _over_patches(values: Floats) -> Floats:
    mean: Floats = _corners(values).mean(axis=0, dtype=np.float32)
    return mean


def _over_outputs(said: Floats, shape: tuple[int, ...]) -> Floats:
    """The mean of what its patches say of each output."""
    total, count = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for values, place in zip(said, _places(shape), strict=True):
        total[place] += values
        count[place] += 1
    return total / count
