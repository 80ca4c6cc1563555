"""Two things that every host does to decoded pixels."""

from __future__ import annotations

import numpy as np

from eyebright.host.base import Pixels


def turn_upright(pixels: Pixels, orientation: int) -> Pixels:
    """Pixels as they are to be seen, for an EXIF orientation of 1 to 8 (TIFF 6.0, page 36)."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def drop_idle_alpha(pixels: Pixels) -> Pixels:
    """Without an alpha channel that says opaque everywhere, so that all hosts give the same."""
    idle = pixels.shape[2] == 4 and bool((pixels[..., 3] == 255).all())
    return np.ascontiguousarray(pixels[..., :3]) if idle else pixels
