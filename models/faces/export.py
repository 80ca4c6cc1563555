"""Write faces.onnx from the trained weights, int8, and enter it in the manifest.

    python models/faces/export.py --weights .cache/models/faces/weights.pt

Weights are int8 (QDQ, per channel); what flows between them stays float32, which onnxruntime-web
runs in half the time of int8 (card). `--static` writes the other kind, calibrated on training
pictures, to .cache for comparison.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import torch
from net import Conv, Net
from packed import TEST, VALIDATION, load
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from eyebright.analyse import faces

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from common.manifest import register  # noqa: E402 - found beside this model's folder
from common.quantise import quantise, quantise_weights  # noqa: E402 - likewise

VERSION = "2"

OPSET = 17

CALIBRATION = 64
"""Training pictures that the static kind is calibrated on."""

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
    """The detector as the runtime feeds it: four levels, uint8, pixels last."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, *levels: Tensor) -> tuple[Tensor, ...]:
        return tuple(one for x in levels for one in self.net(x.permute(0, 3, 1, 2).float()))


def fused(net: Net) -> Net:
    """Batch normalisation folded into the convolutions, so that the levels share all weights."""
    net.eval()
    for part in net.modules():
        if isinstance(part, Conv):
            part[0], part[1] = fuse_conv_bn_eval(part[0], part[1]), nn.Identity()
    return net


def write_float(net: Net, out: Path) -> None:
    """The float32 ONNX; sides may be any multiple of faces.MULTIPLE_PX."""
    outputs = [f"{kind}_{name}" for name in faces.LEVELS for kind in ("heat", "box")]
    free = {name: {1: f"{name}_height", 2: f"{name}_width"} for name in faces.LEVELS}
    free |= {name: {2: f"{name}_rows", 3: f"{name}_columns"} for name in outputs}
    sides = [times * faces.MULTIPLE_PX for times in (8, 4, 2, 1)]
    torch.onnx.export(
        Shipped(fused(net)),
        tuple(torch.zeros(1, side, side, 3, dtype=torch.uint8) for side in sides),
        str(out),
        input_names=[*faces.LEVELS],
        output_names=outputs,
        opset_version=OPSET,
        dynamo=False,
        dynamic_axes=free,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path(".cache/models/faces/weights.pt"))
    parser.add_argument("--data", type=Path, default=Path(".cache/models/faces/data.npz"))
    parser.add_argument("--static", action="store_true")
    args = parser.parse_args()
    net = Net()
    net.load_state_dict(torch.load(args.weights, weights_only=True))
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        write_float(net, whole)
        if args.static:
            items = [i for i in load(args.data) if i.fold not in TEST + VALIDATION]
            few = [faces.prepare(i.pixels) for i in items[:: len(items) // CALIBRATION]]
            print(quantise(whole, few, args.weights.with_name("static.onnx")), "bytes, static")
            return
        args.weights.with_name("float.onnx").write_bytes(whole.read_bytes())
        print(quantise_weights(whole, HERE / "faces.onnx"), "bytes")
    register(
        "faces",
        version=VERSION,
        preprocessing="sRGB uint8, longest side 640, or less where it would be enlarged more than"
        " twice; half, quarter and eighth by means of 2 x 2; each with black to the right and below"
        " up to a multiple of 32",
        data=DATA,
    )


if __name__ == "__main__":
    main()
