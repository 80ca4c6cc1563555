"""The way from bytes to a report. Read this page first.

    bytes -> intake -> analyse -> decide -> transform -> encode -> verify -> deliver -> Report

Each stage takes and returns frozen records and knows no other stage. The only loop (which
quality next?) is a generator in the policy; here it is driven, not decided.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from eyebright import intake, kernels, metadata
from eyebright.analyse import facts as facts_of
from eyebright.deliver import Optimised, Run, deliver
from eyebright.encode import encode
from eyebright.errors import CodecError, InputError
from eyebright.host import default_host
from eyebright.host.base import Host, Pixels
from eyebright.metadata import Kept
from eyebright.policy import POLICY_VERSION, check_goal, choose, decide
from eyebright.transform import resize
from eyebright.values import (
    Capabilities,
    Choice,
    Facts,
    Goal,
    Limits,
    Outcome,
    Plan,
    Progress,
    Reason,
    Source,
    Trial,
)
from eyebright.verify import failed, same_picture, verify
from eyebright.version import VERSION

OnProgress = Callable[[Progress], None]


async def optimise(
    data: bytes | os.PathLike[str],
    goal: Goal | None = None,
    *,
    name: str = "",
    host: Host | None = None,
    capabilities: Capabilities | None = None,
    on_progress: OnProgress | None = None,
) -> Optimised:
    """Make one picture as small as the goal allows.

    Returns the new bytes and the report; where nothing smaller passes, the original's own bytes.
    Raises InputError for a file that cannot be used, PolicyError for a goal that cannot be meant.
    Cancelling the task stops between trials and inside codecs.
    """
    goal = goal or Goal()
    check_goal(goal)
    data, name = _load(data, name)
    host = host or default_host()
    steps = Steps(host, on_progress)

    steps.start("intake")
    source = intake.read(data, name=name)
    decoded = await host.decode(data, source_format=source.format)

    steps.start("analyse")
    facts = facts_of(source, decoded.pixels)

    steps.start("decide")
    capabilities = capabilities or await host.capabilities()
    plan = decide(facts, goal, capabilities)

    steps.start("transform")
    pixels, notes = _drop_opaque_alpha(decoded.pixels, facts), decoded.notes
    del decoded  # of a large picture, only one copy stays

    kept = _metadata(data, source, plan, mark_edited=plan.mark_edited)
    choice, best = await _search(host, plan, pixels, kept, steps)
    cleaned = None
    if choice.outcome is None and not plan.keep_original:
        kept = _metadata(data, source, plan, mark_edited=False)
        cleaned = await _cleaned(host, data, source, kept, pixels)

    steps.start("deliver")
    versions = await _versions(host, plan, capabilities)
    run = Run(
        encodes=steps.encodes,
        timings_ms=steps.stop(),
        versions=versions,
        fallbacks=(*steps.fallbacks, *_missing_kernels(capabilities)),
        notes=notes,
        metadata=kept,
        is_cleaned=cleaned is not None,
    )
    return deliver(source, facts, plan, choice, best or cleaned or data, run)


def optimise_sync(
    data: bytes | os.PathLike[str], goal: Goal | None = None, *, name: str = ""
) -> Optimised:
    """`optimise` for callers without an event loop."""
    return asyncio.run(optimise(data, goal, name=name))


async def analyse(
    data: bytes | os.PathLike[str], *, name: str = "", host: Host | None = None
) -> Facts:
    """The facts that the policy decides on. Raises InputError for a file that cannot be used."""
    data, name = _load(data, name)
    source = intake.read(data, name=name)
    decoded = await (host or default_host()).decode(data, source_format=source.format)
    return facts_of(source, decoded.pixels)


async def decode(
    data: bytes | os.PathLike[str], *, name: str = "", host: Host | None = None
) -> tuple[Source, Pixels]:
    """A checked source and its upright sRGB pixels, for scoring and for tools."""
    data, name = _load(data, name)
    source = intake.read(data, name=name)
    decoded = await (host or default_host()).decode(data, source_format=source.format)
    return source, decoded.pixels


async def _search(
    host: Host, plan: Plan, pixels: Pixels, kept: Kept, steps: Steps
) -> tuple[Choice, bytes | None]:
    """Drive the policy's generator: encode what it asks for, tell it what came of it."""
    if plan.keep_original:
        return Choice(outcome=None, target_reached=_original_fits(plan)), None
    renditions = Renditions(pixels)
    made: dict[Trial, bytes] = {}
    search = choose(plan)
    trial = next(search)
    while True:
        steps.start("transform", trial)
        reference = renditions.at(trial.width, trial.height)
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

    An encoder that fails costs its format, never the file.
    """
    steps.start("encode", trial)
    try:
        data = await encode(host, reference, trial)
        data = metadata.write(data, kept, width=trial.width, height=trial.height)
    except CodecError as exc:
        steps.fallbacks.append(_encoder_failed(trial, exc))
        return failed(trial, b""), b""
    steps.start("verify", trial)
    return await verify(host, data, trial, reference, limits), data


def _metadata(data: bytes, source: Source, plan: Plan, *, mark_edited: bool) -> Kept:
    return metadata.choose(
        metadata.read(data, source.format),
        source.format,
        mode=plan.metadata,
        mark_edited=mark_edited,
        is_srgb=plan.colour == "srgb",
    )


async def _cleaned(
    host: Host, data: bytes, source: Source, kept: Kept, pixels: Pixels
) -> bytes | None:
    """The original with less metadata, where nothing smaller passed; None where it stays as it is.

    Its picture data are the same bytes; that it shows the same pixels is checked nevertheless.
    """
    cleaned = metadata.clean(data, source.format, kept, orientation=source.orientation)
    if cleaned is None or len(cleaned) >= len(data):
        return None
    try:
        shown = (await host.decode(cleaned, source_format=source.format)).pixels
    except InputError:
        return None
    return cleaned if same_picture(shown, pixels) else None


class Renditions:
    """The picture at the sizes asked for, each scaled once from the original pixels."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels
        self._last: Pixels = pixels

    def at(self, width: int, height: int) -> Pixels:
        for known in (self._last, self._pixels):
            if known.shape[:2] == (height, width):
                return known
        self._last = resize(self._pixels, width, height)
        return self._last


class Steps:
    """Times the stages and tells the caller about them."""

    def __init__(self, host: Host, on_progress: OnProgress | None) -> None:
        self._host = host
        self._on_progress = on_progress
        self._stage = ""
        self._since = host.now_ms()
        self._timings: dict[str, float] = {}
        self.fallbacks: list[Reason] = []
        self.encodes = 0

    def start(self, stage: str, trial: Trial | None = None) -> None:
        """Close the stage before, open this one, and report it."""
        self._close()
        self._stage = stage
        if stage == "encode":
            self.encodes += 1
        if self._on_progress is None:
            return
        self._on_progress(
            Progress(
                stage=stage,
                format=trial.format if trial else "",
                trial=max(1, self.encodes) if trial else 0,
                fraction=self._fraction(),
            )
        )

    def stop(self) -> dict[str, float]:
        """Milliseconds by stage, and their `total`."""
        self._close()
        return {**self._timings, "total": sum(self._timings.values())}

    def _close(self) -> None:
        now = self._host.now_ms()
        if self._stage:
            spent = self._timings.get(self._stage, 0.0) + now - self._since
            self._timings[self._stage] = spent
        self._since = now

    def _fraction(self) -> float:
        """Never falling; nobody knows beforehand how many encodes there will be."""
        if self._stage == "deliver":
            return 1.0
        before = {"intake": 0.0, "analyse": 0.1, "decide": 0.15}.get(self._stage)
        return before if before is not None else round(0.95 - 0.75 * 0.75**self.encodes, 3)


def _load(data: bytes | os.PathLike[str], name: str) -> tuple[bytes, str]:
    if isinstance(data, os.PathLike):
        path = Path(data)
        return path.read_bytes(), name or path.name
    return bytes(data), name or "picture"


def _drop_opaque_alpha(pixels: Pixels, facts: Facts) -> Pixels:
    if pixels.shape[2] == 3 or facts.transparent_permille:
        return pixels
    return np.ascontiguousarray(pixels[..., :3])


def _original_fits(plan: Plan) -> bool:
    return plan.max_bytes is None or plan.original_bytes <= plan.max_bytes


async def _versions(host: Host, plan: Plan, capabilities: Capabilities) -> dict[str, Any]:
    """Everything whose change may change the output, for the record and the cache key."""
    encoders = await host.encoder_versions()
    wanted = {candidate.format for candidate in plan.candidates}
    return {
        "eyebright": VERSION,
        "policy": POLICY_VERSION,
        "kernels": capabilities.kernels,
        "models": {},
        "encoders": {name: encoders[name] for name in sorted(wanted & set(encoders))},
    }


def _missing_kernels(capabilities: Capabilities) -> tuple[Reason, ...]:
    if capabilities.kernels == "compiled":
        return ()
    text = "The compiled kernels are missing here, so scoring and scaling ran on numpy, slower."
    return (Reason(code="kernels-missing", text=text, values={"why": kernels.why_numpy()}),)


def _encoder_failed(trial: Trial, exc: CodecError) -> Reason:
    text = f"The {trial.format} encoder failed ({exc}), so that format was left out."
    return Reason(code="encoder-failed", text=text, values={"format": trial.format})
