"""Which quality next? The loop over one format, written as a generator that decides without doing.

`search(candidate, plan)` yields a Trial, is sent the Outcome measured on its final bytes, and
returns what it found.
Within one format the score rises with quality, so the cheapest passing encode is found by regula
falsi on the measured scores, bounded by bisection's bracket, in at most MAX_TRIALS encodes. Steps
are between places of the encoder's dial, see `dials`: files that differ.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable
from typing import NamedTuple

from eyebright.policy import dials, forecasts, formats, guards, stops
from eyebright.policy.dials import Dial
from eyebright.values import Candidate, Forecast, Outcome, Plan, Trial

MAX_TRIALS = 6
"""Encodes per format; what libsquoosh's and oavif's closed loops allow too."""

AIM_ABOVE = 0.3
"""SSIMULACRA2 above the target to aim at, so that a small miss still passes."""

MOST_SLOPE = 4.0
"""Of the median's slope: a dial that a broken forecast says to stand still must not end the search.
Our choice."""

Trials = Generator[Trial, Outcome, "Found"]


class Found(NamedTuple):
    """What a search over one format ended with."""

    best: Outcome | None
    outcomes: tuple[Outcome, ...]
    gave_up: bool = False
    """Stopped because the format could not win any more."""


def search(
    candidate: Candidate,
    plan: Plan,
    *,
    beat_bytes: int | None = None,
    forecast: Forecast | None = None,
) -> Trials:
    """Find the cheapest encode of one format whose score reaches the target.

    `forecast` tells where to begin and how far to step; without it the tables do.
    """
    if candidate.lossless:
        outcome = yield trial_at(candidate, plan, 100)
        return Found(outcome if passes(outcome, plan) else None, (outcome,))
    outcomes: list[Outcome] = []
    dial = dials.dial_of(candidate)
    least = formats.floor_of(candidate, plan)
    place = _first_place(candidate, plan, forecast, dial)
    while True:
        outcome = yield trial_at(candidate, plan, max(least, dial.quality(place)))
        outcomes.append(outcome)
        if not outcome.passed_checks:
            return Found(_cheapest(outcomes, plan), tuple(outcomes))
        if beat_bytes is not None and _is_beaten(outcomes, plan, beat_bytes):
            return Found(_cheapest(outcomes, plan), tuple(outcomes), gave_up=True)
        following = _next_place(outcomes, candidate, plan, forecast)
        if following is None or len(outcomes) == MAX_TRIALS:
            return Found(_cheapest(outcomes, plan), tuple(outcomes))
        place = following


def _first_place(candidate: Candidate, plan: Plan, forecast: Forecast | None, dial: Dial) -> int:
    aim = plan.target + stops.aim_above(plan, forecast)
    if forecast is None:
        return dial.place(formats.first_quality(candidate, plan, aim))
    place = dial.nearest(forecasts.quality_for(forecast, aim))
    return min(dial.place(candidate.max_quality), max(_least(candidate, plan), place))


def _slope(
    candidate: Candidate, place: int, plan: Plan, score: float, forecast: Forecast | None
) -> float:
    """SSIMULACRA2 points from one place to the next, between the score and the target."""
    dial = dials.dial_of(candidate)
    spacing = dial.spacing(place)
    usual = formats.score_slope(candidate.format, dial.quality(place), plan.picture_class)
    if forecast is None:
        return spacing * usual
    told = forecasts.slope_at(forecast, (score + plan.target) / 2)
    return spacing * min(MOST_SLOPE * usual, told)


def _place(outcome: Outcome) -> int:
    return dials.dial_of(outcome.trial).place(outcome.trial.quality)


def _next_place(
    outcomes: list[Outcome], candidate: Candidate, plan: Plan, forecast: Forecast | None
) -> int | None:
    """The next place to try, or None when there is nothing left to gain."""
    by_quality = sorted(outcomes, key=lambda o: o.trial.quality)
    above = next((o for o in by_quality if passes(o, plan)), None)
    below = next(
        (o for o in reversed(by_quality) if not passes(o, plan) and _under(o, above)), None
    )
    if above is None and below is not None:
        return _step_up(below, outcomes, candidate, plan, forecast)
    if above is None or above.trial.quality <= formats.floor_of(candidate, plan):
        return None
    if guards.level(above) - plan.target <= stops.tolerance(plan, forecast):
        return None
    if below is None and len(outcomes) > 1:
        return _further_down(by_quality[0], by_quality[1], candidate, plan)
    if below is None:
        return _step_down(above, candidate, plan, forecast)
    return _between(below, above, plan, forecast)


def _under(outcome: Outcome, above: Outcome | None) -> bool:
    return above is None or outcome.trial.quality < above.trial.quality


def _step_up(
    below: Outcome,
    outcomes: list[Outcome],
    candidate: Candidate,
    plan: Plan,
    forecast: Forecast | None,
) -> int | None:
    """Nothing passes yet: step by the known slope, then further, so that a bracket soon closes."""
    place, most = _place(below), dials.dial_of(candidate).place(candidate.max_quality)
    if place >= most:
        return None
    if len(outcomes) >= 4:
        return most
    gap = plan.target + AIM_ABOVE - guards.level(below)
    slope = _slope(candidate, place, plan, below.score, forecast)
    step = max(1, math.ceil(gap / min(slope, _measured_slope(outcomes) or slope)))
    if len(outcomes) == 3:
        step = max(2 * step, (most - place) // 2)
    return min(most, place + step)


def _measured_slope(outcomes: list[Outcome]) -> float | None:
    """Of the last two encodes; None where there are no two, or the score did not rise."""
    if len(outcomes) < 2:
        return None
    first, second = outcomes[-2:]
    rise = guards.level(second) - guards.level(first)
    return max(0.0, rise / (_place(second) - _place(first))) or None


def _step_down(
    above: Outcome, candidate: Candidate, plan: Plan, forecast: Forecast | None
) -> int | None:
    """None where one step of the dial is foreseen to fall short of the target."""
    place = _place(above)
    slope = _slope(candidate, place, plan, above.score, forecast)
    over = guards.level(above) - plan.target
    if forecast is not None and over < slope:
        return None  # one step less is foreseen to miss the target: not worth an encode to prove
    step = math.floor((over - AIM_ABOVE) / slope)
    return max(_least(candidate, plan), place - max(1, step))


def _further_down(lower: Outcome, upper: Outcome, candidate: Candidate, plan: Plan) -> int:
    """Both pass, which was not foreseen: on by the slope between them, else half way to the floor.

    Scores rise less and less with quality, so this rather falls short, which closes the bracket.
    """
    least, place = _least(candidate, plan), _place(lower)
    level = guards.level(lower)
    rise = guards.level(upper) - level
    if rise <= 0:
        return (least + place) // 2
    gap = level - plan.target - AIM_ABOVE
    step = math.floor(gap * (_place(upper) - place) / rise)
    return max(least, place - max(1, step))


def _least(candidate: Candidate, plan: Plan) -> int:
    """The lowest place that the plan's floor leaves."""
    return dials.dial_of(candidate).place(formats.floor_of(candidate, plan))


def _between(below: Outcome, above: Outcome, plan: Plan, forecast: Forecast | None) -> int | None:
    """Regula falsi between the bracket's ends, strictly inside it; None where that falls short."""
    low, high = _place(below), _place(above)
    level = guards.level(below)
    rise = guards.level(above) - level
    over = guards.level(above) - plan.target
    if high - low <= 1 or (forecast is not None and over < rise / (high - low)):
        return None
    share = (plan.target + AIM_ABOVE - level) / rise if rise > 0 else 0.5
    guess = math.ceil(low + share * (high - low))
    # Keep a tenth of the bracket's width from its ends: plain regula falsi crawls on curves.
    margin = max(1, (high - low) // 10)
    return min(high - margin, max(low + margin, guess)) if high - low > 2 * margin else low + 1


def _is_beaten(outcomes: list[Outcome], plan: Plan, beat_bytes: int) -> bool:
    """More quality only adds bytes: a failing encode that is already too large settles it."""
    return any(not passes(o, plan) and o.size_bytes >= beat_bytes for o in outcomes)


def _cheapest(outcomes: Iterable[Outcome], plan: Plan) -> Outcome | None:
    passing = [o for o in outcomes if passes(o, plan)]
    return min(passing, key=lambda o: (o.size_bytes, o.trial.quality), default=None)


def passes(outcome: Outcome, plan: Plan) -> bool:
    """Whether an outcome is sound, reaches the target everywhere and breaks no limit."""
    if not outcome.passed_checks or guards.level(outcome) < plan.target:
        return False
    return not guards.check_outcome(plan, outcome)


def fits(outcome: Outcome | None, max_bytes: int) -> bool:
    """Whether an outcome is sound and within a byte limit."""
    return outcome is not None and outcome.passed_checks and outcome.size_bytes <= max_bytes


def acceptable(outcome: Outcome, plan: Plan) -> bool:
    """Whether an outcome is sound and breaks no guard, whatever its score."""
    return outcome.passed_checks and not guards.check_outcome(plan, outcome)


def trial_at(candidate: Candidate, plan: Plan, quality: int) -> Trial:
    """The candidate at the plan's size and a quality."""
    return Trial(
        format=candidate.format,
        width=plan.width,
        height=plan.height,
        quality=quality,
        lossless=candidate.lossless,
        subsampling=candidate.subsampling,
        speed=candidate.speed,
        encoder=candidate.encoder,
    )
