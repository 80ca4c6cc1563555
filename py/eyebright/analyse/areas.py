"""Connected areas of a mask, by runs along its rows: labels, sums, means and extents."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Areas(NamedTuple):
    """Connected areas of a mask, as runs along rows and what of them adds up."""

    label: npt.NDArray[np.intp]
    """Of each run, 0 to the number of areas less one."""
    row: npt.NDArray[np.intp]
    start: npt.NDArray[np.intp]
    end: npt.NDArray[np.intp]
    """Column after the run's last."""
    cells: npt.NDArray[np.float64]
    """Of each area."""

    def total(self, of_run: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Sums of the runs' values over each area."""
        return np.bincount(self.label, of_run, len(self.cells)).astype(np.float64)

    def means(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Of a map's values, over each area."""
        width = values.shape[1]
        before = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        sums = before[self.row * width + self.end] - before[self.row * width + self.start]
        return self.total(sums) / self.cells

    def extremes(self) -> tuple[npt.NDArray[np.intp], ...]:
        """First and after-last column, first and after-last row of each area."""
        order = np.argsort(self.label, kind="stable")
        firsts = np.searchsorted(self.label[order], np.arange(len(self.cells)))
        return (
            np.minimum.reduceat(self.start[order], firsts),
            np.maximum.reduceat(self.end[order], firsts),
            np.minimum.reduceat(self.row[order], firsts),
            np.maximum.reduceat(self.row[order], firsts) + 1,
        )


def areas(mask: npt.NDArray[np.bool_]) -> Areas:
    """Areas of True that touch by sides or corners."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edges == 1)
    end = np.nonzero(edges == -1)[1]
    upper, lower = _touching(row, start, end, mask.shape[1])
    label = np.arange(len(row))
    while True:
        least = np.minimum(label[upper], label[lower])
        if np.array_equal(label[upper], label[lower]):
            break
        np.minimum.at(label, label[upper], least)
        np.minimum.at(label, label[lower], least)
        label = label[label]
    while not np.array_equal(label, label[label]):
        label = label[label]
    names, label = np.unique(label, return_inverse=True)
    cells = np.bincount(label, end - start, len(names)).astype(np.float64)
    return Areas(label, row, start, end, cells)


def _touching(
    row: npt.NDArray[np.intp],
    start: npt.NDArray[np.intp],
    end: npt.NDArray[np.intp],
    width: int,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Pairs of runs in neighbouring rows that touch: indices of the upper and of the lower."""
    stride = width + 2  # places of a row never reach into the next
    above = (row - 1) * stride
    first = np.searchsorted(row * stride + end, above + start)
    after = np.searchsorted(row * stride + start, above + end, side="right")
    count = np.maximum(0, after - first)
    lower = np.repeat(np.arange(len(row)), count)
    offset = np.arange(len(lower)) - np.repeat(np.cumsum(count) - count, count)
    return first[lower] + offset, lower
