"""Write artefacts.onnx, its weights in int8, and enter it into the manifest.

python models/artefacts/export.py [--out .cache/models/artefacts]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from net import ANSWERS, CLIP, TRUST

from eyebright.analyse.artefacts import PEAK

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.dense import Graph  # noqa: E402 - after the path
from common.manifest import register  # noqa: E402 - after the path

VERSION = "1"

PREPROCESSING = (
    "Statistics of full-resolution luma over up to 8 tiles of 128 x 128: DCT coefficients at the "
    "grid's phase against libjpeg's tables, energies, edges, plateaus (eyebright.analyse.artefacts)"
)

DATA = (
    {"name": "CID22 training references", "licence": "CC BY-SA 4.0"},
    {"name": "CLIC 2025 validation", "licence": "Unsplash licence"},
    {"name": "gb82 screenshots", "licence": "CC0 1.0"},
)


def main() -> None:
    parser = argparse.ArgumentParser(description="export the artefact network")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/artefacts"))
    options = parser.parse_args()
    state = torch.load(options.out / "artefacts.pt", weights_only=True)
    parts: dict[str, npt.NDArray[np.float32]] = {k: v.numpy() for k, v in state.items()}
    model = graph_of(parts)
    file = HERE / "artefacts.onnx"
    file.write_bytes(model.SerializeToString(deterministic=True))
    entry = register("artefacts", version=VERSION, preprocessing=PREPROCESSING, data=DATA)
    print(f"{file.name}: {entry['bytes']:,} bytes, SHA-256 {entry['sha256'][:16]}")


def graph_of(parts: dict[str, npt.NDArray[np.float32]]) -> onnx.ModelProto:
    """net.Faults with sigmoids on what is likely, as ONNX."""
    graph = Graph(len(parts["mean"]))
    x = graph.standardised(parts["mean"], parts["scale"], CLIP)
    hidden = x
    for name in ("first", "second"):
        weights, bias = parts[f"{name}.weight"].T, parts[f"{name}.bias"]
        hidden = graph.node("Relu", graph.layer(hidden, weights, bias))
    both = graph.node("Concat", hidden, x, axis=1)
    answers = graph.layer(both, parts["last.weight"].T, parts["last.bias"])
    likely = graph.node("Sigmoid", answers)
    trust, guess = graph.columns(likely, [TRUST]), graph.columns(answers, [0])
    peak = graph.columns("features", [PEAK])
    nearer = graph.node("Mul", trust, graph.node("Sub", peak, guess))
    quality = graph.node("Add", guess, nearer)
    jpeg_and_blocks = graph.columns(likely, [1, 2])
    noise = graph.columns(answers, [3])
    blur_and_banding = graph.columns(likely, [4, 5])
    faults = graph.node("Concat", quality, jpeg_and_blocks, noise, blur_and_banding, axis=1)
    return graph.model("faults", faults, ANSWERS)


if __name__ == "__main__":
    main()
