"""Compare onnxruntime and onnxruntime-web, and time both on one thread.

    python models/agree.py --file MODEL.onnx --input image=1x320x512x3 [--input ...]

The inputs are random: bytes for uint8, else normal values.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from common.web import Tensor, WebModel

RUNS = 20
"""Of which the first few are warm-up."""

WARM_UP = 5

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
    """Medians after the warm-up, one thread each."""


def compare(model: Path, inputs: Mapping[str, Tensor]) -> Comparison:
    """Both runtimes on the same inputs. Raises WebRefused where the web's takes the model not."""
    session = native(model)
    names = [output.name for output in session.get_outputs()]
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        made = dict(zip(names, session.run(names, dict(inputs)), strict=True))
        times.append((time.perf_counter() - began) * 1e3)
    with WebModel(model) as web:
        answer = web.run(inputs, repeat=RUNS)
    gaps = {n: np.abs(made[n].astype(np.float64) - answer.outputs[n]) for n in names}
    return Comparison(
        differences={name: float(gap.max(initial=0)) for name, gap in gaps.items()},
        scales={name: float(np.abs(made[name]).max(initial=0)) for name in names},
        native_ms=statistics.median(times[WARM_UP:]),
        web_ms=statistics.median(answer.ms[WARM_UP:]),
    )


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


def _shape(text: str) -> tuple[str, tuple[int, ...]]:
    name, _, sides = text.partition("=")
    return name, tuple(int(side) for side in sides.split("x"))


def main() -> None:
    layout = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--input", type=_shape, action="append", required=True)
    options = parser.parse_args()
    print_comparison(compare(options.file, random_inputs(options.file, dict(options.input))))


if __name__ == "__main__":
    main()
