"""Found boxes are counted as the card of the face detector says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "models" / "faces"
OWN = ("matching", "packed")
"""Modules of that folder; other models' folders have ones of the same names."""

FACE = (10.0, 10.0, 20.0, 20.0)
BACK = (60.0, 10.0, 20.0, 20.0)


@pytest.fixture
def matching(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in OWN:
        monkeypatch.delitem(sys.modules, name, raising=False)
    import matching  # noqa: PLC0415 - of that folder, for this test alone

    yield matching
    for name in OWN:
        sys.modules.pop(name, None)


def outcome(matching: ModuleType, *found: tuple[float, ...], least: float = 5) -> Any:
    """Boxes, best first, against a face that counts and a back of a head that does not."""
    boxes = np.array(found, np.float32).reshape(-1, 4)
    scores = np.arange(len(boxes), 0, -1).astype(np.float32)
    drawn = np.array([FACE, BACK], np.float32)
    return matching.match(boxes, scores, drawn, np.array([True, False]), least=least)


def test_a_box_on_a_face_is_right(matching: ModuleType) -> None:
    made = outcome(matching, (12, 12, 20, 20))

    assert (made.right.tolist(), made.false.tolist()) == ([True], [False])
    assert made.best.tolist() == [1]


def test_a_second_box_on_the_same_face_is_false(matching: ModuleType) -> None:
    made = outcome(matching, FACE, (12, 12, 20, 20))

    assert (made.right.tolist(), made.false.tolist()) == ([True, False], [False, True])


def test_a_box_too_large_for_the_face_is_false_and_the_face_not_found(
    matching: ModuleType,
) -> None:
    made = outcome(matching, (5, 5, 40, 40))

    assert made.false.tolist() == [True]
    assert made.best.tolist() == [-np.inf]


def test_a_box_on_a_back_of_a_head_is_neither(matching: ModuleType) -> None:
    made = outcome(matching, BACK, (64, 12, 20, 20), (65, 15, 8, 8))

    assert (made.right.any(), made.false.any()) == (False, False)


def test_a_box_on_nothing_is_false(matching: ModuleType) -> None:
    assert outcome(matching, (100, 100, 20, 20)).false.tolist() == [True]


def test_boxes_that_are_too_small_to_count_are_not_false(matching: ModuleType) -> None:
    assert outcome(matching, (100, 100, 20, 20), least=21).false.tolist() == [False]


def test_the_threshold_lets_no_more_false_boxes_through_than_the_rate(
    matching: ModuleType,
) -> None:
    rows = [outcome(matching, *[(100.0 + 30 * i, 100, 20, 20) for i in range(4)])] * 5

    least = matching.threshold(rows, 2.0)

    assert sum(int((row.false & (row.scores >= least)).sum()) for row in rows) <= 10
    assert 2 < least <= 3


def test_recall_counts_faces_found_at_the_threshold(matching: ModuleType) -> None:
    found, missed = outcome(matching, FACE), outcome(matching, (100, 100, 20, 20))

    assert matching.recall([found, missed, found, found], 1.0) == 0.75
    assert matching.recall([found, missed], 1.5) == 0


def test_a_box_on_a_head_that_nobody_drew_is_neither_right_nor_wrong(
    matching: ModuleType,
) -> None:
    packed = sys.modules["packed"]
    drawn = np.array([[*FACE, 1, 0, 0, 0]], np.float32)
    item = packed.Item("crowd500/1.jpg", 0, np.zeros((100, 100, 3), np.uint8), drawn)
    found = np.array([FACE, (60, 10, 20, 20)], np.float32), np.array([2, 1], np.float32)

    before = matching.judge(item, found)
    after = matching.judge(packed.with_undrawn(item, [[61, 11, 20, 20]]), found)

    assert (before.right.tolist(), before.false.tolist()) == ([True, False], [False, True])
    assert (after.right.tolist(), after.false.tolist()) == ([True, False], [False, False])
    assert len(after.best) == 1
