"""Compare onnxruntime, and onnxruntime-web under Node, on the same inputs; one thread each.

python models/agree.py --data ../shared/data [--count 200]
    every model of the manifest on held-in and held-out pictures of all kinds: how far its
    outputs differ at most, how often the facts are the same, and whether the plans are

python models/agree.py --file MODEL.onnx --input image=1x320x512x3 [--input ...]
    one file on random inputs (bytes for uint8, else normal values), with times
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from common.pictures import pictures
from common.runtime import onnxruntime
from common.web import Tensor, WebModel
from eyebright import pipeline
from eyebright.analyse import registry
from eyebright.analyse.asking import FALLBACK
from eyebright.analyse.foreseeing import foresee
from eyebright.host.native import NativeHost
from eyebright.policy import decide
from eyebright.values import Capabilities, Facts, Forecast, Goal

RUNS = 40
"""Of one model on one set of inputs: by then V8 has compiled it well."""

WARM_UP = 5

MOST_APART = 1e-3
"""Of two runtimes' outputs, logits most of them: ten times what was seen (models/text/card.md)."""

FORESEEING_MS = 60_000.0
"""For the predictor, of which nothing is foreseen in the end where Node takes long to start."""

LEAST_SAME = 0.995
"""Share of the pictures whose facts must be the same; all plans must be."""

MODELS = Path(__file__).resolve().parent

KINDS = {
    "tensor(uint8)": "uint8",
    "tensor(float)": "float32",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One model on one set of inputs."""

    differences: Mapping[str, float]
    """By output: the greatest absolute difference."""
    scales: Mapping[str, float]
    """By output: its greatest absolute value."""
    native_ms: float
    web_ms: float
    """Of the processor in the fastest run, one thread each: V8 still compiles beside the others."""


def compare(model: Path, inputs: Mapping[str, Tensor]) -> Comparison:
    """Both runtimes on the same inputs. Raises WebRefused where the web's takes the model not."""
    session = native(model)
    names = [output.name for output in session.get_outputs()]
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        made = dict(zip(names, session.run(names, dict(inputs)), strict=True))
        times.append((time.process_time() - began) * 1e3)
    with WebModel(model) as web:
        answer = web.run(inputs, repeat=RUNS)
    return Comparison(
        differences={name: _gap(made[name], answer.outputs[name]) for name in names},
        scales={name: float(np.abs(made[name]).max(initial=0)) for name in names},
        native_ms=min(times),
        web_ms=min(answer.ms),
    )


def _gap(first: Tensor, second: Tensor) -> float:
    apart = np.abs(first.astype(np.float64) - second.astype(np.float64))
    return float(apart.max(initial=0))


def native(model: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def random_inputs(model: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """Inputs of these shapes, of the types that the model takes, the same in every run."""
    generator = np.random.default_rng(0)
    kinds = {one.name: KINDS[one.type] for one in native(model).get_inputs()}
    return {name: _random(generator, kinds[name], shape) for name, shape in shapes.items()}


def _random(generator: np.random.Generator, kind: str, shape: tuple[int, ...]) -> Tensor:
    if kind == "uint8":
        return generator.integers(0, 256, shape, np.uint8)
    return generator.standard_normal(shape).astype(kind)


def print_comparison(found: Comparison) -> None:
    for name, difference in found.differences.items():
        print(f"{name}: differs by at most {difference:.3g}, of at most {found.scales[name]:.3g}")
    print(f"onnxruntime {found.native_ms:.1f} ms, onnxruntime-web {found.web_ms:.1f} ms")


# ---- All models, all the way to the plan


class WebHost(NativeHost):
    """CPython's host, whose models run in onnxruntime-web; it keeps how far the two differ."""

    def __init__(self) -> None:
        super().__init__()
        self._web: dict[bytes, WebModel] = {}
        self._names: dict[bytes, str] = {}
        self.differences: dict[str, float] = {}
        """By model and output, the greatest absolute difference so far."""
        self.web_ms: dict[str, list[float]] = {}

    async def read_model(self, name: str) -> bytes:
        model = await super().read_model(name)
        self._names[model] = name
        return model

    async def infer(self, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        name = self._names[model]
        if model not in self._web:
            self._web[model] = WebModel(MODELS / name / f"{name}.onnx")
        answer = self._web[model].run(inputs)
        self.web_ms.setdefault(name, []).extend(answer.ms)
        for output, theirs in (await super().infer(model, inputs)).items():
            gap = _gap(theirs, answer.outputs[output])
            key = f"{name}.{output}"
            self.differences[key] = max(self.differences.get(key, 0.0), gap)
        return answer.outputs

    def now_ms(self) -> float:
        """It stands still, so that each model has all of the time: Node needs some to start."""
        return 0.0

    async def close(self) -> None:
        for web in self._web.values():
            web.close()
        await super().close()


@dataclass(slots=True)
class Agreement:
    """What came of all pictures."""

    apart: Mapping[str, float]
    """By model and output, the greatest absolute difference."""
    count: int = 0
    same_facts: int = 0
    same_plans: int = 0
    same_forecasts: int = 0
    stood_in: int = 0
    """Models that did not look, on either side: nothing was compared then."""
    fields: Counter[str] = field(default_factory=Counter)
    """How often a field of the facts differed."""


async def agreement(paths: list[Path], web: WebHost) -> Agreement:
    """Facts and plans of every picture by both runtimes."""
    found, host = Agreement(apart=web.differences), NativeHost()
    able = await host.capabilities()
    for path in paths:
        here = await pipeline.analyse(path, host=host)
        there = await pipeline.analyse(path, host=web)
        same = await _foreseen(path, host) == await _foreseen(path, web)
        found.count += 1
        found.same_forecasts += same
        found.same_facts += here == there
        found.same_plans += _plan(here, able) == _plan(there, able)
        found.stood_in += [*here.models.values(), *there.models.values()].count(FALLBACK)
        found.fields.update(_differing(here, there))
    await host.close()
    return found


async def _foreseen(path: Path, host: NativeHost) -> dict[str, Forecast]:
    """What is foreseen of the picture at its own size."""
    _source, pixels = await pipeline.decode(path, host=host)
    return dict((await foresee(host, pixels, budget_ms=FORESEEING_MS)).forecasts)


def _plan(facts: Facts, able: Capabilities) -> dict[str, object]:
    """Without the reasons: their figures may tell of a difference that changes nothing."""
    plan = decide(facts, Goal(), able).to_dict()
    del plan["reasons"]
    return plan


def _differing(here: Facts, there: Facts) -> list[str]:
    ours, theirs = here.to_dict(), there.to_dict()
    return [key for key in ours if ours[key] != theirs[key]]


def print_agreement(found: Agreement, web: WebHost) -> None:
    for key, difference in sorted(web.differences.items()):
        print(f"{key:28} differs by at most {difference:.3g}")
    for name, times in web.web_ms.items():
        print(f"{name:28} {statistics.median(times[WARM_UP:] or times):.1f} ms in onnxruntime-web")
    print(f"{found.same_facts} of {found.count} facts are the same", end="")
    print(f", {found.same_plans} of {found.count} plans", end="")
    print(f", {found.same_forecasts} of {found.count} forecasts")
    for name, times_differed in found.fields.most_common():
        print(f"  {name} differs {times_differed} times")


def agree_on(data: Path, count: int) -> Agreement:
    async def work() -> Agreement:
        web = WebHost()
        try:
            found = await agreement(pictures(data, count), web)
        finally:
            await web.close()
        print_agreement(found, web)
        return found

    print(f"models: {', '.join(registry.entries())}")
    return asyncio.run(work())


def _shape(text: str) -> tuple[str, tuple[int, ...]]:
    name, _, sides = text.partition("=")
    return name, tuple(int(side) for side in sides.split("x"))


def main() -> None:
    layout = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--input", type=_shape, action="append", default=[])
    options = parser.parse_args()
    if options.file:
        print_comparison(compare(options.file, random_inputs(options.file, dict(options.input))))
    elif options.data:
        found = agree_on(options.data, options.count)
        if found.stood_in:
            sys.exit(f"agree: {found.stood_in} times a model did not look; analyse tells why")
        least = LEAST_SAME * found.count
        if min(found.same_facts, found.same_forecasts) < least or found.same_plans < found.count:
            sys.exit("agree: the two runtimes differ too often")
        if max(found.apart.values(), default=0.0) > MOST_APART:
            sys.exit(f"agree: the two runtimes differ by more than {MOST_APART:g}")
    else:
        parser.error("give --data DIR, or --file MODEL.onnx with its --input")


if __name__ == "__main__":
    main()
