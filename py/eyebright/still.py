"""The way of still pictures: the policy asks for trials, here they are made and measured."""

from __future__ import annotations

import asyncio

from eyebright import metadata
from eyebright.ahead import MOST_PIXELS, ahead
from eyebright.analyse.foreseeing import Foresight, foresee
from eyebright.aside import aside
from eyebright.downscale import Downscaled, downscale
from eyebright.encode import encode
from eyebright.errors import CodecError
from eyebright.host.base import Host, Pixels
from eyebright.metadata import Kept
from eyebright.policy import choose
from eyebright.policy.choice import sure_trials
from eyebright.policy.forecasts import Forecasts, encoder_of
from eyebright.renditions import Renditions
from eyebright.room import room
from eyebright.steps import Steps
from eyebright.values import Choice, Limits, Outcome, Plan, Trial
from eyebright.verify import failed, verify


async def foreseen(host: Host, plan: Plan, renditions: Renditions) -> Foresight:
    """What the encoders of the plan will need on its pixels; nothing where none is forecast."""
    if plan.keep_original or plan.frames > 1 or not any(map(encoder_of, plan.candidates)):
        return Foresight({})
    return await foresee(host, await aside(renditions.at, plan.width, plan.height))


async def scaled(
    host: Host, plan: Plan, renditions: Renditions, *, models: bool
) -> Downscaled | None:
    """Let the network make the plan's size, where the plan says so; `renditions` keeps it.

    Where it does not, what the plan's method made is kept.
    """
    if not plan.learned_scaling:
        return None
    pixels, curves = renditions.source
    size = plan.width, plan.height
    made = await downscale(host, pixels, *size, curves=curves, method=plan.scaling, models=models)
    renditions.keep(made.pixels)
    return made


async def search_still(
    host: Host, plan: Plan, renditions: Renditions, kept: Kept, steps: Steps, forecasts: Forecasts
) -> tuple[Choice, bytes | None]:
    """Drive the policy's generator: encode what it asks for, tell it what came of it."""
    if plan.keep_original:
        return Choice(outcome=None, target_reached=_original_fits(plan)), None

    async def attempt(trial: Trial, steps: Steps) -> tuple[Outcome, bytes]:
        steps.start("transform", trial)
        reference = await aside(renditions.for_trial, trial)
        return await _attempt(host, reference, trial, kept, plan.limits, steps)

    made: dict[Trial, bytes] = {}
    asking = choose(plan, forecasts)
    trial = next(asking)
    async with ahead(_beside(plan, forecasts), attempt, lambda: Steps(host, None)) as work:
        while True:
            outcome, made[trial] = await work.made(trial, steps)
            await asyncio.sleep(0)  # a cancelled task stops here, between trials
            try:
                trial = asking.send(outcome)
            except StopIteration as stop:
                choice: Choice = stop.value
                return choice, made[choice.outcome.trial] if choice.outcome else None


def _beside(plan: Plan, forecasts: Forecasts) -> tuple[Trial, ...]:
    """Trials to make before they are asked for: none where other pictures fill the cores."""
    if plan.width * plan.height > MOST_PIXELS or not room().is_lone:
        return ()
    return sure_trials(plan, forecasts)


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
    outcome = await verify(
        host,
        data,
        trial,
        reference,
        limits,
        steps.decoder_failed,
        profile=kept.blocks.icc,
        decoding=steps.apart("decode"),
    )
    return outcome, data


def _original_fits(plan: Plan) -> bool:
    return plan.max_bytes is None or plan.original_bytes <= plan.max_bytes
