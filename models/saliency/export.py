"""Writes saliency.onnx, static int8, from the student's weights, and registers it.

    python models/saliency/export.py

The graph takes the pixels as bytes and brings them to -0.5..0.5 itself. Calibrated on pictures of
the training folds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from looks import PACKED, TEST, WATCHED, Looks
from net import Saliency
from torch import Tensor, nn

from eyebright.analyse import saliency

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.manifest import register  # noqa: E402 - after the path
from common.quantise import Tensor as Array  # noqa: E402 - after the path
from common.quantise import quantise  # noqa: E402 - after the path

VERSION = "2"
OPSET = 17
CALIBRATION = 96
"""Pictures, spread over the training folds."""

DATA = (
    {"name": "crowd500 (saliency in crowd)", "licence": "MIT"},
    {"name": "osie700 (predicting human gaze beyond pixels)", "licence": "MIT"},
    {"name": "scene500 (Scene)", "licence": "MIT"},
    {"name": "cid22_512_training (pictures only)", "licence": "CC BY-SA 4.0"},
    {"name": "clic2025_validation_640px (pictures only)", "licence": "Unsplash licence"},
    {"name": "gb82_photo (pictures only)", "licence": "CC0"},
)


class Bytes(nn.Module):
    """`image` (1, h, w, 3) uint8, `place` (1, 4, h/8, w/8) -> `logits` (1, 1, h/8, w/8)."""

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
    example = (torch.zeros(1, 192, 256, 3, dtype=torch.uint8), torch.zeros(1, 4, 24, 32))
    sides = {"image": {1: "h", 2: "w"}, "place": {2: "h8", 3: "w8"}, "logits": {2: "h8", 3: "w8"}}
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


def calibration(looks: Looks) -> Iterator[dict[str, Array]]:
    training = [i for i in looks.of(range(10)) if looks.fold[i] not in TEST + WATCHED]
    for index in training[:: len(training) // CALIBRATION]:
        yield saliency.prepare(looks.pictures[index])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=PACKED, help="folder with data.npz, student.pt"
    )
    options = parser.parse_args()
    looks = Looks(options.data / "data.npz")
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        write_float(options.data / "student.pt", whole)
        size = quantise(whole, calibration(looks), HERE / "saliency.onnx")
    preprocessing = (
        "sRGB, at most 256 pixels long and 49152 in all, sides multiples of 16, mean of the area "
        "(eyebright.analyse.saliency.prepare)"
    )
    register("saliency", version=VERSION, preprocessing=preprocessing, data=DATA)
    print(f"saliency.onnx {size:,} bytes")


if __name__ == "__main__":
    main()
