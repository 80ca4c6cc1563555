"""Whatever colours a file has, as sRGB: profiles, grey, palettes, CMYK, transparency.

Profiles are converted by LittleCMS, relative colorimetric with black-point compensation. One that
gives sRGB back to within a step is left alone, so that ordinary files stay exact.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from eyebright.errors import UnsupportedFormat
from eyebright.host.base import Pixels
from eyebright.host.gamma import gamma_notes
from eyebright.values import Reason

if TYPE_CHECKING:
    from PIL import Image, ImageCms

SAME_COLOUR_STEPS = 1
"""Largest difference, of 255, at which a profile counts as sRGB: what its rounding can do."""

SRGB_CHROMATICITIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""x and y of white, red, green and blue, as cHRM has them for sRGB (PNG third edition, 11.3.2.1)"""

CHROMATICITY_TOLERANCE = 0.002
"""Within it are the roundings of writers; Adobe RGB's green is 0.09 off. Our choice."""

_PROBE_STEPS = 17
"""Levels per channel of the colours on which a profile is compared with sRGB."""

_PROFILE_MODES = {"RGB": {"RGB"}, "L": {"GRAY", "RGB"}, "CMYK": {"CMYK"}}
"""Colour spaces of profiles (ICC.1, table 19) that make sense for a Pillow mode."""

_GREY_MODES = frozenset({"1", "L", "LA", "La"})

Notes = tuple[Reason, ...]

_GREY = Reason(code="grey-as-rgb", text="The picture is grey; it is carried as RGB.")
_CMYK = Reason(
    code="cmyk-converted",
    text="The picture has CMYK without a usable profile; it was converted by the plain formula.",
)


def split_samples(samples: Pixels) -> tuple[Pixels, Pixels | None, Notes]:
    """(H, W), (H, W, 1 to 4) samples as RGB, alpha or None, and a note where they were grey."""
    if samples.ndim == 2:
        samples = samples[:, :, np.newaxis]
    channels = samples.shape[2] if samples.ndim == 3 else 0
    if channels not in {1, 2, 3, 4}:
        raise UnsupportedFormat(f"pixels of shape {samples.shape} are not read here; use RGB")
    alpha = samples[:, :, -1] if channels in {2, 4} else None
    if channels >= 3:
        return samples[:, :, :3], alpha, ()
    return samples[:, :, :1].repeat(3, axis=2), alpha, (_GREY,)


def split_alpha(image: Image.Image, source_format: str) -> tuple[Image.Image, Pixels | None]:
    """The colours in mode L, RGB or CMYK, and the alpha plane where the file has transparency."""
    if image.has_transparency_data:
        full = image.convert("LA" if image.mode in _GREY_MODES else "RGBA")
        return full.convert(full.mode[:-1]), np.asarray(full.getchannel("A"))
    if image.mode in {"L", "RGB", "CMYK"}:
        return image, None
    try:
        return image.convert("L" if image.mode in _GREY_MODES else "RGB"), None
    except ValueError as exc:
        raise UnsupportedFormat(
            f"{source_format} pictures of kind {image.mode} are not read here; convert to RGB"
        ) from exc


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, Notes]:
    """An image of mode RGB, and notes of what had to be done."""
    notes = (_GREY,) if image.mode == "L" else ()
    if profile:
        converted, note = _apply(image, profile)
        if converted is not None:
            return converted, (*notes, *note)
        notes = (*notes, *note)
    if image.mode == "CMYK":
        notes = (*notes, _CMYK)
    return image.convert("RGB"), notes


def ignored_gamma(image: Image.Image) -> Notes:
    """A note where a PNG's gAMA chunk alone says that its curve is not sRGB's."""
    if "srgb" in image.info or "icc_profile" in image.info:
        return ()
    return gamma_notes(image.info.get("gamma"))


def ignored_chromaticities(image: Image.Image) -> Notes:
    """A note where a PNG's cHRM chunk alone says that its primaries are not sRGB's."""
    told = image.info.get("chromaticity")
    if not told or "srgb" in image.info or "icc_profile" in image.info:
        return ()
    off = max(abs(a - b) for a, b in zip(told, SRGB_CHROMATICITIES, strict=True))
    if off <= CHROMATICITY_TOLERANCE:
        return ()
    text = "The file names primaries other than those of sRGB (cHRM); it was read as sRGB."
    return (_note("chromaticities-ignored", text, chromaticities=list(told)),)


def _apply(image: Image.Image, data: bytes) -> tuple[Image.Image | None, Notes]:
    """The converted image, or None where the plain conversion is right, and why."""
    from PIL import features

    if not features.check("littlecms2"):
        return None, (_note("profile-ignored", "A colour profile was ignored: no LittleCMS here."),)
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(data))
        space = source.profile.xcolor_space.strip()
        name = ImageCms.getProfileDescription(source).strip()
        if space not in _PROFILE_MODES[image.mode]:
            text = (
                f"The colour profile {name} is for {space}, the picture is {image.mode}; ignored."
            )
            return None, (_note("profile-mismatched", text, profile=name),)
        image = image.convert("RGB") if (image.mode, space) == ("L", "RGB") else image
        transform = _transform(source, image.mode)
        if image.mode == "RGB" and _is_srgb(transform):
            return None, ()
        converted = transform.apply(image)
    except (OSError, ImageCms.PyCMSError, ValueError) as exc:
        text = f"The colour profile could not be used ({exc}); sRGB was assumed."
        return None, (_note("profile-unreadable", text),)
    text = f"Converted from the colour profile {name} to sRGB."
    return converted, (_note("profile-converted", text, profile=name),)


def _transform(source: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    from PIL import ImageCms

    return ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _is_srgb(transform: ImageCms.ImageCmsTransform) -> bool:
    from PIL import Image

    levels = np.linspace(0, 255, _PROBE_STEPS).astype(np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(_PROBE_STEPS, -1, 3)
    seen = np.asarray(transform.apply(Image.fromarray(grid)))
    step = int(np.abs(seen.astype(np.int16) - grid.astype(np.int16)).max())
    return step <= SAME_COLOUR_STEPS


def _note(code: str, text: str, **values: Any) -> Reason:
    return Reason(code=code, text=text, values=values)
