"""Resampling by two sets of weights, one along each side: the numpy twin of `resize.c`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from eyebright.transform.filters import Filter
from eyebright.transform.light import Floats

Read: TypeAlias = Callable[[int, int], Floats]
"""Rows `top` to `bottom` - 1 of the picture as light."""


def rows(read: Read, columns: Filter, whole: Filter, first: int, last: int) -> Floats:
    """Rows `first` to `last` - 1 of the outputs, `whole` being the filter along y."""
    part = Filter(whole.starts[first:last], whole.weights[first:last])
    top, bottom = reach(part)
    across = along_x(read(top, bottom), columns)
    return along_y(across, Filter(part.starts - top, part.weights))


def reach(part: Filter) -> tuple[int, int]:
    """First input, and the one behind the last, that these outputs weigh."""
    return int(part.starts[0]), int(part.starts[-1]) + part.weights.shape[1]


def along_x(picture: Floats, columns: Filter) -> Floats:
    """(rows, inputs, channels) to (rows, outputs, channels)."""
    total = np.zeros((picture.shape[0], len(columns.starts), picture.shape[2]), dtype=np.float32)
    for k in range(columns.weights.shape[1]):
        total += picture[:, columns.starts + k] * columns.weights[:, k, None]
    return total


def along_y(picture: Floats, part: Filter) -> Floats:
    """(inputs, columns, channels) to (outputs, columns, channels)."""
    flat = picture.reshape(picture.shape[0], -1)
    taps = np.arange(part.weights.shape[1])
    total = [w @ flat[start + taps] for start, w in zip(part.starts, part.weights, strict=True)]
    return np.stack(total).reshape(-1, *picture.shape[1:])
