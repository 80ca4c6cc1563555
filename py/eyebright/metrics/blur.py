"""SSIMULACRA2's separable 9-tap blur of a plane, zero padding.

libjxl blurs with a recursive filter of sigma 1.5 (gauss_blur.cc), whose impulse response is
exactly zero beyond 4 pixels; these are its taps, and a test derives them from its definition.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright import kernels

Plane: TypeAlias = npt.NDArray[Any]

TAPS = (
    0.2646211054881985,
    0.2129285920104222,
    0.1093353727774603,
    0.0360111146583644,
    0.0094143678096537,
)
"""From the middle out."""

REACH_PX = len(TAPS) - 1


def blurred(plane: Plane) -> Plane:
    """The blurred (H, W) plane of floats; float32 ones by the compiled kernel where it is."""
    module = kernels.load()
    if module is None or plane.dtype != np.float32 or plane.size == 0:
        return _down(_down(plane.T).T)
    return _compiled(module, np.ascontiguousarray(plane))


def _compiled(module: kernels.Kernels, plane: Plane) -> Plane:
    height, width = plane.shape
    scratch = np.empty(module.blur_scratch(width), dtype=np.float32)
    out = np.empty_like(plane)
    module.blur(plane, width, height, scratch, out)
    return out


def _down(plane: Plane) -> Plane:
    """Blurred along the columns."""
    height = plane.shape[0]
    padded = np.pad(plane, ((REACH_PX, REACH_PX), (0, 0)))
    total: Plane = padded[REACH_PX : REACH_PX + height] * plane.dtype.type(TAPS[0])
    for k, tap in enumerate(TAPS[1:], start=1):
        before, after = padded[REACH_PX - k :][:height], padded[REACH_PX + k :][:height]
        total += (before + after) * plane.dtype.type(tap)
    return total
