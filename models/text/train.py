"""Train the text model on the pages that `prepare.py` drew.

    python models/text/train.py [--packed .cache/models/text] [--epochs 7] [--seed 1]

Resumes from the last epoch's checkpoint. The averaged weights (EMA) are what `export.py` takes.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from labels import STEPS_PER_OCTAVE, STRIDE
from net import TextNet, initialised, parameters
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

CROP_PX = 256
BATCH = 8
TOP_RATE = 3e-3
WARM_UP = 0.06
"""Share of the steps in which the rate rises; then it falls as a cosine to zero."""

DECAY = 0.02
EMA = 0.998

HEIGHT_WEIGHT = 1.0
DICE_WEIGHT = 0.5

EVEN_PX = 14.0
"""A line of this height weighs 1 a pixel; smaller ones more, larger ones less."""

LIGHTEST, HEAVIEST = 0.25, 3.0


def batches(
    packed: dict[str, npt.NDArray[np.uint8]], draw: np.random.Generator
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """One epoch: images (N, 256, 256, 3) uint8, shares and log heights (N, 2, 128, 128)."""
    pictures, shares, heights = packed["pictures"], packed["shares"], packed["heights"]
    order = draw.permutation(len(pictures))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        chosen = [
            _augmented(pictures[i], shares[i], heights[i], draw)
            for i in order[start : start + BATCH]
        ]
        image, share, height = (np.stack(part) for part in zip(*chosen, strict=True))
        yield (
            torch.from_numpy(image),
            torch.from_numpy(share).permute(0, 3, 1, 2).float() / 255,
            torch.from_numpy(height).permute(0, 3, 1, 2).float() / STEPS_PER_OCTAVE,
        )


def _augmented(
    picture: npt.NDArray[np.uint8],
    share: npt.NDArray[np.uint8],
    height: npt.NDArray[np.uint8],
    draw: np.random.Generator,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """A crop, sometimes mirrored, inverted, or with its channels exchanged or its light changed."""
    side = CROP_PX // STRIDE
    y, x = draw.integers(0, share.shape[0] - side + 1, 2)
    top, left = y * STRIDE, x * STRIDE
    image = picture[top : top + CROP_PX, left : left + CROP_PX]
    share, height = share[y : y + side, x : x + side], height[y : y + side, x : x + side]
    if draw.random() < 0.15:
        image, share, height = image[:, ::-1], share[:, ::-1], height[:, ::-1]
    if draw.random() < 0.15:
        image = 255 - image
    if draw.random() < 0.2:
        image = image[..., draw.permutation(3)]
    if draw.random() < 0.4:
        curve = 255 * np.linspace(0, 1, 256) ** draw.uniform(0.6, 1.6)
        curve = curve * draw.uniform(0.6, 1) + draw.uniform(0, 30)
        image = np.minimum(curve, 255).astype(np.uint8)[image]
    return np.ascontiguousarray(image), np.ascontiguousarray(share), np.ascontiguousarray(height)


def loss_of(maps: Tensor, heights: Tensor, share: Tensor, log_height: Tensor) -> Tensor:
    """Cross entropy of both maps, overlap (Dice) of the core, and distance of the heights."""
    of_text = (log_height[:, :1] > 0).float()
    even = (EVEN_PX / torch.exp2(log_height[:, :1])).clamp(LIGHTEST, HEAVIEST)
    weight = 1 + of_text * (even - 1)
    entropy = F.binary_cross_entropy_with_logits(maps, share, weight=weight.expand_as(share))
    found, meant = torch.sigmoid(maps[:, 1]), share[:, 1]
    dice = 1 - (2 * (found * meant).sum() + 1) / (found.sum() + meant.sum() + 1)
    inside = even * (share[:, :1] > 0.5).float() * of_text
    far = F.smooth_l1_loss(heights, log_height, reduction="none", beta=0.1)
    distance = (far * inside).sum() / (2 * inside.sum() + 1)
    return 4 * entropy + DICE_WEIGHT * dice + HEIGHT_WEIGHT * distance


def rate(step: int, steps: int) -> float:
    """Share of the top learning rate at a step."""
    rise = max(1, int(steps * WARM_UP))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + float(np.cos(np.pi * (step - rise) / max(1, steps - rise))))


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
        data = {name: stored[name] for name in ("pictures", "shares", "heights")}
    net = initialised(seed).to(device, memory_format=torch.channels_last)
    mean: TextNet = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=TOP_RATE, weight_decay=DECAY)
    steps = epochs * (len(data["pictures"]) // BATCH)
    checkpoint, first = packed / "checkpoint.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        net.load_state_dict(state["net"])
        mean.load_state_dict(state["mean"])
        optimiser.load_state_dict(state["optimiser"])
        first = state["epoch"]
    print(parameters(net), "parameters;", len(data["pictures"]), "pages; from epoch", first)
    step = first * (steps // epochs)
    for epoch in range(first, epochs):
        began, losses = time.monotonic(), []
        for image, share, height in batches(data, np.random.default_rng((seed, epoch))):
            for group in optimiser.param_groups:
                group["lr"] = TOP_RATE * rate(step, steps)
            maps, heights = net(image.to(device))
            loss = loss_of(maps, heights, share.to(device), height.to(device))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            averaged(mean, net, step)
            losses.append(loss.item())
            step += 1
        state = {"net": net.state_dict(), "mean": mean.state_dict(), "epoch": epoch + 1}
        torch.save({**state, "optimiser": optimiser.state_dict()}, checkpoint)
        torch.save(mean.state_dict(), packed / f"epoch{epoch + 1:02}.pt")
        seconds = time.monotonic() - began
        print(f"epoch {epoch + 1} loss {np.mean(losses):.4f} {seconds:.0f} s", flush=True)
    return mean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packed", type=Path, default=Path(".cache/models/text"))
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    mean = train(args.packed, args.epochs, args.seed, args.device)
    torch.save(mean.state_dict(), args.packed / "text.pt")


if __name__ == "__main__":
    main()
