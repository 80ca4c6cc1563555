"""What is foreseen of the encoders on these very pixels, and what the plan makes of it.

A forecast replaces the tables of `formats`, which know the medians of photos and graphics only.
Where there is none (no model here, an encoder of another kind), those stand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from eyebright.policy import cost, formats
from eyebright.values import FORECAST_TARGETS, Candidate, Forecast, Outcome, Plan, Reason, Trial

Forecasts: TypeAlias = Mapping[str, Forecast]
"""By the encoder's name, see `encoder_of`."""

ENCODERS = (
    "jpeg-420",
    "jpeg-444",
    "webp",
    "canvas-jpeg",
    "canvas-webp",
    "avif6",
    "avif7",
    "jxl3",
    "jxl7",
)
"""In the order of the model's answers."""

QUICK = "quick"
"""Encoder of a candidate: the host's quicker, plainer one. CPython's JPEG and WebP are configured
as Chromium's canvas is, so both are forecast as one."""

FAST_AVIF = 7
"""AVIF speeds from here on are forecast as 7, which is what browsers use, others as 6."""

QUICKEST_AVIF = 9
QUICKEST_AVIF_BEHIND = 1.6
QUICKEST_AVIF_BYTES = 1.2
"""From this AVIF speed on, forecasts are those of 6, set right: SSIMULACRA2 that it stays below at
one quality, and bytes at one score (33 photos at 75 and libaom 3.14: 1.6 below, 1.45 from one to
another, and 14 % more bytes at one quality). By the forecasts of 7 they were 5.6 off."""

FAST_JXL = 5
"""JPEG XL efforts below are forecast as 3, others as 7."""

WORTH_TRYING = 0.97
"""A format is tried where it is foreseen to need at most this share of the best one's bytes."""


def encoder_of(way: Candidate | Trial) -> str:
    """The name under which an encoder is forecast; empty where none is: lossless and PNG."""
    if way.lossless or way.format == "png":
        return ""
    if way.encoder == QUICK:
        return f"canvas-{way.format}"
    if way.format == "avif":
        return "avif7" if FAST_AVIF <= way.speed < QUICKEST_AVIF else "avif6"
    if way.format == "jxl":
        return "jxl3" if way.speed < FAST_JXL else "jxl7"
    return f"jpeg-{way.subsampling}" if way.format == "jpeg" else way.format


def forecast_of(way: Candidate | Trial, forecasts: Forecasts) -> Forecast | None:
    """What is foreseen of an encoder as it would be asked; None where nothing is."""
    told = forecasts.get(encoder_of(way))
    if told is None or way.format != "avif" or way.speed < QUICKEST_AVIF:
        return told
    qualities = (quality_for(told, t + QUICKEST_AVIF_BEHIND) for t in FORECAST_TARGETS)
    more = round(100 * math.log2(QUICKEST_AVIF_BYTES))
    return told.replace(
        quality_tenths=tuple(round(10 * quality) for quality in qualities),
        log2_bits_centi=tuple(bits + more for bits in told.log2_bits_centi),
    )


def quality_for(forecast: Forecast, target: float) -> float:
    """The quality that is expected to reach a target."""
    return _at(forecast.quality_tenths, target) / 10


def bytes_for(forecast: Forecast, target: float, pixels: int) -> int:
    """The bytes expected at a target."""
    bits = math.exp2(_at(forecast.log2_bits_centi, target) / 100)
    return max(64, round(bits * pixels / 8))


def slope_at(forecast: Forecast, target: float) -> float:
    """SSIMULACRA2 points per quality step where the target is expected."""
    part = _part(target)
    steps = forecast.quality_tenths[part + 1] - forecast.quality_tenths[part]
    return 10 * (FORECAST_TARGETS[part + 1] - FORECAST_TARGETS[part]) / max(1, steps)


def margin_at(forecast: Forecast, target: float) -> float:
    """SSIMULACRA2 within which nine scores in ten lie around the target."""
    return max(0.0, _at(forecast.margin_centi, target) / 100)


def in_order(plan: Plan, forecasts: Forecasts) -> tuple[Candidate, ...]:
    """The plan's candidates with the bytes that are foreseen, in the order that follows."""
    told = {encoder_of(c): _foreseen_bytes(c, plan, forecasts) for c in plan.candidates}
    if not any(told.values()):
        return plan.candidates
    found = [_priced(c, told[encoder_of(c)], plan) for c in plan.candidates]
    return tuple(sorted(found, key=cost.order))


def foreseen_reasons(plan: Plan, forecasts: Forecasts) -> tuple[Reason, ...]:
    """For the report: the bytes that were foreseen, if any."""
    sums = {
        formats.label(c): c.expected_bytes
        for c in in_order(plan, forecasts)
        if encoder_of(c) in forecasts
    }
    if not sums:
        return ()
    told = ", ".join(f"{name} {size}" for name, size in sums.items())
    text = f"Foreseen for these pixels, in bytes: {told}."
    return (Reason(code="formats-foreseen", text=text, values={"foreseen": sums}),)


def expected_of(
    candidate: Candidate, best: Outcome, plan: Plan, forecasts: Forecasts
) -> int | None:
    """Bytes that a format needs by its forecast, set right by how far off the best one's was.

    What makes one encoder need more than foreseen mostly does so to another. None without both.
    """
    mine, its = forecast_of(candidate, forecasts), forecast_of(best.trial, forecasts)
    if mine is None or its is None or candidate.lossless:
        return None
    pixels = plan.width * plan.height
    known = bytes_for(its, best.score, pixels)
    return round(bytes_for(mine, plan.target, pixels) * best.size_bytes / known)


def _foreseen_bytes(candidate: Candidate, plan: Plan, forecasts: Forecasts) -> int | None:
    forecast = forecast_of(candidate, forecasts)
    if forecast is None:
        return None
    return bytes_for(forecast, plan.target, plan.width * plan.height)


def _priced(candidate: Candidate, size: int | None, plan: Plan) -> Candidate:
    if size is None:
        return candidate
    if plan.throughput_kbps is None or candidate.expected_ms is None:
        return candidate.replace(expected_bytes=size)
    transfer = round(cost.transfer_ms(size, plan.throughput_kbps))
    return candidate.replace(expected_bytes=size, expected_ms=transfer + candidate.fixed_ms)


def _at(values: Sequence[int], target: float) -> float:
    """Straight between the targets, and on beyond the last ones."""
    part = _part(target)
    low, high = FORECAST_TARGETS[part], FORECAST_TARGETS[part + 1]
    share = (target - low) / (high - low)
    return values[part] + share * (values[part + 1] - values[part])


def _part(target: float) -> int:
    step = FORECAST_TARGETS[1] - FORECAST_TARGETS[0]
    part = math.floor((target - FORECAST_TARGETS[0]) / step)
    return min(max(0, part), len(FORECAST_TARGETS) - 2)
