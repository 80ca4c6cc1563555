"""Whatever a predictor says, quality is not at its mercy: a lie costs encodes and bytes alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_strategies import devices, facts, goals

from eyebright.policy import choose, decide
from eyebright.policy.byte_limit import MAX_SHRINKS
from eyebright.policy.forecasts import ENCODERS, Forecasts
from eyebright.policy.search import MAX_TRIALS, passes
from eyebright.values import (
    FORECAST_TARGETS,
    Capabilities,
    Choice,
    Facts,
    Forecast,
    Goal,
    Limits,
    Outcome,
    Plan,
    Trial,
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

encoders = st.tuples(st.floats(5, 40), st.floats(0.5, 1.5))
"""Quality steps that double the bytes, and how the score bends."""


def encoded(trial: Trial, doubling: float, bend: float) -> Outcome:
    size = 40 + trial.width * trial.height * 2 ** (trial.quality / doubling) / 400
    score = 100.0 if trial.lossless else 100 - 70 * (1 - trial.quality / 100) ** bend
    return Outcome(trial=trial, size_bytes=int(size), score=score, delta_e=(100 - score) / 9)


def drive(
    plan: Plan, encoder: tuple[float, float], known: Forecasts
) -> tuple[Choice, list[Outcome]]:
    outcomes: list[Outcome] = []
    search = choose(plan, known)
    trial = next(search)
    while True:
        outcomes.append(encoded(trial, *encoder))
        try:
            trial = search.send(outcomes[-1])
        except StopIteration as stop:
            return stop.value, outcomes


@given(facts(), goals(), devices, encoders, lying)
def test_a_lie_changes_no_promise(
    f: Facts, g: Goal, c: Capabilities, encoder: tuple[float, float], known: Forecasts
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
    encoder: tuple[float, float],
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
