"""The colour encoding in the header of a JPEG XL codestream (ISO/IEC 18181-1, annex D)."""

from __future__ import annotations

from eyebright.frozen import Frozen
from eyebright.host.icc import Chromaticities
from eyebright.metadata.containers.boxes import boxes
from eyebright.metadata.containers.jxl_header import (
    CODESTREAM,
    Bits,
    bit_depth,
    extra_channels,
    size,
)

WHITES = {1: (0.3127, 0.3290), 10: (1 / 3, 1 / 3), 11: (0.314, 0.351)}
"""D65, E and DCI."""

CORNERS = {
    1: (0.64, 0.33, 0.30, 0.60, 0.15, 0.06),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}
"""BT.709, BT.2100 and P3; unlike in H.273, the white is told apart from them."""

H273_PRIMARIES = {(1, 1): 1, (9, 1): 9, (11, 1): 12, (11, 11): 11}
"""Code points of H.273 for primaries and white."""

_CUSTOM, _GREY, _XYB = 2, 1, 2
_GAMMA_SCALE, _XY_SCALE = 1e7, 1e6
_HEADER_BYTES = 512
"""Far more than the fields before the colours take."""

_MAX_CHANNELS = 16
_ALPHA, _SPOT, _FILTER_ARRAY = 0, 2, 5
"""Kinds of extra channels with fields of their own."""


class JxlCoding(Frozen):
    """What the header says; `chromaticities` are None where they cannot be told."""

    chromaticities: Chromaticities | None = None
    primaries: int = 2
    """By H.273; 2 where it has no number for them."""
    transfer: int = 13
    gamma: float | None = None
    """Encoding exponent, which stands instead of the transfer."""
    profile_is_packed: bool = False
    """An ICC profile stands in the codestream, and the samples are in it."""


def coding_of_jxl(data: bytes) -> JxlCoding | None:
    """What a file says of its samples' colours; None where they are sRGB or nothing is told."""
    stream = data[:_HEADER_BYTES] if data.startswith(CODESTREAM) else _unwrapped(data)
    try:
        return _coding(Bits(stream[2 : 2 + _HEADER_BYTES]))
    except ValueError:
        return None  # broken or beyond what is read here: the decoder says what it is


def _unwrapped(data: bytes) -> bytes:
    """The beginning of the codestream in a container."""
    for name, _start, body, end in boxes(data):
        if name in {b"jxlc", b"jxlp"}:
            at = body + (4 if name == b"jxlp" else 0)
            return data[at : min(end, at + 2 + _HEADER_BYTES)]
    return b""


def _coding(bits: Bits) -> JxlCoding | None:
    size(bits)
    if bits.take(1):  # all of the metadata are the defaults
        return None
    if bits.take(1):
        _skip_extra_fields(bits)
    bit_depth(bits)
    bits.take(1)
    channels = extra_channels(bits)
    if channels > _MAX_CHANNELS:
        raise ValueError("too many channels")
    for _ in range(channels):
        _skip_channel(bits)
    is_xyb = bool(bits.take(1))
    return None if bits.take(1) else _encoding(bits, is_xyb=is_xyb)


def _encoding(bits: Bits, *, is_xyb: bool) -> JxlCoding | None:
    packed, space = bits.take(1), bits.enum()
    if packed:  # libjxl gives lossy files as sRGB where it has no other way
        return None if is_xyb else JxlCoding(profile_is_packed=True)
    if space == _XYB:
        return None
    white_code = bits.enum()
    white = _xy(bits) if white_code == _CUSTOM else WHITES.get(white_code)
    corner_code = 1 if space == _GREY else bits.enum()
    corners = CORNERS.get(corner_code)
    if corner_code == _CUSTOM:
        corners = (*_xy(bits), *_xy(bits), *_xy(bits))
    gamma = bits.take(24) / _GAMMA_SCALE if bits.take(1) else None
    return JxlCoding(
        chromaticities=(*white, *corners) if white and corners else None,
        primaries=H273_PRIMARIES.get((corner_code, white_code), 2),
        transfer=13 if gamma is not None else bits.enum(),
        gamma=gamma or None,
    )


def _xy(bits: Bits) -> tuple[float, float]:
    return _signed(bits) / _XY_SCALE, _signed(bits) / _XY_SCALE


def _signed(bits: Bits) -> int:
    packed = bits.choice((19, 0), (19, 1 << 19), (20, 1 << 20), (21, 1 << 21))
    return -((packed + 1) >> 1) if packed & 1 else packed >> 1


def _skip_extra_fields(bits: Bits) -> None:
    bits.take(3)  # orientation
    if bits.take(1):
        size(bits)
    if bits.take(1):
        raise ValueError("a preview's header is not read here")
    if bits.take(1):
        bits.choice((0, 100), (0, 1000), (10, 1), (30, 1))  # ticks a second, over
        bits.choice((0, 1), (0, 1001), (8, 1), (10, 1))
        bits.choice((0, 0), (3, 0), (16, 0), (32, 0))  # loops
        bits.take(1)


def _skip_channel(bits: Bits) -> None:
    if bits.take(1):
        return
    kind = bits.enum()
    bit_depth(bits)
    bits.choice((0, 0), (0, 3), (0, 4), (3, 1))
    bits.take(8 * bits.choice((0, 0), (4, 0), (5, 16), (10, 48)))  # its name
    if kind == _ALPHA:
        bits.take(1)
    if kind == _SPOT:
        bits.take(64)
    if kind == _FILTER_ARRAY:
        bits.choice((0, 1), (2, 0), (4, 3), (8, 19))
