"""Net gain: optimising is skipped where it costs its visitors more than it saves them.

Only uploads and serving are gated. Somebody who asks for a conversion gets it tried.
"""

from __future__ import annotations

from typing import NamedTuple

from eyebright.policy import cost, formats
from eyebright.policy.precedence import Case
from eyebright.values import Candidate, Capabilities, Facts, Plan, Reason

ALWAYS_SHOWN = frozenset({"jpeg", "png", "gif"})
"""What every browser shows, whether or not the capabilities say so."""


class Gain(NamedTuple):
    """What one format costs and saves, in milliseconds."""

    spent_ms: float
    saved_ms: float


def apply(case: Case, plan: Plan) -> Plan:
    """The plan with only those formats that gain, or keeping the original where none does."""
    if not _may_keep(case, plan):
        return plan
    if case.facts.size_bytes <= _least_expected(plan):
        return _keep(plan, _small_reason(case.facts, plan))
    gains = {c: gain(c, case, plan) for c in plan.candidates}
    losing = {c: g for c, g in gains.items() if g is not None and g.spent_ms > g.saved_ms}
    if not losing:
        return plan
    left = tuple(c for c in plan.candidates if c not in losing)
    reasons = (*plan.reasons, *(_losing_reason(c, g) for c, g in losing.items()))
    plan = plan.replace(candidates=left, reasons=reasons)
    return plan if left else _keep(plan, _time_reason(losing))


def gain(candidate: Candidate, case: Case, plan: Plan) -> Gain | None:
    """What the format's search spends and its smaller file saves; None where either is unknown."""
    facts, goal, capabilities, _rules = case
    speed = cost.throughput_kbps(capabilities)
    pixels = plan.width * plan.height
    spent = cost.counted_encode_ms(candidate, pixels, goal, capabilities)
    if speed is None or spent is None:
        return None
    saved_bytes = facts.size_bytes - candidate.expected_bytes
    return Gain(spent, cost.transfer_ms(saved_bytes, speed))


def _may_keep(case: Case, plan: Plan) -> bool:
    """The original is an answer only where it is shown as it is and is all that was asked for."""
    facts, goal, capabilities, rules = case
    if goal.purpose == "convert" or plan.keep_original or plan.reshapes:
        return False
    if facts.frames > 1:
        return False  # what an animation will need is not known beforehand
    whole = (plan.width, plan.height) == (facts.width, facts.height)
    allowed = rules.formats is None or facts.format in rules.formats
    fits = goal.max_bytes is None or facts.size_bytes <= goal.max_bytes
    return whole and allowed and fits and is_shown(facts, capabilities)


def is_shown(facts: Facts, capabilities: Capabilities) -> bool:
    """Whether the receiver shows the source's own format."""
    return facts.format in ALWAYS_SHOWN or facts.format in capabilities.decode


def _least_expected(plan: Plan) -> int:
    """Lossless files vary so widely that their expectation counts only in part."""
    return min(
        round(c.expected_bytes * (formats.LOSSLESS_SPREAD if c.lossless else 1.0))
        for c in plan.candidates
    )


def _keep(plan: Plan, reason: Reason) -> Plan:
    return plan.replace(keep_original=True, candidates=(), reasons=(*plan.reasons, reason))


def _small_reason(facts: Facts, plan: Plan) -> Reason:
    expected = _least_expected(plan)
    text = (
        f"The source has {facts.size_bytes} bytes, and {expected} are expected for a score of "
        f"{plan.target:g}: there is nothing to gain, so the original is kept."
    )
    values = {"bytes": facts.size_bytes, "expected_bytes": expected}
    return Reason(code="gain-none", text=text, values=values)


def _losing_reason(candidate: Candidate, found: Gain) -> Reason:
    name = formats.label(candidate)
    spent, saved = round(found.spent_ms), round(found.saved_ms)
    text = f"{name} would take {spent} ms to write and save {saved} ms, so it is not tried."
    values = {"format": candidate.format, "spent_ms": spent, "saved_ms": saved}
    return Reason(code="format-no-gain", text=text, values=values)


def _time_reason(losing: dict[Candidate, Gain]) -> Reason:
    best = max(losing.values(), key=lambda g: g.saved_ms - g.spent_ms)
    spent, saved = round(best.spent_ms), round(best.saved_ms)
    text = (
        f"Optimising would take {spent} ms on this device and save {saved} ms at best, so the "
        "original is kept."
    )
    return Reason(code="gain-too-slow", text=text, values={"spent_ms": spent, "saved_ms": saved})
