"""What a source that was a JPEG can still give: its tables, or its pixels, say how much is left.

Rules, where the size stays:
- A new JPEG's quality is never above the source's own: more only stores the old losses exactly.
- No encoder's quality floor is above the source's quality, for the same reason.
- Where a photograph's PNG shows in its pixels that it was a JPEG, or its JPEG that it was a clearly
  poorer one before, that counts for floor and target, with a margin, as a model only estimates it.
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

ESTIMATE_MARGIN = 5
"""Added to what the model tells of a JPEG's quality, our choice: its mean error is 1.1 to 1.3 where
the picture was saved once at 30 to 95, and 5.8 where it was saved twice (models/artefacts/card.md).
"""

CLEARLY_BELOW = 15
"""How far under a JPEG's own tables what the pixels show must lie, margin included, to count: 20
without it, more than three mean errors of a picture saved twice. Tables are facts, and on those of
cameras nobody measured the model. Our choice."""

MEASURED_ON = ("photo", "product", "")
"""Kinds whose pixels may tell of an older JPEG, empty where no model told the kind: the estimate is
trained and measured on photographs. Of 138 charts that never were a JPEG it took 13 for one of
quality 30 to 54, and of 13 charts saved at 85 it told 24 to 82."""

LEAST_TELLING = 90
"""From here on, margin included, a JPEG is as good as none: it promises more than any target."""


def holds(facts: Facts, width: int) -> int:
    """The quality that the source holds, where it counts for an output of this width; else 100."""
    if facts.format != "jpeg" or not facts.source_quality or width < STILL_SEEN * facts.width:
        return 100
    return facts.source_quality


def remembered(facts: Facts, width: int) -> int:
    """The quality that its worst encode left, by tables and by pixels, as `holds`."""
    tables, seen = holds(facts, width), facts.artefacts
    if seen is None or not seen.jpeg_quality or width < STILL_SEEN * facts.width:
        return tables
    if facts.seen_content not in MEASURED_ON:
        return tables
    estimated = seen.jpeg_quality + ESTIMATE_MARGIN
    has_tables = facts.format == "jpeg" and facts.source_quality > 0
    if estimated >= LEAST_TELLING or (has_tables and estimated > tables - CLEARLY_BELOW):
        return tables
    return estimated


def promise(facts: Facts, quality: int) -> float:
    """The median SSIMULACRA2 of a JPEG of that quality against its own original."""
    points = formats.QUALITY_AT_SCORE[formats.class_of(facts)]["jpeg"]
    for (low, q_low), (high, q_high) in pairwise(points):
        if quality <= q_high:
            return max(0.0, low + (quality - q_low) * (high - low) / (q_high - q_low))
    return 100.0


def lowered(target: float, facts: Facts, width: int) -> tuple[float, tuple[Reason, ...]]:
    """A policy's target for what the source is, with the warning where it is poor."""
    quality = remembered(facts, width)
    if quality == 100 or promise(facts, quality) >= target:
        return target, ()
    to = float(round(max(promise(facts, quality), target - MOST_LOWERED)))
    return min(to, target), (_warning(facts, quality, target, min(to, target)),)


def warning(facts: Facts, target: float, width: int) -> tuple[Reason, ...]:
    """The same warning for a target that stays."""
    quality = remembered(facts, width)
    if quality == 100 or promise(facts, quality) >= target:
        return ()
    return (_warning(facts, quality, target, target),)


def _warning(facts: Facts, quality: int, target: float, to: float) -> Reason:
    was = f"is a JPEG of quality {quality}"
    if quality != facts.source_quality:
        was = f"was once a JPEG of quality {quality} or less, as its pixels show"
    text = (
        f"The source {was}, which holds no more than a score of about "
        f"{promise(facts, quality):.0f}; the new file is judged against it as it is"
    )
    text += f", at {to:g} instead of {target:g}." if to < target else "."
    values = {"source_quality": quality, "from": target, "to": to}
    return Reason(code="source-poor", text=text, values=values)
