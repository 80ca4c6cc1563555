"""What a lossy codec makes of a small picture, so that a network can learn to be cheap to encode.

Luma goes through the 8 x 8 DCT, is rounded to the steps of JPEG's table, and back; the bits are
those of a simple model of the rounded coefficients. The gradient passes the rounding unchanged.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from eyebright.quantisation import BLOCK_PX, STANDARD_LUMA, by_rows

LUMA_STEPS = torch.tensor(by_rows(STANDARD_LUMA), dtype=torch.float32)
"""Of ITU-T T.81, table K.1: for codes of 0 to 255."""


def cosines() -> Tensor:
    """(8, 8), orthonormal: rows are frequencies."""
    place, wave = torch.arange(BLOCK_PX) + 0.5, torch.arange(BLOCK_PX)[:, None]
    rows = torch.cos(math.pi / BLOCK_PX * wave * place) * math.sqrt(2 / BLOCK_PX)
    rows[0] /= math.sqrt(2)
    return rows


COSINES = cosines()


def coded(luma: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """(1, 1, h, w) of 0..1 as it comes back, and bits: with `scale` times the table's steps."""
    height, width = luma.shape[2:]
    whole = functional.pad(luma, (0, -width % BLOCK_PX, 0, -height % BLOCK_PX), mode="replicate")
    rows, columns = whole.shape[2] // BLOCK_PX, whole.shape[3] // BLOCK_PX
    blocks = whole.view(rows, BLOCK_PX, columns, BLOCK_PX).permute(0, 2, 1, 3)
    steps = LUMA_STEPS * (scale / 255)
    levels = COSINES @ (blocks - 0.5) @ COSINES.T / steps
    rounded = levels + (torch.round(levels) - levels).detach()
    back = COSINES.T @ (rounded * steps) @ COSINES + 0.5
    shown = back.permute(0, 2, 1, 3).reshape(whole.shape)[..., :height, :width]
    return shown, 0.5 * torch.log2(1 + 4 * levels**2).sum()
