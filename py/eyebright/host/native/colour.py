"""Whatever colours a file has, as sRGB or kept: profiles, grey, palettes, CMYK, transparency.

A profile that gives sRGB back to within a step is left alone, so that ordinary files stay exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from eyebright.errors import CapabilityMissing, UnsupportedFormat
from eyebright.host import icc
from eyebright.host.base import Pixels
from eyebright.host.coding import Coding
from eyebright.host.native import cms
from eyebright.values import Reason

if TYPE_CHECKING:
    from PIL import Image

_GREY_MODES = frozenset({"1", "L", "LA", "La"})

_SPACES = {1: {icc.GREY, icc.RGB}, 3: {icc.RGB}, 4: {icc.CMYK}}
"""Colour spaces of profiles that make sense for a number of samples per pixel."""

_KINDS = {1: "grey", 3: "RGB", 4: "CMYK"}

Notes = tuple[Reason, ...]
Samples = cms.Samples

_GREY = Reason(code="grey-as-rgb", text="The picture is grey; it is carried as RGB.")
_CMYK = Reason(
    code="cmyk-converted",
    text="The picture has CMYK without a usable profile; it was converted by the plain formula.",
)
_IGNORED = Reason(
    code="profile-ignored", text="A colour profile was ignored: nothing here converts it."
)


def split_samples(samples: Samples) -> tuple[Samples, Samples | None]:
    """(H, W), (H, W, 1 to 4) samples of grey or RGB: the colours (H, W, 1 or 3), and alpha."""
    if samples.ndim == 2:
        samples = samples[:, :, np.newaxis]
    channels = samples.shape[2] if samples.ndim == 3 else 0
    if channels not in {1, 2, 3, 4}:
        raise UnsupportedFormat(f"pixels of shape {samples.shape} are not read here; use RGB")
    if channels in {1, 3}:
        return samples, None
    return samples[:, :, :-1], samples[:, :, -1]


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


def as_rgb(
    samples: Samples, coding: Coding, *, keep_colours: bool = False
) -> tuple[Samples, bytes, Notes]:
    """(H, W, 1, 3 or 4) samples as RGB, the profile that they are still in, and notes.

    The profile is empty where they are sRGB, which only `keep_colours` prevents.
    """
    notes = (_GREY,) if samples.shape[2] == 1 else ()
    if coding.profile and coding.notes == ():
        converted, profile, note = _with_profile(samples, coding, keep_colours=keep_colours)
        notes = (*notes, *note)
        if converted is not None:
            return converted, profile, notes
    if samples.shape[2] == 4:
        return _plain_rgb(samples), b"", (*notes, _CMYK)
    return _repeated(samples), b"", (*notes, *coding.notes)


def _with_profile(
    samples: Samples, coding: Coding, *, keep_colours: bool
) -> tuple[Samples | None, bytes, Notes]:
    """The converted or kept samples, or None where the plain conversion is right, and why."""
    profile = coding.profile
    misfit = _misfit(samples, profile)
    if misfit is not None:
        return None, b"", (misfit,)
    is_rgb = icc.space_of(profile) == icc.RGB
    if is_rgb and icc.is_srgb(profile):
        return None, b"", ()
    if keep_colours and icc.matrix_of(profile) is not None:
        return _repeated(samples), profile, ()
    try:
        converted = cms.convert(_repeated(samples) if is_rgb else samples, profile)
    except CapabilityMissing:
        return None, b"", (_IGNORED,)
    except ValueError as exc:
        text = f"The colour profile could not be used ({exc}); sRGB was assumed."
        return None, b"", (_note("profile-unreadable", text),)
    return converted, b"", (converted_note(profile),)


def _misfit(samples: Samples, profile: bytes) -> Reason | None:
    """Why a profile says nothing of these samples; None where it does."""
    if not icc.is_readable(profile):
        text = "The colour profile could not be read; sRGB was assumed."
        return _note("profile-unreadable", text)
    space, name, channels = icc.space_of(profile), icc.name_of(profile), samples.shape[2]
    if space in _SPACES[channels]:
        return None
    text = f"The colour profile {name} is for {space}, the picture is {_KINDS[channels]}; ignored."
    return _note("profile-mismatched", text, profile=name)


def converted_note(profile: bytes) -> Reason:
    """That colours were converted, and from what."""
    name = icc.name_of(profile)
    text = f"Converted from the colour profile {name} to sRGB."
    return _note("profile-converted", text, profile=name)


def _repeated(samples: Samples) -> Samples:
    return samples.repeat(3, axis=2) if samples.shape[2] == 1 else samples


def _plain_rgb(samples: Samples) -> Samples:
    """CMYK by Pillow's plain formula."""
    from PIL import Image

    height, width = samples.shape[:2]
    whole = np.ascontiguousarray(samples)
    return np.asarray(Image.frombytes("CMYK", (width, height), whole).convert("RGB"))


def _note(code: str, text: str, **values: Any) -> Reason:
    return Reason(code=code, text=text, values=values)
