"""Whether the work on a picture fits into memory, and at which scale it is decoded.

Decided from the header, before anything is decoded: as it is; where that does not fit, at a half, a
quarter or an eighth of its size (which JPEG decoders do by the way, from fewer coefficients); or
not at all. MB are 10^6 bytes, beside what the program takes without a picture.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from eyebright.policy import motion
from eyebright.policy.content import BUILT_IN, ContentPolicy, Policies
from eyebright.policy.goals import wanted_crop
from eyebright.policy.header import Header
from eyebright.policy.sizes import fit
from eyebright.records import Record
from eyebright.values import Capabilities, Facts, Goal, Plan, Reason

MB = 1_000_000

DIVISORS = (1, 2, 4, 8)
"""Scales of libjpeg that every build has: whole, 1/2, 1/4 and 1/8 of each side."""

OVERSAMPLING = 2
"""Least size of reduced pixels over the wanted size, so that the last step is always the Lanczos
filter in linear light. Just at twice the wanted size, decoding at a half scores 88 to 96 against
the same picture made from all pixels for five photos, and 81 for a dark one with a bright flame,
for DCT scaling averages in encoded light; at a quarter 83 to 93, and 57. So it is done only where
it must be (measured: tests/test_memory.py)."""


class Taken(NamedTuple):
    """Bytes per decoded pixel while decoding, the most on any host, by what the header says."""

    plain: int
    alpha: int
    deep: int
    """More than 8 bits per sample."""
    deep_alpha: int


DECODING_BYTES = {
    "tiff": Taken(12, 20, 26, 26),
    "webp": Taken(17, 26, 17, 26),
    "avif": Taken(11, 20, 28, 35),
    "heic": Taken(11, 20, 28, 35),
    "jxl": Taken(10, 16, 23, 25),
}
"""Measured on CPython (tests/test_memory.py: 12 megapixels of photo with colours to convert), TIFF
as the page unpacks it. JPEG XL of 8 bits takes less there, and in Chromium what PNG does. HEIC,
which nothing here encodes, is taken to be like AVIF."""

OTHER_DECODING_BYTES = Taken(10, 16, 23, 25)
"""The same of PNG, and of all without a row. JPEG: 9.6 in Chromium, 9.5 on CPython at 48
megapixels."""

EIGHT_BITS = 8

COEFFICIENT_BYTES = 3
"""Per pixel of a progressive JPEG while decoding: 16 bits for each of 1.5 samples (4:2:0)."""

WORKING_BYTES = 28
"""Per pixel of the result while it is encoded and checked: 27 in Chromium, 28 on CPython (24
megapixels as JPEG and WebP, the most of any step, measured)."""

HELD_BYTES = 4
"""Per decoded pixel that is kept for smaller sizes."""

FRAME_BYTES = 5
"""Per pixel of every frame of an animation that is made anew: its canvases are held, 4.8 measured
(10 against 40 frames of 0.5 megapixels, CPython)."""

FILM_WORKING_BYTES = 80
"""Per pixel of one frame beside that, for those being encoded and checked: 73 measured (10 frames
of 0.5 against 1.9 megapixels, CPython)."""

FILE_COPIES = 3
"""Of the file's bytes: the browser's, Python's, and the codec's."""

REDUCED_CODE = "decode-reduced"
"""Code of a picture that was not decoded whole."""

TOLD_FROM_MB = 100
"""Less is not worth a word: every device has it. Our choice."""


class Decoding(Record):
    """How a picture is decoded, and what the work on it takes."""

    divisor: int = 1
    """Each side is divided by it while decoding: 1, 2, 4 or 8."""
    need_mb: int
    budget_mb: int | None = None
    """None where nothing limits it."""
    reasons: tuple[Reason, ...] = ()

    @property
    def fits(self) -> bool:
        return self.budget_mb is None or self.need_mb <= self.budget_mb


def plan_decoding(
    header: Header,
    goal: Goal,
    capabilities: Capabilities,
    policies: Policies = BUILT_IN,
    *,
    hurried: bool = False,
) -> Decoding:
    """At which scale to decode, and whether that fits. The same for a Source and its Facts.

    `hurried` takes the coarsest scale that may be, also where memory would do for a finer one.
    """
    budget = budget_mb(goal, capabilities)
    policy = policies.contents["general" if goal.content == "auto" else goal.content]
    wanted = fit(header.width, header.height, goal.max_width, goal.max_height)
    if policy.keep_original:
        wanted = 0, 0  # nothing is encoded
    full = need_mb(header, 1, wanted)
    most = largest_divisor(header, wanted) if _may_reduce(header, goal, policy, policies) else 1
    needs = {d: need_mb(header, d, wanted) for d in DIVISORS if d <= most}
    fitting = (d for d, need in needs.items() if budget is None or need <= budget)
    divisor = most if hurried else next(fitting, most)
    film = film_mb(header, wanted) if _is_made_anew(header, goal, policy) else 0
    need = max(needs[divisor], film if budget is None or film <= budget else 0)
    decoding = Decoding(divisor=divisor, need_mb=need, budget_mb=budget)
    return decoding.replace(reasons=(*_reduced(decoding, full), *_told(decoding)))


def plan_looking(header: Header, capabilities: Capabilities, *, whole: bool = False) -> Decoding:
    """As `plan_decoding`, for pixels that are only looked at: at the finest scale that fits.

    `whole` is for where each of them counts.
    """
    budget = capabilities.memory_mb
    divisors = DIVISORS if header.format == "jpeg" and not whole else DIVISORS[:1]
    needs = {d: need_mb(header, d, (0, 0)) for d in divisors}
    fitting = (d for d, need in needs.items() if budget is None or need <= budget)
    divisor = next(fitting, divisors[-1])
    if divisor == 1:
        return Decoding(need_mb=needs[1], budget_mb=budget)
    text = (
        f"It is looked at at 1/{divisor} of its size: that takes about {needs[divisor]} MB of "
        f"memory instead of {needs[1]}."
    )
    values = {"divisor": divisor, "need_mb": needs[divisor], "full_mb": needs[1]}
    reduced = Reason(code=REDUCED_CODE, text=text, values=values)
    return Decoding(divisor=divisor, need_mb=needs[divisor], budget_mb=budget, reasons=(reduced,))


def budget_mb(goal: Goal, capabilities: Capabilities) -> int | None:
    """What may be used: the goal's limit, or the machine's, whichever is smaller."""
    known = [mb for mb in (goal.max_memory_mb, capabilities.memory_mb) if mb is not None]
    return min(known, default=None)


def need_mb(header: Header, divisor: int, wanted: tuple[int, int]) -> int:
    """Most that any step takes, estimated."""
    whole = header.width * header.height
    decoded = -(-header.width // divisor) * -(-header.height // divisor)
    result = wanted[0] * wanted[1]
    decoding = decoding_bytes(header) * decoded
    if header.format == "jpeg":
        decoding += COEFFICIENT_BYTES * whole
    working = WORKING_BYTES * result + (HELD_BYTES * decoded if result < decoded else 0)
    return -(-(max(decoding, working) + FILE_COPIES * header.size_bytes) // MB)


def decoding_bytes(header: Header) -> int:
    """Per decoded pixel while decoding, estimated."""
    taken = DECODING_BYTES.get(header.format, OTHER_DECODING_BYTES)
    if header.bit_depth > EIGHT_BITS:
        return taken.deep_alpha if header.has_alpha else taken.deep
    return taken.alpha if header.has_alpha else taken.plain


def film_mb(header: Header, wanted: tuple[int, int]) -> int:
    """What an animation takes that is made anew, at this size, estimated."""
    whole, result = header.width * header.height, wanted[0] * wanted[1]
    held = whole if whole == result else whole + result
    used = FRAME_BYTES * held * header.frames + FILM_WORKING_BYTES * result
    return -(-(used + FILE_COPIES * header.size_bytes) // MB)


def why_film_stays(facts: Facts, goal: Goal, capabilities: Capabilities) -> Reason | None:
    """Why an animation that might be made anew is not, for want of memory; None where it fits."""
    budget = budget_mb(goal, capabilities)
    need = film_mb(facts, fit(facts.width, facts.height, goal.max_width, goal.max_height))
    if budget is None or need <= budget:
        return None
    text = (
        f"Its {facts.frames} frames need about {need} MB of memory, more than the {budget} MB that "
        "may be used. The original is kept."
    )
    values = {"frames": facts.frames, "need_mb": need, "budget_mb": budget}
    return Reason(code="animated", text=text, values=values)


def _is_made_anew(header: Header, goal: Goal, policy: ContentPolicy) -> bool:
    """Whether the frames of an animation are taken apart, as far as its header tells."""
    return header.frames > 1 and not policy.keep_original and motion.why_kept(header, goal) is None


def largest_divisor(header: Header, wanted: tuple[int, int]) -> int:
    """The coarsest scale that leaves OVERSAMPLING times the wanted size; 1 where none does."""
    for divisor in reversed(DIVISORS):
        sides = -(-header.width // divisor), -(-header.height // divisor)
        if all(side >= OVERSAMPLING * want for side, want in zip(sides, wanted, strict=True)):
            return divisor
    return 1


def for_plan(
    facts: Facts, goal: Goal, capabilities: Capabilities, plan: Plan, policies: Policies
) -> tuple[int, tuple[Reason, ...]]:
    """The scale at which a decided plan's pixels are decoded: whole where it needs more of them."""
    decoding = plan_decoding(facts, goal, capabilities, policies)
    size = plan.width, plan.height
    enough = plan.keep_original or decoding.divisor <= largest_divisor(facts, size)
    if decoding.divisor == 1 or (enough and not plan.lossless_only):
        return decoding.divisor, decoding.reasons
    whole = decoding.replace(divisor=1, need_mb=need_mb(facts, 1, size))
    return 1, _told(whole)


def width_that_fits(
    header: Header,
    goal: Goal,
    capabilities: Capabilities,
    policies: Policies = BUILT_IN,
    widths: Sequence[int] | None = None,
) -> int | None:
    """The largest `max_width` up to which all fit, else as the goal wants; None where none does.

    Of `widths`, ascending pixels; without them, of all that the picture has. Scaling keeps the
    decoded pixels beside the result, so that the whole width may fit where those just below it do
    not: that one counts only where they do.
    """
    widths = widths or range(1, header.width + 1)

    def exceeds(width: int) -> bool:
        asked = goal.replace(max_width=width)
        return not plan_decoding(header, asked, capabilities, policies).fits

    fitting = bisect_left(widths, x=True, key=exceeds)
    return widths[fitting - 1] if fitting else None


def _may_reduce(header: Header, goal: Goal, policy: ContentPolicy, policies: Policies) -> bool:
    """Only JPEG, and only where no pixel of the original is asked for."""
    brand = policies.brand.forbid if policies.brand else ()
    forbidden = {*goal.forbid, *policy.forbid, *brand}
    exact = policy.lossless_only or policy.keep_original or forbidden & {"lossy", "scale"}
    return header.format == "jpeg" and not (exact or wanted_crop(goal))


def _reduced(decoding: Decoding, full_mb: int) -> tuple[Reason, ...]:
    if decoding.divisor == 1:
        return ()
    text = (
        f"It is decoded at 1/{decoding.divisor} of its size, still at least {OVERSAMPLING} times "
        f"what is wanted: that takes about {decoding.need_mb} MB of memory instead of {full_mb}."
    )
    values = {"divisor": decoding.divisor, "need_mb": decoding.need_mb, "full_mb": full_mb}
    return (Reason(code=REDUCED_CODE, text=text, values=values),)


def _told(decoding: Decoding) -> tuple[Reason, ...]:
    need, budget = decoding.need_mb, decoding.budget_mb
    if budget is None or need < TOLD_FROM_MB:
        return ()
    values = {"need_mb": need, "budget_mb": budget}
    if not decoding.fits:
        text = f"It needs about {need} MB of memory, more than the {budget} MB that may be used."
        return (Reason(code="memory-exceeded", text=text, values=values),)
    text = f"It needs about {need} of the {budget} MB of memory that may be used."
    return (Reason(code="memory-planned", text=text, values=values),)
