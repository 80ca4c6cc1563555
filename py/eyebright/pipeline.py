"""The way from bytes to a report. Read this page first.

    bytes -> intake -> analyse -> decide -> transform -> encode -> verify -> deliver -> Report

Each stage takes and returns frozen records and knows no other stage. The only loop (which
quality next?) is a generator in the policy; here it is driven, not decided.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from eyebright import drawings, intake, kernels, metadata
from eyebright.analyse import facts as facts_of
from eyebright.animate import animate
from eyebright.deliver import Optimised, Run, deliver
from eyebright.duplicates import Fingerprint, fingerprint
from eyebright.encode import encode
from eyebright.errors import CodecError, HostError, InputError, LimitExceeded
from eyebright.host import coding, default_host
from eyebright.host.base import Decoded, Host, Pixels, decode_as
from eyebright.metadata import Kept
from eyebright.originals import cleaned, metadata_to_keep
from eyebright.policy import BUILT_IN, Policies, check_goal, choose, decide, record
from eyebright.policy.memory import Decoding, plan_decoding, width_that_fits
from eyebright.renditions import Renditions, drop_opaque_alpha, hidden_cleaned
from eyebright.room import room
from eyebright.steps import OnProgress, Steps
from eyebright.values import (
    COLOURS_NOT_CONVERTED,
    Capabilities,
    Choice,
    Facts,
    Goal,
    Limits,
    Outcome,
    Plan,
    Reason,
    Source,
    Trial,
)
from eyebright.verify import failed, verify
from eyebright.version import VERSION


async def optimise(  # noqa: PLR0913 - one call for everything; all but two by their names
    data: bytes | os.PathLike[str],
    goal: Goal | None = None,
    *,
    name: str = "",
    host: Host | None = None,
    capabilities: Capabilities | None = None,
    policies: Policies = BUILT_IN,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
    on_progress: OnProgress | None = None,
) -> Optimised:
    """Make one picture as small as the goal allows.

    Returns the new bytes, the report and the record of the decision; where nothing smaller passes,
    the original's own bytes. `policies` is what `policy.load_policies` made of a policy file.
    Raises InputError for a file that cannot be used, is above `limits` or does not fit into memory,
    PolicyError for a goal that cannot be meant. Cancelling the task stops between trials and
    inside codecs.
    """
    goal = goal or Goal()
    check_goal(goal, policies)
    data, name = _load(data, name)
    host = host or default_host()
    steps = Steps(host, on_progress)

    steps.start("intake")
    source = intake.read(data, name=name, limits=limits)
    if drawings.passes_through(source, goal):
        capabilities = capabilities or await host.capabilities()
        return await _passed(host, source, data, (goal, capabilities, policies), steps)
    source = drawings.sized(source, goal, limits)
    decoding = _admitted(source, goal, await _with_memory(host, capabilities), policies)
    async with room().share(decoding.need_mb, decoding.budget_mb):
        work = Work(data=data, source=source, goal=goal, host=host, policies=policies, steps=steps)
        return await _optimise(work, capabilities, decoding.divisor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one call of `optimise` is about."""

    data: bytes
    source: Source
    goal: Goal
    host: Host
    policies: Policies
    steps: Steps


async def _optimise(work: Work, capabilities: Capabilities | None, divisor: int) -> Optimised:
    """One picture from decoding on, at 1/`divisor` of its size."""
    data, source, host, steps = work.data, work.source, work.host, work.steps
    keeps = _may_keep_colours(source, work.goal)
    decoded = await _decoded(host, source, data, divisor, keep_colours=keeps)

    steps.start("analyse")
    facts = _facts(source, data, decoded)

    steps.start("decide")
    capabilities = await _with_memory(host, capabilities)
    goal, policies = work.goal, work.policies
    plan = decide(facts, goal, capabilities, policies)
    decided = partial(record, facts, goal, capabilities, policies=policies)
    seen = asyncio.create_task(_fingerprint(decoded.pixels, source.sha256))

    steps.start("transform")
    if plan.decode_divisor < decoded.divisor:  # it needs more pixels than the header let expect
        decoded = await _decoded(host, source, data, keep_colours=keeps)
    divisor = decoded.divisor
    pixels = drop_opaque_alpha(decoded.pixels, facts)
    profile = decoded.profile
    told = (note for note in decoded.notes if note.code != COLOURS_NOT_CONVERTED)
    notes = (*told, *hidden_cleaned(pixels, plan))
    del decoded  # of a large picture, only one copy stays

    kept = metadata_to_keep(data, source, plan, profile=profile)
    if plan.frames > 1 and not plan.keep_original:
        choice, best = await animate(host, source, data, plan, kept, steps)
    else:
        choice, best = await _search(host, plan, pixels, kept, steps)
    clean = None
    if choice.outcome is None and not plan.keep_bytes:
        kept = metadata_to_keep(data, source, plan, for_original=True)
        clean = await cleaned(host, data, source, kept, pixels, profile=profile, divisor=divisor)

    steps.start("deliver")
    versions = await _versions(host, plan, capabilities)
    run = Run(
        encodes=steps.encodes,
        timings_ms=steps.stop(),
        versions=versions,
        fallbacks=(*steps.fallbacks, *_missing_kernels(capabilities)),
        notes=notes,
        fingerprint=await seen,
        metadata=kept,
        is_cleaned=clean is not None,
    )
    made = deliver(source, facts, plan, choice, best or clean or data, run)
    return made.replace(record=decided(versions=versions))


def optimise_sync(
    data: bytes | os.PathLike[str],
    goal: Goal | None = None,
    *,
    name: str = "",
    policies: Policies = BUILT_IN,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
) -> Optimised:
    """`optimise` for callers without an event loop."""
    return asyncio.run(optimise(data, goal, name=name, policies=policies, limits=limits))


async def analyse(
    data: bytes | os.PathLike[str],
    *,
    name: str = "",
    host: Host | None = None,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
) -> Facts:
    """The facts that the policy decides on. Raises InputError for a file that cannot be used."""
    data, name = _load(data, name)
    source = intake.read(data, name=name, limits=limits)
    return _facts(source, data, await _decoded(host or default_host(), source, data))


async def decode(
    data: bytes | os.PathLike[str],
    *,
    name: str = "",
    host: Host | None = None,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
) -> tuple[Source, Pixels]:
    """A checked source and its upright sRGB pixels, for scoring and for tools."""
    data, name = _load(data, name)
    source = intake.read(data, name=name, limits=limits)
    decoded = await _decoded(host or default_host(), source, data)
    return source, decoded.pixels


async def _passed(
    host: Host,
    source: Source,
    data: bytes,
    wanted: tuple[Goal, Capabilities, Policies],
    steps: Steps,
) -> Optimised:
    """A drawing as it is, with the decision on it."""
    goal, capabilities, policies = wanted
    steps.start("decide")
    facts = drawings.facts_of(source)
    plan = decide(facts, goal, capabilities, policies)
    steps.start("deliver")
    versions = await _versions(host, plan, capabilities)
    made = drawings.passed(source, plan, data, steps.stop(), versions)
    return made.replace(
        record=record(facts, goal, capabilities, policies=policies, versions=versions)
    )


async def _with_memory(host: Host, capabilities: Capabilities | None) -> Capabilities:
    """As given, else the host's; memory is always this machine's matter, not the receiver's."""
    own = await host.capabilities()
    if capabilities is None or capabilities.memory_mb is not None:
        return capabilities or own
    return capabilities.replace(memory_mb=own.memory_mb)


def _admitted(
    source: Source, goal: Goal, capabilities: Capabilities, policies: Policies
) -> Decoding:
    """How to decode it. Raises LimitExceeded for what does not fit into memory."""
    decoding = plan_decoding(source, goal, capabilities, policies)
    if decoding.fits:
        return decoding
    width = width_that_fits(source, decoding)
    smaller = f"a max_width of {width}" if width else "a smaller picture"
    raise LimitExceeded(
        f"{source.name}: {source.width} x {source.height} pixels need about {decoding.need_mb} MB "
        f"of memory, and {decoding.budget_mb} MB may be used; take {smaller}, or allow more "
        "(max_memory_mb) where the machine has it"
    )


async def _decoded(
    host: Host, source: Source, data: bytes, divisor: int = 1, *, keep_colours: bool = False
) -> Decoded:
    """The host's pixels; what it cannot decode is told with the file's name."""
    if source.format == drawings.FORMAT:
        data = intake.at_size(data, source.width, source.height)
    try:
        return await decode_as(
            host, data, source.format, keep_colours=keep_colours, divisor=divisor
        )
    except (InputError, HostError) as exc:
        raise type(exc)(f"{source.name}: {exc}") from exc


def _may_keep_colours(source: Source, goal: Goal) -> bool:
    """The frames of animations carry no profile, so those are converted."""
    return goal.colour == "keep" and source.frames == 1


def _facts(source: Source, data: bytes, decoded: Decoded) -> Facts:
    """With what is known of the colours: their own profile, or that nothing here converts them."""
    own = decoded.profile or coding.keepable(data, source.format, _profile(data, source))
    codings = (n.values for n in decoded.notes if n.code == COLOURS_NOT_CONVERTED)
    unconverted = next((str(values.get("coding", "a profile")) for values in codings), "")
    return facts_of(
        source,
        decoded.pixels,
        divisor=decoded.divisor,
        profile_bytes=len(own),
        unconverted=unconverted,
    )


def _profile(data: bytes, source: Source) -> bytes:
    return metadata.read(data, source.format).icc if source.has_icc else b""


async def _search(
    host: Host, plan: Plan, pixels: Pixels, kept: Kept, steps: Steps
) -> tuple[Choice, bytes | None]:
    """Drive the policy's generator: encode what it asks for, tell it what came of it."""
    if plan.keep_original:
        return Choice(outcome=None, target_reached=_original_fits(plan)), None
    renditions = Renditions(pixels, cleans=plan.clean_hidden)
    made: dict[Trial, bytes] = {}
    search = choose(plan)
    trial = next(search)
    while True:
        steps.start("transform", trial)
        reference = renditions.for_trial(trial)
        outcome, made[trial] = await _attempt(host, reference, trial, kept, plan.limits, steps)
        await asyncio.sleep(0)  # a cancelled task stops here, between trials
        try:
            trial = search.send(outcome)
        except StopIteration as stop:
            choice: Choice = stop.value
            return choice, made[choice.outcome.trial] if choice.outcome else None


async def _attempt(
    host: Host, reference: Pixels, trial: Trial, kept: Kept, limits: Limits, steps: Steps
) -> tuple[Outcome, bytes]:
    """One encode with the metadata to keep, verified as it would be delivered.

    An encoder or decoder that fails costs its format, never the file.
    """
    steps.start("encode", trial)
    try:
        data = await encode(host, reference, trial)
    except CodecError as exc:
        steps.encoder_failed(trial, exc)
        return failed(trial, b""), b""
    try:
        data = metadata.write(data, kept, width=trial.width, height=trial.height)
    except CodecError as exc:
        steps.metadata_failed(trial, exc)
        return failed(trial, b""), b""
    steps.start("verify", trial)
    profile = kept.blocks.icc
    outcome = await verify(
        host, data, trial, reference, limits, steps.decoder_failed, profile=profile
    )
    return outcome, data


async def _fingerprint(pixels: Pixels, sha256: str) -> Fingerprint:
    """As a task it runs while this machine's encoder works elsewhere: it decides nothing."""
    return fingerprint(pixels, sha256=sha256)


def _load(data: bytes | os.PathLike[str], name: str) -> tuple[bytes, str]:
    if isinstance(data, os.PathLike):
        path = Path(data)
        return path.read_bytes(), name or path.name
    return bytes(data), name or "picture"


def _original_fits(plan: Plan) -> bool:
    return plan.max_bytes is None or plan.original_bytes <= plan.max_bytes


async def _versions(host: Host, plan: Plan, capabilities: Capabilities) -> dict[str, Any]:
    """Everything whose change may change the output, for the record and the cache key."""
    encoders = await host.encoder_versions()
    wanted = {candidate.format for candidate in plan.candidates}
    return {
        "eyebright": VERSION,
        "policy": plan.policy_version,
        "kernels": capabilities.kernels,
        "models": {},
        "encoders": {name: encoders[name] for name in sorted(wanted & set(encoders))},
    }


def _missing_kernels(capabilities: Capabilities) -> tuple[Reason, ...]:
    if capabilities.kernels == "compiled":
        return ()
    text = "The compiled kernels are missing here, so scoring and scaling ran on numpy, slower."
    return (Reason(code="kernels-missing", text=text, values={"why": kernels.why_numpy()}),)
