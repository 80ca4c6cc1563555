"""How much of what draws the eye a window keeps: soft mass, never one point.

Facts hold 16 x 16 cells of attention. Within a cell it is taken to be even, so a window keeps of
each cell the share of area that it covers, and a pixel more or less never makes a jump. Lengths are
sixteenths of a pixel here, so that cells begin and end at whole numbers.

By one most salient point alone, crops have favoured women and white people (Yee, Tantipongpipat and
Mishra 2021, Image cropping on Twitter, arXiv 2105.08667).
"""

from __future__ import annotations

from collections.abc import Sequence

from eyebright.policy.boxes import rounded
from eyebright.values import GRID_CELLS, Box, Facts

STEPS = 64
"""Places of a window that are tried along a side: finer than a quarter of a cell."""

NEAR_PERMILLE = 20
"""Places that keep so much less than the best one still count in the mean that is taken: a soft
mean moves little where the picture changes little. 10 to 60 keep the same 85.1 to 85.2 % of the
fixations of 252 training pictures (build/bench_crops.py), 20 moves least (crop_smoothness.py)."""

CENTRE_PERMILLE = 20
"""What the middle of the picture is worth more than its edge, of the window's mass: settles which
of two equal places is taken. Our choice."""


def kept_permille(facts: Facts, box: Box) -> int:
    """Share of all attention inside the box; of the area where nobody looked."""
    grid = facts.saliency or FLAT
    columns = _overlaps(facts.width, box.x, box.width)
    rows = _overlaps(facts.height, box.y, box.height)
    kept = sum(
        down * sum(map(int.__mul__, columns, grid[row * GRID_CELLS : (row + 1) * GRID_CELLS]))
        for row, down in enumerate(rows)
        if down
    )
    return rounded(1000 * kept, max(1, sum(grid)) * facts.width * facts.height)


def across(facts: Facts, box: Box) -> tuple[int, ...]:
    """Mass of each column of cells, as far as the box's rows reach."""
    rows, grid = _overlaps(facts.height, box.y, box.height), facts.saliency or FLAT
    return tuple(sum(map(int.__mul__, rows, grid[at::GRID_CELLS])) for at in range(GRID_CELLS))


def down(facts: Facts, box: Box) -> tuple[int, ...]:
    """Mass of each row of cells, as far as the box's columns reach."""
    columns, grid = _overlaps(facts.width, box.x, box.width), facts.saliency or FLAT
    return tuple(
        sum(map(int.__mul__, columns, grid[at * GRID_CELLS : (at + 1) * GRID_CELLS]))
        for at in range(GRID_CELLS)
    )


def soft_offset(profile: Sequence[int], side: int, window: int) -> int:
    """Where a window of that length keeps most along a side: the mean of the places near the best.

    `profile` has the mass of each of the side's cells.
    """
    free = side - window
    if not free:
        return 0
    worth = [_worth(profile, side, window, at) for at in places(free)]
    return soft_place(worth, max(worth) * NEAR_PERMILLE // 1000, free)


def places(free: int) -> tuple[int, ...]:
    """Offsets from 0 to `free` that are tried, evenly apart; `free` is at least 1."""
    steps = min(STEPS, free)
    return tuple(free * at // steps for at in range(steps + 1))


def soft_place(worth: Sequence[int], near: int, free: int) -> int:
    """The mean of the best of `places(free)` and of those beside it worth less by up to `near`.

    Of equal ones the best is that nearest to the middle; where `near` is 0 and nothing is worth
    anything it is the middle itself.
    """
    steps = len(worth) - 1
    best = max(range(steps + 1), key=lambda at: (worth[at], -abs(2 * at - steps)))
    least = worth[best] - near
    first = last = best
    while first > 0 and worth[first - 1] > least:
        first -= 1
    while last < steps and worth[last + 1] > least:
        last += 1
    weights = [(worth[at] - least) ** 2 for at in range(first, last + 1)]
    total = sum(weights)
    if not total:
        return free // 2
    moment = sum(map(int.__mul__, range(first, last + 1), weights))
    return rounded(free * moment, steps * total)


def kept_along(profile: Sequence[int], side: int, window: int, offset: int) -> int:
    """Permille of a profile's mass that a window keeps along a side."""
    kept = sum(map(int.__mul__, profile, _overlaps(side, offset, window)))
    return rounded(1000 * kept, max(1, sum(profile)) * side)


def focus(facts: Facts, box: Box) -> tuple[int, int]:
    """Twice the pixel around which what draws the eye in a box lies: the mean, dense cells more."""
    squared = [cell * cell for cell in facts.saliency or FLAT]
    columns = _overlaps(facts.width, box.x, box.width)
    rows = _overlaps(facts.height, box.y, box.height)
    along_x = [sum(map(int.__mul__, rows, squared[at::GRID_CELLS])) for at in range(GRID_CELLS)]
    along_y = [
        sum(map(int.__mul__, columns, squared[at * GRID_CELLS : (at + 1) * GRID_CELLS]))
        for at in range(GRID_CELLS)
    ]
    return (
        _mean(along_x, columns, facts.width, 2 * box.x + box.width),
        _mean(along_y, rows, facts.height, 2 * box.y + box.height),
    )


def _mean(mass: Sequence[int], covered: Sequence[int], side: int, otherwise: int) -> int:
    """Twice the pixel of the mean of the middles of the cells that are covered."""
    weights = list(map(int.__mul__, mass, covered))
    total = sum(weights)
    if not total:
        return otherwise
    moment = sum((2 * at + 1) * weight for at, weight in enumerate(weights))
    return rounded(side * moment, GRID_CELLS * total)


def _worth(profile: Sequence[int], side: int, window: int, offset: int) -> int:
    kept = sum(map(int.__mul__, profile, _overlaps(side, offset, window)))
    free = side - window
    far = abs(2 * offset - free)  # 0 in the middle, `free` at the edges
    return kept * (1000 * free * free + CENTRE_PERMILLE * (free * free - far * far))


def _overlaps(side: int, start: int, length: int) -> list[int]:
    """How much of each cell lies within, in sixteenths of a pixel."""
    first, last = GRID_CELLS * start, GRID_CELLS * (start + length)
    return [max(0, min(last, (at + 1) * side) - max(first, at * side)) for at in range(GRID_CELLS)]


FLAT = (1,) * GRID_CELLS**2
"""Attention where nobody looked: everywhere the same."""
