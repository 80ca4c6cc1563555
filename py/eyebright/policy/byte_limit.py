"""A byte limit that no target meets: quality first, down to the floor, then size."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable

from eyebright.policy import formats
from eyebright.policy.dials import dial_of
from eyebright.policy.search import MAX_TRIALS, acceptable, fits, passes, trial_at
from eyebright.policy.sizes import scale
from eyebright.values import Candidate, Outcome, Plan, Reason, Trial

MAX_SHRINKS = 6
"""Sizes tried for a byte limit after quality alone did not meet it."""

MIN_SIDE_PX = 16
"""A byte limit never shrinks a picture below this side."""

BYTES_TOLERANCE = 0.05
"""Share of a byte limit that may stay unused before another encode is spent on it."""


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
    made, dial = list(known), dial_of(candidate)
    if candidate.lossless:
        return made or [(yield trial_at(candidate, plan, 100))]
    least = formats.floor_of(candidate, plan)
    if not any(o.trial.quality == least for o in made):
        made.append((yield trial_at(candidate, plan, least)))
    for _ in range(MAX_TRIALS - 1):
        fitting = [o for o in made if fits(o, _limit(plan))]
        if not fitting:
            break
        best = max(fitting, key=lambda o: o.trial.quality)
        if _good_enough(best, plan):
            break
        low = dial.place(best.trial.quality)
        places = (dial.place(o.trial.quality) for o in made)
        most = dial.place(candidate.max_quality) + 1
        high = min((place for place in places if place > low), default=most)
        if high - low <= 1:
            break
        made.append((yield trial_at(candidate, plan, dial.quality((low + high) // 2))))
    return made


def _good_enough(outcome: Outcome, plan: Plan) -> bool:
    return passes(outcome, plan) or outcome.size_bytes >= (1 - BYTES_TOLERANCE) * _limit(plan)


def _smallest(outcomes: Iterable[Outcome], plan: Plan) -> Outcome | None:
    allowed = (o for o in outcomes if acceptable(o, plan))
    return min(allowed, key=lambda o: o.size_bytes, default=None)
