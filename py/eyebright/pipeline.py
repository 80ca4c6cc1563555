"""The way from bytes to a report. Read this page first.

    bytes -> intake -> analyse -> decide -> transform -> encode -> verify -> deliver -> Report

Each stage takes and returns frozen records and knows no other stage. The only loop (which
quality next?) is a generator in the policy; `still` and `animate` drive it and decide nothing.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeAlias

from eyebright import drawings, intake
from eyebright.analyse.foreseeing import NO_FORESIGHT
from eyebright.animate import animate
from eyebright.aside import aside
from eyebright.deliver import Optimised, Run, deliver
from eyebright.duplicates import Fingerprint, fingerprint
from eyebright.frozen import Frozen
from eyebright.host import default_host
from eyebright.host.base import Decoded, Host, Pixels
from eyebright.means import missing_kernels, versions_of
from eyebright.opening import (
    admitted,
    decode_source,
    looked_at,
    may_keep_colours,
    may_matter,
    readable,
    with_memory,
)
from eyebright.originals import cleaned, metadata_to_keep
from eyebright.policy import BUILT_IN, Policies, check_goal, decide, record
from eyebright.renditions import Renditions, drop_opaque_alpha, hidden_cleaned
from eyebright.room import room
from eyebright.steps import OnProgress, Steps
from eyebright.still import foreseen, scaled, search_still
from eyebright.transform import reshaped
from eyebright.values import (
    COLOURS_NOT_CONVERTED,
    Capabilities,
    Facts,
    Goal,
    Reason,
    Source,
)

Data: TypeAlias = bytes | bytearray | memoryview | str | os.PathLike[str]
"""A file's bytes, or its path."""


async def optimise(  # noqa: PLR0913 - one call for everything; all but two by their names
    data: Data,
    goal: Goal | None = None,
    *,
    name: str = "",
    host: Host | None = None,
    capabilities: Capabilities | None = None,
    policies: Policies = BUILT_IN,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
    on_progress: OnProgress | None = None,
    models: bool = True,
) -> Optimised:
    """Make one picture as small as the goal allows.

    Returns the new bytes, the report and the record of the decision; where nothing smaller passes,
    the original's own bytes. `policies` is what `policy.load_policies` made of a policy file;
    without `models` statistics alone tell what is in the picture.
    Raises InputError for a file that cannot be used, is above `limits` or does not fit into memory,
    PolicyError for a goal that cannot be meant, TypeError for what is neither bytes nor a path, no
    Goal or no policies, OSError for a path that cannot be read. Cancelling the task
    stops between trials and inside codecs.
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
    decoding = admitted(source, goal, await with_memory(host, capabilities), policies)
    async with room().share(decoding.need_mb, decoding.budget_mb):
        work = Work(
            data=data,
            source=source,
            goal=goal,
            host=host,
            policies=policies,
            steps=steps,
            models=models and may_matter(goal, policies),
        )
        return await _optimise(work, capabilities, decoding.divisor)


class Work(Frozen):
    """What one call of `optimise` is about."""

    data: bytes
    source: Source
    goal: Goal
    host: Host
    policies: Policies
    steps: Steps
    models: bool


async def _optimise(work: Work, capabilities: Capabilities | None, divisor: int) -> Optimised:
    """One picture from decoding on, at 1/`divisor` of its size."""
    data, source, host, steps = work.data, work.source, work.host, work.steps
    keeps = may_keep_colours(source, work.goal)
    with steps.apart("decode"):
        decoded = await decode_source(host, source, data, divisor, keep_colours=keeps)

    steps.start("analyse")
    sight = await looked_at(host, source, data, decoded, models=work.models)
    facts, unseen = sight

    steps.start("decide")
    capabilities = await with_memory(host, capabilities)
    goal, policies = work.goal, work.policies
    plan = decide(facts, goal, capabilities, policies)
    decided = partial(record, facts, goal, capabilities, policies=policies)
    recognise = partial(_fingerprint, decoded, source.sha256)

    steps.start("transform")
    if plan.decode_divisor < decoded.divisor:  # it needs more pixels than the header let expect
        with steps.apart("decode"):
            decoded = await decode_source(host, source, data, keep_colours=keeps)
    divisor = decoded.divisor
    profile = decoded.profile
    region = reshaped(drop_opaque_alpha(decoded.pixels, facts), plan)
    told = (note for note in decoded.notes if note.code != COLOURS_NOT_CONVERTED)
    notes = (*told, *hidden_cleaned(region, plan))
    del decoded  # of a large picture, only what is worked on stays

    kept = metadata_to_keep(data, source, plan, profile=profile)
    foresight = NO_FORESIGHT
    renditions = Renditions(
        region, cleans=plan.clean_hidden, profile=kept.blocks.icc, method=plan.scaling
    )
    asks = work.models and not sight.is_unloaded
    small = await scaled(host, plan, renditions, models=asks)
    if asks:
        foresight = await foreseen(host, plan, renditions)
    seen = asyncio.create_task(recognise())
    del recognise  # it holds what was decoded
    if plan.frames > 1 and not plan.keep_original:
        choice, best = await animate(host, source, data, plan, kept, steps)
    else:
        choice, best = await search_still(host, plan, renditions, kept, steps, foresight.forecasts)
    clean = None
    if choice.outcome is None and not plan.keep_bytes:
        kept = metadata_to_keep(data, source, plan, for_original=True)
        whole = None if plan.reshapes else region
        clean = await cleaned(host, data, source, kept, whole, profile=profile, divisor=divisor)

    steps.start("deliver")
    asked = {**facts.models, **foresight.models, **(small.models if small else {})}
    versions = await versions_of(host, source, plan, capabilities, asked)
    run = Run(
        encodes=steps.encodes,
        timings_ms=steps.stop(),
        versions=versions,
        fallbacks=(
            *unseen,
            *(small.notes if small else ()),
            *foresight.notes,
            *steps.fallbacks,
            *missing_kernels(capabilities),
        ),
        notes=notes,
        fingerprint=await seen,
        metadata=kept,
        is_cleaned=clean is not None,
    )
    made = deliver(source, facts, plan, choice, best or clean or data, run)
    return made.replace(record=decided(versions=versions))


def optimise_sync(
    data: Data,
    goal: Goal | None = None,
    *,
    name: str = "",
    policies: Policies = BUILT_IN,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
    models: bool = True,
) -> Optimised:
    """`optimise` for callers without an event loop."""
    return asyncio.run(
        optimise(data, goal, name=name, policies=policies, limits=limits, models=models)
    )


async def analyse(
    data: Data,
    *,
    name: str = "",
    host: Host | None = None,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
    models: bool = True,
) -> Facts:
    """The facts that the policy decides on; without `models`, those of statistics alone.

    A JPEG that memory does not hold whole is looked at at a part of its size.
    Raises InputError for a file that cannot be used or does not fit into memory.
    """
    facts, _notes = await analyse_noting(data, name=name, host=host, limits=limits, models=models)
    return facts


async def analyse_noting(
    data: Data,
    *,
    name: str = "",
    host: Host | None = None,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
    models: bool = True,
) -> tuple[Facts, tuple[Reason, ...]]:
    """As `analyse`, and what decoding had to do, and what stood in for a model."""
    data, name = _load(data, name)
    source = intake.read(data, name=name, limits=limits)
    host = host or default_host()
    async with _decoded(host, source, data) as (decoded, reduced):
        facts, unseen = await looked_at(host, source, data, decoded, models=models)
        return facts, (*reduced, *decoded.notes, *unseen)


async def decode(
    data: Data,
    *,
    name: str = "",
    host: Host | None = None,
    limits: intake.Limits = intake.DEFAULT_LIMITS,
) -> tuple[Source, Pixels]:
    """A checked source and its upright sRGB pixels, for scoring and for tools.

    Raises InputError for a file that cannot be used or does not fit into memory.
    """
    data, name = _load(data, name)
    source = intake.read(data, name=name, limits=limits)
    async with _decoded(host or default_host(), source, data, whole=True) as (decoded, _):
        return source, decoded.pixels


@asynccontextmanager
async def _decoded(
    host: Host, source: Source, data: bytes, *, whole: bool = False
) -> AsyncIterator[tuple[Decoded, tuple[Reason, ...]]]:
    """With why not all pixels were; within the block its share of memory is held."""
    decoding = readable(source, await host.capabilities(), whole=whole)
    async with room().share(decoding.need_mb, decoding.budget_mb):
        yield await decode_source(host, source, data, decoding.divisor), decoding.reasons


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
    versions = await versions_of(host, source, plan, capabilities, facts.models)
    made = drawings.passed(source, plan, data, steps.stop(), versions)
    return made.replace(
        record=record(facts, goal, capabilities, policies=policies, versions=versions)
    )


async def _fingerprint(decoded: Decoded, sha256: str) -> Fingerprint:
    """As a task it runs while this machine's encoder works elsewhere: it decides nothing."""
    work = partial(fingerprint, sha256=sha256, profile=decoded.profile)
    return await aside(work, decoded.pixels)


def _load(data: Data, name: str) -> tuple[bytes, str]:
    if isinstance(data, (str, os.PathLike)):
        path = Path(data)
        return path.read_bytes(), name or path.name
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"the picture is of type {type(data).__name__}; give its bytes or its path")
    return bytes(data), name or "picture"
