"""Write downscale.onnx, its weights in int8, and enter it into the manifest.

    python models/downscale/export.py [--weights .cache/models/downscale/downscale.pt]

The graph takes and gives codes as bytes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

import torch
from net import Sharpener, parameters
from torch import Tensor, nn

from eyebright.downscale import FINER, NAME, REACH_PX

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.manifest import register  # noqa: E402 - after the path
from common.quantise import quantise_weights  # noqa: E402

VERSION = "1"
OPSET = 17

PREPROCESSING = (
    "The Lanczos picture and one of means with twice the sides, resized in linear light, edges "
    "repeated; log2 of the ratio (eyebright.downscale)"
)

DATA = (
    {"name": "CID22 training references", "licence": "CC BY-SA 4.0"},
    {"name": "CLIC 2025 validation", "licence": "Unsplash licence"},
    {"name": "gb82 screenshots", "licence": "CC0 1.0"},
    {"name": "Vega-Lite charts", "licence": "BSD-3-Clause"},
    {"name": "system design primer diagrams", "licence": "CC BY 4.0"},
    {"name": "Sysinternals screenshots", "licence": "CC BY 4.0"},
)


class Bytes(nn.Module):
    """`base` (1, h, w, 3), `fine` (1, 2h, 2w, 3) uint8, `shrink` (1) -> `small` uint8."""

    def __init__(self, net: Sharpener) -> None:
        super().__init__()
        self.net = net

    def forward(self, base: Tensor, fine: Tensor, shrink: Tensor) -> Tensor:
        small = self.net(_planes(base), _planes(fine), shrink)
        return torch.floor(small * 255 + 0.5).to(torch.uint8).permute(0, 2, 3, 1)


def _planes(pixels: Tensor) -> Tensor:
    return pixels.permute(0, 3, 1, 2).to(torch.float32) * (1 / 255)


def write_float(net: Sharpener, out: Path) -> None:
    """The network as float32 ONNX; sides are free."""
    side = 2 * REACH_PX + 16
    sides = side, FINER * side
    pixels = [torch.zeros(1, length, length, 3, dtype=torch.uint8) for length in sides]
    names = ["base", "fine", "small"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this exporter, which needs no onnxscript, is old
        torch.onnx.export(
            Bytes(net).eval(),
            (*pixels, torch.zeros(1)),
            str(out),
            opset_version=OPSET,
            input_names=["base", "fine", "shrink"],
            output_names=["small"],
            dynamic_axes={name: {1: f"{name}_h", 2: f"{name}_w"} for name in names},
            dynamo=False,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="export the downscaler")
    parser.add_argument(
        "--weights", type=Path, default=Path(".cache/models/downscale/downscale.pt")
    )
    options = parser.parse_args()
    net = Sharpener()
    net.load_state_dict(torch.load(options.weights, weights_only=True))
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        write_float(net, whole)
        size = quantise_weights(whole, HERE / "downscale.onnx")
    register(NAME, version=VERSION, preprocessing=PREPROCESSING, data=DATA)
    print(f"downscale.onnx: {size:,} bytes, {parameters(net):,} parameters")


if __name__ == "__main__":
    main()
