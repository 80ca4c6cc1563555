"""The network of the saliency model: of the members, and of the student that ships.

A strided stem, blocks at strides 4, 8 and 16 (dilated in the last), the mean of the picture added
to the coarsest features, and blocks that join the scales. Where people look depends on the place as
well (centre bias), so four functions of the place are joined before the head; they are a second
input, so that the graph holds no size.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = (16, 32, 56, 84)
"""At strides 2, 4, 8 and 16."""

DILATIONS = (1, 2, 1, 3)
"""Of the blocks at stride 16: with 5 x 5 kernels they reach 230 pixels to each side."""

PLACES = 4
HEAD_CHANNELS = 24


def conv(  # noqa: PLR0913 - what a convolution needs, all but three by name
    inputs: int,
    outputs: int,
    kernel: int = 3,
    *,
    stride: int = 1,
    groups: int = 1,
    dilation: int = 1,
    active: bool = True,
) -> nn.Sequential:
    """Convolution that keeps the size (over the stride), batch normalisation, ReLU if `active`."""
    padding = dilation * (kernel // 2)
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if active else nn.Sequential(*layers)


class Block(nn.Module):
    """Inverted residual: widen by 1 x 1, one kernel a channel, narrow by 1 x 1."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        *,
        stride: int = 1,
        widen: int = 2,
        dilation: int = 1,
    ) -> None:
        super().__init__()
        hidden = inputs * widen
        self.residual = stride == 1 and inputs == outputs
        self.layers = nn.Sequential(
            conv(inputs, hidden, 1),
            conv(hidden, hidden, kernel, stride=stride, groups=hidden, dilation=dilation),
            conv(hidden, outputs, 1, active=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return x + y if self.residual else y


class Saliency(nn.Module):
    """(n, 3, h, w) of -0.5..0.5 and (n, 4, h/4, w/4) places -> (n, 1, h/4, w/4) logits.

    h and w are multiples of 16. The softmax of the logits over the picture is the density.
    """

    def __init__(self, drop: float = 0.0) -> None:
        super().__init__()
        c2, c4, c8, c16 = CHANNELS
        self.stem = nn.Sequential(conv(3, c2, stride=2), conv(c2, c4, stride=2))
        self.at4 = nn.Sequential(Block(c4, c4), Block(c4, c4))
        self.at8 = nn.Sequential(
            Block(c4, c8, stride=2, widen=3), *(Block(c8, c8, 5) for _ in range(3))
        )
        self.at16 = nn.Sequential(
            Block(c8, c16, stride=2, widen=3), *(Block(c16, c16, 5, dilation=d) for d in DILATIONS)
        )
        self.whole = nn.Conv2d(c16, c16, 1)
        self.from16 = conv(c16, c8, 1)
        self.from8 = conv(c8, c8, 1)
        self.from4 = conv(c4, c4, 1)
        self.narrow = conv(c8, c4, 1)
        self.join8 = Block(c8, c8, 5)
        self.join4 = Block(c4, c4, 5)
        self.head = nn.Conv2d(c4 + PLACES, HEAD_CHANNELS, 1)
        self.out = nn.Conv2d(HEAD_CHANNELS, 1, 3, padding=1)
        self.faces = nn.Conv2d(c4, 1, 1)
        self.drop = nn.Dropout2d(drop)

    def forward(self, x: Tensor, place: Tensor) -> Tensor:
        return self._logits(self._joined(x), place)

    def with_faces(self, x: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """Also the logits of each place's being in a face: for the training alone."""
        joined = self._joined(x)
        faces: Tensor = self.faces(joined)
        return self._logits(joined, place), faces

    def _joined(self, x: Tensor) -> Tensor:
        fine = self.at4(self.stem(x))
        middle = self.at8(fine)
        coarse = self.at16(middle)
        coarse = coarse + functional.relu(self.whole(coarse.mean((2, 3), keepdim=True)))
        joined = self.join8(_doubled(self.drop(self.from16(coarse))) + self.from8(middle))
        finest: Tensor = self.join4(_doubled(self.narrow(joined)) + self.from4(fine))
        return finest

    def _logits(self, joined: Tensor, place: Tensor) -> Tensor:
        hidden = functional.relu(self.head(torch.cat([joined, place], 1)))
        logits: Tensor = self.out(hidden)
        return logits


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
