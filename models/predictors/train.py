"""Train the predictors on what prepare.py has packed: half a minute of one core.

    python models/predictors/train.py [--out .cache/models/predictors] [--share 1.0] [--folds 1]

With --folds N it is trained N times, each time without an Nth of the pictures, and told of those
(folds.npz): what evaluate.py makes its figures of while there are few. --share takes a part of the
training pictures, for the learning curve. Writes predictors.pt, the states of NETS networks whose
mean is told.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from net import COVERED, Predictor
from torch import Tensor
from torch.nn import functional

SEED = 6
NETS = 2
"""Networks that differ by their seeds alone. Their mean is 2 to 3 % less off than one."""

EPOCHS = 150
BATCH = 64
RATE = 3e-3
DECAY = 0.05
CALIBRATION_SHARE = 0.08
"""Of the pictures: not learnt from, they tell how wide the intervals have to be."""

JITTER = 0.05
"""Noise on the standardised features."""

SCORE_KNEE = 0.5
"""SSIMULACRA2 above which an error counts in proportion (Huber 1964). Near the absolute error, by
which forecasts are judged: with 2, scores were 1 to 2 % further off and bytes 7 %."""

BITS_KNEE = 0.1
BITS_WEIGHT = 10.0
WIDTH_WEIGHT = 0.1
FIRST_WIDTH = 3.0
"""SSIMULACRA2."""

Arrays = dict[str, npt.NDArray[Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description="train the predictor")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/predictors"))
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--folds", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with np.load(options.out / "data.npz") as file:
        data = dict(file)
    if options.folds > 1:
        told = in_folds(data, options.folds, options.share)
        np.savez_compressed(options.out / "folds.npz", told=told)
        return
    chosen = (data["splits"] != "test") & (_order(data) < options.share)
    states = [net.state_dict() for net in train(data, chosen)]
    torch.save(states, options.out / "predictors.pt")


def in_folds(data: Arrays, folds: int, share: float) -> npt.NDArray[np.float32]:
    """(n, 3, encoders, targets): each sample told by a network that never saw its picture."""
    fold = (_order(data, "fold") * folds).astype(int)
    told = np.full((len(fold), 3, *data["quality"].shape[1:]), np.nan, np.float32)
    for one in range(folds):
        nets = train(data, (fold != one) & (_order(data) < share))
        told[fold == one] = tell(nets, data["features"][fold == one])
    return told


def tell(nets: list[Predictor], features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The mean of what the networks tell."""
    with torch.no_grad():
        each = [net.eval()(torch.from_numpy(features)) for net in nets]
        told: npt.NDArray[np.float32] = torch.stack(each).mean(0).numpy()
    return told


def train(data: Arrays, chosen: npt.NDArray[np.bool_]) -> list[Predictor]:
    """The networks after all epochs on the chosen samples but those that widen the intervals."""
    kept = _order(data, "calibration") < CALIBRATION_SHARE
    nets = [_fitted(data, chosen & ~kept, SEED + number) for number in range(NETS)]
    told = tell(nets, data["features"][chosen & kept])
    widening = torch.from_numpy(_widening(told, data, chosen & kept))[:, None]
    for net in nets:
        net.base[2] *= widening
    return nets


def _widening(
    told: npt.NDArray[np.float32], data: Arrays, chosen: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """By encoder: what makes the intervals cover COVERED of pictures that were not learnt from.

    Split conformal prediction (Lei et al. 2018), on errors over half-widths.
    """
    error = np.abs(told[:, 0] - data["quality"][chosen]) * data["slope"][chosen]
    ratios = (error / told[:, 2]).swapaxes(0, 1).reshape(error.shape[1], -1)
    return np.nanquantile(ratios, COVERED, axis=1).astype(np.float32)


def _fitted(data: Arrays, chosen: npt.NDArray[np.bool_], seed: int) -> Predictor:
    torch.manual_seed(seed)
    features = torch.from_numpy(data["features"][chosen])
    labels = {k: data[k][chosen] for k in ("quality", "bits", "slope")}
    net = Predictor(*_constants(features, labels))
    wanted = {k: torch.from_numpy(np.nan_to_num(v)).float() for k, v in labels.items()}
    wanted["known"] = torch.from_numpy(~np.isnan(labels["quality"])).float()
    steps = EPOCHS * max(1, len(features) // BATCH)
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(steps):
        rows = torch.randint(len(features), (BATCH,))
        noise = JITTER * torch.randn(BATCH, features.shape[1]) * net.scale
        loss = _loss(net(features[rows] + noise), {k: v[rows] for k, v in wanted.items()})
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
    return net


def _constants(features: Tensor, labels: Arrays) -> tuple[Tensor, Tensor, Tensor]:
    """Mean and scale of the features, and medians of the labels: what a constant would tell."""
    medians = [np.nan_to_num(np.nanmedian(labels[k], axis=0)) for k in ("quality", "bits")]
    base = np.stack([*medians, np.full_like(medians[0], FIRST_WIDTH)])
    return features.mean(0), features.std(0) + 1e-3, torch.from_numpy(base).float()


def _loss(told: Tensor, wanted: dict[str, Tensor]) -> Tensor:
    """In points of the score, which is what an error of quality costs; and in bytes."""
    error = (told[:, 0] - wanted["quality"]) * wanted["slope"]
    zero = torch.zeros_like(error)
    score = functional.huber_loss(error, zero, reduction="none", delta=SCORE_KNEE)
    bits = functional.huber_loss(told[:, 1], wanted["bits"], reduction="none", delta=BITS_KNEE)
    beyond = error.detach().abs() - told[:, 2]
    width = torch.maximum(COVERED * beyond, (COVERED - 1) * beyond)
    each = score + BITS_WEIGHT * bits + WIDTH_WEIGHT * width
    return (each * wanted["known"]).sum() / wanted["known"].sum()


def _order(data: Arrays, salt: str = "") -> npt.NDArray[np.float64]:
    """0 to 1 by the hash of each picture's name."""
    names = (str(key).rsplit("/", 1)[1].rsplit(":", 1)[0] for key in data["keys"])
    digests = (hashlib.sha256(f"{salt}{name}".encode()).hexdigest()[:8] for name in names)
    return np.asarray([int(d, 16) / 2**32 for d in digests])


if __name__ == "__main__":
    main()
