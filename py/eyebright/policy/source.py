"""What a JPEG source can still give: it was lossy once, and its tables say how much is left.

Rules, where the size stays:
- A new JPEG's quality is never above the source's own: more only stores the old losses exactly.
- No encoder's quality floor is above the source's quality, for the same reason.
- A target that the content policy sets is lowered to the score that the source itself is expected
  to have against its own original, but by MOST_LOWERED at most, since losses add up. A target that
  somebody asked for stays.
"""

from __future__ import annotations

from itertools import pairwise

from eyebright.policy import formats
from eyebright.values import Facts, Reason

MOST_LOWERED = 5.0
"""SSIMULACRA2 points: half of the step from `high` (70) to `very high` (80). Our choice."""

STILL_SEEN = 0.75
"""Scaled below this share of its width, a picture hides the losses of its source. Our choice."""


def holds(facts: Facts, width: int) -> int:
    """The quality that the source holds, where it counts for an output of this width; else 100."""
    if facts.format != "jpeg" or not facts.source_quality or width < STILL_SEEN * facts.width:
        return 100
    return facts.source_quality


def promise(facts: Facts) -> float:
    """The median SSIMULACRA2 of a JPEG of the source's quality against its own original."""
    points = formats.QUALITY_AT_SCORE[formats.class_of(facts)]["jpeg"]
    quality = facts.source_quality
    for (low, q_low), (high, q_high) in pairwise(points):
        if quality <= q_high:
            return max(0.0, low + (quality - q_low) * (high - low) / (q_high - q_low))
    return 100.0


def lowered(target: float, facts: Facts, width: int) -> tuple[float, tuple[Reason, ...]]:
    """A policy's target for what the source is, with the warning where it is poor."""
    if holds(facts, width) == 100 or promise(facts) >= target:
        return target, ()
    to = float(round(max(promise(facts), target - MOST_LOWERED)))
    return min(to, target), (_warning(facts, target, min(to, target)),)


def warning(facts: Facts, target: float, width: int) -> tuple[Reason, ...]:
    """The same warning for a target that stays."""
    if holds(facts, width) == 100 or promise(facts) >= target:
        return ()
    return (_warning(facts, target, target),)


def _warning(facts: Facts, target: float, to: float) -> Reason:
    text = (
        f"The source is a JPEG of quality {facts.source_quality}, which holds no more than a score "
        f"of about {promise(facts):.0f}; the new file is judged against it as it is"
    )
    text += f", at {to:g} instead of {target:g}." if to < target else "."
    values = {"source_quality": facts.source_quality, "from": target, "to": to}
    return Reason(code="source-poor", text=text, values=values)
