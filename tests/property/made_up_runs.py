"""Whole searches on encoders whose scores and bytes hypothesis makes up."""

from __future__ import annotations

from eyebright.policy import choose
from eyebright.policy.choice import NO_FORECASTS
from eyebright.policy.forecasts import Forecasts
from eyebright.values import Choice, Outcome, Plan, Trial

Encoder = tuple[float, float, int, bool]
"""Quality steps that double the bytes, how the score bends, how it wavers, whether AVIF fails."""


def drive(
    plan: Plan, encoder: Encoder, known: Forecasts = NO_FORECASTS
) -> tuple[Choice | None, list[Outcome]]:
    """Run the search on a made-up encoder; None where the plan needs no search."""
    if plan.keep_original:
        return None, []
    outcomes: list[Outcome] = []
    search = choose(plan, known)
    trial = next(search)
    while True:
        outcomes.append(_encode(trial, *encoder))
        try:
            trial = search.send(outcomes[-1])
        except StopIteration as stop:
            return stop.value, outcomes


def _encode(trial: Trial, doubling: float, bend: float, noise: int, fails: bool) -> Outcome:  # noqa: FBT001 - a part of Encoder
    if fails and trial.format == "avif":
        return Outcome(trial=trial, size_bytes=0, score=-100.0, passed_checks=False)
    size = 40 + trial.width * trial.height * 2 ** (trial.quality / doubling) / 400
    score = 100.0 if trial.lossless else 100 - 70 * (1 - trial.quality / 100) ** bend
    score -= 0 if trial.lossless else noise * (trial.quality * 7919 % 5)
    return Outcome(trial=trial, size_bytes=int(size), score=score, delta_e=(100 - score) / 9)
