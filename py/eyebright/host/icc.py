"""ICC profiles taken apart and made: which ones a matrix and curves describe, and those of H.273.

Only what the hosts need to choose their way (ICC.1:2022, clauses 7 to 10). Conversion for pictures
that are delivered is LittleCMS' or the browser's; `MatrixProfile` shows pictures in a kept profile
as sRGB for scoring, within a step of LittleCMS.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eyebright.host.base import Pixels
from eyebright.kernels.tones import Tones, of_curves

Floats = npt.NDArray[np.float64]
Chromaticities = tuple[float, float, float, float, float, float, float, float]
"""x and y of white, red, green and blue, as PNG's cHRM orders them."""

RGB, GREY, CMYK = "RGB", "GRAY", "CMYK"
"""Colour spaces by their names in profiles (ICC.1, table 19)."""

D50 = (0.9642, 1.0, 0.8249)
"""XYZ of the white of the profile connection space (ICC.1, 7.2.16)."""

SRGB_FROM_D50 = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
"""XYZ under D50 to linear sRGB (the inverse of sRGB's Bradford-adapted primaries)."""

BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
"""XYZ to the cone responses in which whites are adapted (ICC.1, annex E)."""

SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
"""g, a, b, c, d of sRGB as a parametric curve of type 3 (IEC 61966-2-1)."""

BLACK = 1e-4
"""Most linear light of a black that needs no compensation: a third of the first level of sRGB."""

SAME_COLOUR_STEPS = 1
"""Largest difference, of 255, at which a profile counts as sRGB: what its rounding can do."""

_PROBE_STEPS = 17
"""Levels per channel of the colours on which a profile is compared with sRGB."""

_ENCODED_STEPS = 1 << 16
"""Steps of the table from linear light to sRGB: twenty for the narrowest of its 255 levels."""

_HEAD_BYTES = 128
_MAX_TAGS = 256
_MAX_CURVE_POINTS = 1 << 16
_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
"""Numbers of each kind of parametric curve (ICC.1, table 68)."""


@dataclass(frozen=True, slots=True)
class MatrixProfile:
    """An RGB profile of three curves and a matrix."""

    curves: Floats
    """(3, 256): linear light of each level of each channel, 0 to 1, never falling."""
    between: Floats
    """(3, 255): the same half way to the next level."""
    to_linear_srgb: Floats
    """(3, 3), for rows of linear RGB."""

    def to_srgb(self, pixels: Pixels) -> Pixels:
        """(..., 3 or 4) pixels in this profile as sRGB, relative colorimetric; alpha as it is."""
        seen = pixels.copy()
        table = _encode_table()
        for top in range(0, len(pixels), 64):  # strips, so that the wide numbers stay few
            strip = pixels[top : top + 64]
            linear = np.stack([self.curves[c][strip[..., c]] for c in range(3)], axis=-1)
            light = np.clip(linear @ self.to_linear_srgb.T, 0.0, 1.0)
            steps = (light * (_ENCODED_STEPS - 1) + 0.5).astype(np.uint16)
            seen[top : top + 64, ..., :3] = table[steps]
        return seen

    def tones(self) -> Tones:
        """The curves as resizing takes them."""
        return of_curves(self.curves, self.between)


def space_of(profile: bytes) -> str:
    """The colour space of the samples, such as RGB, GRAY or CMYK; empty for no profile."""
    return profile[16:20].decode("latin-1").strip()


def is_readable(profile: bytes) -> bool:
    """Whether it has the header and the tags of a profile."""
    return bool(_tags(profile))


def name_of(profile: bytes) -> str:
    """What the profile calls itself; empty where that cannot be read."""
    body = _tags(profile).get(b"desc", b"")
    if body[:4] == b"desc" and len(body) > 12:  # version 2
        return body[12 : 12 + int.from_bytes(body[8:12], "big")].rstrip(b"\x00").decode("latin-1")
    if body[:4] != b"mluc" or len(body) < 28:
        return ""
    size, start = struct.unpack_from(">II", body, 20)
    return body[start : start + size].decode("utf-16-be", "replace").strip("\x00").strip()


@functools.lru_cache(maxsize=4)
def matrix_of(profile: bytes) -> MatrixProfile | None:
    """The profile's curves and matrix; None where tables or another space describe it.

    None, too, where black is not black, which LittleCMS has to compensate, and where a curve
    falls, which no light can be turned back by.
    """
    tags = _tags(profile)
    if space_of(profile) != RGB or profile[20:24] != b"XYZ " or {b"A2B0", b"A2B1"} & tags.keys():
        return None
    try:
        columns = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = np.stack([_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")])
    except (KeyError, struct.error, ValueError):
        return None
    if curves[:, 0].max() > BLACK or np.diff(curves).min() < 0:
        return None
    to_linear_srgb = np.array(SRGB_FROM_D50) @ np.array(columns).T
    return MatrixProfile(curves[:, ::2], curves[:, 1::2], to_linear_srgb)


def as_srgb(pixels: Pixels, profile: bytes) -> Pixels:
    """Pixels in a kept profile as sRGB; those of none, which are sRGB, as they are."""
    matrix = matrix_of(profile)
    return pixels if matrix is None else matrix.to_srgb(pixels)


def is_srgb(profile: bytes) -> bool:
    """Whether a profile gives its colours back within a step: then nothing needs conversion."""
    matrix = matrix_of(profile)
    if matrix is None:
        return False
    levels = np.linspace(0, 255, _PROBE_STEPS).astype(np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(_PROBE_STEPS, -1, 3)
    off = np.abs(matrix.to_srgb(grid).astype(np.int16) - grid.astype(np.int16))
    return int(off.max()) <= SAME_COLOUR_STEPS


def make(name: str, chromaticities: Chromaticities, curve: Sequence[float]) -> bytes:
    """A display profile (ICC.1, version 4.3) of these primaries.

    `curve` is one gamma, or the five numbers of a parametric curve of type 3. Raises ValueError for
    chromaticities that span no colours.
    """
    matrix, adaptation = _adapted(chromaticities)
    kind = 0 if len(curve) == 1 else 3
    numbers = b"".join(_fixed(value) for value in curve)
    curved = struct.pack(">4s4xHxx", b"para", kind) + numbers
    tags = {b"desc": _text(name), b"cprt": _text("CC0"), b"wtpt": _xyz_tag(D50)}
    tags |= {b"chad": b"sf32" + bytes(4) + b"".join(map(_fixed, adaptation.ravel()))}
    columns = zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T, strict=True)
    tags |= {tag: _xyz_tag(column) for tag, column in columns}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curved)
    return _assembled(tags)


def _adapted(chromaticities: Chromaticities) -> tuple[Floats, Floats]:
    """Linear RGB to XYZ under D50, and the matrix that adapted its white."""
    white, *corners = (chromaticities[i : i + 2] for i in (0, 2, 4, 6))
    if min(y for _x, y in (white, *corners)) <= 0:
        raise ValueError("a chromaticity lies outside of the colours")
    primaries = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in corners]).T
    white_xyz = np.array((white[0] / white[1], 1.0, (1 - white[0] - white[1]) / white[1]))
    if abs(np.linalg.det(primaries)) < 1e-6:
        raise ValueError("the primaries lie on one line")
    unadapted = primaries * np.linalg.solve(primaries, white_xyz)
    cone = np.array(BRADFORD)
    scale = np.diag((cone @ np.array(D50)) / (cone @ white_xyz))
    adaptation: Floats = np.linalg.inv(cone) @ scale @ cone
    return adaptation @ unadapted, adaptation


def _assembled(tags: Mapping[bytes, bytes]) -> bytes:
    """Header (ICC.1, 7.2), table of tags, and each body once."""
    table, bodies, places = b"", b"", dict[bytes, int]()
    first = _HEAD_BYTES + 4 + 12 * len(tags)
    for tag, body in tags.items():
        if body not in places:
            places[body] = first + len(bodies)
            bodies += body + bytes(-len(body) % 4)
        table += struct.pack(">4sII", tag, places[body], len(body))
    names = b"mntr" + b"RGB " + b"XYZ "  # class, samples, connection space
    head = struct.pack(">I4xI", first + len(bodies), 0x04300000) + names
    dated = struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"  # one date, so that bytes repeat
    white = b"".join(map(_fixed, D50))
    relative_colorimetric = struct.pack(">I", 1)
    head = (head + dated).ljust(64, b"\x00") + relative_colorimetric + white
    return head.ljust(_HEAD_BYTES, b"\x00") + struct.pack(">I", len(tags)) + table + bodies


def _text(words: str) -> bytes:
    encoded = words.encode("utf-16-be")
    return struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _xyz_tag(values: Sequence[float] | Floats) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, values))


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(float(value) * 65536))


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """Bodies by their signatures; none of a broken profile."""
    if len(profile) < _HEAD_BYTES + 4 or profile[36:40] != b"acsp":
        return {}
    (count,) = struct.unpack_from(">I", profile, _HEAD_BYTES)
    if count > _MAX_TAGS or len(profile) < _HEAD_BYTES + 4 + 12 * count:
        return {}
    found = {}
    for at in range(_HEAD_BYTES + 4, _HEAD_BYTES + 4 + 12 * count, 12):
        name, start, size = struct.unpack_from(">4sII", profile, at)
        found[name] = profile[start : start + size]
    return found


def _xyz(body: bytes) -> tuple[float, ...]:
    return tuple(value / 65536 for value in struct.unpack_from(">3i", body, 8))


def _curve(body: bytes) -> Floats:
    """Linear light, 0 to 1, of 256 levels and half ones. Raises ValueError for an unknown kind."""
    levels = np.arange(2 * 256 - 1) / (2 * 255)
    if body[:4] == b"para":
        return _parametric(body, levels)
    if body[:4] != b"curv":
        raise ValueError("an unknown kind of curve")
    (count,) = struct.unpack_from(">I", body, 8)
    if count == 0:
        return levels
    if count == 1:
        found: Floats = levels ** (int.from_bytes(body[12:14], "big") / 256)
        return found
    if count > _MAX_CURVE_POINTS:
        raise ValueError("a curve of too many points")
    points = np.frombuffer(body, ">u2", count, 12) / 65535
    return np.interp(levels, np.linspace(0, 1, count), points)


def _parametric(body: bytes, levels: Floats) -> Floats:
    """ICC.1, 10.18: a power above a limit, a line or a constant below."""
    (kind,) = struct.unpack_from(">H", body, 8)
    if kind not in _PARAMETERS:
        raise ValueError("an unknown kind of parametric curve")
    numbers = [n / 65536 for n in struct.unpack_from(f">{_PARAMETERS[kind]}i", body, 12)]
    g, a, b, c, d, e, f = numbers + [0.0] * (7 - len(numbers))
    if kind == 0:
        a, d = 1.0, -1.0
    if kind in {1, 2}:
        c, d, e, f = 0.0, -b / a if a else 0.0, c, c
    try:
        with np.errstate(over="raise", divide="raise"):
            power = np.maximum(a * levels + b, 0.0) ** g + e
    except FloatingPointError as exc:  # a negative gamma, or one of thousands
        raise ValueError("a curve without bounds") from exc
    found: Floats = np.clip(np.where(levels >= d, power, c * levels + f), 0.0, 1.0)
    return found


@functools.cache
def _encode_table() -> Pixels:
    light = np.arange(_ENCODED_STEPS) / (_ENCODED_STEPS - 1)
    share = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    table: Pixels = np.rint(255 * share).astype(np.uint8)
    return table
