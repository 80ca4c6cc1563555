"""SVG: passed through as it is, or drawn as pixels where the goal asks for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright import intake
from eyebright.deliver import Optimised, Run, deliver
from eyebright.duplicates import Fingerprint
from eyebright.errors import LimitExceeded
from eyebright.metadata import Kept, drawing
from eyebright.policy.header import Header
from eyebright.values import Choice, Facts, Goal, Plan, Source

FORMAT = "svg"


def passes_through(source: Header, goal: Goal) -> bool:
    """Whether it is a drawing that stays one."""
    return source.format == FORMAT and goal.svg == "keep"


def facts_of(source: Source) -> Facts:
    """What is known of a drawing that nobody draws."""
    return Facts(
        format=source.format,
        width=source.width,
        height=source.height,
        size_bytes=source.size_bytes,
        sha256=source.sha256,
    )


def passed(
    source: Source,
    plan: Plan,
    data: bytes,
    timings_ms: Mapping[str, float],
    versions: Mapping[str, Any],
) -> Optimised:
    """The drawing's own bytes, and a report that tells what they still hold.

    No likeness is told: no pixel was seen.
    """
    run = Run(
        encodes=0,
        timings_ms=timings_ms,
        versions=versions,
        fallbacks=(),
        notes=drawing.reasons(drawing.contents(data)),
        fingerprint=Fingerprint(sha256=source.sha256, pdq="", quality=0),
        metadata=Kept(),
        is_cleaned=False,
    )
    fits = plan.max_bytes is None or source.size_bytes <= plan.max_bytes
    choice = Choice(outcome=None, target_reached=fits)
    return deliver(source, facts_of(source), plan, choice, data, run)


def sized(source: Source, goal: Goal, limits: intake.Limits) -> Source:
    """The source at the size that it is drawn at: its own, or as large as the goal allows."""
    if source.format != FORMAT or not (goal.max_width or goal.max_height):
        return source
    scale = min(
        side / own
        for side, own in ((goal.max_width, source.width), (goal.max_height, source.height))
        if side
    )
    width, height = max(1, round(scale * source.width)), max(1, round(scale * source.height))
    if width * height > limits.max_pixels:
        raise LimitExceeded(
            f"{source.name}: {width} x {height} pixels is more than the limit of "
            f"{intake.told(limits.max_pixels)}; draw it smaller, or raise the limit (max_pixels)"
        )
    return source.replace(width=width, height=height)
