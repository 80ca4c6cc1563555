"""Writes saliency.onnx, its weights in int8, from the student's, and registers it.

    python models/saliency/export.py

The graph takes the pixels as bytes and brings them to -0.5..0.5 itself.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import torch
from looks import PACKED
from net import Saliency
from torch import Tensor, nn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.manifest import register  # noqa: E402 - after the path
from common.quantise import quantise_weights  # noqa: E402 - after the path

VERSION = "4"
OPSET = 17

DATA = (
    {"name": "crowd500 (saliency in crowd)", "licence": "MIT"},
    {"name": "osie700 (predicting human gaze beyond pixels)", "licence": "MIT"},
    {"name": "scene500 (Scene)", "licence": "MIT"},
    {"name": "cid22_512_training (pictures only)", "licence": "CC BY-SA 4.0"},
    {"name": "clic2025_validation_640px (pictures only)", "licence": "Unsplash licence"},
    {"name": "gb82_photo (pictures only)", "licence": "CC0"},
)


class Bytes(nn.Module):
    """`image` (1, h, w, 3) uint8, `place` (1, 4, h/4, w/4) -> `logits` (1, 1, h/4, w/4)."""

    def __init__(self, net: Saliency) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor, place: Tensor) -> Tensor:
        x = image.permute(0, 3, 1, 2).to(torch.float32) / 255 - 0.5
        logits: Tensor = self.net(x, place)
        return logits


def write_float(weights: Path, out: Path) -> None:
    """The averaged weights of a checkpoint as float32 ONNX."""
    net = Saliency()
    net.load_state_dict(torch.load(weights, map_location="cpu")["average"])
    example = (torch.zeros(1, 192, 256, 3, dtype=torch.uint8), torch.zeros(1, 4, 48, 64))
    sides = {"image": {1: "h", 2: "w"}, "place": {2: "h4", 3: "w4"}, "logits": {2: "h4", 3: "w4"}}
    torch.onnx.export(
        Bytes(net).eval(),
        example,
        str(out),
        opset_version=OPSET,
        input_names=["image", "place"],
        output_names=["logits"],
        dynamic_axes=sides,
        dynamo=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=PACKED, help="folder with student.pt")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        write_float(options.data / "student.pt", whole)
        size = quantise_weights(whole, HERE / "saliency.onnx")
    preprocessing = (
        "sRGB, at most 256 pixels long and 49152 in all, sides multiples of 16, mean of the area "
        "(eyebright.analyse.saliency.prepare)"
    )
    register("saliency", version=VERSION, preprocessing=preprocessing, data=DATA)
    print(f"saliency.onnx {size:,} bytes")


if __name__ == "__main__":
    main()
