"""Moves and colours the pictures of a batch, and what is known of their places alike."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from eyebright.analyse import saliency


def augmented(
    pictures: npt.NDArray[np.uint8], targets: Tensor, strength: float, scale: float
) -> tuple[Tensor, Tensor]:
    """Pictures (n, 3, h, w) of -0.5..0.5 and targets (n, 2, h/4, w/4), at `scale` of their size.

    From (n, h, w, 3) and (n, 2, h/4, w/4). A `strength` of 0 only mirrors, and tints a little.
    """
    picture = torch.from_numpy(pictures).permute(0, 3, 1, 2) / 255
    height, width = (
        round(s * scale / saliency.STRIDE) * saliency.STRIDE for s in picture.shape[2:]
    )
    count, stride = len(pictures), saliency.GRID_STRIDE
    turn = _moves(count, strength, width / height)
    picture = _warp(picture, turn, (height, width), "reflection")
    truth = _warp(targets, turn, (height // stride, width // stride), "zeros")
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
