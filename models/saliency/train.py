"""Trains two members, then one network on what they agree upon: the saliency model.

    python models/saliency/train.py

Reads data.npz (see prepare.py), writes member-N.pt and student.pt there. Begun again, it goes on
after the last finished epoch and comes to the same weights. Members train on folds 3 to 9 and are
watched on fold 2; the student also learns fold 2, and the members' maps of pictures that nobody
looked at. Folds 0 and 1 are not read here. Some 40 minutes on one core.
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
from looks import PACKED, WATCHED, Looks, enlarged, mean_scores, places
from net import Member, Saliency
from torch import Tensor
from torch.nn import functional

from eyebright.analyse import saliency

MEMBERS = ((20, 0.5, 0.05), (20, 1.0, 0.2))
"""Epochs, strength of the augmentation, and dropout of each; their number is also the seed."""

STUDENT = (100, 15, 0.75)
"""Seed, epochs and strength. Fixed before the test was looked at."""

BATCH = 8
RATE, WARM_STEPS, DECAY, CLIP = 2e-3, 100, 5e-2, 5.0
AVERAGE = 0.995
"""Of the weights' moving average, a step; it is what is kept."""

SMALL, SMALL_EPOCHS = 0.75, 5
"""So many first epochs of the student see pictures at three quarters of their size: cheaper."""

DROP = 0.05

TEACHING = 0.7
"""Share of the members' map in the student's target; the rest is the fixations' density."""

UNSEEN_SHARE = 1 / 3
"""Of the pictures without fixations an epoch takes a random third."""

MAP_STRIDE = 4
"""Pixels to a place of the densities that augmentation moves."""


Network = Member | Saliency


class Plan(NamedTuple):
    """What one network is trained on."""

    name: str
    network: type[Network]
    seed: int
    epochs: int
    small_epochs: int
    strength: float
    """Of the augmentation."""
    drop: float
    chosen: list[int]
    unseen: list[int]
    """Without fixations."""
    target: dict[int, Tensor]
    """Densities (1, h/4, w/4)."""


def train(plan: Plan, looks: Looks, out: Path, device: str) -> Network:
    """The averaged network after the last epoch; checkpoints after each."""
    torch.manual_seed(plan.seed)
    net = plan.network(plan.drop).to(device, memory_format=torch.channels_last)
    average: Network = copy.deepcopy(net).eval()
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    path = out / f"{plan.name}.pt"
    done = 0
    if path.exists():
        saved = torch.load(path, map_location=device)
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        done = saved["epoch"]
    for epoch in range(done, plan.epochs):
        began = time.monotonic()
        fit = run_epoch(plan, looks, (net, average), optimiser, epoch)
        state = {"net": net.state_dict(), "average": average.state_dict()}
        torch.save({**state, "optimiser": optimiser.state_dict(), "epoch": epoch + 1}, path)
        seconds = time.monotonic() - began
        told = f"{plan.name} epoch {epoch + 1} {seconds:.0f} s, CC in training {fit:.3f}"
        if (epoch + 1) % 4 == 0 or epoch + 1 == plan.epochs:
            figures = mean_scores(lambda i: guess([average], looks, i), looks, looks.of(WATCHED))
            told += f", watched {np.round(figures, 3).tolist()}"
        print(told, flush=True)
    return average


def run_epoch(
    plan: Plan, looks: Looks, nets: tuple[Network, Network], optimiser: Any, epoch: int
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
            group["lr"] = rate(step, plan.epochs * len(groups))
        picture, truth = augmented(batch, plan, looks, scale)
        down, across = (side // saliency.GRID_STRIDE for side in picture.shape[2:])
        place = torch.from_numpy(saliency.places(across, down)).expand(len(batch), -1, -1, -1)
        logits = net(picture.to(device, memory_format=torch.channels_last), place.to(device))
        loss, fit = loss_of(logits, truth.to(device))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        optimiser.step()
        keep_average(average, net, min(AVERAGE, (1 + step) / (10 + step)))
        fits.append(fit)
    return float(np.mean(fits))


def rate(step: int, steps: int) -> float:
    """Rises over the first steps, then falls as a cosine to nothing."""
    return RATE * min(1, (step + 1) / WARM_STEPS) * 0.5 * (1 + math.cos(math.pi * step / steps))


def keep_average(average: Network, net: Network, share: float) -> None:
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


def augmented(batch: list[int], plan: Plan, looks: Looks, scale: float) -> tuple[Tensor, Tensor]:
    """Pictures (n, 3, h, w) of -0.5..0.5, densities (n, 1, h/4, w/4): moved and coloured alike."""
    stacked = np.stack([looks.pictures[i] for i in batch])
    picture = torch.from_numpy(stacked).permute(0, 3, 1, 2) / 255
    truth = torch.stack([plan.target[i] for i in batch])
    height, width = (
        round(s * scale / saliency.STRIDE) * saliency.STRIDE for s in picture.shape[2:]
    )
    count, strength = len(batch), plan.strength
    turn = _moves(count, strength, width / height)
    picture = _warp(picture, turn, (height, width), "reflection")
    truth = _warp(truth, turn, (height // MAP_STRIDE, width // MAP_STRIDE), "zeros")
    mean = picture.mean((2, 3), keepdim=True)
    picture = (picture - mean) * _spread(count, 1 - 0.3 * strength, 1 + 0.3 * strength) + mean
    picture = picture + _spread(count, -0.15 * strength, 0.15 * strength)
    grey = picture.mean(1, keepdim=True)
    picture = grey + (picture - grey) * _spread(count, 1 - 0.5 * strength, 1 + 0.4 * strength)
    picture = picture * torch.empty(count, 3, 1, 1).uniform_(0.92, 1.08)
    return picture.clamp(0, 1) - 0.5, truth


def _moves(count: int, strength: float, aspect: float) -> Tensor:
    """(n, 2, 3): mirrored or not, enlarged, stretched, sheared and shifted a little."""
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    size = torch.empty(count).uniform_(1 - 0.25 * strength, 1 + 0.05 * strength)
    stretch = torch.empty(count).uniform_(1 - 0.08 * strength, 1 + 0.08 * strength)
    lean = torch.empty(count).uniform_(-0.06 * strength, 0.06 * strength)
    room = (1 - size).clamp(min=0)
    turn = torch.zeros(count, 2, 3)
    turn[:, 0, 0], turn[:, 1, 1] = mirror * size * stretch, size / stretch
    turn[:, 0, 1], turn[:, 1, 0] = lean / aspect, -lean * aspect * mirror
    turn[:, 0, 2], turn[:, 1, 2] = (2 * torch.rand(2, count) - 1) * room
    return turn


def _warp(x: Tensor, turn: Tensor, size: tuple[int, int], outside: str) -> Tensor:
    grid = functional.affine_grid(turn, [len(x), 1, *size], align_corners=False)
    return functional.grid_sample(x, grid, padding_mode=outside, align_corners=False)


def _spread(count: int, least: float, most: float) -> Tensor:
    return torch.empty(count, 1, 1, 1).uniform_(least, most)


def loss_of(logits: Tensor, truth: Tensor) -> tuple[Tensor, float]:
    """Kullback-Leibler divergence less the linear correlation; and the correlation."""
    wanted = functional.avg_pool2d(truth, truth.shape[3] // logits.shape[3]).flatten(1)
    wanted = wanted / wanted.sum(1, keepdim=True).clamp(min=1e-9)
    log_shares = functional.log_softmax(logits.flatten(1), 1)
    divergence = (wanted * (torch.log(wanted + 1e-9) - log_shares)).sum(1).mean()
    shares = log_shares.exp()
    a, b = shares - shares.mean(1, keepdim=True), wanted - wanted.mean(1, keepdim=True)
    fit = ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + 1e-9)).mean()
    return divergence - fit, float(fit.detach())


def shares_of(
    net: Network, looks: Looks, index: int, *, mirrored: bool = False
) -> np.ndarray[Any, Any]:
    """The density (h/8, w/8) that a network sees in a picture."""
    device = next(net.parameters()).device
    picture = looks.pictures[index][:, ::-1] if mirrored else looks.pictures[index]
    x = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None] / 255 - 0.5
    with torch.no_grad():
        logits = net(x.to(device), torch.from_numpy(places(index, looks)).to(device))
    shares = saliency.density(logits.cpu().numpy())
    return shares[:, ::-1] if mirrored else shares


def guess(nets: list[Network], looks: Looks, index: int, *, mirrored: bool = False) -> Any:
    """The mean of what networks see, at the picture's size; of both mirror images if `mirrored`."""
    sides = (False, True) if mirrored else (False,)
    seen = [shares_of(net, looks, index, mirrored=side) for net in nets for side in sides]
    return enlarged(np.mean(seen, 0), *looks.pictures[index].shape[:2])


def small(density: Any) -> Tensor:
    """A density (h, w) as (1, h/4, w/4)."""
    whole = torch.from_numpy(np.asarray(density, np.float32))[None, None]
    return functional.avg_pool2d(whole, MAP_STRIDE)[0] * MAP_STRIDE**2


def member(number: int, looks: Looks) -> Plan:
    chosen = [i for i in looks.of(range(10)) if looks.fold[i] > max(WATCHED)]
    target = {i: small(looks.density(i)) for i in chosen}
    epochs, strength, drop = MEMBERS[number]
    name = f"member-{number}"
    return Plan(name, Member, number, epochs, 0, strength, drop, chosen, [], target)


def student(members: list[Network], looks: Looks) -> Plan:
    """Folds 2 to 9 with fixations and the members' maps, other pictures with these maps alone."""
    chosen = [i for i in looks.of(range(10)) if looks.fold[i] >= min(WATCHED)]
    unseen = looks.unseen()
    target = {i: small(guess(members, looks, i, mirrored=True)) for i in chosen + unseen}
    for i in chosen:
        target[i] = TEACHING * target[i] + (1 - TEACHING) * small(looks.density(i))
    seed, epochs, strength = STUDENT
    return Plan(
        "student", Saliency, seed, epochs, SMALL_EPOCHS, strength, DROP, chosen, unseen, target
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
