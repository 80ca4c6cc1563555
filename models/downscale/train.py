"""Train the network on random pieces of the pictures.

    python models/downscale/train.py --data DIR [--out .cache/models/downscale] [--steps 900]
        [--share 1.0] [--rate 60] [--seed 7]

What is gained: SSIMULACRA2 of the small picture scaled up by a browser's bilinear filter, against
the source, as it is and as a codec leaves it; a little PSNR; and fewer bits. What costs: another
mean colour, and waves too fine to show that do. Resumes from checkpoint.pt in --out; writes
downscale.pt. Sixteen minutes of one core.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import judge
import numpy as np
import torch
from coding import coded
from net import LUMA, Sharpener
from prepare import Pieces, Pixels
from torch import Tensor
from torch.nn import functional

from eyebright.downscale import REACH_PX

STEPS = 900
BATCH = 8
GRATINGS = 3
"""Pieces, and gratings beside them, of a step."""

LEARNING_RATE = 4e-3
WARM_UP = 0.03
"""Share of the steps in which the rate of learning rises."""

SEED = 7

RATE_WEIGHT = 60.0
"""SSIMULACRA2 points for e times the bytes. What a codec buys for them is less (WebP from quality
75 to 85 on 14 training pictures at four ratios: 3 to 31 points, 16 in the middle), but a network
that was trained with 20 made pictures that cost 8 to 14 % more at the same quality: card.md."""

PSNR_WEIGHT = 1.0
"""Points for a decibel: keeps the network from what the metric alone likes."""

MEAN_WEIGHT = 4.0
"""Points for the square of each code by which a colour's mean is off."""

ALIAS_WEIGHT = 12.0
"""Points for e times the waves that should not show."""

ALIAS_MARGIN = 0.05
"""How much (in the logarithm of the amplitude) they are to stay below those of Lanczos."""

LEAST_WAVE = 0.5 / 255
"""Amplitude that is too faint to matter."""

CODED_SHARE = 0.5
"""Of the pieces, which are judged after coding."""

STEP_SCALES = 0.2, 0.7
"""Of JPEG's table: qualities 65 to 90."""

USUAL_SCALE = 0.4
"""Quality 80: of the bits where it is judged without coding."""

TOLD_SHARE = 0.1
"""Of the pieces, whose gain is worked out for the log."""

MOST_GRADIENT = 5.0

SAVE_EVERY = 25


def main() -> None:
    parser = argparse.ArgumentParser(description="train the downscaler")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".cache/models/downscale"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--share", type=float, default=1.0, help="of the training pictures")
    parser.add_argument("--rate", type=float, default=RATE_WEIGHT)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    net = trained(options, options.out / "checkpoint.pt")
    torch.save(net.state_dict(), options.out / "downscale.pt")


def trained(options: argparse.Namespace, checkpoint: Path) -> Sharpener:
    """The network after `steps`, going on from the checkpoint where there is one."""
    torch.manual_seed(options.seed)
    net = Sharpener()
    optimiser = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=1e-4)
    plan = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=options.steps, pct_start=WARM_UP
    )
    parts = {"net": net, "optimiser": optimiser, "plan": plan}
    recipe = repr((options.steps, options.share, options.rate, options.seed))
    done = _resumed(parts, checkpoint, recipe)
    pieces = Pieces(options.data, options.seed + done, options.share)
    began = time.monotonic()
    gains: list[float] = []
    for step in range(done, options.steps):
        optimiser.zero_grad()
        gains.extend(_learn(net, pieces, options.rate) for _ in range(BATCH))
        for _ in range(GRATINGS):
            _learn_waves(net, pieces)
        torch.nn.utils.clip_grad_norm_(net.parameters(), MOST_GRADIENT)
        optimiser.step()
        plan.step()
        if (step + 1) % SAVE_EVERY == 0:
            states = {name: part.state_dict() for name, part in parts.items()}
            torch.save({"step": step + 1, "recipe": recipe, **states}, checkpoint)
            gain, spent = np.nanmean(gains), time.monotonic() - began
            print(f"step {step + 1}: gain {gain:.3f} points, {spent:.0f} s", flush=True)
            gains = []
    return net


def _resumed(parts: Mapping[str, Any], checkpoint: Path, recipe: str) -> int:
    """The steps that were done."""
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, weights_only=True)
    if saved["recipe"] != recipe:
        sys.exit(f"{checkpoint} is of other options: take it away to begin anew")
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    return int(saved["step"])


def _learn(net: Sharpener, pieces: Pieces, rate: float) -> float:
    """Adds the gradient of one piece, and returns what is gained over Lanczos; NaN if not asked."""
    piece = pieces.next()
    source, base, fine = (tensor(x) for x in (piece.source, piece.seen.base, piece.seen.fine))
    scale = pieces.drawn(*STEP_SCALES) if pieces.drawn(0, 1) < CODED_SHARE else None
    made = net(base, fine, torch.tensor(piece.seen.shrink))
    gain = worth(source, made, scale, rate)
    before = base[..., REACH_PX:-REACH_PX, REACH_PX:-REACH_PX]
    shift = 255 * (made - before).mean((2, 3))
    ((MEAN_WEIGHT * (shift**2).sum() - gain) / BATCH).backward()
    if pieces.drawn(0, 1) > TOLD_SHARE:
        return math.nan
    with torch.no_grad():
        return float(gain - worth(source, before, scale, rate))


def _learn_waves(net: Sharpener, pieces: Pieces) -> None:
    """Adds the gradient of what shows of a grating that is too fine for the result."""
    seen = pieces.grating()
    base = tensor(seen.base)
    made = net(base, tensor(seen.fine), torch.tensor(seen.shrink))
    before = base[..., REACH_PX:-REACH_PX, REACH_PX:-REACH_PX]
    excess = torch.log(_amplitude(made) / _amplitude(before)) + ALIAS_MARGIN
    (ALIAS_WEIGHT / GRATINGS * excess.clamp(min=0)).backward()


def _amplitude(picture: Tensor) -> Tensor:
    return (picture.var((2, 3)).mean() + LEAST_WAVE**2).sqrt()


def worth(source: Tensor, small: Tensor, scale: float | None, rate: float) -> Tensor:
    """Points of the small picture, less what its bits cost; judged after coding with a scale."""
    luma = (small * torch.tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
    back, bits = coded(luma, scale or USUAL_SCALE)
    shown = small + (back - luma) if scale else small
    wide = functional.interpolate(shown, source.shape[2:], mode="bilinear", align_corners=False)
    error = ((wide - source) ** 2).mean()
    psnr = -10 / math.log(10) * torch.log(error + 1e-6)
    points = judge.score(source, wide.clamp(0, 1))
    return points + PSNR_WEIGHT * psnr - rate * torch.log(bits + luma.numel() / 100)


def tensor(pixels: Pixels) -> Tensor:
    """(1, 3, h, w) of 0 to 1."""
    return torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]


if __name__ == "__main__":
    main()
