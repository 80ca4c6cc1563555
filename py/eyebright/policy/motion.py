"""Animations: which are made anew, and the search over their qualities.

Only animated WebP is written: every browser plays it, and both hosts write its frames. The quality
is searched on a few whole frames; then the whole animation is made with it and measured again,
since frames that are patched together may differ from frames written alone.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import NamedTuple

from eyebright.policy import formats
from eyebright.policy.byte_limit import bytes_reason, shrunk
from eyebright.policy.choice import conclude, format_reason
from eyebright.policy.header import Header
from eyebright.policy.search import Found, Trials, acceptable, fits, passes, search, trial_at
from eyebright.values import Candidate, Choice, Goal, Outcome, Plan, Reason, Trial

SOURCES = frozenset({"gif", "png", "webp"})
"""Animated formats whose frames are taken apart; AVIF and JPEG XL stay as they are."""

WRITTEN = frozenset({"webp"})

MOST_FRAMES = 2000
"""More than a minute at 30 frames a second: a video encoder's work."""

MOST_PIXELS = 48_000_000
"""Of all frames together: 0.2 GB as RGBA, which a browser's tab still holds. Our choice."""

MOST_SAMPLES = 8
"""Frames on which the quality is searched: the first, the last, and others evenly between."""

RAISE = 4
"""Quality steps added where the whole animation falls short of its samples."""

HOPELESS = 3.0
"""Lossless samples over lossy ones in bytes from which the whole is not tried: drawings need about
twice as much, photos nine times (`formats`, the tables), and unchanged pixels make up for some."""

MOST_WHOLE = 4
"""Times that one format's whole animation is made at most."""


SAFELY = 0.9
"""Share of the side that should fit: each frame has bytes that do not shrink with it."""

MOST_SIZES = 6
"""Sizes tried for a byte limit after quality alone did not meet it: whole animations each."""

STEPS_PER_BYTES = 30
"""Quality steps that double an animation's bytes near the floor, roughly (WebP 50 to 80, measured
on the tests' films): only aims the last trial."""


class Ask(NamedTuple):
    """What the search wants made: the sampled frames alone, or the whole animation."""

    trial: Trial
    whole: bool


Asks = Generator[Ask, Outcome, Found]


def why_kept(facts: Header, goal: Goal) -> Reason | None:
    """Why an animation stays as it is, or None where a smaller one may be made."""
    values = {"frames": facts.frames, "format": facts.format}
    pixels = facts.frames * facts.width * facts.height
    if goal.animation == "keep":
        text = "Animations are to stay as they are."
    elif facts.format == "tiff":
        text = f"It has {facts.frames} pages, and the other formats hold one."
    elif facts.format not in SOURCES:
        text = f"It is animated, and animated {facts.format} is not made anew here."
    elif facts.frames > MOST_FRAMES or pixels > MOST_PIXELS:
        text = (
            f"Its {facts.frames} frames of {facts.width} x {facts.height} pixels are too much for "
            f"a picture format (at most {MOST_FRAMES} frames and {MOST_PIXELS / 1e6:g} megapixels "
            "together); a video would be far smaller."
        )
    else:
        return None
    return Reason(code="animated", text=f"{text} The original is kept.", values=values)


def samples(count: int) -> tuple[int, ...]:
    """Indices of the frames to measure: the first, the last, and others evenly between."""
    if count <= MOST_SAMPLES:
        return tuple(range(count))
    last = count - 1
    return tuple(round(last * i / (MOST_SAMPLES - 1)) for i in range(MOST_SAMPLES))


def choose(plan: Plan) -> Generator[Ask, Outcome, Choice]:
    """Try the plan's candidates in order and return what to deliver."""
    best: Outcome | None = None
    reasons: list[Reason] = []
    lossy_bytes = 0
    for candidate in plan.candidates:
        if candidate.lossless and lossy_bytes:
            probe = yield Ask(trial_at(candidate, plan, 100), whole=False)
            if probe.size_bytes > HOPELESS * lossy_bytes:
                reasons.append(_hopeless(candidate, probe.size_bytes, lossy_bytes))
                continue
        found = yield from _settle(candidate, plan)
        lossy_bytes = lossy_bytes or _bytes_of_samples(found)
        reasons.append(format_reason(candidate, found, plan))
        if found.best and (best is None or found.best.size_bytes < best.size_bytes):
            best = found.best
    if plan.max_bytes is not None and not fits(best, plan.max_bytes):
        best = yield from _meet_bytes(plan, best, plan.max_bytes)
        reasons.append(bytes_reason(best, plan))
    if best is not None and best.size_bytes < plan.original_bytes:
        text = f"All that its {plan.frames} frames show, their times and the loops were kept."
        reasons.append(Reason(code="animation-kept", text=text, values={"frames": plan.frames}))
    return conclude(best, plan, reasons)


def _meet_bytes(
    plan: Plan, seen: Outcome | None, max_bytes: int
) -> Generator[Ask, Outcome, Outcome | None]:
    """Meet a byte limit: the lowest quality allowed, then size, from the original pixels.

    Returns the best-scoring animation within the limit, else the smallest acceptable one made.
    """
    candidate = next((c for c in plan.candidates if not c.lossless), None)
    if candidate is None:
        return seen
    least = formats.floor_of(candidate, plan)
    made = [seen] if seen is not None else []
    sized = plan
    for _ in range(MOST_SIZES):
        low = yield Ask(trial_at(candidate, sized, least), whole=True)
        made.append(low)
        if fits(low, max_bytes):
            quality = least + round(STEPS_PER_BYTES * (max_bytes / low.size_bytes - 1))
            if quality > least:
                better = trial_at(candidate, sized, min(quality, candidate.max_quality))
                made.append((yield Ask(better, whole=True)))
            break
        smaller = _smaller(sized, low, max_bytes)
        if smaller is None:
            break
        sized = smaller
    sound = [outcome for outcome in made if acceptable(outcome, plan)]
    fitting = [outcome for outcome in sound if fits(outcome, max_bytes)]
    if fitting:
        return max(fitting, key=lambda o: (o.score, -o.size_bytes))
    return min(sound, key=lambda o: o.size_bytes, default=None)


def _smaller(plan: Plan, low: Outcome, max_bytes: int) -> Plan | None:
    """The plan at the size that should fit; None where no smaller one is allowed."""
    if not low.passed_checks or not low.size_bytes:
        return None
    size = shrunk(plan, SAFELY * math.sqrt(max_bytes / low.size_bytes))
    return None if size is None else plan.replace(width=size[0], height=size[1])


def _bytes_of_samples(found: Found) -> int:
    """Of the lossy samples that passed, as the search's first outcomes tell; 0 without any."""
    if found.best is None or found.best.trial.lossless:
        return 0
    quality = found.best.trial.quality
    close = min(found.outcomes, key=lambda outcome: abs(outcome.trial.quality - quality))
    return close.size_bytes


def _hopeless(candidate: Candidate, lossless_bytes: int, lossy_bytes: int) -> Reason:
    text = (
        f"{formats.label(candidate)} was not made: a few frames took {lossless_bytes} bytes "
        f"against {lossy_bytes}."
    )
    values = {"format": candidate.format, "bytes": lossless_bytes, "lossy_bytes": lossy_bytes}
    return Reason(code="format-cannot-win", text=text, values=values)


def _settle(candidate: Candidate, plan: Plan) -> Asks:
    """The whole animation in one format, as small as the target allows."""
    if candidate.lossless:
        outcome = yield Ask(trial_at(candidate, plan, 100), whole=True)
        return Found(outcome if passes(outcome, plan) else None, (outcome,))
    alone = yield from _on_samples(search(candidate, plan))
    if alone.best is None:
        return alone
    return (yield from _whole(candidate, plan, alone))


def _on_samples(trials: Trials) -> Asks:
    trial = next(trials)
    while True:
        outcome = yield Ask(trial, whole=False)
        try:
            trial = trials.send(outcome)
        except StopIteration as stop:
            found: Found = stop.value
            return found


def _whole(candidate: Candidate, plan: Plan, alone: Found) -> Asks:
    """From the samples' quality upwards until all passes; downwards where a byte limit asks."""
    made: list[Outcome] = []
    quality = alone.best.trial.quality if alone.best else 100
    for _ in range(MOST_WHOLE):
        made.append((yield Ask(trial_at(candidate, plan, quality), whole=True)))
        following = _next_whole(made, candidate, plan)
        if following is None:
            break
        quality = following
    outcomes = (*alone.outcomes, *made)
    sound = [outcome for outcome in made if passes(outcome, plan)]
    if plan.max_bytes is not None:
        fitting = [outcome for outcome in made if fits(outcome, plan.max_bytes)]
        sound = [o for o in fitting if passes(o, plan)] or fitting or sound
        return Found(max(sound, key=lambda o: o.score, default=None), outcomes)
    return Found(min(sound, key=lambda o: o.size_bytes, default=None), outcomes)


def _next_whole(made: list[Outcome], candidate: Candidate, plan: Plan) -> int | None:
    """The next quality for the whole animation, or None where the last one settles it."""
    last = made[-1]
    if not last.passed_checks:
        return None
    least = formats.floor_of(candidate, plan)
    if plan.max_bytes is not None and last.size_bytes > plan.max_bytes:
        return (least + last.trial.quality) // 2 if last.trial.quality > least else None
    most = candidate.max_quality
    lowered = len(made) > 1 and made[-2].trial.quality > last.trial.quality
    if passes(last, plan) or lowered or last.trial.quality >= most:
        return None
    return min(most, last.trial.quality + RAISE)
