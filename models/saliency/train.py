"""Trains members, then one network on what they agree upon: the saliency model.

    python models/saliency/train.py

Reads data.npz (see prepare.py), writes member-N.pt and student.pt there. Begun again, it goes on
after the last finished epoch and comes to the same weights; checkpoints of other data or settings
are refused. Members train on folds 3 to 9 and are watched on fold 2. The student begins as member 0
and also learns fold 2, and the members' maps of pictures that nobody looked at. All learn beside it
where faces are (crowd500's boxes of the same folds): faces draw looks. Folds 0 and 1 are not read
here. About an hour on one core.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from augment import augmented
from looks import PACKED, WATCHED, Looks, enlarged, mean_scores, places
from net import Saliency
from torch import Tensor
from torch.nn import functional

from eyebright.analyse import saliency

MEMBERS = ((18, 0.5, 0.05), (18, 0.75, 0.1), (18, 0.5, 0.1))
"""Epochs, strength of the augmentation, and dropout of each; their number is also the seed."""

STUDENT = (100, 16, 0.75)
"""Seed, epochs and strength. Fixed before the test was looked at."""

BATCH = 8
MEMBER_RATE, STUDENT_RATE = 2e-3, 1.5e-3
WARM_STEPS, DECAY, CLIP = 100, 5e-2, 5.0
AVERAGE = 0.995
"""Of the weights' moving average, a step; it is what is kept."""

SMALL, SMALL_EPOCHS = 0.75, 5
"""So many first epochs of a member see pictures at three quarters of their size: cheaper."""

DROP = 0.1

TEACHING = 0.7
"""Share of the members' map in the student's target; the rest is the fixations' density."""

UNSEEN_SHARE = 1 / 3
"""Of the pictures without fixations an epoch takes a random third."""

FACES = 1.0
"""Weight of the faces in the loss."""

UNKNOWN = -1.0
"""Instead of a face's cover, where no one has drawn boxes."""


class Plan(NamedTuple):
    """What one network is trained on."""

    name: str
    seed: int
    epochs: int
    rate: float
    small_epochs: int
    strength: float
    """Of the augmentation."""
    drop: float
    begin: dict[str, Tensor] | None
    """Weights to begin with, if not random ones."""
    chosen: list[int]
    unseen: list[int]
    """Without fixations."""
    target: dict[int, Tensor]
    """(2, h/4, w/4): the density, and the cover by faces or UNKNOWN."""


def train(plan: Plan, looks: Looks, out: Path, device: str) -> Saliency:
    """The averaged network after the last epoch; checkpoints after each."""
    torch.manual_seed(plan.seed)
    net = Saliency(plan.drop).to(device, memory_format=torch.channels_last)
    if plan.begin:
        net.load_state_dict(plan.begin)
    average: Saliency = copy.deepcopy(net).eval()
    optimiser = torch.optim.AdamW(net.parameters(), plan.rate, weight_decay=DECAY)
    path = out / f"{plan.name}.pt"
    done, of = 0, recipe(plan, looks)
    if path.exists():
        saved = torch.load(path, map_location=device)
        if saved.get("recipe") != of:
            raise SystemExit(f"{path} is of other data or settings: take it away to begin anew")
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        done = saved["epoch"]
    for epoch in range(done, plan.epochs):
        began = time.process_time()
        fit = run_epoch(plan, looks, (net, average), optimiser, epoch)
        state = {"net": net.state_dict(), "average": average.state_dict(), "recipe": of}
        torch.save({**state, "optimiser": optimiser.state_dict(), "epoch": epoch + 1}, path)
        seconds = time.process_time() - began
        told = f"{plan.name} epoch {epoch + 1} {seconds:.0f} s, CC in training {fit:.3f}"
        if (epoch + 1) % 4 == 0 or epoch + 1 == plan.epochs:
            figures = mean_scores(lambda i: guess([average], looks, i), looks, looks.of(WATCHED))
            told += f", watched {np.round(figures, 3).tolist()}"
        print(told, flush=True)
    return average


def recipe(plan: Plan, looks: Looks) -> str:
    """What a checkpoint must be of to be gone on with."""
    return repr((looks.digest, plan[:7], MEMBERS if plan.begin else ()))


def run_epoch(
    plan: Plan, looks: Looks, nets: tuple[Saliency, Saliency], optimiser: Any, epoch: int
) -> float:
    """One pass over the pictures; the mean correlation in training."""
    net, average = nets
    random = np.random.default_rng([plan.seed, epoch])
    torch.manual_seed(plan.seed * 1000 + epoch)
    scale = SMALL if epoch < plan.small_epochs else 1.0
    some = random.permutation(plan.unseen)[: round(UNSEEN_SHARE * len(plan.unseen))]
    groups = batches([*plan.chosen, *some.tolist()], looks, random)
    device = next(net.parameters()).device
    net.train()
    fits = []
    for number, batch in enumerate(groups):
        step = epoch * len(groups) + number
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * pace(step, plan.epochs * len(groups))
        pictures = np.stack([looks.pictures[i] for i in batch])
        targets = torch.stack([plan.target[i] for i in batch])
        picture, truth = augmented(pictures, targets, plan.strength, scale)
        down, across = (side // saliency.GRID_STRIDE for side in picture.shape[2:])
        place = torch.from_numpy(saliency.places(across, down)).expand(len(batch), -1, -1, -1)
        seen = net.with_faces(
            picture.to(device, memory_format=torch.channels_last), place.to(device)
        )
        known = targets[:, 1].amin((1, 2)) > UNKNOWN
        loss, fit = loss_of(*seen, truth.to(device), known)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        optimiser.step()
        keep_average(average, net, min(AVERAGE, (1 + step) / (10 + step)))
        fits.append(fit)
    return float(np.mean(fits))


def pace(step: int, steps: int) -> float:
    """Share of the learning rate: rises over the first steps, then falls as a cosine to nothing."""
    return min(1, (step + 1) / WARM_STEPS) * 0.5 * (1 + math.cos(math.pi * step / steps))


def keep_average(average: Saliency, net: Saliency, share: float) -> None:
    for kept, new in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(new, 1 - share)
        else:
            kept.copy_(new)


def batches(chosen: list[int], looks: Looks, random: np.random.Generator) -> list[list[int]]:
    """Of pictures of one size, in random order; single ones wait for another epoch."""
    by_size: dict[tuple[int, ...], list[int]] = {}
    for index in random.permutation(chosen).tolist():
        by_size.setdefault(looks.pictures[index].shape, []).append(index)
    made = [g[k : k + BATCH] for g in by_size.values() for k in range(0, len(g), BATCH)]
    made = [batch for batch in made if len(batch) > 1]
    return [made[k] for k in random.permutation(len(made))]


def loss_of(logits: Tensor, faces: Tensor, truth: Tensor, known: Tensor) -> tuple[Tensor, float]:
    """Divergence (Kullback and Leibler) less correlation, plus what is missed of the faces.

    Faces count where they are `known` (n). Also gives the correlation.
    """
    wanted = truth[:, 0].flatten(1)
    wanted = wanted / wanted.sum(1, keepdim=True).clamp(min=1e-9)
    log_shares = functional.log_softmax(logits.flatten(1), 1)
    divergence = (wanted * (torch.log(wanted + 1e-9) - log_shares)).sum(1).mean()
    shares = log_shares.exp()
    a, b = shares - shares.mean(1, keepdim=True), wanted - wanted.mean(1, keepdim=True)
    fit = ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + 1e-9)).mean()
    cover = truth[known, 1:].clamp(0, 1)
    missed = functional.binary_cross_entropy_with_logits(faces[known], cover, reduction="sum")
    share = missed / (len(truth) * logits[0].numel())
    return divergence - fit + FACES * share, float(fit.detach())


def shares_of(
    net: Saliency, looks: Looks, index: int, *, mirrored: bool = False
) -> np.ndarray[Any, Any]:
    """The density (h/4, w/4) that a network sees in a picture."""
    device = next(net.parameters()).device
    picture = looks.pictures[index][:, ::-1] if mirrored else looks.pictures[index]
    x = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None] / 255 - 0.5
    with torch.no_grad():
        logits = net(x.to(device), torch.from_numpy(places(index, looks)).to(device))
    shares = saliency.density(logits.cpu().numpy())
    return shares[:, ::-1] if mirrored else shares


def together(nets: list[Saliency], looks: Looks, index: int, *, mirrored: bool) -> Any:
    """The mean of what networks see, (h/4, w/4); of both mirror images if `mirrored`."""
    sides = (False, True) if mirrored else (False,)
    seen = [shares_of(net, looks, index, mirrored=side) for net in nets for side in sides]
    return np.mean(seen, 0)


def guess(nets: list[Saliency], looks: Looks, index: int, *, mirrored: bool = False) -> Any:
    """The same at the picture's size."""
    shares = together(nets, looks, index, mirrored=mirrored)
    return enlarged(shares, *looks.pictures[index].shape[:2])


def target(density: Any, looks: Looks, index: int) -> Tensor:
    """(2, h/4, w/4) from a density (h/4, w/4)."""
    faces = looks.faces(index)
    cover = np.full(density.shape, UNKNOWN) if faces is None else means(faces)
    return torch.from_numpy(np.stack([density, cover]).astype(np.float32))


def means(whole: Any) -> Any:
    """(h, w) as (h/4, w/4)."""
    high, wide = (side // saliency.GRID_STRIDE for side in whole.shape)
    return whole.reshape(high, saliency.GRID_STRIDE, wide, saliency.GRID_STRIDE).mean((1, 3))


def fixated(looks: Looks, index: int) -> Any:
    """The fixations' density, (h/4, w/4)."""
    return means(looks.density(index)) * saliency.GRID_STRIDE**2


def member(number: int, looks: Looks) -> Plan:
    epochs, strength, drop = MEMBERS[number]
    chosen = [i for i in looks.of(range(10)) if looks.fold[i] > max(WATCHED)]
    return Plan(
        name=f"member-{number}",
        seed=number,
        epochs=epochs,
        rate=MEMBER_RATE,
        small_epochs=SMALL_EPOCHS,
        strength=strength,
        drop=drop,
        begin=None,
        chosen=chosen,
        unseen=[],
        target={i: target(fixated(looks, i), looks, i) for i in chosen},
    )


def student(members: list[Saliency], looks: Looks) -> Plan:
    """Folds 2 to 9 with fixations and the members' maps, other pictures with these maps alone."""
    chosen = [i for i in looks.of(range(10)) if looks.fold[i] >= min(WATCHED)]
    unseen = looks.unseen()
    maps = {i: together(members, looks, i, mirrored=True) for i in chosen + unseen}
    for i in chosen:
        maps[i] = TEACHING * maps[i] + (1 - TEACHING) * fixated(looks, i)
    seed, epochs, strength = STUDENT
    return Plan(
        name="student",
        seed=seed,
        epochs=epochs,
        rate=STUDENT_RATE,
        small_epochs=0,
        strength=strength,
        drop=DROP,
        begin=members[0].state_dict(),
        chosen=chosen,
        unseen=unseen,
        target={i: target(shares, looks, i) for i, shares in maps.items()},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=PACKED, help="folder with data.npz")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    looks = Looks(options.data / "data.npz")
    members = [
        train(member(n, looks), looks, options.data, options.device) for n in range(len(MEMBERS))
    ]
    figures = mean_scores(
        lambda i: guess(members, looks, i, mirrored=True), looks, looks.of(WATCHED)
    )
    print("members together, watched", np.round(figures, 3).tolist(), flush=True)
    train(student(members, looks), looks, options.data, options.device)


if __name__ == "__main__":
    main()
