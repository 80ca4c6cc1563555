"""Whatever a predictor says, quality is not at its mercy: a lie costs encodes and bytes alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_runs import Encoder, drive
from policy_strategies import devices, facts, goals

from eyebright.policy import decide
from eyebright.policy.byte_limit import MAX_SHRINKS
from eyebright.policy.choice import sure_trials
from eyebright.policy.forecasts import ENCODERS, Forecasts
from eyebright.policy.search import MAX_TRIALS, passes
from eyebright.values import (
    FORECAST_TARGETS,
    Capabilities,
    Facts,
    Forecast,
    Goal,
    Limits,
)

pytestmark = pytest.mark.property

MOST = 100_000
"""No number that is read of the model is larger (`analyse.foreseeing.MOST`)."""

numbers = st.lists(
    st.integers(-MOST, MOST), min_size=len(FORECAST_TARGETS), max_size=len(FORECAST_TARGETS)
)
rising = numbers.map(lambda told: tuple(sorted(told)))
lies = st.builds(
    Forecast, quality_tenths=rising, log2_bits_centi=rising, margin_centi=numbers.map(tuple)
)
lying = st.dictionaries(st.sampled_from(ENCODERS), lies)

encoders = st.tuples(st.floats(5, 40), st.floats(0.5, 1.5), st.just(0), st.just(value=False))
"""Smooth ones, none of which fails."""


@given(facts(), goals(), devices, encoders, lying)
def test_a_lie_changes_no_promise(
    f: Facts, g: Goal, c: Capabilities, encoder: Encoder, known: Forecasts
) -> None:
    plan = decide(f, g.replace(max_bytes=None), c)
    if plan.keep_original:
        return

    choice, outcomes = drive(plan, encoder, known)

    assert len(outcomes) <= MAX_TRIALS * (len(plan.candidates) + MAX_SHRINKS)
    assert len({outcome.trial for outcome in outcomes}) == len(outcomes)
    made = choice.outcome
    assert made is None or (passes(made, plan) and choice.target_reached)
    assert made is None or made.size_bytes < f.size_bytes or not plan.original_shown


@given(
    facts(), st.sampled_from(["auto", "fast", "best"]), st.floats(40, 94), encoders, lying, devices
)
def test_what_is_reached_without_forecasts_is_reached_with_lies(
    f: Facts,
    mode: str,
    target: float,
    encoder: Encoder,
    known: Forecasts,
    c: Capabilities,
) -> None:
    photo = f.replace(frames=1, transparent_permille=0, size_bytes=10**15)
    able = c.replace(encode=("avif", "webp", "jpeg"), decode=("avif", "webp", "jpeg"))
    plan = decide(photo, Goal(target=target, mode=mode, content="general"), able)
    if plan.keep_original:
        return
    plan = plan.replace(limits=Limits())

    honest, _outcomes = drive(plan, encoder, {})
    lied_to, _outcomes = drive(plan, encoder, known)

    assert lied_to.target_reached == honest.target_reached
    assert (lied_to.outcome is None) == (honest.outcome is None)


@given(facts(), st.sampled_from(["auto", "fast", "best"]), encoders, lying, devices)
def test_what_is_begun_before_it_is_asked_for_is_asked_for(
    f: Facts, mode: str, encoder: Encoder, known: Forecasts, c: Capabilities
) -> None:
    plan = decide(f, Goal(mode=mode), c)
    if plan.keep_original:
        return

    sure = sure_trials(plan, known)
    _choice, outcomes = drive(plan, encoder, known)

    asked = [outcome.trial for outcome in outcomes]
    assert [trial for trial in asked if trial in sure] == list(sure)
    assert mode == "best" or not sure
