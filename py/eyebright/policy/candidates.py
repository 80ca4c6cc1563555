"""The formats worth trying, in the order of expected cost, and why each other one is not."""

from __future__ import annotations

from eyebright.policy import cost, formats, keeping, modes, motion, reserve, source
from eyebright.policy.classify import is_graphic
from eyebright.policy.precedence import Case
from eyebright.values import Candidate, Plan, Reason


def with_formats(case: Case, plan: Plan) -> Plan:
    """The plan with its candidates in the order of expected cost."""
    reasons = [*modes.told(case)]
    found = _candidates(case, plan, reasons)
    for attempt in () if found else reserve.attempts(case, plan, reasons):
        told = [attempt.reason]
        found = _candidates(attempt.case, attempt.plan, told)
        if found:
            plan = attempt.plan
            reasons.extend(told)
            break
    if not found:
        text = "No allowed format can be written here and shown there, so the original is kept."
        reasons.append(Reason(code="no-format-left", text=text))
    reasons = [*plan.reasons, *reasons]
    return plan.replace(candidates=found, keep_original=not found, reasons=tuple(reasons))


def _candidates(case: Case, plan: Plan, reasons: list[Reason]) -> tuple[Candidate, ...]:
    pixels = plan.width * plan.height * plan.frames
    ways: list[Candidate] = []
    for name in case.rules.formats or modes.default_formats(case):
        refusal = _not_animated(name, case) or _refusal(name, case) or _no_profile(name, case)
        refusal = refusal or _too_large(name, pixels, case)
        speed, why = (None, [refusal]) if refusal else modes.speed_of(name, pixels, case)
        reasons.extend(why)
        if speed is not None:
            ways.extend(_ways(name, case, plan.width, speed))
    found = [_priced(way, case, plan) for way in modes.quick_enough(ways, case, reasons)]
    found.sort(key=lambda pair: cost.order(pair[0]))
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


def _ways(name: str, case: Case, width: int, speed: int) -> list[Candidate]:
    """Lossy, lossless or both, as the rules want this format."""
    rules = case.rules
    policy = rules.policy
    lossless = name in formats.HAS_LOSSLESS and (
        policy.try_lossless or rules.lossless_only or name == "png" or case.facts.frames > 1
    )
    lossy = name != "png" and not rules.lossless_only
    most = source.holds(case.facts, width) if name == "jpeg" else 100
    chroma = formats.CHROMA.get(name, policy.subsampling)
    way = Candidate(format=name, subsampling=chroma, speed=speed, max_quality=most)
    ways = [*modes.lossy_ways(way, case)] if lossy and _keeps_chroma(name, case) else []
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
    if name in formats.HAS_PROFILE or not keeping.keeps_colours(case.facts, case.goal):
        return None
    text = f"{name} cannot be written with the picture's own colour profile here."
    return Reason(code="format-no-profile", text=text, values={"format": name})


def _wants_png(case: Case) -> bool:
    facts = case.facts
    return facts.format == "png" or case.rules.lossless_only or is_graphic(facts)
