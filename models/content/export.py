"""Write content.onnx, its weights in int8, and enter it into the manifest.

python models/content/export.py [--out .cache/models/content]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from net import CLIP

from eyebright.analyse.content import CLASSES

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.dense import Graph  # noqa: E402 - after the path
from common.manifest import register  # noqa: E402 - after the path

VERSION = "4"

PREPROCESSING = (
    "Statistics of the proxy of at most 512 pixels: blocks, colours, edges, straight lines, tones, "
    "rows and columns of ink, what lies off the border's colour (eyebright.analyse.content); how "
    "the text model's lines lie (eyebright.analyse.layout), zeros where it did not look"
)

DATA = (
    {"name": "CID22 training references", "licence": "CC BY-SA 4.0"},
    {"name": "CLIC 2025 validation", "licence": "Unsplash licence"},
    {"name": "gb82 photos and screenshots", "licence": "CC0 1.0"},
    {"name": "OSIE, Crowd, Scene (saliency sets)", "licence": "MIT"},
    {"name": "Sysinternals documentation", "licence": "CC BY 4.0"},
    {"name": "Vega-Lite examples", "licence": "BSD-3-Clause"},
    {"name": "System design primer", "licence": "CC BY 4.0"},
    {"name": "ICDAR 2019 SROIE receipts", "licence": "MIT (repository)"},
    {"name": "Grocery store iconic images", "licence": "MIT"},
    {"name": "Twemoji 15.0.0", "licence": "CC BY 4.0 (graphics)"},
    {"name": "Lucide icons 0.469.0", "licence": "ISC"},
    {"name": "Streetmix illustrations 2.1.1", "licence": "CC BY-SA 4.0"},
    {"name": "Gravity UI illustrations 2.1.1", "licence": "MIT"},
    {"name": "OpenMoji 17.0.0", "licence": "CC BY-SA 4.0"},
    {"name": "Open Clip Art Library 0.18", "licence": "public domain"},
    {"name": "Tux Paint stamps and starters", "licence": "GPL-2.0"},
    {"name": "GIMP user manual 2.10", "licence": "GFDL 1.2"},
    {"name": "Wireshark user's guide 4.0", "licence": "GPL-2.0"},
    {"name": "scikit-learn documentation 1.2", "licence": "BSD-3-Clause"},
    {"name": "gnuplot demos 5.4", "licence": "gnuplot licence"},
    {"name": "Graphviz examples 2.42", "licence": "EPL 1.0"},
    {"name": "LaTeX manuals (TeX Live 2022)", "licence": "LPPL and others by manual"},
    {"name": "Charts drawn by ECharts, Plotly, Chart.js, Mermaid", "licence": "Apache-2.0, MIT"},
    {"name": "CSS kits (Bootstrap, Bulma, 98.css and others)", "licence": "MIT"},
    {"name": "DiceBear styles 10.6.0", "licence": "CC0 1.0, CC BY 4.0 by style"},
    {
        "name": "Noto, Open Sans, Roboto, PT Sans, Metropolis fonts",
        "licence": "OFL 1.1, Apache-2.0",
    },
    {"name": "Charts, diagrams, pages, papers, drawings, products drawn here", "licence": "MIT"},
)


def main() -> None:
    parser = argparse.ArgumentParser(description="export the content network")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/content"))
    options = parser.parse_args()
    state = torch.load(options.out / "content.pt", weights_only=True)
    parts: dict[str, npt.NDArray[np.float32]] = {k: v.numpy() for k, v in state.items()}
    graph = Graph(len(parts["mean"]))
    x = graph.standardised(parts["mean"], parts["scale"], CLIP)
    hidden = graph.node("Relu", graph.layer(x, parts["first.weight"].T, parts["first.bias"]))
    cooler = (1 / parts["temperature"]).astype(np.float32)
    logits = graph.layer(hidden, parts["last.weight"].T * cooler, parts["last.bias"] * cooler)
    model = graph.model("classes", graph.node("Softmax", logits, axis=1), len(CLASSES))
    file = HERE / "content.onnx"
    file.write_bytes(model.SerializeToString(deterministic=True))
    entry = register("content", version=VERSION, preprocessing=PREPROCESSING, data=DATA)
    print(f"{file.name}: {entry['bytes']:,} bytes, SHA-256 {entry['sha256'][:16]}")


if __name__ == "__main__":
    main()
