"""A variant for those who cannot wait: one encode at a safe quality, without a model or a score.

header -> size -> pixels, made smaller by the decoder -> statistics -> plan -> one encode
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright import drawings, intake, metadata
from eyebright.aside import aside
from eyebright.encode import encode
from eyebright.frozen import Frozen
from eyebright.host.base import Decoded, Host, Pixels
from eyebright.opening import admitted, decode_source, facts_of, with_memory
from eyebright.originals import cleaned, metadata_to_keep
from eyebright.policy import Policies, decide
from eyebright.policy.memory import largest_divisor
from eyebright.policy.unmeasured import unmeasured
from eyebright.renditions import Renditions, drop_opaque_alpha
from eyebright.server.faults import NeedsTime
from eyebright.steps import Steps
from eyebright.transform import reshaped
from eyebright.values import Capabilities, Facts, Goal, Plan, Source, Trial


class Hurry(Frozen):
    """One picture, wanted now."""

    host: Host
    data: bytes
    source: Source
    goal: Goal
    able: Capabilities
    policies: Policies

    def decided(self, facts: Facts) -> Plan:
        """By the quick encoders."""
        return decide(facts, self.goal, self.able, self.policies)


async def quick(
    host: Host, data: bytes, task: Mapping[str, Any], policies: Policies
) -> tuple[dict[str, Any], bytes]:
    """What `variants.quick_variant` reads, and the file.

    `task` has the goal, the capabilities, the limits, and the facts where they are known.
    Raises InputError, and NeedsTime where only a measured file will do.
    """
    source = intake.read(data, name=task["name"], limits=intake.Limits.from_dict(task["limits"]))
    if source.format == drawings.FORMAT or source.frames > 1:
        raise NeedsTime("drawings and animations are not made quickly")
    hurry = Hurry(
        host=host,
        data=data,
        source=source,
        goal=Goal.from_dict(task["goal"]).replace(mode="fast"),
        able=await with_memory(host, Capabilities.from_dict(task["capabilities"])),
        policies=policies,
    )
    steps = Steps(host, None)
    steps.start("decode")
    known = Facts.from_dict(task["facts"]) if task["facts"] else None
    plan = hurry.decided(known or drawings.facts_of(source))
    decoded = await _decoded(hurry, plan)
    steps.start("analyse")
    facts = await aside(facts_of, source, data, decoded) if known is None else known
    plan = hurry.decided(facts)
    if decoded.divisor > largest_divisor(source, (plan.width, plan.height)):
        decoded = await _decoded(hurry, plan)
    told, body = await _made(hurry, plan, drop_opaque_alpha(decoded.pixels, facts), steps)
    return {**told, "original_bytes": len(data), "stages_ms": steps.stop()}, body


async def _decoded(hurry: Hurry, plan: Plan) -> Decoded:
    """At the coarsest scale that the plan's size allows. Raises LimitExceeded."""
    goal = hurry.goal.replace(max_width=plan.width, max_height=plan.height)
    decoding = admitted(hurry.source, goal, hurry.able, hurry.policies, hurried=True)
    return await decode_source(hurry.host, hurry.source, hurry.data, decoding.divisor)


async def _made(
    hurry: Hurry, plan: Plan, pixels: Pixels, steps: Steps
) -> tuple[dict[str, Any], bytes]:
    """A new file, or the original where that stays, or is no larger at the same size."""
    source, trial = hurry.source, unmeasured(plan, hurry.able)
    if trial is None and not plan.keep_original:
        raise NeedsTime("only a measured file will do for it")
    if trial is not None:
        body = await _encoded(hurry, plan, pixels, trial, steps)
        is_smaller = len(body) < source.size_bytes or trial.width < source.width
        if is_smaller or not plan.original_shown:
            return _told(trial.format, trial.width, trial.height, steps), body
    if not plan.original_shown:
        raise NeedsTime("its receiver does not show the original, which stays as it is")
    return _told(source.format, source.width, source.height, steps), await _original(hurry, plan)


def _told(name: str, width: int, height: int, steps: Steps) -> dict[str, Any]:
    return {"format": name, "width": width, "height": height, "encodes": steps.encodes}


async def _encoded(hurry: Hurry, plan: Plan, pixels: Pixels, trial: Trial, steps: Steps) -> bytes:
    steps.start("transform")
    renditions = Renditions(reshaped(pixels, plan), cleans=plan.clean_hidden)
    scaled = await aside(renditions.for_trial, trial)
    steps.start("encode", trial)
    made = await encode(hurry.host, scaled, trial)
    kept = metadata_to_keep(hurry.data, hurry.source, plan)
    return metadata.write(made, kept, width=trial.width, height=trial.height)


async def _original(hurry: Hurry, plan: Plan) -> bytes:
    """Without its private metadata, where it may be touched."""
    if plan.keep_bytes:
        return hurry.data
    kept = metadata_to_keep(hurry.data, hurry.source, plan, for_original=True)
    return await cleaned(hurry.host, hurry.data, hurry.source, kept, None) or hurry.data
