"""Train the network on prepared features; a class's sources weigh alike, and so do the classes.

    python models/content/train.py [--out .cache/models/content] [--steps 600] [--seed 5]

A fold is a sixth of every class's sources. For each fold a network is trained on all other sources
and answers for these: crossed.npz, from which the temperature and the card's figures come. What
ships (content.pt) is trained on all but NEVER. Takes a minute of one core; a fold that is done is
not trained again while crossed-FOLD.npz lies in --out; one of other data or options is refused.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from net import Kinds
from torch import Tensor, nn

from eyebright.analyse.content import CLASSES

FOLDS = 6
STEPS = 600
BATCH = 256
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 3e-3
SEED = 5

MIXING = 0.3
"""Both parameters of the beta distribution of shares in which two pictures' features are mixed."""

JITTER = 0.1
"""Noise on standardised features while training: sources differ by more."""

SMOOTHING = 0.02

TOLD_EVERY = 300
"""Steps."""

NEVER = ("skimage",)
"""Not for what ships either: the project's tests look at them."""

Data: TypeAlias = dict[str, npt.NDArray[np.generic]]


def main() -> None:
    parser = argparse.ArgumentParser(description="train the content network")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/content"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    torch.set_num_threads(1)
    data: Data = dict(np.load(options.out / "features.npz"))
    of = recipe(data, options.steps, options.seed)
    logits = np.zeros((len(data["classes"]), len(CLASSES)), np.float32)
    for number, fold in enumerate(folds(data["classes"], data["sources"])):
        held = np.isin(data["sources"], fold)
        file = options.out / f"crossed-{number}.npz"
        if not file.exists():
            print(f"fold {number} without {', '.join(fold)}", flush=True)
            net = trained(data, ~held, options.steps, options.seed)
            np.savez(file, logits=answered(net, data["features"][held]), recipe=of)
        logits[held] = crossed(file, of)
    temperature = found_temperature(logits, data["classes"], weights(data))
    np.savez(options.out / "crossed.npz", logits=logits / temperature)
    net = trained(data, ~np.isin(data["sources"], NEVER), options.steps, options.seed)
    net.temperature.fill_(temperature)
    torch.save(net.state_dict(), options.out / "content.pt")
    print(f"temperature {temperature:.2f}")


def recipe(data: Data, steps: int, seed: int) -> str:
    """What a kept fold must be of to be used."""
    whole = hashlib.sha256()
    for name in sorted(data):
        whole.update(np.ascontiguousarray(data[name]).tobytes())
    return repr((whole.hexdigest(), steps, seed))


def crossed(file: Path, of: str) -> npt.NDArray[np.float32]:
    """The answers for a held-out fold; SystemExit where they are of other data or options."""
    with np.load(file) as stored:
        if "recipe" not in stored or str(stored["recipe"]) != of:
            raise SystemExit(f"{file} is of other data or options: take it away to begin anew")
        logits: npt.NDArray[np.float32] = stored["logits"]
    return logits


def folds(
    classes: npt.NDArray[np.generic], sources: npt.NDArray[np.generic]
) -> list[tuple[str, ...]]:
    """The names of the sources that are held out together."""
    by_kind = [sorted(set(sources[classes == kind].tolist())) for kind in np.unique(classes)]
    return [tuple(name for names in by_kind for name in names[k::FOLDS]) for k in range(FOLDS)]


def weights(data: Data) -> npt.NDArray[np.float32]:
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


def trained(data: Data, used: npt.NDArray[np.bool_], steps: int, seed: int) -> Kinds:
    """The network after so many steps on the used rows, drawn by their weights."""
    torch.manual_seed(seed)
    rows = torch.from_numpy(np.flatnonzero(used))
    weight = torch.from_numpy(weights({k: data[k][used] for k in ("classes", "sources")})).double()
    features, classes = (torch.from_numpy(data[name]) for name in ("features", "classes"))
    certain = nn.functional.one_hot(classes, len(CLASSES)).float()
    net = Kinds(features[rows].mean(0), features[rows].std(0) + 1e-3)
    optimiser = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    cross = nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    mixing = torch.distributions.Beta(MIXING, MIXING)
    total = 0.0
    for step in range(steps):
        drawn = rows[torch.multinomial(weight, 2 * BATCH, replacement=True)]
        first, second = drawn.split(BATCH)
        share = mixing.sample((BATCH, 1))
        mixed = torch.lerp(features[second], features[first], share)
        noise = torch.randn(mixed.shape) * net.scale * JITTER
        cost = cross(net(mixed + noise), torch.lerp(certain[second], certain[first], share))
        optimiser.zero_grad()
        cost.backward()
        optimiser.step()
        plan.step()
        total += cost.item()
        if (step + 1) % TOLD_EVERY == 0:
            print(f"step {step + 1}: loss {total / TOLD_EVERY:.3f}", flush=True)
            total = 0.0
    net.eval()
    return net


def answered(net: Kinds, features: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    with torch.no_grad():
        made: Tensor = net(torch.from_numpy(features))
    logits: npt.NDArray[np.float32] = made.numpy()
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
