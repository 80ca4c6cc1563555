"""Train the network on prepared features; a class's sources weigh alike, and so do the classes.

    python models/content/train.py [--out .cache/models/content] [--epochs 30] [--seed 5]

A fold is one source of each class that still has one. For each fold a network is trained on all
other sources and answers for these: crossed.npz, from which the temperature and the card's figures
come. What ships (content.pt) is trained on all but NEVER. Takes two minutes; a fold that is done is
not trained again while crossed-FOLD.npz lies in --out.
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from net import Kinds
from torch import Tensor, nn

EPOCHS = 30
BATCH = 256
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 3e-3
SEED = 5

JITTER = 0.1
"""Noise on standardised features while training: sources differ by more."""

SMOOTHING = 0.02

NEVER = ("skimage",)
"""Not for what ships either: the project's tests look at them."""


def main() -> None:
    parser = argparse.ArgumentParser(description="train the content network")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/content"))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    data = dict(np.load(options.out / "features.npz"))
    logits = np.zeros((len(data["classes"]), 6), np.float32)
    for number, fold in enumerate(folds(data["classes"], data["sources"])):
        held = np.isin(data["sources"], fold)
        file = options.out / f"crossed-{number}.npz"
        if not file.exists():
            net = trained(data, ~held, options.epochs, options.seed)
            np.savez(file, logits=answered(net, data["features"][held]))
        logits[held] = np.load(file)["logits"]
    temperature = found_temperature(logits, data["classes"], weights(data))
    np.savez(options.out / "crossed.npz", logits=logits / temperature)
    net = trained(data, ~np.isin(data["sources"], NEVER), options.epochs, options.seed)
    net.temperature.fill_(temperature)
    torch.save(net.cpu().state_dict(), options.out / "content.pt")
    print(f"temperature {temperature:.2f}")


def folds(
    classes: npt.NDArray[np.generic], sources: npt.NDArray[np.generic]
) -> list[tuple[str, ...]]:
    """The names of the sources that are held out together."""
    by_kind = [sorted(set(sources[classes == kind].tolist())) for kind in np.unique(classes)]
    columns = itertools.zip_longest(*by_kind)
    return [tuple(name for name in column if name) for column in columns]


def weights(data: dict[str, npt.NDArray[np.generic]]) -> npt.NDArray[np.float32]:
    """Of each row: a class's weight is one, shared by the square root of its sources' sizes."""
    made = np.zeros(len(data["classes"]), np.float32)
    for kind in np.unique(data["classes"]):
        found, counts = np.unique(data["sources"][data["classes"] == kind], return_counts=True)
        sizes = dict(zip(found.tolist(), counts.tolist(), strict=True))
        total = sum(size**0.5 for size in sizes.values())
        for source, size in sizes.items():
            made[data["sources"] == source] = size**0.5 / total / size
    even: npt.NDArray[np.float32] = made * (len(made) / made.sum())
    return even


def trained(
    data: dict[str, npt.NDArray[np.generic]],
    used: npt.NDArray[np.bool_],
    epochs: int,
    seed: int,
) -> Kinds:
    """The network after `epochs` on the used rows."""
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    features = torch.from_numpy(data["features"][used]).to(device)
    classes = torch.from_numpy(data["classes"][used]).to(device)
    weight = torch.from_numpy(weights({k: v[used] for k, v in data.items()})).to(device)
    net: Kinds = Kinds(features.mean(0), features.std(0) + 1e-3).to(device)
    optimiser = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    plan = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, epochs=epochs, steps_per_epoch=-(-len(features) // BATCH)
    )
    cross = nn.CrossEntropyLoss(reduction="none", label_smoothing=SMOOTHING)
    for epoch in range(epochs):
        net.train()
        total = 0.0
        for rows in torch.randperm(len(features), device=device).split(BATCH):
            shaken = features[rows] + torch.randn_like(features[rows]) * net.scale * JITTER
            cost = (cross(net(shaken), classes[rows]) * weight[rows]).mean()
            optimiser.zero_grad()
            cost.backward()
            optimiser.step()
            plan.step()
            total += cost.item() * len(rows)
        if (epoch + 1) % 10 == 0:
            print(f"epoch {epoch + 1}: loss {total / len(features):.4f}", flush=True)
    net.eval()
    return net


def answered(net: Kinds, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    device = net.mean.device
    with torch.no_grad():
        made: Tensor = net(torch.from_numpy(features).to(device))
    logits: npt.NDArray[np.float32] = made.cpu().numpy()
    return logits


def found_temperature(
    logits: npt.NDArray[np.float32],
    classes: npt.NDArray[np.generic],
    weight: npt.NDArray[np.float32],
) -> float:
    """The divisor of the logits that makes held-out answers likeliest."""
    tried = np.exp(np.linspace(np.log(0.5), np.log(5), 60))
    costs = []
    for temperature in tried:
        scaled = logits / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(scaled).sum(axis=1))
        own = scaled[np.arange(len(scaled)), classes.astype(np.int64)]
        costs.append(float(((log_sum - own) * weight).mean()))
    return float(tried[int(np.argmin(costs))])


if __name__ == "__main__":
    main()
