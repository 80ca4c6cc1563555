"""How lines of text lie, as numbers: where they stand, how they differ, whether any were told."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analyse import layout
from eyebright.values import TextLine

COUNT, HEIGHT, HEIGHTS, AREA, ASPECT = 2, 3, 4, 5, 6
LEFTS, LEVELS, CENTRES, WIDEST, BORDER, UPRIGHT = 10, 11, 12, 13, 14, 17


def line(x: int, y: int, width: int = 80, height: int = 10) -> TextLine:
    return TextLine(x=x, y=y, width=width, height=height, x_height_px=height // 2)


def numbers(*lines: TextLine, width: int = 400, height: int = 200) -> tuple[float, ...]:
    return layout.features(lines, 50, width=width, height=height)


def test_no_lines_are_not_the_same_as_nobody_having_looked() -> None:
    none = numbers()

    assert none[0] == 1
    assert layout.UNKNOWN[0] == 0
    assert none[2:] == layout.UNKNOWN[2:]


def test_there_are_as_many_numbers_whatever_was_found() -> None:
    assert len(numbers()) == len(numbers(line(5, 5))) == len(layout.UNKNOWN) == layout.NUMBERS


def test_a_column_is_aligned_at_its_left_and_scattered_labels_are_not() -> None:
    column = numbers(line(20, 20), line(20, 40, 120), line(20, 60, 40), line(20, 80, 200))
    labels = numbers(line(20, 20), line(130, 40, 120), line(60, 60, 40), line(180, 80, 200))

    assert (column[LEFTS], labels[LEFTS]) == (1, 0)
    assert (column[LEVELS], labels[LEVELS]) == (0, 0)


def test_labels_under_an_axis_stand_on_a_level_at_the_border() -> None:
    told = numbers(*(line(30 + 90 * place, 185, 30 + place) for place in range(4)))

    assert told[LEVELS] == 1
    assert told[BORDER] == 1
    assert told[LEFTS] == 0


def test_lines_of_one_height_have_no_spread_of_heights() -> None:
    assert numbers(line(0, 0), line(9, 50))[HEIGHTS] == 0
    assert numbers(line(0, 0), line(9, 50, height=40))[HEIGHTS] == pytest.approx(
        1
    )  # an octave either side of the mean


def test_lines_written_downwards_are_counted() -> None:
    assert numbers(line(5, 5), line(200, 20, 10, 90))[UPRIGHT] == 0.5


def test_areas_widths_and_counts_are_of_the_whole_picture() -> None:
    told = numbers(line(0, 0, 200, 10), line(0, 100, 200, 10), line(0, 150, 400, 10))

    assert told[COUNT] == 2
    assert told[AREA] == 0.1
    assert told[WIDEST] == 1
    assert told[ASPECT] == pytest.approx(np.log2(20))


@pytest.mark.parametrize("times", [2, 7])
def test_a_larger_copy_has_the_same_numbers(times: int) -> None:
    small = (line(10, 20), line(10, 45, 60, 12), line(300, 180, 40, 16))
    large = tuple(line(times * o.x, times * o.y, times * o.width, times * o.height) for o in small)

    again = numbers(*large, width=400 * times, height=200 * times)

    assert again == pytest.approx(numbers(*small))


def test_the_smallest_picture_has_finite_numbers() -> None:
    assert np.isfinite(numbers(line(0, 0, 1, 1), width=1, height=1)).all()
