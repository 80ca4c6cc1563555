"""Colour difference as people see it: CIEDE2000 between sRGB colours, in pure Python.

Formula and test data: Sharma, Wu and Dalal 2005, The CIEDE2000 color-difference formula. This is
the oracle and the path for single colours; whole pictures are measured elsewhere with arrays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

Lab = tuple[float, float, float]

HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

D65 = (0.95047, 1.0, 1.08883)
"""White of sRGB, XYZ (IEC 61966-2-1)."""

SRGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
"""Linear sRGB to XYZ under D65 (IEC 61966-2-1)."""

LAB_EPSILON = 216 / 24389
LAB_KAPPA = 24389 / 27
"""Where CIELAB's cube root gives way to a line, and that line's slope (CIE 15)."""

POW_25_7 = 25.0**7


def parse_hex(colour: str) -> tuple[int, int, int]:
    """The three values of a #rrggbb colour."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def to_hex(rgb: Sequence[int]) -> str:
    red, green, blue = rgb
    return f"#{red:02x}{green:02x}{blue:02x}"


def lab(rgb: Sequence[int]) -> Lab:
    """CIELAB under D65 of an sRGB colour, three values from 0 to 255."""
    linear = [_linear(value / 255) for value in rgb]
    xyz = [sum(w * v for w, v in zip(row, linear, strict=True)) for row in SRGB_TO_XYZ]
    x, y, z = (_lab_curve(value / white) for value, white in zip(xyz, D65, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _lab_curve(value: float) -> float:
    return math.cbrt(value) if value > LAB_EPSILON else (LAB_KAPPA * value + 16) / 116


def delta_e(first: Lab, second: Lab) -> float:
    """CIEDE2000 between two CIELAB colours: 0 is equal, about 1 is just noticeable."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    g = 0.5 * (1 - _seventh_share((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2))
    c1, c2 = math.hypot((1 + g) * a1, b1), math.hypot((1 + g) * a2, b2)
    h1, h2 = _hue((1 + g) * a1, b1), _hue((1 + g) * a2, b2)
    hue_step = _hue_step(h1, h2) if c1 * c2 else 0.0
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = _hue_mean(h1, h2) if c1 * c2 else h1 + h2
    lightness = (l2 - l1) / _lightness_weight(mean_l)
    chroma = (c2 - c1) / (1 + 0.045 * mean_c)
    hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(hue_step / 2))
    hue /= 1 + 0.015 * mean_c * _hue_weight(mean_h)
    turn = 60 * math.exp(-(((mean_h - 275) / 25) ** 2))
    rotation = -2 * _seventh_share(mean_c) * math.sin(math.radians(turn))
    return math.sqrt(max(0.0, lightness**2 + chroma**2 + hue**2 + rotation * chroma * hue))


def _seventh_share(chroma: float) -> float:
    power = chroma**7
    return math.sqrt(power / (power + POW_25_7))


def _hue(a: float, b: float) -> float:
    return math.degrees(math.atan2(b, a)) % 360


def _hue_step(h1: float, h2: float) -> float:
    """From the first hue to the second the short way round, in degrees."""
    step = h2 - h1
    if abs(step) <= 180:
        return step
    return step - 360 if step > 0 else step + 360


def _hue_mean(h1: float, h2: float) -> float:
    if abs(h1 - h2) <= 180:
        return (h1 + h2) / 2
    return (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2


def _lightness_weight(lightness: float) -> float:
    square = (lightness - 50) ** 2
    return 1 + 0.015 * square / math.sqrt(20 + square)


def _hue_weight(hue: float) -> float:
    return (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
