"""Facts, goal and capabilities in; a plan with a reason for every choice out. Pure.

The order: content, rules (who decides what), crop, target, size, formats by cost, guards, net gain,
variants, review. Every number's table and source stands in the module that applies it.
"""

from __future__ import annotations

from eyebright.policy import (
    cost,
    cutting,
    gate,
    guards,
    keeping,
    memory,
    network,
    scaling,
    shifts,
    source,
    stakes,
    variants,
    writing,
)
from eyebright.policy.candidates import with_formats
from eyebright.policy.checked_facts import check_facts
from eyebright.policy.classify import content_of, is_graphic
from eyebright.policy.content import BUILT_IN, Policies
from eyebright.policy.cutting import Cut
from eyebright.policy.goals import check_capabilities, check_goal
from eyebright.policy.precedence import Case, resolve
from eyebright.policy.sizes import fit
from eyebright.values import Capabilities, Facts, Goal, Plan, Reason

__all__ = ["POLICY_VERSION", "check_goal", "decide"]

POLICY_VERSION = "16"
"""Raised by every change that alters a decision; tests/golden/decisions.json holds it to that."""

NEVER_SHOWN = frozenset({"svg", "heic"})
"""Formats of originals that are no result where another was wanted: a drawing that was to become
pixels, and what of all browsers only Safari shows."""

DPR_CAP = 2.0
"""Denser screens get the pixels of this density: nobody sees more (`variants.DENSITIES`)."""


def decide(
    facts: Facts, goal: Goal, capabilities: Capabilities, policies: Policies = BUILT_IN
) -> Plan:
    """The plan for one picture. Raises PolicyError, with the key's path, for what contradicts."""
    check_goal(goal, policies)
    check_facts(facts)
    check_capabilities(capabilities)
    content, reasons = _content(facts, goal)
    rules = resolve(content, goal, policies)
    cut = cutting.cut(facts, goal, content, policies)
    reasons.extend(cutting.reasons(cut, goal))
    rules, why_text = writing.protected(cut.facts, rules, goal.formats)
    rules, why_exact = writing.exact(cut.facts, rules, cutting.exact_width(cut, goal))
    reasons.extend((*why_text, *why_exact))
    case = Case(cut.facts, goal, capabilities, rules)
    plan = _draft(case, cut, reasons, policies)
    if not plan.keep_original:
        plan = with_formats(case, guards.repair(case.facts, plan))
    if not plan.keep_original:
        plan = gate.apply(case, guards.repair(case.facts, plan))
    if plan.keep_original and cut.reshapes:
        plan = cutting.uncut(facts, plan)
    plan = network.asked(case, scaling.with_method(case.facts, plan))
    return _finish(case, (facts, cut), plan, policies)


def _draft(case: Case, cut: Cut, reasons: list[Reason], policies: Policies) -> Plan:
    """Target, size and limits; no format yet."""
    facts, goal, capabilities, rules = case
    size_reasons: list[Reason] = []
    width, height = _size(case, cut, size_reasons)
    if keeping.keeps_colours(facts, goal) and not keeping.keeps_gain_map(facts, goal):
        text = "You asked to keep its colours, so a new file has the picture's own profile."
        size_reasons.append(Reason(code="colours-kept", text=text))
    target = _target(case, width, reasons)
    reasons.extend(size_reasons)
    graphic = is_graphic(facts)
    limits = rules.limits.replace(least_millibits=guards.least_millibits(facts, is_graphic=graphic))
    speed = cost.throughput_kbps(capabilities)
    version = "+".join(filter(None, (POLICY_VERSION, policies.fingerprint)))
    keep = keeping.keeps_original(case, reasons)
    shown = facts.format not in NEVER_SHOWN
    shown = shown and (goal.purpose == "convert" or gate.is_shown(facts, capabilities))
    shown = shown and not cut.reshapes
    return Plan(
        content=rules.content,
        width=width,
        height=height,
        target=target,
        floor=_floor(case, width),
        lossless_only=rules.lossless_only,
        keep_original=keep,
        keep_bytes=keeping.keeps_bytes(case),
        max_bytes=None if shown and _meets_limit(facts, goal) else goal.max_bytes,
        reasons=tuple(reasons),
        mode=goal.mode,
        original_bytes=facts.size_bytes,
        picture_class="graphic" if graphic else "photo",
        policy_version=version,
        limits=limits,
        min_width=min(facts.width, max(goal.min_width or 1, guards.least_width(facts, limits))),
        min_height=min(facts.height, goal.min_height or 1),
        restore=rules.policy.restore and "restore" not in limits.forbid,
        crops=goal.crops,
        crop=cut.box,
        pad=cut.pad,
        pad_rgb=cutting.pad_rgb(facts, goal, cut),
        throughput_kbps=None if speed is None else round(speed),
        original_shown=shown,
        metadata=goal.metadata,
        mark_edited=goal.mark_edited,
        frames=1 if keep else facts.frames,
        colour="keep" if keeping.keeps_colours(facts, goal) else "srgb",
        clean_hidden=not keep and not rules.lossless_only,
    )


def _content(facts: Facts, goal: Goal) -> tuple[str, list[Reason]]:
    if goal.content != "auto":
        text = f"You said that it is {goal.content}."
        return goal.content, [Reason(code="content-given", text=text)]
    content, reason = content_of(facts)
    return content, [reason]


def _target(case: Case, width: int, reasons: list[Reason]) -> float:
    rules = case.rules
    target, target_from = rules.target, rules.target_from
    values = {"target": target}
    if target_from == "lossless":
        text = "No pixel may change, so only lossless files are allowed."
        reasons.append(Reason(code="lossless-only", text=text))
        return target
    if target_from == "goal":
        text = f"You asked for a score of {target:g}."
        reasons.append(Reason(code="target-given", text=text, values=values))
        reasons.extend(source.warning(case.facts, target, width))
        return target
    whose = "brand's" if target_from == "brand" else "content"
    text = f"The {whose} policy asks for a score of {target:g}."
    code = "target-brand" if target_from == "brand" else "target-policy"
    reasons.append(Reason(code=code, text=text, values=values))
    least = writing.LEAST_TARGET if writing.counts(case.facts) else shifts.LEAST_SHIFTED_TARGET
    shifted, why = shifts.shifted(target, case.goal, case.capabilities, least)
    reasons.extend(why)
    held, warnings = source.lowered(shifted, case.facts, width)
    reasons.extend(warnings)
    return held


def _floor(case: Case, width: int) -> int:
    rules = case.rules
    if rules.lossless_only:
        return rules.floor
    return min(rules.floor, source.remembered(case.facts, width))


def _size(case: Case, cut: Cut, reasons: list[Reason]) -> tuple[int, int]:
    facts, goal, _capabilities, rules = case
    if facts.unconverted or keeping.keeps_gain_map(facts, goal):  # the original is kept
        return facts.width, facts.height
    bounds = {"goal": goal.max_width, "brand": rules.max_width, "slot": _slot_width(case)}
    known = {name: bound for name, bound in bounds.items() if bound is not None}
    by = min(known, key=lambda name: known[name], default="goal")
    wanted = cutting.size_of(cut, goal)
    width, height = fit(*wanted, known.get(by), goal.max_height)
    if (width, height) == (facts.width, facts.height):
        return width, height
    if "scale" in rules.limits.forbid:
        why = "No pixel may change" if rules.lossless_only else "It may not be scaled"
        text = f"{why}, so the size is kept although a smaller one was asked for."
        reasons.append(Reason(code="size-kept", text=text))
        return facts.width, facts.height
    why = {"goal": "as asked", "brand": "as the brand wants", "slot": "which fills its slot"}[by]
    text = f"Scale from {facts.width} x {facts.height} to {width} x {height} pixels, {why}."
    values = {"from": [facts.width, facts.height], "to": [width, height], "by": by}
    reasons.append(Reason(code="size-fitted", text=text, values=values))
    return width, height


def _meets_limit(facts: Facts, goal: Goal) -> bool:
    """Whether it is no limit: what is delivered is the original, or smaller."""
    return goal.max_bytes is None or facts.size_bytes <= goal.max_bytes


def _slot_width(case: Case) -> int | None:
    """Device pixels that the picture can fill on the device that it is served to."""
    capabilities = case.capabilities
    if case.goal.purpose != "serve":
        return None
    if capabilities.width_px is not None:
        density = max(1.0, (capabilities.dpr or 1.0) / DPR_CAP)
        return max(1, round(capabilities.width_px / density))
    if capabilities.viewport_width_px is None:
        return None
    return max(1, round(capabilities.viewport_width_px * min(DPR_CAP, capabilities.dpr or 1.0)))


def _finish(case: Case, cutting_of: tuple[Facts, Cut], plan: Plan, policies: Policies) -> Plan:
    """Variants, placeholder and reviewers, which depend on all that was decided before."""
    goal, rules = case.goal, case.rules
    made = variants.variants(case.facts, goal, plan)
    placeholder, why_placeholder = variants.placeholder(case.facts, goal)
    facts, cut = cutting_of
    who, why_review = stakes.reviewers(facts, goal, rules.content, policies)
    if cut.crop is not None and cut.crop.review and not plan.keep_original:
        who = tuple(dict.fromkeys((*who, cut.crop.review)))
    divisor, why_decoded = memory.for_plan(facts, goal, case.capabilities, plan, policies)
    return plan.replace(
        decode_divisor=divisor,
        variants=made,
        placeholder=placeholder,
        reviewers=who,
        reasons=(
            *why_decoded,
            *plan.reasons,
            *((variants.reason(made, goal),) if made else ()),
            *why_placeholder,
            *why_review,
        ),
    )
