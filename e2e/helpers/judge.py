"""What an outsider sees in a delivered file: by Pillow and the metric on CPython."""

from __future__ import annotations

import io

import imagecodecs
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps

from eyebright.metrics import ssimulacra2

Pixels = npt.NDArray[np.uint8]

JXL_MARKS = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
"""Of a bare codestream and of a container (ISO/IEC 18181-2)."""


def format_of(data: bytes) -> str:
    """The format by content, named as in reports."""
    if data.startswith(JXL_MARKS):
        return "jxl"
    return (Image.open(io.BytesIO(data)).format or "").lower()


def pixels_of(data: bytes) -> Pixels:
    """Upright sRGB pixels, (H, W, 3), or (H, W, 4) where any is transparent."""
    if data.startswith(JXL_MARKS):
        return _without_idle_alpha(imagecodecs.jpegxl_decode(data))
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    return _without_idle_alpha(np.asarray(_in_srgb(image).convert("RGBA")))


def score(original: bytes, delivered: bytes) -> float:
    """SSIMULACRA2 of one file against another of the same size."""
    return ssimulacra2(pixels_of(original), pixels_of(delivered))


def _in_srgb(image: Image.Image) -> Image.Image:
    """Converted from the file's colour profile, as a browser shows it."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        "L" if image.mode == "L" else "RGB",
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    colours = image if image.mode == "L" else image.convert("RGB")
    converted = ImageCms.applyTransform(colours, transform)
    assert converted is not None
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _without_idle_alpha(pixels: Pixels) -> Pixels:
    if pixels.shape[2] == 4 and (pixels[..., 3] == 255).all():
        return np.ascontiguousarray(pixels[..., :3])
    return pixels
