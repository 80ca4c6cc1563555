"""One question to one model, and why it was not answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import numpy as np

from eyebright.analyse import registry
from eyebright.errors import CapabilityMissing, HostError, ModelRefused
from eyebright.host.base import Host, Tensor

FALLBACK = "fallback"
"""Stands for a version where no model answered."""


UNLOADED_CODE = "models-unloaded"
"""Code where what runs models did not load: the next model would meet the same."""


class Fault(Exception):
    """A model did not tell anything: the code and the reason."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


async def ask(
    host: Host, name: str, inputs: Mapping[str, Tensor], budget_ms: float
) -> Mapping[str, Tensor]:
    """What the model of that name answers within the time, all of it finite. Raises Fault."""
    entry = registry.entries()[name]
    try:
        async with asyncio.timeout(max(0.0, budget_ms) / 1000):
            outputs = await _run(host, await registry.load(host, entry), inputs)
    except TimeoutError as exc:
        raise Fault("model-slow", "the time for models was used up") from exc
    except ModelRefused as exc:
        raise Fault("model-refused", str(exc)) from exc
    except CapabilityMissing as exc:
        raise Fault("model-missing", str(exc)) from exc
    except HostError as exc:
        raise Fault("model-failed", str(exc)) from exc
    _check_finite(outputs)
    return outputs


async def _run(host: Host, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Raises Fault where nothing runs models, HostError where this one fails."""
    try:
        return await host.infer(model, inputs)
    except CapabilityMissing as exc:
        raise Fault(UNLOADED_CODE, str(exc)) from exc


def senseless(exc: Exception) -> Fault:
    """Of an answer that reading fails on."""
    return Fault("model-failed", f"its answer makes no sense: {exc}")


def _check_finite(outputs: Mapping[str, Tensor]) -> None:
    """NaN and infinity, compared with limits, would pass for nothing seen."""
    for name, told in outputs.items():
        wrong = told.size - np.isfinite(told).sum()
        if wrong:
            why = f"{wrong} of the {told.size} numbers in {name} are not finite"
            raise senseless(ValueError(why))
