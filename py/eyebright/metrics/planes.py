"""What the metrics beside SSIMULACRA2 share: the grounds behind transparent pictures, and luma.

They take what `ssimulacra2` takes and treat it alike: uint8 sRGB of one size, (H, W, 3) or
(H, W, 4) with straight alpha. Where a pixel is not opaque, both pictures are laid over a dark and
a light grey in encoded sRGB, and the worse value counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.metrics.score import checked_pair, greys_behind
from eyebright.pixels import LUMA, Pixels

Plane: TypeAlias = npt.NDArray[np.float32]
"""(H, W), encoded values from 0 to 255 unless told otherwise."""

Opaque: TypeAlias = npt.NDArray[Any]
"""(H, W, 3), encoded sRGB from 0 to 255, uint8 or float32."""


def grounds(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> Iterator[tuple[Opaque, Opaque]]:
    """Both pictures as they are seen: once if opaque, else over each grey. Raises MetricError."""
    a, b = checked_pair(reference, distorted)
    for grey in greys_behind(a, b):
        yield _over(a, grey), _over(b, grey)


def luma_grounds(
    reference: npt.ArrayLike, distorted: npt.ArrayLike
) -> Iterator[tuple[Plane, Plane]]:
    """As `grounds`, of their luma."""
    for a, b in grounds(reference, distorted):
        yield luma(a), luma(b)


def luma(picture: Opaque) -> Plane:
    """Unrounded, so that small differences of colour are not lost."""
    red, green, blue = (np.float32(weight) for weight in LUMA)
    plane: Plane = picture[..., 0] * red
    plane += picture[..., 1] * green
    plane += picture[..., 2] * blue
    return plane


def _over(picture: Pixels, grey: float) -> Opaque:
    """Unrounded where anything shows through."""
    colours = picture[..., :3]
    if picture.shape[2] == 3 or (picture[..., 3] == 255).all():
        return colours
    alpha = picture[..., 3:] * np.float32(1 / 255)
    ground = np.float32(255 * grey)
    blended: Plane = ground + alpha * (colours - ground)
    return blended
