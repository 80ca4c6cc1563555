"""Train the face detector from scratch.

    python models/faces/train.py --data .cache/models/faces/data.npz --out .cache/models/faces

11,500 steps took 43 minutes of one core, beside other work. Resumes from the checkpoint in --out
where there is one, and refuses one of other data or options; the same seed and steps give the same
crops. Validation is by fold 2 of the pictures, the test (folds 0 and 1) is not looked at.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from augment import batch
from matching import judge, recall, threshold
from net import Net
from packed import TEST, VALIDATION, Bytes, Floats, Item, load
from torch import Tensor

from eyebright.analyse import faces as runtime
from eyebright.analyse.faces import STRIDE_PX as STRIDE

BATCH = 16
RATE = 3e-3
"""Highest learning rate of AdamW."""
WARM = 200
"""Steps until then."""
FALLING = 0.4
"""Of the steps, at the end: until then it is the same training, however long it will be."""
DECAY = 0.02
AVERAGE = 0.998
"""Of the running mean of the weights, which is what is kept."""
BOX_WEIGHT = 1.5
"""Of the boxes' loss beside the heat's."""
NEAR = 0.4
"""Cells at least so hot learn the box."""
POOR, GOOD = 0.25, 0.75
"""Intersection over union at which a box is worth no heat, and all of it: half at .5."""
LEAST_LOGIT = -6.0
"""Far below any threshold: heat of a quarter of a percent."""
MOST_GRADIENT = 5.0
"""Norm that longer gradients are cut to."""
EVERY = 250
"""Steps between checkpoints."""
VALIDATE = 1000
"""Steps between validations."""


def heat_loss(logits: Tensor, heat: Tensor, weight: Tensor, quality: Tensor) -> Tensor:
    """Focal loss per head, with a penalty reduced around centres (Law & Deng 2018).

    At a centre the heat sought is how well its box fits (quality focal loss, Li et al. 2020), so
    that a head whose box is wrong is not the hottest.
    """
    right = (heat == 1).float()
    hit = torch.sigmoid(logits)
    log_hit = torch.nn.functional.logsigmoid(logits)
    log_miss = torch.nn.functional.logsigmoid(-logits)
    sought = ((quality - POOR) / (GOOD - POOR)).clamp(0, 1)
    found = (sought - hit) ** 2 * (sought * log_hit + (1 - sought) * log_miss)
    missed = (1 - heat) ** 4 * hit**2 * log_miss
    return -(weight * (right * found + (1 - right) * missed)).sum() / right.sum().clamp(min=1)


def box_loss(told: Tensor, boxes: Tensor, heat: Tensor) -> tuple[Tensor, Tensor]:
    """Generalised IoU (Rezatofighi et al. 2019) and log sizes, weighted by the heat; the IoU.

    The second is a map like the heat: intersection over union where it is hot, else 0.
    """
    near = image, row, column = torch.nonzero(heat >= NEAR, as_tuple=True)
    weight = heat[near]
    told, boxes = told[image, :, row, column], boxes[image, :, row, column]
    x = (column + 0.5 + told[:, 0]) * STRIDE
    y = (row + 0.5 + told[:, 1]) * STRIDE
    width, height = (told[:, 2:].clamp(-3, 5).exp() * STRIDE).T
    left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    own_right, own_bottom = boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]
    across = torch.minimum(right, own_right) - torch.maximum(left, boxes[:, 0])
    down = torch.minimum(bottom, own_bottom) - torch.maximum(top, boxes[:, 1])
    both = across.clamp(min=0) * down.clamp(min=0)
    union = width * height + boxes[:, 2] * boxes[:, 3] - both
    wide = torch.maximum(right, own_right) - torch.minimum(left, boxes[:, 0])
    high = torch.maximum(bottom, own_bottom) - torch.minimum(top, boxes[:, 1])
    hull = wide * high
    iou = both / union
    giou = iou - (hull - union) / hull
    sizes = (told[:, 2:] - (boxes[:, 2:] / STRIDE).log()).abs().sum(dim=1)
    quality = torch.zeros_like(heat)
    quality[near] = iou.detach()
    loss = (weight * (1 - giou + 0.2 * sizes)).sum() / weight.sum().clamp(min=1)
    return loss, quality


def rate(step: int, steps: int) -> float:
    """Up over WARM steps, flat, and down to nothing over the last share, FALLING."""
    rising = (step + 1) / WARM
    falling = (1 - step / steps) / FALLING
    return RATE * min(1.0, rising, falling)


def detect(net: Net, pixels: Bytes) -> tuple[Floats, Floats]:
    """Boxes (n, 4) and their heats of a whole picture, through the runtime's own code."""
    device = next(net.parameters()).device
    outputs: dict[str, runtime.Tensor] = {}
    for name, image in runtime.prepare(pixels).items():
        with torch.no_grad():
            heat, box = net(torch.from_numpy(image).permute(0, 3, 1, 2).to(device).float())
        outputs |= {f"heat_{name}": heat.cpu().numpy(), f"box_{name}": box.cpu().numpy()}
    return runtime.decode(outputs, pixels, LEAST_LOGIT)


def validate(net: Net, items: list[Item]) -> str:
    """Recall on the pictures of fold 2 at three rates of false boxes."""
    net.eval()
    outcomes = [judge(item, detect(net, item.pixels)) for item in items]
    rates = (0.1, 0.3, 1.0)
    shown = (f"{recall(outcomes, threshold(outcomes, rate)):.3f} at {rate}" for rate in rates)
    return ", ".join(shown)


def averaged(mean: Net, net: Net, step: int) -> None:
    """Move the running mean of the weights; faster at the start, where they are far off."""
    keep = min(AVERAGE, (step + 1) / (step + 10))
    with torch.no_grad():
        for old, new in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
            old.copy_(torch.lerp(new, old, keep) if old.is_floating_point() else new)


def main() -> None:
    args = options()
    torch.manual_seed(args.seed)
    faces, negatives, held_out = sets(args)
    net = Net().to(args.device, memory_format=torch.channels_last)
    mean = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    kept = {"net": net, "mean": mean, "optimiser": optimiser}
    file = args.out / "train.ckpt"
    of = recipe(args)
    start = resume(file, kept, of)
    losses, began = [], time.monotonic()
    for step in range(start, args.steps):
        net.train()
        rng = np.random.default_rng((args.seed, step))
        pixels, *targets = batch(faces, negatives, rng, BATCH)
        pictures = torch.from_numpy(pixels).to(args.device).permute(0, 3, 1, 2).float()
        heat, weight, boxes = (torch.from_numpy(t).to(args.device) for t in targets)
        for group in optimiser.param_groups:
            group["lr"] = rate(step, args.steps)
        logits, told = net(pictures)
        near, quality = box_loss(told, boxes, heat)
        hot = heat_loss(logits[:, 0], heat, weight, quality)
        optimiser.zero_grad()
        (hot + BOX_WEIGHT * near).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), MOST_GRADIENT)
        optimiser.step()
        averaged(mean, net, step)
        losses.append((hot.item(), near.item()))
        done = step + 1
        if done % EVERY and done != args.steps:
            continue
        shown, losses = np.mean(losses, axis=0), []
        minutes = (time.monotonic() - began) / 60
        print(f"{done} heat {shown[0]:.3f} boxes {shown[1]:.3f} {minutes:.1f} min", flush=True)
        if done % VALIDATE == 0 or done == args.steps:
            print(f"{done} validation recall {validate(mean, held_out)}", flush=True)
        save(file, kept, done, of)
    torch.save(mean.state_dict(), args.out / "weights.pt")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".cache/models/faces/data.npz"))
    parser.add_argument("--out", type=Path, default=Path(".cache/models/faces"))
    parser.add_argument("--steps", type=int, default=11_500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=float, default=1.0, help="of the training pictures")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def sets(args: argparse.Namespace) -> tuple[list[Item], list[Item], list[Item]]:
    """Pictures with faces and without to learn from, and those with faces to validate on."""
    items = load(args.data)
    train = [item for item in items if item.fold not in TEST + VALIDATION]
    faces = [item for item in train if len(item.boxes)]
    faces = faces[: round(args.share * len(faces))]
    negatives = [item for item in train if not len(item.boxes)]
    return faces, negatives, [i for i in items if i.fold in VALIDATION and len(i.boxes)]


def recipe(args: argparse.Namespace) -> str:
    """What a checkpoint must be of to be gone on with."""
    digest = hashlib.sha256(args.data.read_bytes()).hexdigest()
    return repr((digest, args.steps, args.seed, args.share))


def resume(file: Path, kept: dict[str, Any], of: str) -> int:
    """Load what was kept, if anything was, and return the steps done.

    SystemExit where it is of another recipe.
    """
    if not file.exists():
        return 0
    state = torch.load(file, weights_only=True)
    if state.get("recipe") != of:
        raise SystemExit(f"{file} is of other data or options: take it away to begin anew")
    for name, one in kept.items():
        one.load_state_dict(state[name])
    return int(state["step"])


def save(file: Path, kept: dict[str, Any], done: int, of: str) -> None:
    """Write the checkpoint whole, or leave the old one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    states = {name: one.state_dict() for name, one in kept.items()}
    torch.save({**states, "step": done, "recipe": of}, new)
    new.replace(file)


if __name__ == "__main__":
    main()
