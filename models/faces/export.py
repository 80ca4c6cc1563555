"""Write faces.onnx from the trained weights, int8, and enter it in the manifest.

    python models/faces/export.py --weights .cache/models/faces/weights.pt

Weights are int8 (per channel); what flows between them stays float32, which onnxruntime-web runs in
half the time of int8 (card). The levels share one network (`common.levels`). The float32 kind is
written beside the weights, for comparison.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from net import Conv, Net
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from eyebright.analyse import faces

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from common.levels import share  # noqa: E402 - likewise
from common.manifest import register  # noqa: E402 - found beside this model's folder

VERSION = "3"

OPSET = 17

SIDE = 8 * faces.MULTIPLE_PX
"""Pixels a side of the picture that the network is traced with; any multiple may be given."""

DATA = (
    {"name": "crowd500 (NUS-VIP/saliency-in-crowd)", "licence": "MIT"},
    {"name": "scene500 (Yanakz/Scene), negatives", "licence": "MIT"},
    {"name": "CID22-512 training (imazen/codec-corpus), negatives", "licence": "CC BY-SA 4.0"},
    {"name": "CLIC 2025 validation (imazen/codec-corpus), negatives", "licence": "Unsplash"},
    {"name": "gb82-image-set (gianni-rosato), negatives", "licence": "CC0"},
    {"name": "vega-lite charts, negatives", "licence": "BSD-3-Clause"},
    {"name": "system-design-primer diagrams, negatives", "licence": "CC BY 4.0"},
    {"name": "sysinternals screenshots, negatives", "licence": "CC BY 4.0"},
    {"name": "GroceryStoreDataset icons, negatives", "licence": "MIT"},
)


class Shipped(nn.Module):
    """The detector as the runtime feeds it: uint8, pixels last."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        heat, box = self.net(picture.permute(0, 3, 1, 2).float())
        return heat, box


def fused(net: Net) -> Net:
    """Batch normalisation folded into the convolutions, so that the levels share all weights."""
    net.eval()
    for part in net.modules():
        if isinstance(part, Conv):
            part[0], part[1] = fuse_conv_bn_eval(part[0], part[1]), nn.Identity()
    return net


def write_float(net: Net, out: Path) -> None:
    """The float32 ONNX of one level; sides may be any multiple of faces.MULTIPLE_PX."""
    free = {"image": {1: "height", 2: "width"}} | {
        kind: {2: "rows", 3: "columns"} for kind in ("heat", "box")
    }
    torch.onnx.export(
        Shipped(fused(net)),
        (torch.zeros(1, SIDE, SIDE, 3, dtype=torch.uint8),),
        str(out),
        input_names=["image"],
        output_names=["heat", "box"],
        opset_version=OPSET,
        dynamo=False,
        dynamic_axes=free,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path(".cache/models/faces/weights.pt"))
    weights: Path = parser.parse_args().weights
    net = Net()
    net.load_state_dict(torch.load(weights, weights_only=True))
    whole = weights.with_name("float.onnx")
    write_float(net, whole)
    outputs = {name: (f"heat_{name}", f"box_{name}") for name in faces.LEVELS}
    print(share(whole, HERE / "faces.onnx", outputs), "bytes")
    register(
        "faces",
        version=VERSION,
        preprocessing="sRGB uint8, longest side 640, or less where it would be enlarged more than"
        " 8 times; half, quarter and eighth by means of 2 x 2; each with black to the right and"
        " below up to a multiple of 32",
        data=DATA,
    )


if __name__ == "__main__":
    main()
