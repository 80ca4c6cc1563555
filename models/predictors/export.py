"""Write predictors.onnx, its weights in int8, and enter it into the manifest.

python models/predictors/export.py [--out .cache/models/predictors]
"""

from __future__ import annotations

import argparse
import functools
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from net import CLIP, QUALITY_UNIT, WIDTHS

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.dense import Graph  # noqa: E402 - after the path
from common.manifest import register  # noqa: E402 - after the path

VERSION = "4"

PREPROCESSING = (
    "Spectra of 8 x 8 blocks of the pixels to encode, at three sizes, what libjpeg's tables leave "
    "of them, tones, colours and repeats (eyebright.analyse.texture)"
)

DATA = (
    {"name": "CID22 training references", "licence": "CC BY-SA 4.0"},
    {"name": "CLIC 2025 validation", "licence": "Unsplash licence"},
    {"name": "gb82 photos and screenshots", "licence": "CC0 1.0"},
    {"name": "crowd500, osie700, scene500", "licence": "MIT"},
    {"name": "vega-lite example charts", "licence": "BSD-3-Clause"},
    {"name": "system-design-primer diagrams", "licence": "CC BY 4.0"},
    {"name": "Sysinternals documentation", "licence": "CC BY 4.0"},
    {"name": "GroceryStore icons", "licence": "MIT"},
    {"name": "SROIE receipts", "licence": "MIT"},
    {"name": "drawn here (draw.py), with photos of osie700", "licence": "MIT"},
)

Parts = dict[str, npt.NDArray[np.float32]]


def main() -> None:
    parser = argparse.ArgumentParser(description="export the predictor")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/predictors"))
    options = parser.parse_args()
    states = torch.load(options.out / "predictors.pt", weights_only=True)
    model = graph_of([{k: v.numpy() for k, v in state.items()} for state in states])
    file = HERE / "predictors.onnx"
    file.write_bytes(model.SerializeToString(deterministic=True))
    entry = register("predictors", version=VERSION, preprocessing=PREPROCESSING, data=DATA)
    print(f"{file.name}: {entry['bytes']:,} bytes, SHA-256 {entry['sha256'][:16]}")


def graph_of(nets: list[Parts]) -> onnx.ModelProto:
    """The mean of net.Predictor's answers as ONNX, side by side."""
    graph = Graph(len(nets[0]["mean"]))
    answers = [_answers(graph, parts) for parts in nets]
    told = functools.reduce(lambda a, b: graph.node("Add", a, b), answers)
    mean = graph.node("Mul", told, graph.constant(np.asarray(1 / len(nets), np.float32)))
    return graph.model("forecasts", mean, nets[0]["base"].size)


def _answers(graph: Graph, parts: Parts) -> str:
    x = graph.standardised(parts["mean"], parts["scale"], CLIP)
    for name in ("first", "second"):
        weights, bias = parts[f"{name}.weight"].T, parts[f"{name}.bias"]
        x = graph.node("Relu", graph.layer(x, weights, bias))
    weights, bias = parts["last.weight"].T.copy(), parts["last.bias"].copy()
    base = parts["base"].reshape(3, -1)
    count = base.shape[1]
    weights[:, :count] *= QUALITY_UNIT
    bias[:count] *= QUALITY_UNIT
    bias[: 2 * count] += base[:2].ravel()
    answers = graph.layer(x, weights, bias)
    told = graph.columns(answers, range(2 * count))
    limits = [graph.constant(np.asarray(limit, np.float32)) for limit in WIDTHS]
    spread = graph.node("Clip", graph.columns(answers, range(2 * count, 3 * count)), *limits)
    width = graph.node("Mul", graph.node("Exp", spread), graph.constant(base[2][None]))
    return graph.node("Concat", told, width, axis=1)


if __name__ == "__main__":
    main()
