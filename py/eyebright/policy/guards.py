"""Guards: what no plan and no outcome may break.

Pure predicates over facts and plan. `check` names what is broken, `repair` returns a plan that
breaks nothing: larger, lossless, with full chroma, without the crop; where that is impossible the
original is kept. A plan that keeps the original breaks nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from eyebright.policy import formats, writing
from eyebright.policy.faces import aspect_keeps_faces
from eyebright.policy.sizes import at_least, fit
from eyebright.values import Candidate, Facts, Limits, Outcome, Plan, Reason

HONEST_MILLIBITS = 70
HONEST_DETAIL_CENTIBITS = 400
"""Thousandths of a bit per pixel, at that detail and in proportion to it: half of the least that
AVIF, WebP or JPEG needed at quality 50 for 71 photos (CID22, CLIC 2025 and gb82), which was 148.
Drawings may be flat, so they have no such floor."""


FAULT_RATIO = 1.8
"""How many times as far below 100 as the target the worst 64 x 64 pixels may score: 55 at 75.
Of 524 encodes that just reached 65, 75 or 85 (60 pictures; JPEG, WebP, AVIF) half had less than
1.22, 95 % less than 1.57, and three more than 1.8, all of screenshots
(tests/metrics/worst_tiles.py)."""


class Violation(NamedTuple):
    """What is broken, as a stable code, with the values behind it and a sentence."""

    code: str
    text: str
    values: Mapping[str, object]


def check(facts: Facts, plan: Plan) -> tuple[Violation, ...]:
    """Every guard that the plan breaks, in the order in which `repair` mends them."""
    if plan.keep_original:
        return ()
    found = (guard(facts, plan) for guard, _mend in GUARDS)
    return tuple(violation for violation in found if violation is not None)


def repair(facts: Facts, plan: Plan) -> Plan:
    """The nearest plan that breaks no guard, with a reason for each change."""
    for guard, mend in GUARDS:
        if plan.keep_original:
            break
        violation = guard(facts, plan)
        if violation is not None:
            mended = mend(facts, plan)
            plan = mended.replace(reasons=(*mended.reasons, _reason(violation, mended)))
    return plan


def check_outcome(plan: Plan, outcome: Outcome) -> tuple[Violation, ...]:
    """Guards that only the finished encode can break: too few bits, colours too far off."""
    limits = plan.limits
    found = (
        _too_few_bits(limits, outcome),
        _too_far_off(outcome.delta_e, limits.max_delta_e, "delta-e", "The picture's colours are"),
        _too_far_off(
            outcome.brand_delta_e, limits.brand_delta_e, "brand-delta-e", "A brand colour is"
        ),
    )
    return tuple(violation for violation in found if violation is not None)


def check_passing(plan: Plan, outcome: Outcome) -> tuple[Violation, ...]:
    """As `check_outcome`, and a local fault, which under a byte limit is taken all the same."""
    fault = _local_fault(plan, outcome)
    return (*check_outcome(plan, outcome), *((fault,) if fault else ()))


def level(outcome: Outcome) -> float:
    """The score that a target is held against: lowered where the worst tile is far below it."""
    if outcome.worst_tile is None:
        return outcome.score
    return min(outcome.score, 100 - (100 - outcome.worst_tile) / FAULT_RATIO)


def outcome_reasons(plan: Plan, outcomes: Iterable[Outcome]) -> tuple[Reason, ...]:
    """One reason for each guard that kept an encode of sufficient score from passing."""
    found: dict[str, Reason] = {}
    for outcome in outcomes:
        if outcome.passed_checks and outcome.score >= plan.target:
            for violation in check_passing(plan, outcome):
                values = {**violation.values, "format": outcome.trial.format}
                reason = Reason(code=violation.code, text=violation.text, values=values)
                found.setdefault(violation.code, reason)
    return tuple(found.values())


def least_width(facts: Facts, limits: Limits) -> int:
    """Narrowest width at which the text that is legible in the source stays readable."""
    if "scale" in limits.forbid:
        return facts.width
    height = writing.smallest(facts)
    if height is None or limits.min_text_px <= 0:
        return 1
    return min(facts.width, math.ceil(facts.width * min(1.0, limits.min_text_px / height)))


def least_millibits(facts: Facts, *, is_graphic: bool) -> int:
    """Fewest thousandths of a bit per pixel that an honest lossy encode of it needs."""
    if is_graphic:
        return 0
    return HONEST_MILLIBITS * facts.detail_centibits // HONEST_DETAIL_CENTIBITS


def _upscaled(facts: Facts, plan: Plan) -> Violation | None:
    if plan.width <= facts.width and plan.height <= facts.height:
        return None
    text = "Pixels that the source does not have would be made up."
    return Violation("guard-upscaled", text, {"width": plan.width, "height": plan.height})


def _shrink(facts: Facts, plan: Plan) -> Plan:
    width, height = fit(facts.width, facts.height, plan.width, plan.height)
    return _sized(plan, width, height)


def _scaled(facts: Facts, plan: Plan) -> Violation | None:
    scaled = (plan.width, plan.height) != (facts.width, facts.height)
    if "scale" not in plan.limits.forbid or not scaled:
        return None
    text = "Scaling is forbidden here."
    return Violation("guard-scaled", text, {"width": plan.width, "height": plan.height})


def _unscale(facts: Facts, plan: Plan) -> Plan:
    return _sized(plan, facts.width, facts.height)


def _text_too_small(facts: Facts, plan: Plan) -> Violation | None:
    height = writing.smallest(facts)
    needed = least_width(facts, plan.limits)
    if height is None or plan.width >= needed:
        return None
    limit = plan.limits.min_text_px
    text = f"Text of {height} pixels would fall under {limit:g} device pixels and be hard to read."
    return Violation("guard-text", text, {"x_height_px": height, "min_text_px": limit})


def _enlarge(facts: Facts, plan: Plan) -> Plan:
    return _sized(plan, *at_least(facts.width, facts.height, least_width(facts, plan.limits)))


def _lossy(_facts: Facts, plan: Plan) -> Violation | None:
    if "lossy" not in plan.limits.forbid or all(c.lossless for c in plan.candidates):
        return None
    return Violation("guard-lossy", "Only lossless files are allowed here.", {})


def _make_lossless(_facts: Facts, plan: Plan) -> Plan:
    able = [c for c in plan.candidates if c.lossless or c.format in formats.HAS_LOSSLESS]
    usual = (c.replace(lossless=True, subsampling="444", encoder="") for c in able)
    made = tuple(dict.fromkeys(usual))
    return plan.replace(candidates=made, lossless_only=True, keep_original=not made)


def _brand_subsampled(_facts: Facts, plan: Plan) -> Violation | None:
    if not plan.limits.brand_colours or not any(_is_subsampled(c) for c in plan.candidates):
        return None
    colours = list(plan.limits.brand_colours)
    text = "Halved chroma would smear the brand's colours at their edges."
    return Violation("guard-brand-chroma", text, {"colours": colours})


def _is_subsampled(candidate: Candidate) -> bool:
    return not candidate.lossless and candidate.subsampling != "444"


def _full_chroma(_facts: Facts, plan: Plan) -> Plan:
    """Full chroma for every candidate; lossy formats that have none are left out."""
    able = [c for c in plan.candidates if c.lossless or c.format in formats.HAS_FULL_CHROMA]
    made = tuple(dict.fromkeys(c.replace(subsampling="444", encoder="") for c in able))
    return plan.replace(candidates=made, keep_original=not made)


def _cropped(_facts: Facts, plan: Plan) -> Violation | None:
    if "crop" not in plan.limits.forbid or (plan.crop is None and not plan.crops):
        return None
    return Violation("guard-crop", "Cropping is forbidden here.", {"crops": list(plan.crops)})


def _no_crop(_facts: Facts, plan: Plan) -> Plan:
    return plan.replace(crop=None, crops=())


def _face_cut(facts: Facts, plan: Plan) -> Violation | None:
    """Of aspects that are wanted; a region that was chosen has guards of its own (`crops`)."""
    share = plan.limits.min_face_permille
    cut = [a for a in plan.crops if not aspect_keeps_faces(facts, a, share)]
    if not cut:
        return None
    text = f"A crop would keep less than {share / 10:g} % of a face."
    return Violation("guard-face", text, {"crops": cut, "min_permille": share})


def _spare_faces(facts: Facts, plan: Plan) -> Plan:
    share = plan.limits.min_face_permille
    return plan.replace(crops=tuple(a for a in plan.crops if aspect_keeps_faces(facts, a, share)))


def _restored(_facts: Facts, plan: Plan) -> Violation | None:
    if "restore" not in plan.limits.forbid or not plan.restore:
        return None
    return Violation("guard-restore", "Restoration is forbidden here.", {})


def _no_restoration(_facts: Facts, plan: Plan) -> Plan:
    return plan.replace(restore=False)


Guard = Callable[[Facts, Plan], Violation | None]
Mend = Callable[[Facts, Plan], Plan]

GUARDS: tuple[tuple[Guard, Mend], ...] = (
    (_upscaled, _shrink),
    (_text_too_small, _enlarge),
    (_scaled, _unscale),
    (_lossy, _make_lossless),
    (_brand_subsampled, _full_chroma),
    (_cropped, _no_crop),
    (_face_cut, _spare_faces),
    (_restored, _no_restoration),
)
"""Each guard with what mends it; no mending breaks a guard before it."""


def _sized(plan: Plan, width: int, height: int) -> Plan:
    return plan.replace(width=width, height=height)


def _reason(violation: Violation, mended: Plan) -> Reason:
    how = "the original is kept" if mended.keep_original else _mending(violation, mended)
    values = {**violation.values, "repair": how}
    return Reason(code=violation.code, text=f"{violation.text} So {how}.", values=values)


def _mending(violation: Violation, mended: Plan) -> str:
    return {
        "guard-upscaled": f"it is made {mended.width} x {mended.height} pixels at most",
        "guard-text": f"it is made larger, {mended.width} x {mended.height} pixels",
        "guard-scaled": "its size is kept",
        "guard-lossy": "only lossless files are tried",
        "guard-brand-chroma": "chroma is kept whole",
        "guard-crop": "it is not cropped",
        "guard-face": "those crops are not made",
        "guard-restore": "it is not restored",
    }[violation.code]


def _too_few_bits(limits: Limits, outcome: Outcome) -> Violation | None:
    trial = outcome.trial
    pixels = trial.width * trial.height * outcome.pictures
    if trial.lossless or outcome.size_bytes * 8000 >= limits.least_millibits * pixels:
        return None
    text = (
        f"{outcome.size_bytes} bytes are fewer than any honest encode of {pixels} such pixels "
        "needs, so it is not trusted."
    )
    values = {"bytes": outcome.size_bytes, "least_millibits": limits.least_millibits}
    return Violation("guard-size-floor", text, values)


def _too_far_off(
    measured: float | None, limit: float | None, code: str, what: str
) -> Violation | None:
    if measured is None or limit is None or measured <= limit:
        return None
    text = f"{what} off by {measured:.2f} (CIEDE2000), more than {limit:g}."
    return Violation(f"guard-{code}", text, {"delta_e": measured, "limit": limit})


def _local_fault(plan: Plan, outcome: Outcome) -> Violation | None:
    """Where the score reaches the target and its worst tile is far below it."""
    if outcome.worst_tile is None or outcome.score < plan.target or level(outcome) >= plan.target:
        return None
    least = round(100 - FAULT_RATIO * (100 - plan.target), 2)
    text = (
        f"The picture scores {outcome.score:.1f}, but 64 x 64 pixels of it only "
        f"{outcome.worst_tile:.1f} by themselves, less than {least:g}: a fault that can be seen."
    )
    return Violation("guard-local-fault", text, {"worst_tile": outcome.worst_tile, "limit": least})
