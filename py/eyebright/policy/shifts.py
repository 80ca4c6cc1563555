"""How hints of the network, the battery and the screen lower a policy's target, step by step.

A target that somebody gave is never shifted. Steps are SSIMULACRA2 points. Sources: imgix lowers
its quality from 75 to 45 for Save-Data and to 50 and 35 at two and three pixels per CSS pixel
(@imgix/js-core 3.8, DPR_QUALITIES); on the JPEG curve of `formats.QUALITY_AT_SCORE` these are about
16, 12 and 22 points. We take half, since a person may still look closely. Cloudflare Images treats
3g and slower as it treats Save-Data (slow-connection-quality); we give 3g half of that.
"""

from __future__ import annotations

from eyebright.values import Capabilities, Goal, Reason

SAVE_DATA_STEP = 8.0
EFFECTIVE_TYPE_STEP = {"slow-2g": 8.0, "2g": 8.0, "3g": 4.0}
DENSITY_STEPS = ((3.0, 11.0), (2.0, 6.0), (1.5, 3.0))
"""(device pixels per CSS pixel from which on, points)."""

BATTERY_STEP = 2.0
"""Within the 2 points that the eye does not tell apart: our choice."""

MOST_SHIFT = 12.0
"""All steps together: 75 becomes 63 at worst."""

LEAST_SHIFTED_TARGET = 60.0
"""Hints never lower a target below this: halfway between medium (50) and high (70) quality on
SSIMULACRA2's own scale."""


def shifted(
    target: float,
    goal: Goal,
    capabilities: Capabilities,
    least: float = LEAST_SHIFTED_TARGET,
) -> tuple[float, tuple[Reason, ...]]:
    """The target after all hints, never lowered below `least`, and the reason with each step."""
    steps = _steps(goal, capabilities)
    lowered = max(min(target, least), target - min(MOST_SHIFT, sum(steps.values())))
    if lowered == target:
        return target, ()
    named = ", ".join(f"{name} {points:g}" for name, points in steps.items())
    text = f"Hints lower the target from {target:g} to {lowered:g} ({named})."
    values = {"from": target, "to": lowered, "steps": steps}
    return lowered, (Reason(code="target-shifted", text=text, values=values),)


def density_step(dpr: float) -> float:
    """Points that a screen of this density forgives: its pixels are smaller to the eye."""
    return next((points for least, points in DENSITY_STEPS if dpr >= least), 0.0)


def _steps(goal: Goal, capabilities: Capabilities) -> dict[str, float]:
    by_type = EFFECTIVE_TYPE_STEP.get(capabilities.effective_type, 0.0)
    steps = {
        "save-data": SAVE_DATA_STEP if capabilities.save_data else 0.0,
        # Save-Data and a slow network ask for the same thing: it is not counted twice.
        "slow network": 0.0 if capabilities.save_data else by_type,
        "battery": BATTERY_STEP if capabilities.battery_saving else 0.0,
        "density": density_step(capabilities.dpr or 1.0) if _fits_slot(goal, capabilities) else 0.0,
    }
    return {name: points for name, points in steps.items() if points}


def _fits_slot(goal: Goal, capabilities: Capabilities) -> bool:
    """Only who scales to the slot knows how dense it will stand; variants see to it themselves."""
    known = capabilities.width_px or capabilities.viewport_width_px
    return goal.purpose == "serve" and known is not None and not goal.layout_widths
