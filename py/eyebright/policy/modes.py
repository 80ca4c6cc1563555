"""What the modes try: which formats, by which of the host's encoders, at which effort.

auto: the host's efforts, or quicker ones where the budget asks for it. fast: for each format the
quickest way, of those only what is really quick. best: the slowest sensible efforts, full and
halved chroma. When a search is content stands in `stops`, how many formats it tries in `choice`.
"""

from __future__ import annotations

from collections.abc import Sequence

from eyebright.policy import cost, effort, formats
from eyebright.policy.forecasts import QUICK
from eyebright.policy.precedence import Case
from eyebright.values import Candidate, Reason

BUDGET_MS = {"auto": 60_000.0, "fast": 60_000.0, "best": 300_000.0}
"""Longest that one format's search may take on one picture, where the goal tells nothing else: our
choice of what people wait for, and of what those do who asked for the best."""

FAST_MS_PER_MP = 100.0
"""What takes longer is not tried in the fast mode, if anything is quicker: twice what the rest of
the work takes, decoding, looking and comparing (SSIMULACRA2 alone 22 to 32). Our choice."""

QUICK_FORMATS = frozenset({"jpeg", "webp"})
"""What browsers' canvases write beside PNG."""

QUICK_MOST = 99
"""Highest quality of quick encoders: a canvas takes 100 as lossless WebP, or as a JPEG of full
chroma (Chromium, ImageEncoder)."""


def told(case: Case) -> tuple[Reason, ...]:
    """That another mode than auto was asked for."""
    if case.goal.mode == "fast":
        text = "You asked for speed: quick encoders, and the first format that passes."
        return (Reason(code="mode-fast", text=text),)
    if case.goal.mode == "best":
        text = "You asked for the best: all formats, at their slowest efforts."
        return (Reason(code="mode-best", text=text),)
    return ()


def default_formats(case: Case) -> tuple[str, ...]:
    """Formats that compete where nobody names any.

    JPEG XL is among them in the best mode where its visitors' browser said that it shows it.
    """
    goal, shown = case.goal, case.capabilities.decode
    with_jxl = goal.mode == "best" and goal.purpose == "serve" and "jxl" in shown
    return (*formats.DEFAULT_FORMATS, "jxl") if with_jxl else formats.DEFAULT_FORMATS


def speed_of(name: str, pixels: int, case: Case) -> tuple[int | None, tuple[Reason, ...]]:
    """The effort for a format: the slowest of its mode that is within the budget; and why.

    None where the quickest is not. Whoever names the formats waits for them, unless a budget is
    named, too.
    """
    efforts = effort.from_slow_to_fast(name, _first_speed(name, case))
    if case.goal.formats is not None and case.goal.encode_budget_ms is None:
        return efforts[0], ()
    spent = {speed: _spent_ms(name, speed, pixels, case) for speed in efforts}
    speed = next((speed for speed in efforts if spent[speed] <= budget_ms(case)), None)
    if speed == efforts[0]:
        return speed, ()
    if speed is None:
        return None, (_too_slow(name, spent[efforts[-1]]),)
    return speed, (_quickened(name, (efforts[0], speed), spent[efforts[0]]),)


def _spent_ms(name: str, speed: int, pixels: int, case: Case) -> float:
    way = Candidate(format=name, speed=speed)
    return cost.encode_ms(way, pixels, case.capabilities) or 0.0


def _too_slow(name: str, spent_ms: float) -> Reason:
    seconds = round(spent_ms / 1000)
    text = f"{name} would take about {seconds} s on this device, which is too long."
    return Reason(code="format-too-slow", text=text, values={"format": name, "seconds": seconds})


def _quickened(name: str, speeds: tuple[int, int], spent_ms: float) -> Reason:
    seconds = round(spent_ms / 1000)
    text = (
        f"{name} would take about {seconds} s on this device at speed {speeds[0]}, so it is "
        f"written at {speeds[1]}."
    )
    values = {"format": name, "seconds": seconds, "from": speeds[0], "to": speeds[1]}
    return Reason(code="effort-lowered", text=text, values=values)


def _first_speed(name: str, case: Case) -> int:
    usual = int(case.capabilities.encode_speed.get(name, effort.DEFAULT_SPEED[name]))
    if case.goal.mode == "best":
        return effort.BEST_SPEED[name]
    if case.goal.mode == "fast":
        return effort.FAST_SPEED.get(name, usual)
    is_photo = formats.class_of(case.facts) == "photo"
    return min(usual, effort.PHOTO_SPEED.get(name, usual)) if is_photo else usual


def budget_ms(case: Case) -> float:
    """Milliseconds that an encode may take: what was asked for, else the mode's."""
    asked = case.goal.encode_budget_ms
    return BUDGET_MS[case.goal.mode] if asked is None else asked


def lossy_ways(way: Candidate, case: Case) -> tuple[Candidate, ...]:
    """What stands for the usual way to write a lossy file of one format."""
    if case.goal.mode == "fast" and has_quick(way, case):
        return (way.replace(encoder=QUICK, max_quality=min(QUICK_MOST, way.max_quality)),)
    chooses = way.subsampling == "420" and way.format in formats.CHOOSES_CHROMA
    if case.goal.mode == "best" and chooses:
        return way, way.replace(subsampling="444")
    return (way,)


def has_quick(way: Candidate, case: Case) -> bool:
    """Whether the host's quicker encoder can write it: opaque, with halved chroma, no animation."""
    facts = case.facts
    plain = facts.frames == 1 and not facts.transparent_permille
    return plain and way.subsampling == "420" and way.format in case.capabilities.quick_ms_per_mp


def quick_enough(
    found: Sequence[Candidate], case: Case, reasons: list[Reason]
) -> tuple[Candidate, ...]:
    """Of the fast mode's candidates those that are really quick, else the quickest alone.

    Others lose nothing. Each that is left out, or is written by the usual encoder, is told.
    """
    if case.goal.mode != "fast" or not found:
        return tuple(found)
    times = {way: cost.ms_per_mp(way, case.capabilities) or 0.0 for way in found}
    least = min(times.values())
    kept = tuple(way for way in found if times[way] <= max(FAST_MS_PER_MP, least))
    reasons.extend(_left_out(way) for way in found if way not in kept)
    reasons.extend(_not_quick(way, case) for way in kept if _is_usual(way))
    return kept


def _left_out(way: Candidate) -> Reason:
    name = formats.label(way)
    text = f"{name} takes too long for the fast mode here."
    return Reason(code="format-not-fast", text=text, values={"format": name})


def _is_usual(way: Candidate) -> bool:
    """Where a quick encoder would have been expected."""
    return way.format in QUICK_FORMATS and not way.encoder and not way.lossless


def _not_quick(way: Candidate, case: Case) -> Reason:
    name = formats.label(way)
    is_here = way.format in case.capabilities.quick_ms_per_mp
    why = "cannot write what this picture needs" if is_here else "is not here, or not exact"
    text = f"The quick {way.format} encoder {why}, so the usual one writes it."
    return Reason(code="quick-not-used", text=text, values={"format": name, "is_here": is_here})
