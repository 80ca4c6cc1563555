"""Draw boxes on the pictures that nobody drew them on, with the detector of the first round.

    python models/faces/guess.py --weights .cache/models/faces/weights.pt

Writes guessed.npz for `train.py --guessed`: a head that is found with confidence in the picture
and in its mirror image is taken for a face; what is found with less is neither right nor wrong
(flagged as a back of a head); the rest of the picture is without faces.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from matching import IOU, iou
from net import Net
from packed import Bytes, Floats, load
from PIL import Image
from train import detect

ENLARGED = 2
"""The pictures have 320 pixels, so heads are small."""

SURE = 0.4
"""Logit from which a found head is taken for one, in both pictures: nine in ten are right on the
validation pictures."""

POSSIBLE = -2.2
"""Logit (10 %) down to which a place is not learnt as one without a face."""

FRONTAL = (1, 0, 0, 0)
IGNORED = (0, 0, 1, 0)


def guessed(net: Net, pixels: Bytes) -> Floats:
    """Boxes (n, 8) in pixels of the picture, as crowd500 has them."""
    picture = Image.fromarray(pixels)
    size = (picture.width * ENLARGED, picture.height * ENLARGED)
    large = np.asarray(picture.resize(size, Image.Resampling.BICUBIC))
    boxes, heats = detect(net, large)
    mirrored, others = detect(net, np.ascontiguousarray(large[:, ::-1]))
    mirrored[:, 0] = size[0] - mirrored[:, 0] - mirrored[:, 2]
    sure = heats >= SURE
    if len(mirrored):
        agreed = (iou(boxes, mirrored) >= IOU) & (others >= SURE)
        sure &= agreed.any(axis=1)
    possible = heats >= POSSIBLE
    flags = np.where(sure[:, None], FRONTAL, IGNORED)
    rows = np.concatenate((boxes / ENLARGED, flags), axis=1)
    return np.asarray(rows[possible], np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path(".cache/models/faces/weights.pt"))
    parser.add_argument("--data", type=Path, default=Path(".cache/models/faces/data.npz"))
    args = parser.parse_args()
    net = Net().eval()
    net.load_state_dict(torch.load(args.weights, weights_only=True))
    items = [item for item in load(args.data) if item.name.startswith("undrawn/")]
    boxes = [guessed(net, item.pixels) for item in items]
    np.savez(
        args.weights.with_name("guessed.npz"),
        names=np.array([item.name for item in items]),
        counts=np.array([len(one) for one in boxes]),
        boxes=np.concatenate(boxes),
    )
    sure = sum(int(one[:, 4].sum()) for one in boxes)
    print(f"{sure} faces, {sum(map(len, boxes)) - sure} places left open, {len(items)} pictures")


if __name__ == "__main__":
    main()
