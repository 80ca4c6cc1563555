"""The network: what is added to the luma of a Lanczos picture, from twice as fine a one.

It works on the small picture's grid, without padding: REACH_PX pixels of surroundings are given on
every side. What it adds is bounded, leaves no pixel outside the envelope of the fine picture around
it and of the Lanczos picture, and keeps the mean colour: its own over 9 x 9 pixels is taken away.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from eyebright.downscale import FINER, REACH_PX

WIDTH = 16
DEPTH = 2
"""Hidden layers of 3 x 3 between the first and the last."""

MEAN_PX = 9
"""Side of the square whose mean is taken away."""

DARKEST = 0.1
"""Against division by nothing where it is black."""

LIMIT = 48 / 255
"""Most that is added or taken away."""

LUMA = (0.299, 0.587, 0.114)
"""Of codes (ITU-R BT.601)."""

FEATURES = 2 + FINER * FINER
"""Luma, how much the fine picture's pixels differ from it, and the ratio."""

RATIO_SCALE = 2.0
"""Brings log2 of 1 to 8 to -.75 to .75."""


class Sharpener(nn.Module):
    """(n, 3, h, w) and (n, 3, 2h, 2w) codes of 0 to 1, log2 of the ratio -> (n, 3, h - 16, w - 16).

    The ratio is source to result, at least 1, one for all pictures.
    """

    def __init__(self, width: int = WIDTH, depth: int = DEPTH) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(FEATURES, width, 3), nn.ReLU()]
        for _ in range(depth):
            layers += [nn.Conv2d(width, width, 3), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.last = nn.Conv2d(width, 1, 3)
        nn.init.normal_(self.last.weight, std=1e-3)
        nn.init.zeros_(self.last.bias)
        self.register_buffer("luma", torch.tensor(LUMA).view(1, 3, 1, 1))

    def forward(self, base: Tensor, fine: Tensor, shrink: Tensor) -> Tensor:
        wanted = LIMIT * torch.tanh(self.last(self.body(self._features(base, fine, shrink))))
        around = MEAN_PX // 2
        before = _cropped(base, REACH_PX - around)
        low, high = envelope(base, fine, REACH_PX - around)
        added = torch.minimum(torch.maximum(before + wanted, low), high) - before
        kept = _cropped(before + added, around) - shift(before, added)
        return torch.minimum(torch.maximum(kept, _cropped(low, around)), _cropped(high, around))

    def _features(self, base: Tensor, fine: Tensor, shrink: Tensor) -> Tensor:
        luma = (base * self.luma).sum(1, keepdim=True)
        parts = functional.pixel_unshuffle((fine * self.luma).sum(1, keepdim=True), FINER)
        ratio = torch.zeros_like(luma) + (shrink / RATIO_SCALE - 0.75)
        return torch.cat([luma - 0.5, 4 * (parts - luma), ratio], 1)


def shift(before: Tensor, added: Tensor) -> Tensor:
    """By how much the mean over MEAN_PX squared rises: half way between that of codes and of light.

    What sharpens without a change of the mean code adds light. Light is taken for the square.
    """
    codes = functional.avg_pool2d(added, MEAN_PX, 1)
    light = functional.avg_pool2d((2 * before + added) * added, MEAN_PX, 1)
    return (codes + light / (2 * functional.avg_pool2d(before, MEAN_PX, 1) + DARKEST)) / 2


def envelope(base: Tensor, fine: Tensor, margin: int) -> tuple[Tensor, Tensor]:
    """Least and most of the fine picture over 3 x 3 pixels and of the Lanczos picture's own."""
    own, near = _cropped(base, margin), _cropped(fine, FINER * (margin - 1))
    most = functional.max_pool2d(near, 3 * FINER, FINER)
    least = -functional.max_pool2d(-near, 3 * FINER, FINER)
    return torch.minimum(own, least), torch.maximum(own, most)


def _cropped(x: Tensor, margin: int) -> Tensor:
    return x[..., margin:-margin, margin:-margin]


def parameters(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())
