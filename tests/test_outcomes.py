"""Each kind of file ends as it is pinned; `python tests/make_outcomes.py` pins anew."""

from __future__ import annotations

import json

import pytest

from make_outcomes import GOLDEN, native
from outcome_cases import cases

PINNED = json.loads(GOLDEN.read_text())
CASES = cases()


def test_every_case_is_pinned() -> None:
    assert sorted(PINNED) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_file_ends_as_it_is_pinned(name: str) -> None:
    assert native(name, CASES[name]) == PINNED[name]
