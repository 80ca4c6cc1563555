"""What to deliver, of all formats that were tried, and why.

`choose(plan)` yields a Trial, is sent the Outcome measured on its final bytes, and returns a
Choice.
"""

from __future__ import annotations

from collections.abc import Generator

from eyebright.policy import formats, guards, stops
from eyebright.policy.byte_limit import bytes_reason, meet_bytes
from eyebright.policy.cost import bytes_to_beat
from eyebright.policy.cutting import NOT_MADE
from eyebright.policy.forecasts import (
    WORTH_TRYING,
    Forecasts,
    expected_of,
    forecast_of,
    foreseen_reasons,
    in_order,
)
from eyebright.policy.search import Found, fits, passes, search
from eyebright.values import Candidate, Choice, Outcome, Plan, Reason, Trial

NOT_SHOWN = Reason(
    code="original-not-shown",
    text="The original is no larger, but its format is not shown by the receiver.",
)
UNCUT = Reason(
    code="original-uncut", text="The original is no larger, but another shape is wanted."
)
"""Why a file is delivered that is no smaller."""

NO_FORECASTS: Forecasts = {}


def choose(plan: Plan, forecasts: Forecasts = NO_FORECASTS) -> Generator[Trial, Outcome, Choice]:
    """Try the plan's candidates in order and return what to deliver.

    `forecasts` are of the plan's pixels; formats without one are judged by the tables.
    """
    best: Outcome | None = None
    reasons = [*foreseen_reasons(plan, forecasts)]
    seen: list[Outcome] = []
    for candidate in in_order(plan, forecasts):
        if best is not None and plan.mode == "fast":
            reasons.append(_not_needed(candidate, best))
            continue
        if best is not None and not _can_win(candidate, best, plan, forecasts):
            reasons.append(_cannot_win(candidate, best, plan, forecasts))
            continue
        beat = bytes_to_beat(candidate, best, plan) if best else None
        forecast = forecast_of(candidate, forecasts)
        found = yield from search(candidate, plan, beat_bytes=beat, forecast=forecast)
        if candidate.encoder and not any(o.passed_checks for o in found.outcomes):
            reasons.append(_quick_unmade(candidate))
            candidate = candidate.replace(encoder="")  # noqa: PLW2901 - the usual one instead
            forecast = forecast_of(candidate, forecasts)
            found = yield from search(candidate, plan, beat_bytes=beat, forecast=forecast)
        seen.extend(found.outcomes)
        reasons.append(format_reason(candidate, found, plan))
        reasons.extend(guards.outcome_reasons(plan, found.outcomes))
        if found.best and (beat is None or found.best.size_bytes < beat):
            best = found.best
    if plan.max_bytes is not None and not fits(best, plan.max_bytes):
        best = yield from meet_bytes(plan, seen)
        reasons.append(bytes_reason(best, plan))
    return conclude(best, plan, reasons)


def sure_trials(plan: Plan, forecasts: Forecasts = NO_FORECASTS) -> tuple[Trial, ...]:
    """The trials that `choose` will ask for whatever comes of the others, in its order.

    The best mode tries every lossy format, so its first encode is sure; elsewhere nothing is but
    what is asked for first.
    """
    if plan.mode != "best":
        return ()
    ways = (way for way in in_order(plan, forecasts) if not way.lossless)
    return tuple(next(search(way, plan, forecast=forecast_of(way, forecasts))) for way in ways)


def conclude(best: Outcome | None, plan: Plan, reasons: list[Reason]) -> Choice:
    """The best outcome, or the original where that is none or no larger, with the reason."""
    if best is None:
        if plan.reshapes:
            reasons = [*reasons, NOT_MADE]
        text = "No encode reached the target, so the original is kept."
        return _keep(plan, reasons, Reason(code="nothing-passed", text=text))
    if best.size_bytes >= plan.original_bytes and not plan.original_shown:
        reasons = [*reasons, UNCUT if plan.reshapes else NOT_SHOWN]
    elif best.size_bytes >= plan.original_bytes:
        text = (
            f"The best encode ({best.trial.format}, {best.size_bytes} bytes) is not smaller than "
            f"the original ({plan.original_bytes} bytes), so the original is kept."
        )
        values = {"format": best.trial.format, "bytes": best.size_bytes}
        return _keep(plan, reasons, Reason(code="original-smaller", text=text, values=values))
    reached = passes(best, plan) and fits(best, plan.max_bytes or best.size_bytes)
    return Choice(outcome=best, target_reached=reached, reasons=tuple(reasons))


def format_reason(candidate: Candidate, found: Found, plan: Plan) -> Reason:
    name, tries = formats.label(candidate), len(found.outcomes)
    values = {"format": candidate.format, "lossless": candidate.lossless, "encodes": tries}
    if candidate.subsampling == "444" and candidate.format in formats.CHOOSES_CHROMA:
        values["subsampling"] = "444"
    if candidate.encoder:
        values["encoder"] = candidate.encoder
    if found.best is not None:
        values |= {
            "bytes": found.best.size_bytes,
            "score": found.best.score,
            "quality": found.best.trial.quality,
        }
        text = (
            f"{name} reached {found.best.score:.1f} (target {plan.target:g}) with "
            f"{found.best.size_bytes} bytes after {_encodes(tries)}."
        )
        if _stopped_by_floor(candidate, found.best, plan):
            floor = values["floor"] = formats.floor_of(candidate, plan)
            text += f" Quality {floor} is the least that {plan.content} content allows."
        return Reason(code="format-tried", text=text, values=values)
    if not any(outcome.passed_checks for outcome in found.outcomes):
        text = f"{name} could not be made here; the fallbacks say why."
        return Reason(code="format-unmade", text=text, values=values)
    if found.gave_up:
        text = f"{name} was given up after {_encodes(tries)}: already larger than the best so far."
        return Reason(code="format-beaten", text=text, values=values)
    top = max(found.outcomes, key=lambda o: o.score)
    text = f"{name} did not reach {plan.target:g} in {_encodes(tries)} (best {top.score:.1f})."
    if top.score >= plan.target:
        text = f"{name} kept no limit in {_encodes(tries)} (best score {top.score:.1f})."
    return Reason(code="format-failed", text=text, values=values | {"score": top.score})


def _keep(plan: Plan, reasons: list[Reason], reason: Reason) -> Choice:
    within = plan.max_bytes is None or plan.original_bytes <= plan.max_bytes
    return Choice(
        outcome=None, target_reached=within and plan.original_shown, reasons=(*reasons, reason)
    )


def _can_win(candidate: Candidate, best: Outcome, plan: Plan, forecasts: Forecasts) -> bool:
    """By the forecasts where there are both and something to lose, else by the tables.

    In the best mode every lossy format is tried.
    """
    if plan.mode == "best" and not candidate.lossless:
        return True
    expected = expected_of(candidate, best, plan, forecasts)
    if expected is None or best.size_bytes >= plan.original_bytes:
        return formats.can_win(candidate, best, plan)
    return expected < WORTH_TRYING * bytes_to_beat(candidate, best, plan)


def _cannot_win(candidate: Candidate, best: Outcome, plan: Plan, forecasts: Forecasts) -> Reason:
    values = {"format": candidate.format, "best": best.trial.format, "bytes": best.size_bytes}
    expected = expected_of(candidate, best, plan, forecasts)
    why = f"on such pictures it hardly ever beats {formats.label(best.trial)}, which is at"
    if expected is not None:
        values["expected_bytes"] = expected
        why = f"it is foreseen to need {expected} bytes, and {formats.label(best.trial)} is at"
    return Reason(
        code="format-cannot-win",
        text=f"{formats.label(candidate)} was not tried: {why} {best.size_bytes} bytes.",
        values=values,
    )


def _quick_unmade(candidate: Candidate) -> Reason:
    text = f"The quick {candidate.format} encoder failed, so the usual one writes it."
    return Reason(code="quick-unmade", text=text, values={"format": candidate.format})


def _not_needed(candidate: Candidate, best: Outcome) -> Reason:
    text = (
        f"{formats.label(candidate)} was not tried: the fast mode ends with the first format that "
        f"reaches the target, {formats.label(best.trial)}."
    )
    values = {"format": formats.label(candidate), "best": formats.label(best.trial)}
    return Reason(code="format-not-needed", text=text, values=values)


def _encodes(count: int) -> str:
    return f"{count} encode{'' if count == 1 else 's'}"


def _stopped_by_floor(candidate: Candidate, best: Outcome, plan: Plan) -> bool:
    if best.trial.lossless or best.score <= plan.target + stops.tolerance(plan, None):
        return False
    return best.trial.quality <= formats.floor_of(candidate, plan)
