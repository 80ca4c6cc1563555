"""SSIMULACRA2 in torch, so that a network can be trained on it.

The definition is that of `eyebright.metrics` (exact blur, zero padding, linear pyramid), without
the maps whose weights are below its SMALLEST_WEIGHT. From 113 pixels a side on it has all scales.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from eyebright.kernels import srgb
from eyebright.metrics.blur import REACH_PX, TAPS
from eyebright.metrics.norms import C2, CHANNELS, LMS, LMS_BIAS, MAX_SCALES
from eyebright.metrics.score import SMALLEST_WEIGHT
from eyebright.metrics.weights import WEIGHTS

SMALLEST = 1e-20
"""Added below roots: their slope at 0 is infinite."""

EACH = torch.tensor(WEIGHTS.reshape(CHANNELS, MAX_SCALES, 2, 3), dtype=torch.float32)
WANTED = (EACH >= SMALLEST_WEIGHT).flatten(2).any(2)


def score(reference: Tensor, shown: Tensor) -> Tensor:
    """Of (1, 3, h, w) pictures coded in sRGB, 0 to 1; the gradient is that of `shown`."""
    pair = torch.cat([reference, shown])
    linear = to_linear(pair)
    raw = pair.new_zeros(())
    for scale in range(MAX_SCALES):
        if scale:
            linear = _halved(linear)
        channels = [c for c in range(CHANNELS) if WANTED[c, scale]]
        if channels:
            planes = _planes(linear)[:, channels]
            raw = raw + (_norms(planes[:1], planes[1:]) * EACH[channels, scale]).sum()
    raw = 0.9562382616834844 * raw
    error = 2.326765642916932 * raw - 0.020884521182843837 * raw**2
    error = error + 6.248496625763138e-05 * raw**3
    return 100 - 10 * error.clamp(min=SMALLEST) ** 0.6276336467831387


def to_linear(coded: Tensor) -> Tensor:
    """Light of sRGB codes, 0 to 1."""
    power = ((coded.clamp(min=srgb.KNEE) + srgb.OFFSET) / (1 + srgb.OFFSET)) ** srgb.GAMMA
    return torch.where(coded <= srgb.KNEE, coded / srgb.SLOPE, power)


def _halved(linear: Tensor) -> Tensor:
    height, width = linear.shape[2:]
    even = functional.pad(linear, (0, width % 2, 0, height % 2), mode="replicate")
    return functional.avg_pool2d(even, 2)


def _planes(linear: Tensor) -> Tensor:
    """X, Y and B, each brought near 0..1 as the metric has it."""
    lms = torch.einsum("ij,njhw->nihw", torch.tensor(LMS, dtype=linear.dtype), linear) + LMS_BIAS
    roots = lms.clamp(min=LMS_BIAS / 2) ** (1 / 3) - LMS_BIAS ** (1 / 3)
    long, middle, short = roots.unbind(1)
    x, y = (long - middle) / 2, (long + middle) / 2
    return torch.stack([14 * x + 0.42, y + 0.01, short - y + 0.55], 1)


def _norms(a: Tensor, b: Tensor) -> Tensor:
    """(channels, 2, 3): L1 and L4 of the maps ssim, ringing and blur."""
    told = _blurred(torch.cat([a, b, a * a + b * b, (a - b) ** 2]))
    mean_a, mean_b, energy, difference = told.split(1)
    shift = (mean_a - mean_b) ** 2
    unlike = (difference - shift) / (energy - mean_a**2 - mean_b**2 + C2)
    edge_a, edge_b = (a - mean_a).abs(), (b - mean_b).abs()
    ringing = (edge_b - edge_a) / (1 + edge_a)
    maps = torch.stack([shift + (1 - shift) * unlike, ringing, -ringing], 2)[0].clamp(min=0)
    fourth = ((maps**4).mean((2, 3)) + SMALLEST) ** 0.25
    return torch.stack([maps.mean((2, 3)), fourth], 1)


def _blurred(planes: Tensor) -> Tensor:
    count, channels, height, width = planes.shape
    taps = torch.tensor(TAPS[:0:-1] + TAPS, dtype=planes.dtype)
    flat = planes.reshape(count * channels, 1, height, width)
    rows = functional.conv2d(flat, taps.view(1, 1, 1, -1), padding=(0, REACH_PX))
    return functional.conv2d(rows, taps.view(1, 1, -1, 1), padding=(REACH_PX, 0)).view_as(planes)
