"""Codes to linear light times alpha, and back: what every method works on."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.kernels.tones import Tones

Floats: TypeAlias = npt.NDArray[np.float32]
Codes: TypeAlias = npt.NDArray[Any]
"""(H, W, 3 or 4) of 8 or 16 bits, straight alpha."""


def premultiplied(codes: Codes, curves: Tones) -> Floats:
    """(H, W, 4): linear light times alpha, and alpha, 1 where the picture has none."""
    light = curves.light[np.arange(3), codes[..., :3]]
    if codes.shape[2] == 3:
        return np.concatenate([light, np.ones_like(light[..., :1])], axis=2)
    alpha = codes[..., 3:].astype(np.float32) / np.float32(np.iinfo(codes.dtype).max)
    return np.concatenate([light * alpha, alpha], axis=2)


def straight(light: Floats, curves: Tones, channels: int) -> Codes:
    """The nearest codes of light as `premultiplied` makes it."""
    if channels == 3:
        return curves.to_codes(light[..., :3])
    alpha, most = light[..., 3:], np.float32(curves.light.shape[1] - 1)
    dtype = curves.guesses.dtype
    alpha_codes = np.floor(np.clip(alpha, 0, 1) * most + np.float32(0.5)).astype(dtype)
    shows = alpha_codes > 0
    divisor: Floats = np.where(shows, alpha, np.float32(1))
    codes = np.where(shows, curves.to_codes(light[..., :3] / divisor), 0)
    return np.concatenate([codes.astype(dtype), alpha_codes], axis=2)
