"""The predictor: one trunk for all encoders, whose dials and bytes at each target it tells.

Outputs are (n, 3, encoders, targets): quality, log2 of bits per pixel, and how far off the score
may be, of which one half-width covers COVERED of the cases.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

COVERED = 0.9
HIDDEN = 128
DROPOUT = 0.1
CLIP = 6.0
"""Standard deviations of a feature."""

WIDTHS = (-2.0, 2.0)
"""Natural logarithm of the least and the greatest half-width over the first one."""

QUALITY_UNIT = 10.0
"""Steps of the dial that one unit of the network stands for."""


class Predictor(nn.Module):
    """Standardised features (n, f) -> outputs, beside the constants that training starts from."""

    mean: Tensor
    scale: Tensor
    base: Tensor

    def __init__(self, mean: Tensor, scale: Tensor, base: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.register_buffer("base", base)
        self.first = nn.Linear(len(mean), HIDDEN)
        self.second = nn.Linear(HIDDEN, HIDDEN)
        self.last = nn.Linear(HIDDEN, base.numel())
        self.drop = nn.Dropout(DROPOUT)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, features: Tensor) -> Tensor:
        x = ((features - self.mean) / self.scale).clamp(-CLIP, CLIP)
        hidden = self.drop(functional.relu(self.first(x)))
        hidden = functional.relu(self.second(hidden))
        found = self.last(hidden).view(-1, *self.base.shape)
        quality = self.base[0] + QUALITY_UNIT * found[:, 0]
        bits = self.base[1] + found[:, 1]
        width = self.base[2] * torch.exp(found[:, 2].clamp(*WIDTHS))
        return torch.stack([quality, bits, width], dim=1)
