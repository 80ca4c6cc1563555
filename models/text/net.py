"""A small fully convolutional net: text maps and heights at half the picture's resolution.

Depthwise separable convolutions on strides 4 to 32, added up on the way back (as in a feature
pyramid); the heads work at stride 4 and spread 2 x 2 values a cell (depth to space).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

STRIDE = 32
"""Height and width of the input are multiples of it."""

OUT_STRIDE = 2

STEM = 12
WIDTHS = (28, 48, 88, 128)
"""Channels at strides 4, 8, 16 and 32."""

DEPTHS = (1, 2, 3, 3)
"""Blocks at these strides."""


class Separable(nn.Sequential):
    """3 x 3 depthwise, then 1 x 1, each normalised."""

    def __init__(self, channels: int, out: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, out, 1, bias=False),
            nn.BatchNorm2d(out),
        )


class Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = Separable(channels, channels)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.act(x + self.body(x))
        return out


class TextNet(nn.Module):
    """(N, h, w, 3) uint8 or float of 0 to 255 -> maps (N, 2, h/2, w/2), heights (N, 2, h/2, w/2).

    maps: logits of a pixel's being in a line of text, and in its core. heights: base-2 logarithms
    of the line's height and x-height in pixels of the input.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, STEM, 3, 2, 1, bias=False), nn.BatchNorm2d(STEM), nn.ReLU(inplace=True)
        )
        stages, laterals, before = [], [], STEM
        for width, depth in zip(WIDTHS, DEPTHS, strict=True):
            down = nn.Sequential(Separable(before, width, 2), nn.ReLU(inplace=True))
            stages.append(nn.Sequential(down, *(Block(width) for _ in range(depth))))
            before = width
        for width, lower in pairwise(WIDTHS):
            laterals.append(
                nn.Sequential(nn.Conv2d(lower, width, 1, bias=False), nn.BatchNorm2d(width))
            )
        self.stages, self.laterals = nn.ModuleList(stages), nn.ModuleList(laterals)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.mixes = nn.ModuleList(Block(width) for width in WIDTHS[:-1])
        cells = OUT_STRIDE * OUT_STRIDE
        self.maps = nn.Sequential(nn.Conv2d(WIDTHS[0], 2 * cells, 1), nn.PixelShuffle(OUT_STRIDE))
        self.heights = nn.Sequential(
            nn.Conv2d(WIDTHS[0], 2 * cells, 1), nn.PixelShuffle(OUT_STRIDE)
        )

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = image.permute(0, 3, 1, 2).float() * (1 / 64) - 2
        x = self.stem(x)
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        for level, lateral, mix in zip(
            reversed(levels[:-1]), reversed(self.laterals), reversed(self.mixes), strict=True
        ):
            x = mix(level + self.up(lateral(x)))
        return self.maps(x), self.heights(x)


def parameters(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def initialised(seed: int) -> TextNet:
    """Weights by the seed; text starts as rare as it is in pictures."""
    torch.manual_seed(seed)
    net = TextNet()
    nn.init.constant_(net.maps[0].bias, -2.0)
    nn.init.constant_(net.heights[0].bias, 3.5)
    return net
