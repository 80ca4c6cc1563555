"""The encoders whose scores and bytes are predicted, as this project configures them.

The site's mozjpeg and WebP differ from CPython's by next to nothing: of seven pictures at qualities
50, 75 and 90 no score of a JPEG, and no photo's WebP, by more than .8, bytes by 1 %. So each is one
encoder here; AVIF and JPEG XL are other versions at other efforts.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from eyebright.host.native import encoding
from eyebright.policy.effort import DEFAULT_SPEED
from eyebright.values import Trial

sys.path.append(str(Path(__file__).resolve().parent.parent))

from common.site_codecs import SITE_SPEED, SiteCodecs

Pixels = npt.NDArray[np.uint8]
Encode = Callable[[Pixels, Trial], bytes]

CANVAS_WEBP_METHOD = 3
"""What Skia, which encodes Chromium's canvas, asks libwebp for (SkWebpEncoderImpl.cpp)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """One way to write a file."""

    name: str
    format: str
    where: str
    """native, site or canvas."""
    subsampling: str = "420"
    speed: int | None = None
    """Where it is not the usual one of its place."""
    qualities: tuple[int, ...] = field(default=())
    """Tried, before each is moved by up to JITTER."""

    def trial(self, pixels: Pixels, quality: int) -> Trial:
        height, width = pixels.shape[:2]
        speeds = SITE_SPEED if self.where == "site" else DEFAULT_SPEED
        return Trial(
            format=self.format,
            width=width,
            height=height,
            quality=quality,
            subsampling=self.subsampling,
            speed=speeds[self.format] if self.speed is None else self.speed,
        )


JITTER = 2
"""Qualities are moved by -JITTER to JITTER, so that every one is met."""

_JPEG = (26, 40, 53, 66, 76, 85, 91, 97)
_WEBP = (16, 34, 50, 65, 77, 86, 93, 98)
_AVIF = (26, 37, 46, 54, 62, 72, 83, 94)
_JXL = (22, 40, 53, 64, 74, 82, 90, 97)

ENCODERS = (
    Encoder(name="jpeg-420", format="jpeg", where="native", qualities=_JPEG),
    Encoder(name="jpeg-444", format="jpeg", where="native", subsampling="444", qualities=_JPEG),
    Encoder(name="webp", format="webp", where="native", qualities=_WEBP),
    Encoder(name="canvas-jpeg", format="jpeg", where="canvas", qualities=_JPEG),
    Encoder(name="canvas-webp", format="webp", where="canvas", qualities=_WEBP),
    Encoder(name="avif6", format="avif", where="native", subsampling="444", qualities=_AVIF),
    Encoder(name="avif7", format="avif", where="site", subsampling="444", qualities=_AVIF),
    Encoder(name="jxl3", format="jxl", where="site", subsampling="444", qualities=_JXL),
    Encoder(name="jxl7", format="jxl", where="native", subsampling="444", qualities=_JXL),
)
"""jxl is XYB and never subsampled, whatever a trial says."""


def machines() -> Mapping[str, Encode]:
    """What encodes at each place; a Node process of its own for the site's."""
    return {"native": encoding.encode, "site": SiteCodecs().encode, "canvas": _canvas}


def _canvas(pixels: Pixels, trial: Trial) -> bytes:
    """As Chromium's canvas does: libjpeg-turbo's tables at 4:2:0, libwebp without sharp chroma."""
    out = io.BytesIO()
    image = Image.fromarray(pixels)
    if trial.format == "jpeg":
        image.save(out, "JPEG", quality=trial.quality, subsampling="4:2:0")
    else:
        image.save(out, "WEBP", quality=trial.quality, method=CANVAS_WEBP_METHOD)
    return out.getvalue()
