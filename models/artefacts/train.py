"""Train the network on prepared features.

    python models/artefacts/train.py [--out .cache/models/artefacts] [--epochs 60] [--seed 5]

Resumes from checkpoint.pt in --out, if that is of the same data and options, and comes to the same
weights; runs on a GPU where there is one. Writes artefacts.pt.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
import torch
from net import Faults
from torch import Tensor, nn

from eyebright.analyse.artefacts import NOISE_OFFSET

EPOCHS = 60
BATCH = 128
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-3
SEED = 5

QUALITY_WEIGHT = 30.0
NOISE_WEIGHT = 4.0
"""Beside 1 for each yes or no: an error of three steps of quality costs as much as one wrong."""

SURE = (1, 2, 4, 5)
"""Places of the yes-or-no answers."""


def main() -> None:
    parser = argparse.ArgumentParser(description="train the artefact network")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/artefacts"))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    data = np.load(options.out / "train.npz")
    features, labels = (torch.from_numpy(data[key]).to(device) for key in ("features", "labels"))
    net = trained(features, labels, options.epochs, options.seed, options.out / "checkpoint.pt")
    torch.save(net.cpu().state_dict(), options.out / "artefacts.pt")


def trained(
    features: Tensor, labels: Tensor, epochs: int, seed: int, checkpoint: Path | None = None
) -> Faults:
    """The network after `epochs`, going on from the checkpoint where there is one."""
    torch.manual_seed(seed)
    net: Faults = Faults(features.mean(0), features.std(0) + 1e-3).to(features.device)
    optimiser = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    plan = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, epochs=epochs, steps_per_epoch=-(-len(features) // BATCH)
    )
    parts = {"net": net, "optimiser": optimiser, "plan": plan}
    done, of = 0, recipe(features, labels, epochs, seed)
    if checkpoint and checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True, map_location=features.device)
        if saved.get("recipe") != of:
            sys.exit(f"{checkpoint} is of other data or options: take it away to begin anew")
        done = saved["epoch"]
        torch.set_rng_state(saved["random"].cpu())
        for name, part in parts.items():
            part.load_state_dict(saved[name])
    for epoch in range(done, epochs):
        net.train()
        order = torch.randperm(len(features)).to(features.device)
        total = 0.0
        for rows in order.split(BATCH):
            cost = loss(net(features[rows]), labels[rows])
            optimiser.zero_grad()
            cost.backward()
            optimiser.step()
            plan.step()
            total += cost.item() * len(rows)
        if checkpoint:
            states = {name: part.state_dict() for name, part in parts.items()}
            states |= {"recipe": of, "random": torch.get_rng_state()}
            torch.save({"epoch": epoch + 1, **states}, checkpoint)
        print(f"epoch {epoch + 1}: loss {total / len(features):.4f}", flush=True)
    return net


def recipe(features: Tensor, labels: Tensor, epochs: int, seed: int) -> str:
    """What a checkpoint must be of to be gone on with."""
    whole = hashlib.sha256()
    for part in (features, labels):
        whole.update(part.cpu().numpy().tobytes())
    return repr((whole.hexdigest(), epochs, seed))


def loss(raw: Tensor, labels: Tensor) -> Tensor:
    """Mean over what is asked: absolute errors of quality and log noise, cross-entropies."""
    known = ~torch.isnan(labels)
    quality = (raw[:, 0] - labels[:, 0]).abs()[known[:, 0]].mean()
    noise = (raw[:, 3] - torch.log(labels[:, 3] + NOISE_OFFSET)).abs()[known[:, 3]].mean()
    total = QUALITY_WEIGHT * quality + NOISE_WEIGHT * noise
    for place in SURE:
        asked = known[:, place]
        total = total + nn.functional.binary_cross_entropy_with_logits(
            raw[asked, place], labels[asked, place]
        )
    return total


if __name__ == "__main__":
    main()
