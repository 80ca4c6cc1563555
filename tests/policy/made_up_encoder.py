"""A search driven by an encoder whose scores and bytes are known."""

from __future__ import annotations

from collections.abc import Callable

from eyebright.policy import choose, decide
from eyebright.policy.choice import NO_FORECASTS
from eyebright.policy.forecasts import Forecasts
from eyebright.values import Capabilities, Choice, Facts, Goal, Outcome, Plan, Trial

FACTS = Facts(format="png", width=400, height=300, size_bytes=500_000, sha256="0" * 64)

Encoder = Callable[[Trial], tuple[int, float]]
"""Bytes and score of a trial; no bytes where it fails."""


def smooth(trial: Trial) -> tuple[int, float]:
    """Bytes double every 14 steps; the score bends like a real encoder's."""
    if trial.lossless:
        return 400_000, 100.0
    area = trial.width * trial.height
    head_start = {"avif": 0.55, "webp": 0.8, "jpeg": 1.0, "jxl": 0.7}[trial.format]
    size = int(area * 0.02 * head_start * 2 ** (trial.quality / 14)) + 64
    return size, 100 - 60 * (1 - trial.quality / 100) ** 0.8


def run(
    plan: Plan, encoder: Encoder = smooth, forecasts: Forecasts = NO_FORECASTS
) -> tuple[Choice, list[Outcome]]:
    outcomes: list[Outcome] = []
    search = choose(plan, forecasts)
    trial = next(search)
    while True:
        size, score = encoder(trial)
        outcomes.append(Outcome(trial=trial, size_bytes=size, score=score, passed_checks=size > 0))
        try:
            trial = search.send(outcomes[-1])
        except StopIteration as stop:
            return stop.value, outcomes


def plan(facts: Facts = FACTS, **goal: object) -> Plan:
    return decide(
        facts, Goal.from_dict(goal), Capabilities(encode=("avif", "webp", "jpeg", "jxl", "png"))
    )


def codes(choice: Choice) -> list[str]:
    return [reason.code for reason in choice.reasons]
