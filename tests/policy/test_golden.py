"""No decision changes unnoticed: 560 recorded ones, bound to the policy's version."""

from __future__ import annotations

import json
from typing import Any

import make_golden
import pytest

from eyebright.policy import POLICY_VERSION

GOLDEN: dict[str, Any] = json.loads(make_golden.GOLDEN.read_text())


def test_the_golden_file_was_made_by_this_version_of_the_policy() -> None:
    assert GOLDEN["policy_version"] == POLICY_VERSION, (
        "run python tests/policy/make_golden.py and review what changed"
    )


def test_at_least_500_decisions_are_recorded() -> None:
    assert len(GOLDEN["decisions"]) >= 500


def test_a_changed_decision_needs_a_new_version() -> None:
    changed = [
        (row, now)
        for row in GOLDEN["decisions"]
        if (now := make_golden.decision(row, GOLDEN["policies"])) != row["decision"]
    ]

    assert changed == [], (
        f"{len(changed)} decisions changed: raise POLICY_VERSION in policy/decide.py, "
        "then run python tests/policy/make_golden.py"
    )


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


def test_the_generator_refuses_a_changed_decision_under_the_same_version() -> None:
    row = GOLDEN["decisions"][0]
    changed = {**GOLDEN, "decisions": [{**row, "decision": "another"}]}

    with pytest.raises(SystemExit, match="raise POLICY_VERSION"):
        make_golden.refuse_silent_change(GOLDEN, changed)


def test_the_generator_takes_a_changed_decision_under_a_new_version() -> None:
    row = GOLDEN["decisions"][0]
    changed = {**GOLDEN, "policy_version": "next", "decisions": [{**row, "decision": "another"}]}

    make_golden.refuse_silent_change(GOLDEN, changed)
