"""libjpeg's quantisation tables by its scale of quality."""

from __future__ import annotations

from itertools import product

BLOCK_PX = 8
"""Side of JPEG's blocks (ITU-T T.81)."""

Table = tuple[int, ...]

STANDARD_LUMA = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
    26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
    56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
    95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
)  # fmt: skip
"""ITU-T T.81, table K.1, in zigzag order as files have it: libjpeg's quality 50."""

ZIGZAG = tuple(
    sorted(
        product(range(BLOCK_PX), repeat=2),
        key=lambda place: (sum(place), place[0] if sum(place) % 2 else place[1]),
    )
)
"""Places (row, column) in the order of a file's tables (ITU-T T.81, figure A.6)."""

LARGEST_STEP = 255
"""Baseline tables hold bytes, and libjpeg cuts its steps to them."""


def by_rows(table: Table) -> tuple[Table, ...]:
    """A table of a file, which is in zigzag order, as its rows."""
    steps = dict(zip(ZIGZAG, table, strict=True))
    side = range(BLOCK_PX)
    return tuple(tuple(steps[row, column] for column in side) for row in side)


def scaled(quality: int, base: Table = STANDARD_LUMA) -> Table:
    """A luma table of libjpeg at a quality (jcparam.c: jpeg_quality_scaling, baseline)."""
    factor = 5000 // quality if quality < 50 else 200 - 2 * quality
    return tuple(min(LARGEST_STEP, max(1, (step * factor + 50) // 100)) for step in base)
