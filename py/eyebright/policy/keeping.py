"""What is left as it is: the original file, its bytes, its own colours."""

from __future__ import annotations

from eyebright.policy import memory, motion
from eyebright.policy.precedence import Case
from eyebright.values import COLOURS_NOT_CONVERTED, Facts, Goal, Reason


def keeps_colours(facts: Facts, goal: Goal) -> bool:
    """Frames of animations carry no profiles, so those are converted."""
    return goal.colour == "keep" and facts.profile_bytes > 0 and facts.frames == 1


def keeps_gain_map(facts: Facts, goal: Goal) -> bool:
    return goal.colour == "keep" and "gainmap" in facts.metadata


def keeps_bytes(case: Case) -> bool:
    """Where the original is kept, all of it is: by the content, or for its credentials."""
    return case.rules.policy.keep_original or _keeps_provenance(case)


def _keeps_provenance(case: Case) -> bool:
    asked = case.rules.policy.keep_provenance or case.goal.keep_provenance
    return "c2pa" in case.facts.metadata and asked


def keeps_original(case: Case, reasons: list[Reason]) -> bool:
    facts, rules = case.facts, case.rules
    if rules.policy.keep_original:
        text = "Not a byte of it may change, so the original is kept."
        reasons.append(Reason(code="original-required", text=text))
        return True
    if _keeps_provenance(case):
        text = (
            "It carries content credentials (C2PA), which hold for exactly these bytes, so the "
            "original is kept."
        )
        reasons.append(Reason(code="provenance-kept", text=text))
        return True
    coloured = _why_colours_stay(facts, case.goal)
    if coloured is not None:
        reasons.append(coloured)
        return True
    kind = _why_its_kind_is_kept(case)
    if kind is not None:
        reasons.append(kind)
        return True
    if rules.lossless_only and facts.bit_depth > 8:
        text = f"It has {facts.bit_depth} bits per channel, which 8-bit formats would round."
        reasons.append(Reason(code="deep-kept", text=text, values={"bit_depth": facts.bit_depth}))
        return True
    return False


def _why_colours_stay(facts: Facts, goal: Goal) -> Reason | None:
    """Why only the original has its colours; None where a new file can have them."""
    if facts.unconverted:
        text = (
            f"Its colours are coded as {facts.unconverted}, which cannot be converted to sRGB "
            "here, so the original is kept."
        )
        values = {"coding": facts.unconverted}
        return Reason(code=COLOURS_NOT_CONVERTED, text=text, values=values)
    if keeps_gain_map(facts, goal):
        text = (
            "You asked to keep its colours, and it has a gain map for HDR screens, which no new "
            "file here could carry, so the original is kept."
        )
        return Reason(code="hdr-kept", text=text)
    return None


def _why_its_kind_is_kept(case: Case) -> Reason | None:
    facts, goal = case.facts, case.goal
    if facts.format == "svg" and goal.svg == "keep":
        text = "It is a drawing (SVG), which stays sharp at every size; it passes through as it is."
        return Reason(code="svg-kept", text=text)
    if facts.format == "ico" and facts.pictures > 1:
        text = (
            f"It is an icon in {facts.pictures} sizes, and the other formats hold one, so the "
            "original is kept."
        )
        return Reason(code="icon-kept", text=text, values={"pictures": facts.pictures})
    if facts.frames == 1:
        return None
    return motion.why_kept(facts, goal) or memory.why_film_stays(facts, goal, case.capabilities)
