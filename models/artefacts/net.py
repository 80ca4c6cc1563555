"""The network that reads the features: two hidden layers and a direct way, six answers."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from eyebright.analyse.artefacts import PEAK

HIDDEN = (64, 32)

CLIP = 4.0
"""Standardised features further out than this are strays."""

ANSWERS = 6

TRUST = ANSWERS
"""Place of the seventh, inner answer: how far the likeliest quality is to be believed."""


class Faults(nn.Module):
    """(n, features) raw -> (n, 6): quality/100, then logits and the logarithm of noise.

    The order is that of degrade.LABELS. Quality lies between what the hidden layers make of the
    features and the peak that the features tell, nearer to the peak the more that is trusted.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, mean: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        first, second = HIDDEN
        self.first = nn.Linear(len(mean), first)
        self.second = nn.Linear(first, second)
        self.last = nn.Linear(second + len(mean), ANSWERS + 1)

    def forward(self, features: Tensor) -> Tensor:
        x = torch.clamp((features - self.mean) / self.scale, -CLIP, CLIP)
        hidden = torch.relu(self.second(torch.relu(self.first(x))))
        answers = self.last(torch.cat((hidden, x), dim=1))
        peak, guess = features[:, PEAK : PEAK + 1], answers[:, :1]
        quality = guess + torch.sigmoid(answers[:, TRUST:]) * (peak - guess)
        return torch.cat((quality, answers[:, 1:ANSWERS]), dim=1)
