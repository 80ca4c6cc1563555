"""The old gamma tag of PNG: no decoder here follows it, which is told where it matters."""

from __future__ import annotations

from eyebright.values import Reason

SRGB_GAMMA = 0.45455
"""The gAMA value that stands for sRGB (PNG third edition, 11.3.2.5)."""

GAMMA_TOLERANCE = 0.02
"""Within it are the roundings of 1/2.2 and 1/2.25 that writers use."""

GAMMA_SCALE = 100_000
"""A gAMA chunk holds its value times this (PNG third edition, 11.3.2.2)."""

_SIGNATURE_BYTES = 8
_OVERRULED_BY = frozenset({b"sRGB", b"iCCP"})


def gamma_of_png(data: bytes) -> float | None:
    """The value of a gAMA chunk that nothing overrules, or None."""
    found, at = None, _SIGNATURE_BYTES
    while at + 12 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind in _OVERRULED_BY:
            return None
        if kind == b"IDAT":
            return found
        if kind == b"gAMA":
            found = int.from_bytes(data[at + 8 : at + 12], "big") / GAMMA_SCALE
        at += size + 12
    return found


def gamma_notes(gamma: float | None) -> tuple[Reason, ...]:
    """A note where a PNG's curve is not sRGB's."""
    if not gamma or abs(gamma - SRGB_GAMMA) <= GAMMA_TOLERANCE:
        return ()
    text = f"The file asks for a gamma of {gamma:g}; it was read as sRGB."
    return (Reason(code="gamma-ignored", text=text, values={"gamma": gamma}),)
