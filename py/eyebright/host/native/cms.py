"""Samples in a profile to sRGB by LittleCMS: Pillow's, or imagecodecs' for 16 bits and in Pyodide.

Relative colorimetric with black-point compensation, on both the same library and flags.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from eyebright.errors import CapabilityMissing
from eyebright.host import icc
from eyebright.host.coding import SRGB_CHROMATICITIES

CHANNELS = {icc.GREY: 1, icc.RGB: 3, icc.CMYK: 4}
"""Samples per pixel of the spaces that are converted."""

_MODES = {icc.GREY: "L", icc.RGB: "RGB", icc.CMYK: "CMYK"}
_NAMES = {icc.GREY: "gray", icc.RGB: "rgb", icc.CMYK: "cmyk"}

Samples = npt.NDArray[Any]

STRIP_PX = 1 << 18
"""Pixels that are converted at once: whole pictures took twice the memory. Our choice, so that the
transform that imagecodecs makes for each strip takes no time that counts."""


def convert(samples: Samples, profile: bytes) -> Samples:
    """(H, W, 3) sRGB of (H, W, 1, 3 or 4) samples of 8 or 16 bits, with the same depth.

    Raises CapabilityMissing where no LittleCMS is here, ValueError for a profile that it refuses.
    """
    space = icc.space_of(profile)
    if samples.dtype == np.uint8 and _has_image_cms():
        one = _by_pillow(profile, space)
    elif importlib.util.find_spec("imagecodecs") is not None:
        one = _by_imagecodecs(profile, space)
    else:
        raise CapabilityMissing("no LittleCMS is here; install imagecodecs, or a full Pillow")
    height, width = samples.shape[:2]
    converted = np.empty((height, width, 3), samples.dtype)
    step = max(1, STRIP_PX // width)
    for top in range(0, height, step):
        strip = samples[top : top + step]
        converted[top : top + step] = one(
            np.ascontiguousarray(strip[..., 0] if space == icc.GREY else strip)
        )
    return converted


def can_convert_words() -> bool:
    """Whether samples of 16 bits are converted here without rounding them first."""
    return importlib.util.find_spec("imagecodecs") is not None


def _has_image_cms() -> bool:
    if importlib.util.find_spec("PIL") is None:  # in a page until a file needs it
        return False
    from PIL import features

    return bool(features.check("littlecms2"))


def _by_pillow(profile: bytes, space: str) -> Callable[[Samples], Samples]:
    from PIL import Image, ImageCms

    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            _MODES[space],
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (OSError, ImageCms.PyCMSError) as exc:
        raise ValueError(str(exc)) from exc

    def convert_strip(strip: Samples) -> Samples:
        height, width = strip.shape[:2]
        try:
            return np.asarray(
                transform.apply(Image.frombytes(_MODES[space], (width, height), strip))
            )
        except (OSError, ImageCms.PyCMSError) as exc:
            raise ValueError(str(exc)) from exc

    return convert_strip


def _by_imagecodecs(profile: bytes, space: str) -> Callable[[Samples], Samples]:
    import imagecodecs

    srgb = icc.make("sRGB", SRGB_CHROMATICITIES, icc.SRGB_CURVE)

    def convert_strip(strip: Samples) -> Samples:
        try:
            converted: Samples = imagecodecs.cms_transform(
                strip,
                profile,
                srgb,
                colorspace=_NAMES[space],
                outcolorspace="rgb",
                intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
                flags=imagecodecs.CMS.FLAGS.BLACKPOINTCOMPENSATION,
            )
        except RuntimeError as exc:  # imagecodecs.CmsError is one
            raise ValueError(str(exc)) from exc
        return converted

    return convert_strip
