"""No decision changes unnoticed: recorded ones, and searches, bound to the policy's version."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import make_golden
import pytest

from eyebright.policy import POLICY_VERSION

Json = dict[str, Any]

GOLDEN: Json = json.loads(make_golden.GOLDEN.read_text())


def test_the_golden_file_was_made_by_this_version_of_the_policy() -> None:
    assert GOLDEN["policy_version"] == POLICY_VERSION, (
        "run python tests/policy/make_golden.py and review what changed"
    )


def test_at_least_500_decisions_are_recorded() -> None:
    assert len(GOLDEN["decisions"]) >= 500


Decided = Callable[[Json, dict[str, str]], Any]

KINDS = pytest.mark.parametrize(
    ("kind", "decided"),
    [("decisions", make_golden.decision), ("searches", make_golden.search)],
    ids=["decisions", "searches"],
)


def changed(kind: str, decided: Decided, part: Callable[[Json], Any]) -> Iterator[Json]:
    for row in GOLDEN[kind]:
        now = {**row, "decision": decided(row, GOLDEN["policies"])}
        if part(now) != part(row):
            yield now


@KINDS
def test_a_changed_decision_needs_a_new_version(kind: str, decided: Decided) -> None:
    found = list(changed(kind, decided, make_golden.meant))

    assert found == [], (
        f"{len(found)} {kind} changed: raise POLICY_VERSION in policy/decide.py, "
        "then run python tests/policy/make_golden.py"
    )


@KINDS
def test_no_sentence_changes_unseen(kind: str, decided: Decided) -> None:
    found = list(changed(kind, decided, lambda row: row["decision"]))

    assert found == [], "run python tests/policy/make_golden.py and read what its diff says"


def test_the_file_shows_a_sentence_for_each_code() -> None:
    assert make_golden.sentences(GOLDEN) == GOLDEN["sentences"]


def test_the_recorded_decisions_use_all_of_the_policy() -> None:
    codes = {
        code
        for row in GOLDEN["decisions"]
        if isinstance(row["decision"], dict)
        for code in row["decision"]["why"].split()
    }

    expected = {
        "animated",
        "decode-outweighs",
        "deep-kept",
        "format-no-gain",
        "format-reserve",
        "format-too-slow",
        "gain-none",
        "gain-too-slow",
        "guard-brand-chroma",
        "guard-face",
        "guard-text",
        "lossless-only",
        "no-format-left",
        "original-required",
        "placeholder-dominant",
        "placeholder-lqip",
        "placeholder-transparent",
        "placeholder-unknown",
        "review-content",
        "review-context",
        "review-doubt",
        "size-fitted",
        "size-kept",
        "target-brand",
        "target-given",
        "target-shifted",
        "variants-bytes",
        "variants-layout",
    }
    assert expected <= codes


@pytest.mark.parametrize("kind", ["decisions", "searches"])
def test_the_generator_refuses_a_change_under_the_same_version(kind: str) -> None:
    other = {**GOLDEN, kind: [{**GOLDEN[kind][0], "decision": "another"}]}

    with pytest.raises(SystemExit, match="raise POLICY_VERSION"):
        make_golden.refuse_silent_change(GOLDEN, other)


@pytest.mark.parametrize("kind", ["decisions", "searches"])
def test_the_generator_takes_a_change_under_a_new_version(kind: str) -> None:
    row = {**GOLDEN[kind][0], "decision": "another"}

    make_golden.refuse_silent_change(GOLDEN, {**GOLDEN, "policy_version": "next", kind: [row]})


def test_the_generator_takes_other_words_under_the_same_version() -> None:
    row = GOLDEN["decisions"][0]
    reworded = {**row, "decision": {**row["decision"], "said": "0"}}

    make_golden.refuse_silent_change(GOLDEN, {**GOLDEN, "decisions": [reworded]})
