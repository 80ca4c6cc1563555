"""The face detector: one heat map of head centres and their boxes, at an eighth of the size."""

from __future__ import annotations

import torch
from torch import Tensor, nn

PRIOR = -4.0
"""Logit of the heat map at the start: faces are rare (focal loss, Lin et al. 2017)."""

START_LOG_SIZE = 1.4
"""Natural logarithm of four cells, 32 pixels: the usual head at the start."""


class Conv(nn.Sequential):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, into: int, out: int, size: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(
            nn.Conv2d(into, out, size, stride, size // 2, groups=groups, bias=False),
            nn.BatchNorm2d(out),
            nn.ReLU(inplace=True),
        )


class Block(nn.Module):
    """Depthwise, then pointwise convolution; added to what came in where shapes agree."""

    def __init__(self, into: int, out: int, stride: int = 1, size: int = 3) -> None:
        super().__init__()
        self.deep = Conv(into, into, size, stride, groups=into)
        self.point = Conv(into, out, 1)
        self.same = into == out and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.point(self.deep(x))
        return out + x if self.same else out


class Net(nn.Module):
    """(n, 3, h, w) in 0..255 -> heat logits (n, 1, h/8, w/8), boxes (n, 4, h/8, w/8).

    A box is dx, dy, log width, log height in cells, from its cell's middle.
    """

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        half = width // 2
        self.stem = nn.Sequential(Conv(3, 16, 3, 2), Block(16, half, 2), Block(half, half))
        self.eighth = nn.Sequential(Block(half, width, 2), Block(width, width), Block(width, width))
        self.sixteenth = nn.Sequential(
            Block(width, width, 2), *(Block(width, width) for _ in range(3))
        )
        self.deepest = nn.Sequential(
            Block(width, width, 2), Block(width, width, size=5), Block(width, width, size=5)
        )
        self.up16 = Block(width, width)
        self.up8 = Block(width, width)
        self.heat = nn.Sequential(Block(width, width), nn.Conv2d(width, 1, 1))
        self.box = nn.Sequential(Block(width, width), nn.Conv2d(width, 4, 1))
        self.twice = nn.Upsample(scale_factor=2, mode="nearest")
        start = [PRIOR], [0, 0, START_LOG_SIZE, START_LOG_SIZE]
        for last, values in zip((self.heat[1], self.box[1]), start, strict=True):
            nn.init.normal_(last.weight, std=0.01)
            last.bias = nn.Parameter(torch.tensor(values, dtype=torch.float32))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        eighth = self.eighth(self.stem((x - 128) / 64))
        sixteenth = self.sixteenth(eighth)
        sixteenth = self.up16(sixteenth + self.twice(self.deepest(sixteenth)))
        out = self.up8(eighth + self.twice(sixteenth))
        return self.heat(out), self.box(out)
