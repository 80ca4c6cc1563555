"""The network that reads the features: one hidden layer, a probability for each class."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from eyebright.analyse.content import CLASSES

HIDDEN = 112

CLIP = 4.0
"""Standardised features further out than this are strays."""


class Kinds(nn.Module):
    """(n, features) raw -> (n, 6) logits, divided by the temperature once that is found."""

    mean: Tensor
    scale: Tensor
    temperature: Tensor

    def __init__(self, mean: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.register_buffer("temperature", torch.ones(1))
        self.first = nn.Linear(len(mean), HIDDEN)
        self.last = nn.Linear(HIDDEN, len(CLASSES))

    def forward(self, features: Tensor) -> Tensor:
        x = torch.clamp((features - self.mean) / self.scale, -CLIP, CLIP)
        x = torch.relu(self.first(x))
        logits: Tensor = self.last(x) / self.temperature
        return logits
