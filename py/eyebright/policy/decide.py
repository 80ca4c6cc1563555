"""Facts, goal and capabilities in; a plan with a reason for every choice out. Pure.

The order: content, rules (who decides what), target, size, formats by cost, guards, net gain,
variants, review. Every number's table and source stands in the module that applies it.
"""

from __future__ import annotations

from eyebright.policy import (
    cost,
    formats,
    gate,
    guards,
    memory,
    motion,
    shifts,
    source,
    stakes,
    variants,
)
from eyebright.policy.classify import content_of, is_graphic
from eyebright.policy.content import BUILT_IN, Policies
from eyebright.policy.goals import check_capabilities, check_facts, check_goal
from eyebright.policy.precedence import Case, resolve
from eyebright.policy.sizes import fit
from eyebright.values import (
    COLOURS_NOT_CONVERTED,
    Candidate,
    Capabilities,
    Facts,
    Goal,
    Plan,
    Reason,
)

__all__ = ["ENCODE_BUDGET_MS", "POLICY_VERSION", "check_goal", "decide"]

POLICY_VERSION = "8"
"""Raised by every change that alters a decision; tests/golden/decisions.json holds it to that."""

ENCODE_BUDGET_MS = 60_000.0
"""Longest that one format's search may take on one picture: our choice of what people wait for."""

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
    case = Case(facts, goal, capabilities, resolve(content, goal, policies))
    plan = _draft(case, reasons, policies)
    if not plan.keep_original:
        plan = _with_formats(case, guards.repair(facts, plan))
    if not plan.keep_original:
        plan = gate.apply(case, guards.repair(facts, plan))
    return _finish(case, plan, policies)


def _draft(case: Case, reasons: list[Reason], policies: Policies) -> Plan:
    """Target, size and limits; no format yet."""
    facts, goal, capabilities, rules = case
    size_reasons: list[Reason] = []
    width, height = _size(case, size_reasons)
    if _keeps_colours(facts, goal) and not _keeps_gain_map(facts, goal):
        text = "You asked to keep its colours, so a new file has the picture's own profile."
        size_reasons.append(Reason(code="colours-kept", text=text))
    target = _target(case, width, reasons)
    reasons.extend(size_reasons)
    graphic = is_graphic(facts)
    limits = rules.limits.replace(least_millibits=guards.least_millibits(facts, is_graphic=graphic))
    speed = cost.throughput_kbps(capabilities)
    version = "+".join(filter(None, (POLICY_VERSION, policies.fingerprint)))
    keep = _keeps_original(case, reasons)
    return Plan(
        content=rules.content,
        width=width,
        height=height,
        target=target,
        floor=rules.floor if rules.lossless_only else min(rules.floor, source.holds(facts, width)),
        lossless_only=rules.lossless_only,
        keep_original=keep,
        keep_bytes=_keeps_bytes(case),
        max_bytes=goal.max_bytes,
        reasons=tuple(reasons),
        original_bytes=facts.size_bytes,
        picture_class="graphic" if graphic else "photo",
        policy_version=version,
        limits=limits,
        min_width=min(facts.width, max(goal.min_width or 1, guards.least_width(facts, limits))),
        min_height=min(facts.height, goal.min_height or 1),
        restore=rules.policy.restore and "restore" not in limits.forbid,
        crops=goal.crops,
        throughput_kbps=None if speed is None else round(speed),
        original_shown=facts.format != "svg"
        and (goal.purpose == "convert" or gate.is_shown(facts, capabilities)),
        metadata=goal.metadata,
        mark_edited=goal.mark_edited,
        frames=1 if keep else facts.frames,
        colour="keep" if _keeps_colours(facts, goal) else "srgb",
        clean_hidden=not keep and not rules.lossless_only,
    )


def _keeps_colours(facts: Facts, goal: Goal) -> bool:
    """Frames of animations carry no profiles, so those are converted."""
    return goal.colour == "keep" and facts.profile_bytes > 0 and facts.frames == 1


def _keeps_gain_map(facts: Facts, goal: Goal) -> bool:
    return goal.colour == "keep" and "gainmap" in facts.metadata


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
    shifted, why = shifts.shifted(target, case.goal, case.capabilities)
    reasons.extend(why)
    held, warnings = source.lowered(shifted, case.facts, width)
    reasons.extend(warnings)
    return held


def _size(case: Case, reasons: list[Reason]) -> tuple[int, int]:
    facts, goal, _capabilities, rules = case
    if facts.unconverted or _keeps_gain_map(facts, goal):  # the original is kept
        return facts.width, facts.height
    bounds = {"goal": goal.max_width, "brand": rules.max_width, "slot": _slot_width(case)}
    known = {name: bound for name, bound in bounds.items() if bound is not None}
    by = min(known, key=lambda name: known[name], default="goal")
    width, height = fit(facts.width, facts.height, known.get(by), goal.max_height)
    if (width, height) == (facts.width, facts.height):
        return width, height
    if "scale" in rules.limits.forbid:
        text = "No pixel may change, so the size is kept although a smaller one was asked for."
        reasons.append(Reason(code="size-kept", text=text))
        return facts.width, facts.height
    why = {"goal": "as asked", "brand": "as the brand wants", "slot": "which fills its slot"}[by]
    text = f"Scale from {facts.width} x {facts.height} to {width} x {height} pixels, {why}."
    values = {"from": [facts.width, facts.height], "to": [width, height], "by": by}
    reasons.append(Reason(code="size-fitted", text=text, values=values))
    return width, height


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


def _keeps_bytes(case: Case) -> bool:
    """Where the original is kept, all of it is: by the content, or for its credentials."""
    return case.rules.policy.keep_original or _keeps_provenance(case)


def _keeps_provenance(case: Case) -> bool:
    asked = case.rules.policy.keep_provenance or case.goal.keep_provenance
    return "c2pa" in case.facts.metadata and asked


def _why_colours_stay(facts: Facts, goal: Goal) -> Reason | None:
    """Why only the original has its colours; None where a new file can have them."""
    if facts.unconverted:
        text = (
            f"Its colours are coded as {facts.unconverted}, which cannot be converted to sRGB "
            "here, so the original is kept."
        )
        values = {"coding": facts.unconverted}
        return Reason(code=COLOURS_NOT_CONVERTED, text=text, values=values)
    if _keeps_gain_map(facts, goal):
        text = (
            "You asked to keep its colours, and it has a gain map for HDR screens, which no new "
            "file here could carry, so the original is kept."
        )
        return Reason(code="hdr-kept", text=text)
    return None


def _keeps_original(case: Case, reasons: list[Reason]) -> bool:
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


def _why_its_kind_is_kept(case: Case) -> Reason | None:
    facts, goal = case.facts, case.goal
    if facts.format == "svg" and goal.svg == "keep":
        text = "It is a drawing (SVG), which stays sharp at every size; it passes through as it is."
        return Reason(code="svg-kept", text=text)
    return motion.why_kept(facts, goal) if facts.frames > 1 else None


def _with_formats(case: Case, plan: Plan) -> Plan:
    """The plan with its candidates in the order of expected cost."""
    reasons: list[Reason] = []
    found = _candidates(case, plan, reasons)
    if not found:
        text = "No allowed format can be written here and shown there, so the original is kept."
        reasons.append(Reason(code="no-format-left", text=text))
    reasons = [*plan.reasons, *reasons]
    return plan.replace(candidates=found, keep_original=not found, reasons=tuple(reasons))


def _candidates(case: Case, plan: Plan, reasons: list[Reason]) -> tuple[Candidate, ...]:
    pixels = plan.width * plan.height * plan.frames
    found: list[tuple[Candidate, cost.Cost | None]] = []
    for name in case.rules.formats or formats.DEFAULT_FORMATS:
        refusal = _not_animated(name, case) or _refusal(name, case) or _no_profile(name, case)
        refusal = refusal or _too_large(name, pixels, case) or _too_slow(name, pixels, case)
        if refusal is None:
            found.extend(_priced(way, case, plan) for way in _ways(name, case, plan.width))
        else:
            reasons.append(refusal)
    found.sort(key=lambda pair: _order(pair[0]))
    if found:
        reasons.extend(_order_reasons(found))
    return tuple(candidate for candidate, _cost in found)


def _priced(way: Candidate, case: Case, plan: Plan) -> tuple[Candidate, cost.Cost | None]:
    pixels = plan.width * plan.height * plan.frames
    size = formats.expected_bytes(way, case.facts, pixels=pixels, target=plan.target)
    way = way.replace(expected_bytes=size)
    price = cost.cost(way, pixels, case.goal, case.capabilities)
    if price is None:
        return way, None
    return way.replace(expected_ms=price.total_ms, fixed_ms=price.fixed_ms), price


def _order(candidate: Candidate) -> tuple[int, int, str, bool]:
    """By time where the network is known (all or none of them have one), else by bytes."""
    time = candidate.expected_ms or 0
    return time, candidate.expected_bytes, candidate.format, candidate.lossless


def _order_reasons(found: list[tuple[Candidate, cost.Cost | None]]) -> list[Reason]:
    names = [formats.label(candidate) for candidate, _cost in found]
    if any(price is None for _candidate, price in found):
        text = f"Formats in the order of expected bytes: {', '.join(names)}."
        return [Reason(code="formats-ordered", text=text, values={"formats": names})]
    priced = [(candidate, price) for candidate, price in found if price is not None]
    sums = ", ".join(f"{formats.label(c)} {p.total_ms} ms" for c, p in priced)
    text = f"Formats in the order of expected time until seen: {sums}."
    values = {"formats": names, "costs": {formats.label(c): p._asdict() for c, p in priced}}
    ordered = Reason(code="formats-ordered", text=text, values=values)
    return [ordered, *_outweighed(priced)]


def _outweighed(priced: list[tuple[Candidate, cost.Cost]]) -> list[Reason]:
    """Formats with fewer bytes that lose against the first one, with both sums."""
    best, price = priced[0]
    return [
        Reason(
            code="decode-outweighs",
            text=f"{formats.label(other)} would be smaller ({other.expected_bytes} against "
            f"{best.expected_bytes} bytes), but takes {_sum(theirs)}; {formats.label(best)} takes "
            f"{_sum(price)}.",
            values={
                "format": formats.label(best),
                "cost": price._asdict(),
                "loser": formats.label(other),
                "loser_cost": theirs._asdict(),
            },
        )
        for other, theirs in priced[1:]
        if other.expected_bytes < best.expected_bytes
    ]


def _sum(price: cost.Cost) -> str:
    return (
        f"{price.total_ms} ms (transfer {price.transfer_ms}, round trip {price.rtt_ms}, "
        f"decoding {price.decode_ms}, encoding {price.encode_ms})"
    )


def _ways(name: str, case: Case, width: int) -> list[Candidate]:
    """Lossy, lossless or both, as the rules want this format."""
    rules = case.rules
    policy = rules.policy
    speed = int(case.capabilities.encode_speed.get(name, formats.DEFAULT_SPEED[name]))
    lossless = name in formats.HAS_LOSSLESS and (
        policy.try_lossless or rules.lossless_only or name == "png" or case.facts.frames > 1
    )
    lossy = name != "png" and not rules.lossless_only
    most = source.holds(case.facts, width) if name == "jpeg" else 100
    ways = [Candidate(format=name, subsampling=policy.subsampling, speed=speed, max_quality=most)]
    ways = ways if lossy and _keeps_chroma(name, case) else []
    if lossless:
        ways.append(Candidate(format=name, lossless=True, subsampling="444", speed=speed))
    return ways


def _keeps_chroma(name: str, case: Case) -> bool:
    """Whether a lossy file holds the chroma that the rules want; animations have only WebP."""
    wants_all = case.rules.policy.subsampling == "444" and case.facts.frames == 1
    return name in formats.HAS_FULL_CHROMA or not wants_all


def _too_large(name: str, pixels: int, case: Case) -> Reason | None:
    """Where the machine's memory does not hold the encoder's."""
    most = case.capabilities.encode_max_px.get(name)
    if most is None or pixels <= most:
        return None
    text = f"{name} is written up to {most / 1e6:g} megapixels here; more takes too much memory."
    return Reason(code="format-too-large", text=text, values={"format": name, "max_px": most})


def _not_animated(name: str, case: Case) -> Reason | None:
    if case.facts.frames == 1 or name in motion.WRITTEN:
        return None
    text = f"{name} is not written as an animation here."
    return Reason(code="format-not-animated", text=text, values={"format": name})


def _refusal(name: str, case: Case) -> Reason | None:
    facts, goal, capabilities, _rules = case
    values = {"format": name}
    if name not in capabilities.encode:
        text = f"{name} cannot be written on this device."
        return Reason(code="format-no-encoder", text=text, values=values)
    if goal.formats is None and name not in capabilities.decode:
        text = f"{name} is not shown by the receiver."
        return Reason(code="format-not-shown", text=text, values=values)
    if facts.transparent_permille and name not in formats.HAS_ALPHA:
        text = f"{name} has no transparency, which this picture needs."
        return Reason(code="format-no-alpha", text=text, values=values)
    if (
        facts.transparent_permille
        and goal.formats is None
        and name not in capabilities.decode_alpha
    ):
        text = f"{name} is not shown with transparency by the receiver."
        return Reason(code="format-alpha-not-shown", text=text, values=values)
    if name == "png" and goal.formats is None and not _wants_png(case):
        text = "png is only worth trying for drawn or lossless pictures."
        return Reason(code="format-cannot-win", text=text, values=values)
    return None


def _no_profile(name: str, case: Case) -> Reason | None:
    if name in formats.HAS_PROFILE or not _keeps_colours(case.facts, case.goal):
        return None
    text = f"{name} cannot be written with the picture's own colour profile here."
    return Reason(code="format-no-profile", text=text, values={"format": name})


def _wants_png(case: Case) -> bool:
    facts = case.facts
    return facts.format == "png" or case.rules.lossless_only or is_graphic(facts)


def _too_slow(name: str, pixels: int, case: Case) -> Reason | None:
    """AVIF on a large picture can take minutes in wasm; whoever names the format waits for it."""
    allowed = case.goal.encode_budget_ms
    if case.goal.formats is not None and allowed is None:
        return None
    expected = cost.encode_ms(name, pixels, case.capabilities) or 0.0
    if expected <= (ENCODE_BUDGET_MS if allowed is None else allowed):
        return None
    seconds = round(expected / 1000)
    text = f"{name} would take about {seconds} s on this device, which is too long."
    return Reason(code="format-too-slow", text=text, values={"format": name, "seconds": seconds})


def _finish(case: Case, plan: Plan, policies: Policies) -> Plan:
    """Variants, placeholder and reviewers, which depend on all that was decided before."""
    facts, goal, rules = case.facts, case.goal, case.rules
    made = variants.variants(facts, goal, plan)
    placeholder, why_placeholder = variants.placeholder(facts, goal)
    who, why_review = stakes.reviewers(facts, goal, rules.content, policies)
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
