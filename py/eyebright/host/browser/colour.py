"""Pixels in a file's own colours as sRGB: what the browser does not convert."""

from __future__ import annotations

import numpy as np

from eyebright.host import icc
from eyebright.host.base import Decoded, Pixels
from eyebright.host.browser.bridge import LITTLE_CMS, has
from eyebright.host.coding import Coding
from eyebright.values import Reason

_IGNORED = Reason(
    code="profile-ignored", text="A colour profile was ignored: nothing here converts it."
)


async def coloured(pixels: Pixels, coding: Coding, *, keeps: bool) -> Decoded:
    """Pixels in the file's own colours as sRGB, or kept."""
    if not is_foreign(coding):
        return Decoded(pixels=pixels, notes=coding.notes)
    matrix = icc.matrix_of(coding.profile)
    if keeps and matrix is not None:
        return Decoded(pixels=pixels, profile=coding.profile)
    if matrix is not None:
        return Decoded(pixels=matrix.to_srgb(pixels), notes=(converted(coding),))
    if not await has(LITTLE_CMS) or icc.space_of(coding.profile) == icc.CMYK:
        return Decoded(pixels=pixels, notes=(_IGNORED,))
    from eyebright.host.native import cms

    is_grey = icc.space_of(coding.profile) == icc.GREY
    try:
        rgb = cms.convert(pixels[..., : 1 if is_grey else 3], coding.profile)
    except ValueError:
        return Decoded(pixels=pixels, notes=(_IGNORED,))
    whole = rgb if pixels.shape[2] == 3 else np.dstack([rgb, pixels[..., 3:]])
    return Decoded(pixels=whole, notes=(converted(coding),))


def is_foreign(coding: Coding) -> bool:
    """Whether the samples are not sRGB, and a usable profile says what they are."""
    profile = coding.profile
    return not coding.notes and icc.is_readable(profile) and not icc.is_srgb(profile)


def needs_cms(coding: Coding) -> bool:
    """Profiles of tables: browsers do not compensate their black points."""
    return icc.matrix_of(coding.profile) is None


def converted(coding: Coding) -> Reason:
    name = icc.name_of(coding.profile)
    text = f"Converted from the colour profile {name} to sRGB."
    return Reason(code="profile-converted", text=text, values={"profile": name})
