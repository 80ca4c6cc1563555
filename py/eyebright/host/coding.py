"""Which colours a file's samples are in: its ICC profile, or one made of what it says instead.

PNG says it by cICP, gAMA and cHRM chunks, AVIF by an nclx box, JPEG XL in its codestream. All come
out as a profile, so that one conversion serves them all; where a file says nothing, it is sRGB
(HTML, MIAF 7.3.6.4). PQ and HLG need tone mapping and are never converted here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from eyebright.frozen import Frozen
from eyebright.host import headers, icc
from eyebright.host.icc import SRGB_CURVE, Chromaticities
from eyebright.host.jxl_colour import coding_of_jxl
from eyebright.metadata.containers import png
from eyebright.metadata.containers.properties import bodies, first, of_primary
from eyebright.values import COLOURS_NOT_CONVERTED, Reason

UNSPECIFIED = 2
"""H.273's code point for primaries and transfers that nobody told."""

SRGB_CHROMATICITIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""x and y of white, red, green and blue, as cHRM has them for sRGB (PNG third edition, 11.3.2.1)"""

_D65, _C, _DCI = (0.3127, 0.329), (0.310, 0.316), (0.314, 0.351)
_E = (1 / 3, 1 / 3)

PRIMARIES: dict[int, tuple[str, Chromaticities]] = {
    1: ("BT.709", SRGB_CHROMATICITIES),
    4: ("BT.470 M", (*_C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08)),
    5: ("BT.601 (625 lines)", (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06)),
    6: ("BT.601", (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070)),
    7: ("SMPTE 240M", (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070)),
    8: ("film", (*_C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049)),
    9: ("BT.2020", (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
    11: ("DCI-P3", (*_DCI, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    12: ("Display P3", (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    22: ("EBU 3213", (*_D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077)),
}
"""ITU-T H.273, table 2."""

TRANSFERS: dict[int, tuple[str, tuple[float, ...]]] = {
    **dict.fromkeys((1, 6, 13, 14, 15), ("sRGB", SRGB_CURVE)),
    4: ("gamma 2.2", (2.2,)),
    5: ("gamma 2.8", (2.8,)),
    8: ("linear", (1.0,)),
}
"""ITU-T H.273, table 3. Stills in BT.709's curve and its equals are shown like sRGB by browsers."""

HDR_TRANSFERS = {16: "PQ", 18: "HLG"}

SRGB_GAMMA = 0.45455
"""The gAMA value that stands for sRGB (PNG third edition, 11.3.2.5)."""

GAMMA_TOLERANCE = 0.02
"""Within it are the roundings of 1/2.2 and 1/2.25 that writers use."""

CHROMATICITY_TOLERANCE = 0.002
"""Within it are the roundings of writers; Adobe RGB's green is 0.09 off. Our choice."""

GAMMA_RANGE = (0.1, 5.0)
"""gAMA values outside of it are no curve that anybody meant."""

PNG_SCALE = 100_000
"""gAMA and cHRM hold their values times this (PNG third edition, 11.3.2)."""

PROFILES = frozenset({b"prof", b"rICC"})


class Coding(Frozen):
    """How the samples are to be read."""

    profile: bytes = b""
    """ICC profile of the samples; empty: sRGB."""
    is_made: bool = False
    """The profile is not the file's own but made of what the file says."""
    notes: tuple[Reason, ...] = ()
    """That they cannot be converted, and why."""


SRGB = Coding()


def coding_of(data: bytes, source_format: str, profile: bytes | None = None) -> Coding:
    """What the file says of its colours; `profile` is its ICC profile where a decoder found one."""
    if source_format == "png":
        return _of_png(data)
    if source_format in {"avif", "heic"}:
        return _of_avif(data)
    if source_format == "jxl":
        return _of_jxl(data)
    profile = profile or headers.profile_of(data, source_format)
    return Coding(profile=profile) if profile else SRGB


def keepable(data: bytes, source_format: str, profile: bytes | None = None) -> bytes:
    """The RGB profile that a picture's colours can be kept in; empty: there is none but sRGB."""
    coding = coding_of(data, source_format, profile)
    if coding.notes or icc.matrix_of(coding.profile) is None or icc.is_srgb(coding.profile):
        return b""
    return coding.profile


def of_code_points(primaries: int, transfer: int) -> Coding:
    """H.273's colour primaries and transfer characteristics as a profile, or why not."""
    primaries = 1 if primaries == UNSPECIFIED else primaries
    transfer = 13 if transfer == UNSPECIFIED else transfer
    known, curve = PRIMARIES.get(primaries), TRANSFERS.get(transfer)
    if known is None or curve is None:
        return Coding(notes=(_unconverted(primaries, transfer),))
    return _made(known[0], known[1], curve[0], curve[1])


def with_profile(data: bytes, profile: bytes) -> bytes:
    """A PNG that says its colours by this ICC profile alone: all decoders agree on those."""
    pieces, end = [data[:8]], 8
    for name, start, stop in png.chunks(data):
        end = stop + 4
        if name not in png.COLOURS:
            pieces.append(data[start - 8 : end])
        if name == b"IHDR":
            pieces.append(png.profile_chunk(profile))
    return b"".join([*pieces, data[end:]])


def _made(
    name: str, chromaticities: Chromaticities, curve_name: str, curve: tuple[float, ...]
) -> Coding:
    is_bt709 = chromaticities == SRGB_CHROMATICITIES
    if is_bt709 and curve == SRGB_CURVE:
        return SRGB
    parts = ([] if is_bt709 else [name]) + ([] if curve == SRGB_CURVE else [curve_name])
    try:
        profile = icc.make(", ".join(parts), chromaticities, curve)
    except (ValueError, struct.error):  # primaries that span no colours: as browsers, sRGB
        return SRGB
    return Coding(profile=profile, is_made=True)


def _of_png(data: bytes) -> Coding:
    """By cICP before iCCP before sRGB before gAMA and cHRM (PNG third edition, 4.3)."""
    found = dict(_png_colours(data))
    if len(found.get(b"cICP", b"")) == 4 and found[b"cICP"][2] == 0:  # RGB, all that PNG allows
        return of_code_points(found[b"cICP"][0], found[b"cICP"][1])
    profile = headers.profile_of(data, "png") if b"iCCP" in found else None
    if profile:
        return Coding(profile=profile)
    if b"sRGB" in found:
        return SRGB
    return _of_gamma(found.get(b"gAMA", b""), found.get(b"cHRM", b""))


def _png_colours(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    for name, start, end in png.chunks(data):
        if name == b"IDAT":
            return
        if name in png.COLOURS:
            yield name, data[start:end]


def _of_gamma(gama: bytes, chrm: bytes) -> Coding:
    gamma = int.from_bytes(gama, "big") / PNG_SCALE if len(gama) == 4 else SRGB_GAMMA
    is_curve = GAMMA_RANGE[0] <= gamma <= GAMMA_RANGE[1]
    is_plain = not is_curve or abs(gamma - SRGB_GAMMA) <= GAMMA_TOLERANCE
    curve = SRGB_CURVE if is_plain else (1 / gamma,)
    told = SRGB_CHROMATICITIES
    if len(chrm) == 32:
        w, x, *rest = (value / PNG_SCALE for value in struct.unpack(">8I", chrm))
        told = (w, x, rest[0], rest[1], rest[2], rest[3], rest[4], rest[5])
    off = max(abs(a - b) for a, b in zip(told, SRGB_CHROMATICITIES, strict=True))
    if off <= CHROMATICITY_TOLERANCE:
        told = SRGB_CHROMATICITIES
    return _made("cHRM primaries", told, f"gamma {1 / gamma if is_curve else 0:.3g}", curve)


def _of_avif(data: bytes) -> Coding:
    """A profile goes before code points (MIAF 7.3.6.4); without either, MIAF says sRGB."""
    try:
        own = of_primary(bodies(first(bodies(data), b"meta")[4:]))
        colours = [body for name, body in own if name == b"colr"]
        profile = next((body[4:] for body in colours if body[:4] in PROFILES), b"")
        nclx = next((body for body in colours if body[:4] == b"nclx"), b"")
        points = struct.unpack_from(">HH", nclx, 4) if nclx else (UNSPECIFIED, UNSPECIFIED)
    except (ValueError, IndexError, struct.error):
        return SRGB  # intake refuses such a file
    if profile:
        return Coding(profile=profile)
    return of_code_points(*points)


def _of_jxl(data: bytes) -> Coding:
    told = coding_of_jxl(data)
    if told is None:
        return SRGB
    if told.profile_is_packed:
        text = (
            "Its colours are coded by a profile inside of the codestream, which is not read here."
        )
        return Coding(notes=(Reason(code=COLOURS_NOT_CONVERTED, text=text),))
    if told.transfer in HDR_TRANSFERS:
        return Coding(notes=(_unconverted(told.primaries, told.transfer),))
    gamma = told.gamma
    curve = (
        TRANSFERS.get(told.transfer) if gamma is None else (f"gamma {1 / gamma:.3g}", (1 / gamma,))
    )
    if told.chromaticities is None or curve is None:
        return Coding(notes=(_unconverted(told.primaries, told.transfer),))
    known = PRIMARIES.get(told.primaries)
    is_known = known is not None and known[1] == told.chromaticities
    name = known[0] if known and is_known else "its own primaries"
    return _made(name, told.chromaticities, *curve)


def _unconverted(primaries: int, transfer: int) -> Reason:
    """The note that pixels are no sRGB, naming what they are."""
    known = PRIMARIES.get(primaries, (f"primaries {primaries}",))[0]
    names = [] if primaries in {1, UNSPECIFIED} else [known]
    if transfer in HDR_TRANSFERS:
        names.append(HDR_TRANSFERS[transfer])
    elif transfer not in TRANSFERS:
        names.append(f"transfer {transfer}")
    coding = ", ".join(names)
    text = f"Its colours are coded as {coding}, which cannot be converted to sRGB here."
    values = {"coding": coding, "primaries": primaries, "transfer": transfer}
    return Reason(code=COLOURS_NOT_CONVERTED, text=text, values=values)
