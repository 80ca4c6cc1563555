"""Train the text model on the pages that `prepare.py` drew.

    python models/text/train.py [--packed .cache/models/text] [--epochs 11] [--seed 1]

Resumes from the last epoch's checkpoint, if it is of the same pages and options. The averaged
weights (EMA) are what `export.py` takes.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from labels import STEPS_PER_OCTAVE, STRIDE, WEIGHT_STEPS
from net import TextNet, initialised, parameters
from prepare import digest
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

ARRAYS = ("pictures", "shares", "heights", "weights")
"""What `prepare.py` packed of each page."""

CROP_PX = 256
BATCH = 8
TOP_RATE = 3e-3
WARM_UP = 864
"""Steps in which the rate rises; then it stays."""

COOLING = 0.4
"""Share of the steps, the last ones, in which the rate falls to zero."""

DECAY = 0.02
EMA = 0.998

HEIGHT_WEIGHT = 1.0
DICE_WEIGHT = 0.5


class Batch(NamedTuple):
    image: Tensor
    """(N, 256, 256, 3) uint8."""
    share: Tensor
    """(N, 2, 128, 128) of text and of core."""
    height: Tensor
    """(N, 2, 128, 128) base-2 logarithms, 0 where there is no text."""
    weight: Tensor
    """(N, 1, 128, 128)."""


Part = npt.NDArray[np.uint8]


def batches(packed: dict[str, Part], draw: np.random.Generator) -> Iterator[Batch]:
    """One epoch: a random crop of each page."""
    order = draw.permutation(len(packed["pictures"]))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        chosen = [
            _augmented([packed[name][i] for name in ARRAYS], draw)
            for i in order[start : start + BATCH]
        ]
        image, share, height, weight = (
            torch.from_numpy(np.stack(part)) for part in zip(*chosen, strict=True)
        )
        yield Batch(
            image,
            share.permute(0, 3, 1, 2).float() / 255,
            height.permute(0, 3, 1, 2).float() / STEPS_PER_OCTAVE,
            weight[:, None].float() / WEIGHT_STEPS,
        )


def _augmented(page: list[Part], draw: np.random.Generator) -> list[Part]:
    """A crop, sometimes mirrored, inverted, or with its channels exchanged or its light changed."""
    side = CROP_PX // STRIDE
    y, x = draw.integers(0, page[1].shape[0] - side + 1, 2)
    top, left = y * STRIDE, x * STRIDE
    image = page[0][top : top + CROP_PX, left : left + CROP_PX]
    labels = [part[y : y + side, x : x + side] for part in page[1:]]
    if draw.random() < 0.15:
        image, labels = image[:, ::-1], [part[:, ::-1] for part in labels]
    if draw.random() < 0.15:
        image = 255 - image
    if draw.random() < 0.2:
        image = image[..., draw.permutation(3)]
    if draw.random() < 0.4:
        curve = 255 * np.linspace(0, 1, 256) ** draw.uniform(0.6, 1.6)
        curve = curve * draw.uniform(0.6, 1) + draw.uniform(0, 30)
        image = np.minimum(curve, 255).astype(np.uint8)[image]
    return [np.ascontiguousarray(part) for part in (image, *labels)]


def loss_of(maps: Tensor, heights: Tensor, batch: Batch) -> Tensor:
    """Cross entropy of both maps, overlap (Dice) of the core, and distance of the heights."""
    share, weight = batch.share, batch.weight
    entropy = F.binary_cross_entropy_with_logits(maps, share, weight=weight.expand_as(share))
    found, meant = torch.sigmoid(maps[:, 1]), share[:, 1]
    dice = 1 - (2 * (found * meant).sum() + 1) / (found.sum() + meant.sum() + 1)
    inside = weight * (share[:, :1] > 0.5).float() * (batch.height[:, :1] > 0).float()
    far = F.smooth_l1_loss(heights, batch.height, reduction="none", beta=0.1)
    distance = (far * inside).sum() / (2 * inside.sum() + 1)
    return 4 * entropy + DICE_WEIGHT * dice + HEIGHT_WEIGHT * distance


def rate(step: int, steps: int) -> float:
    """Share of the top learning rate at a step."""
    if step < WARM_UP:
        return (step + 1) / WARM_UP
    return min(1.0, (steps - step) / (COOLING * steps))


def averaged(mean: nn.Module, net: nn.Module, step: int) -> None:
    keep = min(EMA, (step + 1) / (step + 10))
    with torch.no_grad():
        for old, new in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
            if old.dtype.is_floating_point:
                old.mul_(keep).add_(new, alpha=1 - keep)
            else:
                old.copy_(new)


def train(packed: Path, epochs: int, seed: int, device: str) -> TextNet:
    """The averaged net after all epochs; checkpoint.pt in `packed` serves to resume."""
    with np.load(packed / "train.npz") as stored:
        data = {name: stored[name] for name in ARRAYS}
    net = initialised(seed).to(device, memory_format=torch.channels_last)
    mean: TextNet = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=TOP_RATE, weight_decay=DECAY)
    steps = epochs * (len(data["pictures"]) // BATCH)
    checkpoint, first = packed / "checkpoint.pt", 0
    of = repr((digest(data), epochs, seed))
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        if state.get("recipe") != of:
            sys.exit(f"{checkpoint} is of other pages or options: take it away to begin anew")
        net.load_state_dict(state["net"])
        mean.load_state_dict(state["mean"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["epoch"]
    print(parameters(net), "parameters;", len(data["pictures"]), "pages; from epoch", first)
    step = first * (steps // epochs)
    for epoch in range(first, epochs):
        began, losses = time.monotonic(), []
        for drawn in batches(data, np.random.default_rng((seed, epoch))):
            for group in optimiser.param_groups:
                group["lr"] = TOP_RATE * rate(step, steps)
            batch = Batch(*(part.to(device) for part in drawn))
            maps, heights = net(batch.image)
            loss = loss_of(maps, heights, batch)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            averaged(mean, net, step)
            losses.append(loss.item())
            step += 1
        state = {"net": net.state_dict(), "mean": mean.state_dict(), "epoch": epoch + 1}
        state["recipe"] = of
        torch.save({**state, "optimiser": optimiser.state_dict()}, checkpoint)
        torch.save(mean.state_dict(), packed / f"epoch{epoch + 1:02}.pt")
        seconds = time.monotonic() - began
        print(f"epoch {epoch + 1} loss {np.mean(losses):.4f} {seconds:.0f} s", flush=True)
    return mean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packed", type=Path, default=Path(".cache/models/text"))
    parser.add_argument("--epochs", type=int, default=11)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    mean = train(args.packed, args.epochs, args.seed, args.device)
    torch.save(mean.state_dict(), args.packed / "text.pt")


if __name__ == "__main__":
    main()
