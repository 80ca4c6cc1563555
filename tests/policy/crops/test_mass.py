"""Soft mass: shares of attention, and where a window keeps most."""

from __future__ import annotations

import pytest

from eyebright.policy.crops import mass
from eyebright.values import Box, Facts

FACTS = Facts(format="jpeg", width=1600, height=800, size_bytes=1, sha256="")


def looked_at(*cells: tuple[int, int, int]) -> Facts:
    """Attention in cells given as column, row, amount."""
    grid = [0] * 256
    for column, row, amount in cells:
        grid[16 * row + column] = amount
    return FACTS.replace(saliency=tuple(grid))


def box(x: int, y: int, width: int, height: int) -> Box:
    return Box(x=x, y=y, width=width, height=height)


@pytest.mark.parametrize(
    ("window", "kept"),
    [
        (box(0, 0, 1600, 800), 1000),
        (box(0, 0, 1000, 800), 0),
        (box(1000, 0, 100, 800), 750),
        (box(1025, 0, 50, 800), 375),
        (box(1050, 100, 550, 25), 188),
    ],
)
def test_a_window_keeps_of_each_cell_its_share_of_area(window: Box, kept: int) -> None:
    facts = looked_at((10, 2, 30), (15, 15, 10))

    assert kept == mass.kept_permille(facts, window)


def test_where_nobody_looked_a_window_keeps_its_area() -> None:
    assert mass.kept_permille(FACTS, box(800, 400, 800, 400)) == 250


def test_nothing_is_kept_of_nothing() -> None:
    assert mass.kept_permille(looked_at(), box(0, 0, 800, 800)) == 0


def test_columns_count_only_the_rows_that_a_window_has() -> None:
    facts = looked_at((3, 0, 5), (3, 15, 31))

    assert mass.across(facts, box(0, 0, 1600, 50))[3] == 5 * 50 * 16
    assert mass.down(facts, box(300, 0, 100, 800))[15] == 31 * 100 * 16


@pytest.mark.parametrize(
    ("cells", "offset"),
    [
        ({8: 1}, 400),  # one cell is inside from many places: their middle
        ({0: 1}, 0),
        ({15: 1}, 800),
        ({}, 400),
    ],
)
def test_a_window_goes_where_the_mass_is(cells: dict[int, int], offset: int) -> None:
    profile = [cells.get(at, 0) for at in range(16)]

    assert offset == pytest.approx(mass.soft_offset(profile, 1600, 800), abs=60)


def test_of_two_equal_places_it_takes_the_one_nearer_to_the_middle() -> None:
    profile = [4 if at in {0, 13} else 0 for at in range(16)]

    assert 1200 < mass.soft_offset(profile, 3200, 1600) < 1600


def test_a_window_as_long_as_the_side_has_one_place() -> None:
    assert mass.soft_offset([1] * 16, 100, 100) == 0


def test_a_window_moves_less_than_the_mass_that_moves() -> None:
    before = [0, 0, 4, 8, 10, 8, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1]
    after = [0, 0, 4, 8, 10, 9, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1]
    places = [mass.soft_offset(profile, 1600, 900) for profile in (before, after)]

    assert abs(places[0] - places[1]) < 1600 // 100


def test_the_focus_is_the_mean_of_what_draws_the_eye() -> None:
    facts = looked_at((4, 4, 10), (6, 4, 10), (15, 15, 31))

    assert mass.focus(facts, box(0, 0, 1200, 600)) == (2 * 550, 2 * 225)


def test_without_attention_in_it_the_focus_of_a_window_is_its_middle() -> None:
    assert mass.focus(looked_at((15, 15, 31)), box(0, 0, 200, 100)) == (2 * 100, 2 * 50)
