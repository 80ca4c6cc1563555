"""Which parts of a picture are looked at, at full resolution."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.quantisation import BLOCK_PX

TILE_PX = 128
MOST_TILES_PX = 8 * TILE_PX * TILE_PX
"""Pixels looked at: two thousand blocks settle the shares, and cost 15 ms in the page."""


def tiles_of(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """(n, th, tw, 3 or 4) tiles spread evenly, each on a multiple of eight pixels."""
    height, width = picture.shape[:2]
    tall = min(TILE_PX, height // BLOCK_PX * BLOCK_PX)
    wide = min(TILE_PX, width // BLOCK_PX * BLOCK_PX)
    rows, columns = height // tall, width // wide
    places = [
        (row * (height - tall) // max(rows - 1, 1), column * (width - wide) // max(columns - 1, 1))
        for row, column in _chosen(rows, columns, MOST_TILES_PX // (tall * wide))
    ]
    on_grid = [(y // BLOCK_PX * BLOCK_PX, x // BLOCK_PX * BLOCK_PX) for y, x in places]
    return np.stack([picture[y : y + tall, x : x + wide] for y, x in on_grid])


def _chosen(rows: int, columns: int, most: int) -> list[tuple[int, int]]:
    """At most `most` cells of a grid, spread over its rows and, by the golden ratio, columns."""
    if rows * columns <= most:
        return [(row, column) for row in range(rows) for column in range(columns)]
    golden = (5**0.5 - 1) / 2
    cells = ((i * rows // most, int(i * golden % 1 * columns)) for i in range(most))
    return sorted(set(cells))
