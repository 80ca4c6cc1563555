"""Windows of an aspect, moved and compared in whole pixels."""

from __future__ import annotations

import pytest

from eyebright.policy.boxes import (
    alike,
    around,
    centred,
    grown,
    holds,
    largest,
    shared,
    shrunk,
)
from eyebright.policy.wishes import read_wish
from eyebright.values import Box


def box(x: int, y: int, width: int, height: int) -> Box:
    return Box(x=x, y=y, width=width, height=height)


@pytest.mark.parametrize(
    ("picture", "aspect", "window"),
    [
        ((1000, 700), "1:1", (700, 700)),
        ((700, 1000), "1:1", (700, 700)),
        ((1000, 700), "16:9", (1000, 563)),
        ((1000, 700), "9:16", (394, 700)),
        ((1000, 700), "10:7", (1000, 700)),
        ((3, 2), "50:1", (3, 1)),
        ((2, 3), "1:50", (1, 3)),
        ((1, 1), "16:9", (1, 1)),
    ],
)
def test_the_largest_window_fills_one_side(
    picture: tuple[int, int], aspect: str, window: tuple[int, int]
) -> None:
    assert window == largest(*picture, read_wish(aspect))


@pytest.mark.parametrize(
    ("aspect", "permille", "window"),
    [("16:9", 500, (500, 281)), ("9:16", 500, (197, 350)), ("1:1", 1, (1, 1)), ("1:2", 1, (1, 1))],
)
def test_a_smaller_window_has_the_same_shape(
    aspect: str, permille: int, window: tuple[int, int]
) -> None:
    wish = read_wish(aspect)

    assert window == shrunk(largest(1000, 700, wish), wish, permille)


def test_a_window_around_a_corner_is_moved_into_the_picture() -> None:
    assert box(0, 60, 50, 40) == centred((0, 400), (50, 40), (200, 100))


def test_half_pixels_count_in_a_middle() -> None:
    assert box(1, 0, 2, 1) == centred((5, 1), (2, 1), (5, 1))


def test_margins_end_at_the_picture_s_edge() -> None:
    assert box(0, 5, 30, 15) == grown(box(5, 10, 20, 10), (9, 5, 5, 9), (90, 20))


def test_a_box_around_several_holds_them_all() -> None:
    boxes = (box(5, 9, 2, 2), box(1, 3, 3, 3))
    found = around(boxes)

    assert box(1, 3, 6, 8) == found
    assert all(holds(found, one) for one in boxes)


def test_boxes_side_by_side_share_nothing() -> None:
    assert shared(box(0, 0, 10, 10), box(10, 0, 10, 10)) == 0


@pytest.mark.parametrize(("offset", "same"), [(0, True), (8, True), (9, False), (100, False)])
def test_boxes_are_alike_from_a_share_of_their_union(offset: int, *, same: bool) -> None:
    assert same == alike(box(0, 0, 100, 50), box(offset, 0, 100, 50), 850)
