"""Which colours, hues and tones there are, and how much each takes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.analyse.content.planes import Bytes, entropy, share

COMMON = (1, 2, 4, 8, 16, 64)
"""Shares of so many of the commonest colours."""

GREY = 8
SATURATED = 96


def codes_of(part: list[Bytes]) -> npt.NDArray[np.uint16]:
    """Colours at 4 bits per channel, as numbers below 4096."""
    red, green, blue = ((channel >> 4).astype(np.uint16) for channel in part)
    codes = red << np.uint16(8) | green << np.uint16(4) | blue
    return codes.astype(np.uint16)


def palette(codes: npt.NDArray[np.uint16]) -> list[float]:
    """How many colours there are, and how much the commonest take."""
    ranked = np.sort(np.bincount(codes.ravel(), minlength=4096))[::-1] / codes.size
    used = ranked[ranked > 0]
    taken = np.cumsum(ranked)
    shares = (float(taken[count - 1]) for count in COMMON)
    return [float(np.log2(len(used))), entropy(used), *shares]


def saturation(part: list[Bytes]) -> list[float]:
    """Mean and spread of the largest channel less the smallest; shares of grey and colourful."""
    red, green, blue = part
    most = np.maximum(np.maximum(red, green), blue)
    spread = most - np.minimum(np.minimum(red, green), blue)
    mean, deviation = float(spread.mean()) / 255, float(spread.std()) / 255
    return [mean, deviation, share(spread <= GREY), share(spread >= SATURATED)]


def hues(part: list[Bytes]) -> list[float]:
    """Entropy of the hues of colourful pixels, of six, and the share of the commonest."""
    red, green, blue = part
    order = (red > green) * np.uint8(4) + (green > blue) * np.uint8(2) + (blue > red) * np.uint8(1)
    most = np.maximum(np.maximum(red, green), blue)
    spread = most - np.minimum(np.minimum(red, green), blue)
    counts = np.bincount(order[spread > SATURATED // 2], minlength=8) + 1e-3
    shares = counts / counts.sum()
    return [entropy(shares), float(shares.max())]


def tones(luma: Bytes) -> list[float]:
    """Entropy, shares of nearly white and black, mean, and the share of the commonest tone."""
    seen = luma[::2, ::2]
    shares = np.bincount(seen.ravel(), minlength=256) / seen.size
    white, black = float(shares[248:].sum()), float(shares[:16].sum())
    mean = float((shares * np.arange(256)).sum()) / 255
    return [entropy(shares[shares > 0]), white, black, mean, float(shares.max())]
