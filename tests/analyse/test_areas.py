"""Connected areas: those that a flood would fill."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.analyse import areas


@pytest.mark.property
@given(st.data())
def test_areas_are_those_that_a_flood_would_fill(data: st.DataObject) -> None:
    rows, width = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9))
    cells = data.draw(st.lists(st.booleans(), min_size=rows * width, max_size=rows * width))
    mask = np.array(cells).reshape(rows, width)
    found = areas.areas(mask)
    filled = {name: set() for name in range(len(found.cells))}
    for label, row, start, end in zip(found.label, found.row, found.start, found.end, strict=True):
        filled[int(label)] |= {(int(row), column) for column in range(start, end)}

    assert sorted(map(sorted, filled.values())) == sorted(map(sorted, flooded(mask)))
    assert [len(area) for area in filled.values()] == found.cells.tolist()


def flooded(mask: np.ndarray) -> list[set[tuple[int, int]]]:
    left = {(int(row), int(column)) for row, column in np.argwhere(mask)}
    found = []
    while left:
        area, todo = set(), deque([left.pop()])
        while todo:
            row, column = todo.popleft()
            area.add((row, column))
            near = {(row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1)} & left
            left -= near
            todo.extend(near)
        found.append(area)
    return found
