"""Pixels to pixels: smaller, in linear light, with premultiplied alpha; hidden colours cleaned.

`resize` is the one entry to all methods; the compiled kernels do the work where they are there,
`separable`, `dpid` and `perceptual` are their numpy twins.
"""

from __future__ import annotations

from eyebright.transform.hidden import clean_hidden, hidden_colours
from eyebright.transform.region import reshaped
from eyebright.transform.resize import METHODS, filtered, resize

__all__ = [
    "METHODS",
    "clean_hidden",
    "filtered",
    "hidden_colours",
    "reshaped",
    "resize",
]
