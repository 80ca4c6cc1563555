"""A window along one side is moved as little as spares what must stay whole."""

from __future__ import annotations

import pytest

from eyebright.policy.crops.spans import Span, Spans, spared

NOTHING = Spans(())


@pytest.mark.parametrize(
    ("window", "lost", "cut"),
    [((0, 100), 0, 0), ((20, 100), 1, 1), ((25, 35), 2, 3), ((10, 30), 1, 1), ((50, 90), 2, 0)],
)
def test_spans_that_a_window_loses_and_cuts_are_counted(window: Span, lost: int, cut: int) -> None:
    spans = Spans([(10, 30), (20, 40)])

    assert lost == spans.lost(*window)
    assert cut == spans.cut(*window)


def test_a_span_longer_than_the_window_is_lost_once() -> None:
    assert Spans([(0, 100)]).lost(20, 60) == 1


@pytest.mark.parametrize(
    ("keep", "offset"),
    [
        ([], 50),
        ([(60, 80)], 50),
        ([(40, 80)], 40),
        ([(60, 110)], 60),
        ([(45, 90), (95, 99)], 45),
        ([(0, 10), (20, 30), (150, 160)], 0),  # two of three
    ],
)
def test_a_window_moves_as_little_as_keeps_most(keep: list[Span], offset: int) -> None:
    assert offset == spared(50, 50, 200, Spans(keep), NOTHING, 200)


def test_a_line_is_left_out_where_it_does_not_fit() -> None:
    assert spared(50, 50, 200, NOTHING, Spans([(30, 60)]), 200) == 60


def test_heads_come_before_lines() -> None:
    assert spared(50, 50, 200, Spans([(40, 80)]), Spans([(25, 60)]), 200) == 40


def test_a_window_moves_no_further_than_its_reach() -> None:
    assert spared(50, 50, 200, NOTHING, Spans([(30, 70)]), 10) == 50
