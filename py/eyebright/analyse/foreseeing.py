"""What the encoders will need on the pixels that they are given: forecasts instead of trials."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eyebright.analyse import registry
from eyebright.analyse.asking import FALLBACK, Fault, ask, senseless
from eyebright.analyse.texture import features
from eyebright.aside import aside
from eyebright.errors import CapabilityMissing
from eyebright.host.base import Host
from eyebright.pixels import Pixels
from eyebright.policy.forecasts import ENCODERS
from eyebright.values import FORECAST_TARGETS, Forecast, Reason

NAME = "predictors"

PARTS = 3
"""Of the model's answer: quality, log2 of bits per pixel, half-width of the score's interval."""

SCALES = (10, 100, 100)
"""From these to the whole numbers of a forecast."""

MOST = 100_000
"""No dial, size or margin is as large, whatever a broken model says."""

BUDGET_MS = 5_000.0
"""For the model on one picture: to wait longer than for the encode that it saves is no gain."""

Tensor = npt.NDArray[np.generic]


def prepare(pixels: Pixels) -> dict[str, Tensor]:
    """`features` (1, n) float32 of (H, W, 3 or 4) uint8 sRGB."""
    return {"features": features(pixels)[None]}


def read(outputs: Mapping[str, Tensor]) -> dict[str, Forecast]:
    """The network's `forecasts` (1, 3 x encoders x targets), made to rise with the target.

    Raises KeyError where it is missing, ValueError for another shape.
    """
    told = np.asarray(outputs["forecasts"], np.float64)
    shape = PARTS, len(ENCODERS), len(FORECAST_TARGETS)
    if told.shape != (1, math.prod(shape)):
        raise ValueError(f"forecasts of shape {told.shape}")
    scaled = told.reshape(shape) * np.asarray(SCALES)[:, None, None]
    whole = np.rint(scaled).clip(-MOST, MOST).astype(int)
    whole[:2] = np.maximum.accumulate(whole[:2], axis=2)
    return {
        name: Forecast(
            quality_tenths=tuple(whole[0, e].tolist()),
            log2_bits_centi=tuple(whole[1, e].tolist()),
            margin_centi=tuple(whole[2, e].tolist()),
        )
        for e, name in enumerate(ENCODERS)
    }


class Foresight(NamedTuple):
    """What is foreseen, by encoder; by which model; and why nothing is."""

    forecasts: Mapping[str, Forecast]
    models: Mapping[str, str] = MappingProxyType({})
    """Version by name, as in `Facts.models`."""
    notes: tuple[Reason, ...] = ()


NO_FORESIGHT = Foresight(MappingProxyType({}))
"""Nothing was asked."""


async def foresee(host: Host, pixels: Pixels, *, budget_ms: float = BUDGET_MS) -> Foresight:
    """Forecasts for these pixels, (H, W, 3 or 4) uint8; none, with the reason, where no model can.

    Nothing at all where this build has no such model, or nothing that runs models: that is told of
    those that look at the picture.
    """
    try:
        entry = registry.entries().get(NAME)
    except CapabilityMissing:
        return NO_FORESIGHT
    if entry is None or not await host.runtime_version():
        return NO_FORESIGHT
    try:
        outputs = await ask(host, NAME, await aside(prepare, pixels), budget_ms)
        return Foresight(_read(outputs), {NAME: entry.version})
    except Fault as fault:
        return _without(fault)


def _read(outputs: Mapping[str, Tensor]) -> dict[str, Forecast]:
    try:
        return read(outputs)
    except (KeyError, ValueError) as exc:
        raise senseless(exc) from exc


def _without(fault: Fault) -> Foresight:
    text = f"The {NAME} model told nothing ({fault}), so the tables tell where to begin."
    note = Reason(code=fault.code, text=text, values={"model": NAME, "why": str(fault)})
    return Foresight({}, {NAME: FALLBACK}, (note,))
