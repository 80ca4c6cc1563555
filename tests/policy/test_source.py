"""Poor sources: what they hold is the most that is asked for."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.policy.source import MOST_LOWERED, holds, lowered, promise
from eyebright.values import Capabilities, Facts, Goal, Plan

SOURCE = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="0" * 64)
POOR = SOURCE.replace(source_quality=40, source_subsampling="420")


def plan(facts: Facts, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), Capabilities())


def codes(decided: Plan) -> set[str]:
    return {reason.code for reason in decided.reasons}


def test_a_new_jpeg_is_never_of_higher_quality_than_the_old() -> None:
    most = {c.format: c.max_quality for c in plan(POOR).candidates}

    assert most == {"avif": 100, "webp": 100, "jpeg": 40}


def test_a_quality_floor_is_never_above_the_source() -> None:
    assert plan(SOURCE, content="product").floor == 85
    assert plan(POOR, content="product").floor == 40


def test_a_policy_s_target_is_lowered_a_little_and_said_so() -> None:
    decided = plan(POOR)

    assert decided.target == 75 - MOST_LOWERED
    assert "source-poor" in codes(decided)


def test_a_target_that_was_asked_for_stays_with_the_warning() -> None:
    decided = plan(POOR, target=82)

    assert decided.target == 82
    assert "source-poor" in codes(decided)


@pytest.mark.parametrize("quality", [0, 92])
def test_unknown_and_good_sources_change_nothing(quality: int) -> None:
    decided = plan(SOURCE.replace(source_quality=quality))

    assert decided.target == 75
    assert "source-poor" not in codes(decided)


def test_scaling_down_hides_old_losses() -> None:
    decided = plan(POOR, max_width=800)

    assert holds(POOR, 800) == 100
    assert decided.target == 75
    assert "source-poor" not in codes(decided)


def test_lossless_contents_keep_their_rule() -> None:
    assert plan(POOR, content="medical").target == 100


def test_the_promise_rises_with_quality() -> None:
    promises = [promise(POOR.replace(source_quality=q)) for q in range(1, 101)]

    assert promises == sorted(promises)
    assert promise(POOR.replace(source_quality=69)) == pytest.approx(70, abs=1)


def test_a_target_is_lowered_at_most_by_the_stated_points() -> None:
    held = [lowered(80.0, POOR.replace(source_quality=q), 1600)[0] for q in range(1, 101)]

    assert min(held) == 80 - MOST_LOWERED
    assert held == sorted(held)
