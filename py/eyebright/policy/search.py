"""Which quality next? The only loop of Eyebright, written as generators that decide without doing.

`choose(plan)` yields a Trial, is sent the Outcome measured on its final bytes, and returns a
Choice.
Within one format the score rises with quality, so the cheapest passing encode is found by regula
falsi on the measured scores, bounded by bisection's bracket, in at most MAX_TRIALS encodes.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable
from dataclasses import dataclass

from eyebright.policy import formats, guards
from eyebright.policy.cost import bytes_to_beat
from eyebright.policy.sizes import scale
from eyebright.values import Candidate, Choice, Outcome, Plan, Reason, Trial

MAX_TRIALS = 6
"""Encodes per format; what libsquoosh's and oavif's closed loops allow too."""

SCORE_TOLERANCE = 1.0
"""SSIMULACRA2 above the target that is good enough to stop: below the eye's 2-point noise."""

AIM_ABOVE = 0.3
"""SSIMULACRA2 above the target to aim at, so that a small miss still passes."""

MAX_SHRINKS = 6
"""Sizes tried for a byte limit after quality alone did not meet it."""

MIN_SIDE_PX = 16
"""A byte limit never shrinks a picture below this side."""

BYTES_TOLERANCE = 0.05
"""Share of a byte limit that may stay unused before another encode is spent on it."""

Trials = Generator[Trial, Outcome, "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search over one format ended with."""

    best: Outcome | None
    outcomes: tuple[Outcome, ...]
    gave_up: bool = False
    """Stopped because the format could not win any more."""


def choose(plan: Plan) -> Generator[Trial, Outcome, Choice]:
    """Try the plan's candidates in order and return what to deliver."""
    best: Outcome | None = None
    reasons: list[Reason] = []
    seen: list[Outcome] = []
    for candidate in plan.candidates:
        if best is not None and not formats.can_win(candidate, best, plan):
            reasons.append(_cannot_win(candidate, best))
            continue
        beat = bytes_to_beat(candidate, best, plan) if best else None
        found = yield from search(candidate, plan, beat_bytes=beat)
        seen.extend(found.outcomes)
        reasons.append(format_reason(candidate, found, plan))
        reasons.extend(guards.outcome_reasons(plan, found.outcomes))
        if found.best and (beat is None or found.best.size_bytes < beat):
            best = found.best
    if plan.max_bytes is not None and not fits(best, plan.max_bytes):
        best = yield from meet_bytes(plan, seen)
        reasons.append(bytes_reason(best, plan))
    return conclude(best, plan, reasons)


def search(candidate: Candidate, plan: Plan, *, beat_bytes: int | None = None) -> Trials:
    """Find the cheapest encode of one format whose score reaches the target."""
    if candidate.lossless:
        outcome = yield trial_at(candidate, plan, 100)
        return Found(outcome if passes(outcome, plan) else None, (outcome,))
    outcomes: list[Outcome] = []
    quality = formats.first_quality(candidate, plan)
    while True:
        outcome = yield trial_at(candidate, plan, quality)
        outcomes.append(outcome)
        if not outcome.passed_checks:
            return Found(_cheapest(outcomes, plan), tuple(outcomes))
        if beat_bytes is not None and _is_beaten(outcomes, plan, beat_bytes):
            return Found(_cheapest(outcomes, plan), tuple(outcomes), gave_up=True)
        following = _next_quality(outcomes, candidate, plan)
        if following is None or len(outcomes) == MAX_TRIALS:
            return Found(_cheapest(outcomes, plan), tuple(outcomes))
        quality = following


def _next_quality(outcomes: list[Outcome], candidate: Candidate, plan: Plan) -> int | None:
    """The next quality to try, or None when there is nothing left to gain."""
    by_quality = sorted(outcomes, key=lambda o: o.trial.quality)
    above = next((o for o in by_quality if passes(o, plan)), None)
    below = next(
        (o for o in reversed(by_quality) if not passes(o, plan) and _under(o, above)), None
    )
    if above is None and below is not None:
        return _step_up(below, outcomes, candidate, plan)
    if above is None or above.trial.quality <= formats.floor_of(candidate, plan):
        return None
    if above.score - plan.target <= SCORE_TOLERANCE:
        return None
    if below is None:
        return _step_down(above, candidate, plan)
    return _between(below, above, plan)


def _under(outcome: Outcome, above: Outcome | None) -> bool:
    return above is None or outcome.trial.quality < above.trial.quality


def _step_up(
    below: Outcome, outcomes: list[Outcome], candidate: Candidate, plan: Plan
) -> int | None:
    """Nothing passes yet: step by the known slope, then further, so that a bracket soon closes."""
    quality, most = below.trial.quality, candidate.max_quality
    if quality >= most:
        return None
    if len(outcomes) >= 4:
        return most
    gap = plan.target + AIM_ABOVE - below.score
    slope = formats.score_slope(candidate.format, quality, plan.picture_class)
    step = max(1, math.ceil(gap / slope))
    if len(outcomes) == 3:
        step = max(2 * step, (most - quality) // 2)
    return min(most, quality + step)


def _step_down(above: Outcome, candidate: Candidate, plan: Plan) -> int:
    gap = above.score - plan.target - AIM_ABOVE
    step = math.floor(
        gap / formats.score_slope(candidate.format, above.trial.quality, plan.picture_class)
    )
    return max(formats.floor_of(candidate, plan), above.trial.quality - max(1, step))


def _between(below: Outcome, above: Outcome, plan: Plan) -> int | None:
    """Regula falsi between the bracket's ends, strictly inside it."""
    low, high = below.trial.quality, above.trial.quality
    if high - low <= 1:
        return None
    rise = above.score - below.score
    share = (plan.target + AIM_ABOVE - below.score) / rise if rise > 0 else 0.5
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
    """Whether an outcome is sound, reaches the target and breaks no limit."""
    if not outcome.passed_checks or outcome.score < plan.target:
        return False
    return not guards.check_outcome(plan, outcome)


def fits(outcome: Outcome | None, max_bytes: int) -> bool:
    """Whether an outcome is sound and within a byte limit."""
    return outcome is not None and outcome.passed_checks and outcome.size_bytes <= max_bytes


def acceptable(outcome: Outcome, plan: Plan) -> bool:
    """Whether an outcome is sound and breaks no guard, whatever its score."""
    return outcome.passed_checks and not guards.check_outcome(plan, outcome)


def meet_bytes(plan: Plan, seen: list[Outcome]) -> Generator[Trial, Outcome, Outcome | None]:
    """Meet a byte limit: quality first, down to the floor, then size, from the original pixels.

    Returns the best-scoring encode within the limit, else the smallest acceptable one made.
    """
    candidate = _frugal(plan, seen)
    if candidate is None:
        return _smallest(seen, plan)
    alike = (candidate.format, candidate.lossless)
    tried = [o for o in seen if (o.trial.format, o.trial.lossless) == alike]
    width, height = plan.width, plan.height
    for _ in range(MAX_SHRINKS):
        sized = plan.replace(width=width, height=height)
        known = [o for o in tried if o.trial.width == width and o.trial.height == height]
        made = yield from _fit_quality(candidate, sized, known)
        tried.extend(o for o in made if o not in tried)
        fitting = [o for o in made if fits(o, _limit(plan)) and acceptable(o, plan)]
        if fitting:
            return max(fitting, key=lambda o: (o.score, -o.size_bytes))
        least = min((o.size_bytes for o in made if o.passed_checks), default=0)
        smaller = shrunk(sized, 0.96 * math.sqrt(_limit(plan) / least)) if least else None
        if smaller is None:
            break
        width, height = smaller
    return _smallest(tried, plan)


def shrunk(plan: Plan, factor: float) -> tuple[int, int] | None:
    """The plan's size times the factor, not below what is allowed; None where nothing is left."""
    least = max(
        MIN_SIDE_PX / min(plan.width, plan.height),
        plan.min_width / plan.width,
        plan.min_height / plan.height,
    )
    if least >= 1 or factor >= 1:
        return None
    width, height = scale(plan.width, plan.height, max(factor, least))
    smaller = max(width, plan.min_width), max(height, plan.min_height)
    return None if smaller == (plan.width, plan.height) else smaller


def _limit(plan: Plan) -> int:
    return plan.max_bytes or 1


def _frugal(plan: Plan, seen: list[Outcome]) -> Candidate | None:
    """The lossy candidate that was smallest so far, else the smallest lossless one."""
    lossy = [c for c in plan.candidates if not c.lossless]
    sound = [o for o in seen if o.passed_checks]

    def least(candidate: Candidate) -> float:
        alike = (candidate.format, candidate.lossless)
        sizes = [o.size_bytes for o in sound if (o.trial.format, o.trial.lossless) == alike]
        return min(sizes, default=math.inf)

    return min(lossy or plan.candidates, key=least, default=None)


def _fit_quality(
    candidate: Candidate, plan: Plan, known: list[Outcome]
) -> Generator[Trial, Outcome, list[Outcome]]:
    """Bisect the quality of one size, from the floor up, for the best that fits the limit."""
    made = list(known)
    if candidate.lossless:
        return made or [(yield trial_at(candidate, plan, 100))]
    least = formats.floor_of(candidate, plan)
    if not any(o.trial.quality == least for o in made):
        made.append((yield trial_at(candidate, plan, least)))
    for _ in range(MAX_TRIALS - 1):
        fitting = [o for o in made if fits(o, _limit(plan))]
        if not fitting:
            break
        low = max(fitting, key=lambda o: o.trial.quality)
        if _good_enough(low, plan):
            break
        high = min(
            (o.trial.quality for o in made if o.trial.quality > low.trial.quality),
            default=candidate.max_quality + 1,
        )
        if high - low.trial.quality <= 1:
            break
        made.append((yield trial_at(candidate, plan, (low.trial.quality + high) // 2)))
    return made


def _good_enough(outcome: Outcome, plan: Plan) -> bool:
    return passes(outcome, plan) or outcome.size_bytes >= (1 - BYTES_TOLERANCE) * _limit(plan)


def _smallest(outcomes: Iterable[Outcome], plan: Plan) -> Outcome | None:
    allowed = (o for o in outcomes if acceptable(o, plan))
    return min(allowed, key=lambda o: o.size_bytes, default=None)


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
    )


def conclude(best: Outcome | None, plan: Plan, reasons: list[Reason]) -> Choice:
    """The best outcome, or the original where that is none or no larger, with the reason."""
    if best is None:
        text = "No encode reached the target, so the original is kept."
        return _keep(plan, reasons, Reason(code="nothing-passed", text=text))
    if best.size_bytes >= plan.original_bytes and not plan.original_shown:
        text = "The original is no larger, but its format is not shown by the receiver."
        reasons = [*reasons, Reason(code="original-not-shown", text=text)]
    elif best.size_bytes >= plan.original_bytes:
        text = (
            f"The best encode ({best.trial.format}, {best.size_bytes} bytes) is not smaller than "
            f"the original ({plan.original_bytes} bytes), so the original is kept."
        )
        values = {"format": best.trial.format, "bytes": best.size_bytes}
        return _keep(plan, reasons, Reason(code="original-smaller", text=text, values=values))
    reached = passes(best, plan) and fits(best, plan.max_bytes or best.size_bytes)
    return Choice(outcome=best, target_reached=reached, reasons=tuple(reasons))


def _keep(plan: Plan, reasons: list[Reason], reason: Reason) -> Choice:
    within = plan.max_bytes is None or plan.original_bytes <= plan.max_bytes
    return Choice(
        outcome=None, target_reached=within and plan.original_shown, reasons=(*reasons, reason)
    )


def _cannot_win(candidate: Candidate, best: Outcome) -> Reason:
    return Reason(
        code="format-cannot-win",
        text=f"{formats.label(candidate)} was not tried: on such pictures it hardly ever beats "
        f"{formats.label(best.trial)}, which is at {best.size_bytes} bytes.",
        values={"format": candidate.format, "best": best.trial.format, "bytes": best.size_bytes},
    )


def format_reason(candidate: Candidate, found: Found, plan: Plan) -> Reason:
    name, tries = formats.label(candidate), len(found.outcomes)
    values = {"format": candidate.format, "lossless": candidate.lossless, "encodes": tries}
    if found.best is not None:
        values |= {
            "bytes": found.best.size_bytes,
            "score": round(found.best.score, 2),
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
    return Reason(code="format-failed", text=text, values=values | {"score": round(top.score, 2)})


def _encodes(count: int) -> str:
    return f"{count} encode{'' if count == 1 else 's'}"


def _stopped_by_floor(candidate: Candidate, best: Outcome, plan: Plan) -> bool:
    if best.trial.lossless or best.score <= plan.target + SCORE_TOLERANCE:
        return False
    return best.trial.quality <= formats.floor_of(candidate, plan)


def bytes_reason(best: Outcome | None, plan: Plan) -> Reason:
    limit = _limit(plan)
    if best is None or best.size_bytes > limit:
        text = f"The limit of {limit} bytes cannot be met; this is the smallest acceptable file."
        return Reason(code="bytes-not-met", text=text, values={"max_bytes": limit})
    how = "by quality alone"
    if (best.trial.width, best.trial.height) != (plan.width, plan.height):
        how = f"by quality and then size, {best.trial.width} x {best.trial.height} pixels"
    text = f"The limit of {limit} bytes is met {how}; the score is {best.score:.1f}."
    return Reason(code="bytes-met", text=text, values={"max_bytes": limit, "score": best.score})
