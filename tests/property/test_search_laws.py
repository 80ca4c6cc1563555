"""Laws of the search, whatever the plan and the encoder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_runs import Encoder, drive
from policy_strategies import devices, facts, goals

from eyebright.policy import decide
from eyebright.policy.byte_limit import MAX_SHRINKS
from eyebright.policy.search import MAX_TRIALS, passes
from eyebright.values import (
    FORMATS,
    Capabilities,
    Facts,
    Goal,
    Limits,
)

pytestmark = pytest.mark.property

encoders = st.tuples(st.floats(5, 40), st.floats(0.4, 1.6), st.integers(0, 3), st.booleans())
smooth_encoders = st.tuples(st.floats(5, 40), st.floats(0.7, 1.4), st.just(0), st.just(value=False))
lossy_formats = st.sampled_from([name for name in FORMATS if name != "png"])


@given(facts(), goals(), devices, encoders)
def test_the_search_ends_within_its_bound_and_asks_nothing_twice(
    f: Facts, g: Goal, c: Capabilities, encoder: Encoder
) -> None:
    plan = decide(f, g, c)
    _choice, outcomes = drive(plan, encoder)

    assert len(outcomes) <= MAX_TRIALS * (len(plan.candidates) + MAX_SHRINKS)
    assert len({outcome.trial for outcome in outcomes}) == len(outcomes)


@given(facts(), goals(), devices, encoders)
def test_what_is_delivered_was_made_is_smaller_and_keeps_the_plan_s_limits(
    f: Facts, g: Goal, c: Capabilities, encoder: Encoder
) -> None:
    plan = decide(f, g, c)
    choice, outcomes = drive(plan, encoder)
    if choice is None or choice.outcome is None:
        return

    made = choice.outcome
    assert made in outcomes
    assert made.passed_checks
    assert made.size_bytes < f.size_bytes or not plan.original_shown
    assert made.trial.lossless or made.trial.quality >= min(plan.floor, 100)
    assert plan.limits.max_delta_e is None or (made.delta_e or 0) <= plan.limits.max_delta_e
    fits = plan.max_bytes is None or made.size_bytes <= plan.max_bytes
    assert choice.target_reached == (passes(made, plan) and fits)
    assert choice.target_reached or plan.max_bytes is not None


@given(facts(), goals(), devices, encoders)
def test_a_byte_limit_is_met_or_said_not_to_be(
    f: Facts, g: Goal, c: Capabilities, encoder: Encoder
) -> None:
    plan = decide(f, g, c)
    choice, _outcomes = drive(plan, encoder)
    if choice is None or plan.max_bytes is None:
        return

    size = choice.outcome.size_bytes if choice.outcome else f.size_bytes
    assert size <= plan.max_bytes or not choice.target_reached
    codes = {reason.code for reason in choice.reasons}
    assert choice.outcome is None or size <= plan.max_bytes or "bytes-not-met" in codes


@given(facts(), goals(), devices, encoders, st.integers(0, 10**6))
def test_a_byte_limit_that_a_shown_original_meets_changes_nothing(
    f: Facts, g: Goal, c: Capabilities, encoder: Encoder, spare: int
) -> None:
    free = decide(f, g.replace(max_bytes=None), c)
    limited = decide(f, g.replace(max_bytes=f.size_bytes + spare), c)

    if free.original_shown:
        assert limited == free
        assert drive(limited, encoder) == drive(free, encoder)


@given(facts(), goals(), devices, encoders)
def test_the_original_is_kept_for_a_named_reason_only(
    f: Facts, g: Goal, c: Capabilities, encoder: Encoder
) -> None:
    choice, outcomes = drive(decide(f, g, c), encoder)
    if choice is None or choice.outcome is not None:
        return

    assert choice.reasons[-1].code in {"nothing-passed", "original-smaller"}
    assert outcomes


@given(facts(), lossy_formats, st.floats(40, 94), st.floats(1, 6), smooth_encoders)
def test_a_stricter_target_never_lowers_the_delivered_quality(
    f: Facts, name: str, target: float, more: float, encoder: Encoder
) -> None:
    machine = Capabilities(encode=(name,))
    still = f.replace(frames=1, transparent_permille=0, size_bytes=10**15)
    plans = (
        decide(still, Goal(target=aim, formats=(name,)), machine) for aim in (target, target + more)
    )
    # Where limits on colours or bytes per pixel bind, they decide, not the target.
    lax, strict = (drive(plan.replace(limits=Limits()), encoder)[0] for plan in plans)

    if lax and strict and lax.outcome and strict.outcome:
        assert strict.outcome.trial.quality >= lax.outcome.trial.quality
        assert strict.outcome.score >= lax.outcome.score


@given(facts(), goals(), devices, encoders)
def test_searching_is_repeatable(f: Facts, g: Goal, c: Capabilities, encoder: Encoder) -> None:
    plan = decide(f, g, c)

    assert drive(plan, encoder) == drive(plan, encoder)
