"""SVG to pixels by libvips and its librsvg, which runs no script and loads nothing from outside.

Given as bytes, a drawing has no place that relative references could start from, and librsvg
refuses absolute ones (its documentation, "Security"): only `data:` addresses are drawn.
"""

from __future__ import annotations

import numpy as np

from eyebright.errors import CorruptImage, UnsupportedFormat
from eyebright.host.base import Decoded
from eyebright.host.upright import drop_idle_alpha


def draw(data: bytes) -> Decoded:
    """Straight alpha, at the size that the drawing tells."""
    try:
        import pyvips
    except (ImportError, OSError) as exc:  # OSError: the shared library is missing
        raise UnsupportedFormat(
            "SVG is drawn by libvips, which is not here; pip install pyvips[binary]"
        ) from exc
    if not pyvips.type_find("VipsForeign", "svgload_buffer"):
        raise UnsupportedFormat(
            "this libvips draws no SVG; install one with librsvg, as pyvips[binary] has it"
        )
    try:
        pixels = pyvips.Image.svgload_buffer(data).numpy()
    except pyvips.Error as exc:
        raise CorruptImage(
            "the svg data is broken or too large to draw; open it in a drawing program and save it"
        ) from exc
    return Decoded(pixels=drop_idle_alpha(np.ascontiguousarray(pixels)))
