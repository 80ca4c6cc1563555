"""Where a search aims above the target, and how far above it is content: by the plan's mode."""

from __future__ import annotations

from eyebright.policy import forecasts
from eyebright.values import Forecast, Plan

SCORE_TOLERANCE = 1.0
"""SSIMULACRA2 above the target that is good enough to stop: below the eye's 2-point noise."""

AIM_ABOVE = 0.5
"""SSIMULACRA2 above the target to aim at first: the middle of what ends the search."""

BEST_TOLERANCE = 0.5
"""The same for those who wait: half as far, which saves 1 to 2 % of the bytes of photos (14 points
double them, `formats.SCORE_DOUBLING`)."""

FAST_AIM = 0.5
"""Of the forecast's interval, what the fast mode aims above the target. Of 445 held-out samples at
target 75 with the canvas's encoders 81 of 100 then pass at once, with 8 % more bytes than need be;
a quarter passed 69 with 6 % more, three quarters 90 with 11 %."""

TABLE_MARGIN = 7.0
"""SSIMULACRA2: half-width of that interval where the tables tell instead. One quality for all is
3 to 5 off on average (models/predictors/card.md); nine in ten are within twice that."""


def aim_above(plan: Plan, forecast: Forecast | None) -> float:
    """SSIMULACRA2 above the target that the first encode is to reach."""
    if plan.mode == "fast":
        return FAST_AIM * _margin(plan, forecast)
    return BEST_TOLERANCE / 2 if plan.mode == "best" else AIM_ABOVE


def tolerance(plan: Plan, forecast: Forecast | None) -> float:
    """SSIMULACRA2 above the target that ends a search.

    In the fast mode that is all of the interval about what was aimed at: a score beyond it says
    that the forecast is wrong, so the search goes on.
    """
    if plan.mode == "fast":
        return max(SCORE_TOLERANCE, (1 + FAST_AIM) * _margin(plan, forecast))
    return BEST_TOLERANCE if plan.mode == "best" else SCORE_TOLERANCE


def _margin(plan: Plan, forecast: Forecast | None) -> float:
    """A broken forecast's is no wider than the tables'."""
    if forecast is None:
        return TABLE_MARGIN
    return min(TABLE_MARGIN, forecasts.margin_at(forecast, plan.target))
