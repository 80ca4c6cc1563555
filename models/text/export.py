"""Write the trained text model as ONNX with int8 weights, and enter it in the manifest.

python models/text/export.py [--packed .cache/models/text] [--weights FILE] [--float FILE]
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

import torch
from net import TextNet

from eyebright.analyse import text

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.manifest import register  # noqa: E402 - after the path
from common.quantise import quantise_weights  # noqa: E402

OPSET = 17

VERSION = "4"

DATA = (
    {"name": "pages drawn by models/text/prepare.py", "licence": "MIT"},
    {"name": "fonts: Noto, PT Sans, Metropolis, BIZ UDGothic", "licence": "SIL OFL 1.1"},
    {"name": "fonts: Open Sans, Roboto", "licence": "Apache-2.0"},
    {"name": "photos: CID22 training", "licence": "CC BY-SA 4.0"},
    {"name": "photos: CLIC 2025 validation", "licence": "Unsplash licence"},
    {"name": "photos: gb82", "licence": "CC0"},
)

PREPROCESSING = "proxy of 640 px, edges repeated to multiples of 32, uint8 NHWC"


def as_onnx(weights: Path, out: Path) -> None:
    """The float model; height and width are free."""
    net = TextNet()
    net.load_state_dict(torch.load(weights, map_location="cpu"))
    net.eval()
    example = torch.zeros(1, 64, 96, 3, dtype=torch.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this exporter, which needs no onnxscript, is old
        torch.onnx.export(
            net,
            (example,),
            str(out),
            opset_version=OPSET,
            input_names=["image"],
            output_names=["maps", "heights"],
            dynamic_axes={
                "image": {1: "height", 2: "width"},
                "maps": {2: "rows", 3: "columns"},
                "heights": {2: "rows", 3: "columns"},
            },
            dynamo=False,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packed", type=Path, default=Path(".cache/models/text"))
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--float", type=Path)
    args = parser.parse_args()
    whole = args.float or args.packed / "text.float.onnx"
    as_onnx(args.weights or args.packed / "text.pt", whole)
    size = quantise_weights(whole, HERE / "text.onnx")
    register(text.NAME, version=VERSION, preprocessing=PREPROCESSING, data=DATA)
    print(f"{size:,} bytes")


if __name__ == "__main__":
    main()
