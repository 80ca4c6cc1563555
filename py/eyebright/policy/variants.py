"""Responsive variants: which widths of a picture are worth making, and its placeholder.

With a layout, one width for each slot and density; without, widths that each save at least a step
of bytes. Never wider than the plan, never narrower than its guards allow, at most MAX_VARIANTS.
"""

from __future__ import annotations

import math

from eyebright.policy.colour import to_hex
from eyebright.policy.goals import MAX_VARIANTS
from eyebright.policy.shifts import LEAST_SHIFTED_TARGET, density_step
from eyebright.policy.sizes import at_least, fit
from eyebright.values import Facts, Goal, Placeholder, Plan, Reason, Variant

BYTE_STEP = 20_000
"""Bytes that each smaller variant saves at least: Cloudinary's default bytes_step."""

DENSITIES = (1.0, 2.0)
"""Device pixels per CSS pixel that layout slots are made for. Not 3: a picture at 3 looks like one
at 2 on real screens and costs a third more data (Twitter engineering 2019, Capping image fidelity
on ultra-high resolution devices)."""

MIN_VARIANT_WIDTH_PX = 160
"""Half of the narrowest phone's 320 CSS pixels; icons need no variants."""

LQIP_SIDE_PX = 16
"""Longer side of a low-quality placeholder: a few hundred bytes that are shown blurred."""


def variants(facts: Facts, goal: Goal, plan: Plan) -> tuple[Variant, ...]:
    """The widths to make, ascending; nothing where none is wanted or the original is kept."""
    if plan.keep_original or not (goal.layout_widths or goal.variants):
        return ()
    densities = _by_layout(goal, plan) if goal.layout_widths else _by_bytes(goal, plan)
    kept = sorted(densities)[-(goal.variants or MAX_VARIANTS) :]
    return tuple(_variant(width, densities[width], facts, plan) for width in kept)


def _by_layout(goal: Goal, plan: Plan) -> dict[int, float]:
    """Each width with the lowest density that it serves: its quality must do for that one."""
    found: dict[int, float] = {}
    for density in DENSITIES:
        for slot in goal.layout_widths:
            width = min(plan.width, max(plan.min_width, round(slot * density)))
            found.setdefault(width, density)
    return found


def _by_bytes(goal: Goal, plan: Plan) -> dict[int, float]:
    """From the plan's width down, each width a step of bytes smaller than the one before."""
    most = goal.variants or MAX_VARIANTS
    full = plan.candidates[0].expected_bytes
    least = min(plan.width, max(MIN_VARIANT_WIDTH_PX, plan.min_width))
    spread = full * (1 - (least / plan.width) ** 2)
    step = max(goal.byte_step or BYTE_STEP, spread / most)
    widths = [_width_of(full - index * step, full, plan.width) for index in range(most)]
    return dict.fromkeys((w for w in widths if w >= least), 1.0)


def _width_of(size_bytes: float, full_bytes: int, full_width: int) -> int:
    """Bytes grow with the pixels, so the width with their square root; 0 where none are left."""
    return math.floor(full_width * math.sqrt(max(0.0, size_bytes / full_bytes)))


def _variant(width: int, density: float, facts: Facts, plan: Plan) -> Variant:
    size = at_least(facts.width, facts.height, width)
    share = size[0] * size[1] / (plan.width * plan.height)
    target = plan.target if plan.lossless_only else _target(plan.target, density)
    return Variant(
        width=size[0],
        height=size[1],
        dpr=density,
        target=target,
        expected_bytes=max(1, round(plan.candidates[0].expected_bytes * share)),
    )


def _target(target: float, density: float) -> float:
    """Denser pixels are smaller to the eye (`shifts.DENSITY_STEPS` has the source)."""
    return max(min(target, LEAST_SHIFTED_TARGET), target - density_step(density))


def reason(made: tuple[Variant, ...], goal: Goal) -> Reason:
    widths = [variant.width for variant in made]
    names = ", ".join(str(width) for width in widths)
    if goal.layout_widths:
        text = f"To be made in the widths {names}, for the layout's slots at one and two densities."
        return Reason(code="variants-layout", text=text, values={"widths": widths})
    step = goal.byte_step or BYTE_STEP
    text = f"To be made in the widths {names}; each saves {step} bytes or more."
    return Reason(code="variants-bytes", text=text, values={"widths": widths, "byte_step": step})


def placeholder(facts: Facts, goal: Goal) -> tuple[Placeholder | None, tuple[Reason, ...]]:
    """What stands there while the picture loads, as the goal asks.

    Nothing behind what is seen through: it would still be there when the picture has come.
    """
    if not goal.placeholder:
        return None, ()
    if facts.transparent_permille or (facts.format == "svg" and goal.svg == "keep"):
        text = "A placeholder would be seen through it, so it gets none."
        return None, (Reason(code="placeholder-transparent", text=text),)
    colour = to_hex(facts.dominant_rgb) if facts.dominant_rgb else ""
    if goal.placeholder == "lqip":
        width, height = fit(facts.width, facts.height, LQIP_SIDE_PX, LQIP_SIDE_PX)
        text = f"A picture of {width} x {height} pixels is to stand there while it loads."
        made = Placeholder(kind="lqip", colour=colour, width=width, height=height)
        return made, (Reason(code="placeholder-lqip", text=text),)
    if not colour:
        text = "Its dominant colour is not known, so it gets no placeholder."
        return None, (Reason(code="placeholder-unknown", text=text),)
    text = f"Its dominant colour {colour} is to stand there while it loads."
    made = Placeholder(kind="dominant", colour=colour)
    return made, (Reason(code="placeholder-dominant", text=text, values={"colour": colour}),)
