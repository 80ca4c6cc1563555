"""Facts, goal and capabilities in; a plan with a reason for every choice out. Pure."""

from __future__ import annotations

from typing import NamedTuple

from eyebright.errors import PolicyError
from eyebright.policy import formats
from eyebright.policy.classify import content_of, is_graphic
from eyebright.policy.content import CONTENTS, POLICIES, ContentPolicy
from eyebright.policy.sizes import fit
from eyebright.values import FORMATS, Candidate, Capabilities, Facts, Goal, Plan, Reason

POLICY_VERSION = "1"
"""Raised by every change that alters a decision."""

ENCODE_BUDGET_MS = 60_000.0
"""Longest that one format's search may take on one picture: our choice of what people wait for."""

EXPECTED_TRIALS = 3
"""Encodes that a search takes on average; the time budget counts with it."""


class Case(NamedTuple):
    """Everything that a decision rests on."""

    facts: Facts
    goal: Goal
    capabilities: Capabilities
    policy: ContentPolicy


def decide(facts: Facts, goal: Goal, capabilities: Capabilities) -> Plan:
    """The plan for one picture. Raises PolicyError for a goal that contradicts itself."""
    check_goal(goal)
    content, reasons = _content(facts, goal)
    policy = POLICIES[content]
    target = _target(policy, goal, reasons)
    width, height = _size(facts, goal, policy, reasons)
    keep = _keeps_original(facts, policy, reasons)
    candidates: tuple[Candidate, ...] = ()
    if not keep:
        case = Case(facts, goal, capabilities, policy)
        candidates = _candidates(case, width * height, target, reasons)
    if not keep and not candidates:
        text = "No allowed format can be written here and shown there, so the original is kept."
        reasons.append(Reason(code="no-format-left", text=text))
    return Plan(
        content=content,
        width=width,
        height=height,
        target=target,
        floor=policy.floor,
        lossless_only=policy.lossless_only,
        keep_original=keep or not candidates,
        max_bytes=goal.max_bytes,
        candidates=candidates,
        reasons=tuple(reasons),
        original_bytes=facts.size_bytes,
        picture_class="graphic" if is_graphic(facts) else "photo",
        policy_version=POLICY_VERSION,
    )


def check_goal(goal: Goal) -> None:
    """Raise PolicyError, naming the key and the remedy, for a goal that cannot be meant."""
    if goal.content not in CONTENTS:
        raise PolicyError(
            f"unknown {goal.content!r}; use one of {', '.join(CONTENTS)}", path="content"
        )
    if goal.target is not None and not 0 <= goal.target <= 100:
        raise PolicyError(f"{goal.target} is not between 0 and 100", path="target")
    for key in ("max_width", "max_height", "max_bytes"):
        value = getattr(goal, key)
        if value is not None and value < 1:
            raise PolicyError(f"{value} is not a positive whole number", path=key)
    _check_formats(goal)


def _check_formats(goal: Goal) -> None:
    if goal.formats is None:
        return
    if not goal.formats:
        raise PolicyError(
            "the list is empty; leave it out to let the policy choose", path="formats"
        )
    for index, name in enumerate(goal.formats):
        if name not in FORMATS:
            known = ", ".join(FORMATS)
            raise PolicyError(f"unknown {name!r}; use some of {known}", path=f"formats[{index}]")
    lossless_only = goal.content in POLICIES and POLICIES[goal.content].lossless_only
    if lossless_only and not formats.HAS_LOSSLESS.intersection(goal.formats):
        raise PolicyError(
            f"{goal.content} content must stay lossless, but {', '.join(goal.formats)} cannot be; "
            "allow webp, png or jxl",
            path="formats",
        )


def _content(facts: Facts, goal: Goal) -> tuple[str, list[Reason]]:
    if goal.content != "auto":
        text = f"You said that it is {goal.content}."
        return goal.content, [Reason(code="content-given", text=text)]
    content, reason = content_of(facts)
    return content, [reason]


def _target(policy: ContentPolicy, goal: Goal, reasons: list[Reason]) -> float:
    if policy.lossless_only:
        text = "No pixel may change, so only lossless files are allowed."
        reasons.append(Reason(code="lossless-only", text=text))
        return policy.target
    if goal.target is not None:
        text = f"You asked for a score of {goal.target:g}."
        reasons.append(Reason(code="target-given", text=text, values={"target": goal.target}))
        return float(goal.target)
    text = f"The content policy asks for a score of {policy.target:g}."
    reasons.append(Reason(code="target-policy", text=text, values={"target": policy.target}))
    return policy.target


def _size(
    facts: Facts, goal: Goal, policy: ContentPolicy, reasons: list[Reason]
) -> tuple[int, int]:
    width, height = fit(facts.width, facts.height, goal.max_width, goal.max_height)
    if (width, height) == (facts.width, facts.height):
        return width, height
    if policy.lossless_only:
        text = "No pixel may change, so the size is kept although a smaller one was asked for."
        reasons.append(Reason(code="size-kept", text=text))
        return facts.width, facts.height
    text = f"Scaled from {facts.width} x {facts.height} to {width} x {height} pixels, as asked."
    values = {"from": [facts.width, facts.height], "to": [width, height]}
    reasons.append(Reason(code="size-fitted", text=text, values=values))
    return width, height


def _keeps_original(facts: Facts, policy: ContentPolicy, reasons: list[Reason]) -> bool:
    if policy.keep_original:
        text = "Not a byte of it may change, so the original is kept."
        reasons.append(Reason(code="original-required", text=text))
        return True
    if facts.frames > 1:
        text = (
            f"It is animated ({facts.frames} frames); so that none is lost, the original is kept."
        )
        reasons.append(Reason(code="animated", text=text, values={"frames": facts.frames}))
        return True
    if policy.lossless_only and facts.bit_depth > 8:
        text = f"It has {facts.bit_depth} bits per channel, which 8-bit formats would round."
        reasons.append(Reason(code="deep-kept", text=text, values={"bit_depth": facts.bit_depth}))
        return True
    return False


def _candidates(
    case: Case, pixels: int, target: float, reasons: list[Reason]
) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    for name in case.goal.formats or formats.DEFAULT_FORMATS:
        refusal = _refusal(name, case) or _too_slow(name, pixels, case)
        if refusal is None:
            found.extend(_ways(name, case))
        else:
            reasons.append(refusal)
    expected = {
        c: formats.expected_bytes(c, case.facts, pixels=pixels, target=target) for c in found
    }
    sized = [candidate.replace(expected_bytes=size) for candidate, size in expected.items()]
    ordered = tuple(sorted(sized, key=lambda c: (c.expected_bytes, c.format, c.lossless)))
    if ordered:
        names = [formats.label(candidate) for candidate in ordered]
        text = f"Formats in the order of expected bytes: {', '.join(names)}."
        reasons.append(Reason(code="formats-ordered", text=text, values={"formats": names}))
    return ordered


def _ways(name: str, case: Case) -> list[Candidate]:
    """Lossy, lossless or both, as the content policy wants this format."""
    policy = case.policy
    speed = int(case.capabilities.encode_speed.get(name, formats.DEFAULT_SPEED[name]))
    lossless = name in formats.HAS_LOSSLESS and (policy.try_lossless or name == "png")
    lossy = name != "png" and not policy.lossless_only
    ways = [Candidate(format=name, subsampling=policy.subsampling, speed=speed)] if lossy else []
    if lossless:
        ways.append(Candidate(format=name, lossless=True, subsampling="444", speed=speed))
    return ways


def _refusal(name: str, case: Case) -> Reason | None:
    facts, goal, capabilities, _policy = case
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


def _wants_png(case: Case) -> bool:
    facts = case.facts
    return facts.format == "png" or case.policy.lossless_only or is_graphic(facts)


def _too_slow(name: str, pixels: int, case: Case) -> Reason | None:
    """AVIF on a large picture can take minutes in wasm; whoever names the format waits for it."""
    if case.goal.formats is not None:
        return None
    expected = case.capabilities.encode_ms_per_mp.get(name, 0.0) * pixels / 1e6 * EXPECTED_TRIALS
    if expected <= ENCODE_BUDGET_MS:
        return None
    seconds = round(expected / 1000)
    text = f"{name} would take about {seconds} s on this device, which is too long."
    return Reason(code="format-too-slow", text=text, values={"format": name, "seconds": seconds})
