"""Butteraugli's bands of spatial frequency, their errors, and what masks them.

Source as told in `butteraugli`: libjxl's `butteraugli.cc`, whose names stand in brackets. Four
bands: low (LF), middle (MF), high (HF) and highest (UHF); the last two have no blue.
"""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Plane: TypeAlias = npt.NDArray[Any]
"""(H, W) float32."""

SIGMAS_PX = (7.15593339443, 3.22489901262, 1.56416327805)
"""Of the blurs that part LF from the rest, MF from HF, HF from UHF."""

REACH_PX = 37
"""No pixel of the difference depends on one farther away: the reaches of the blurs for adaptation
(2), the bands (16, 7, 3) and the mask (6), and of its erosion (3), one after the other."""

LOW_SCALES = (33.832837186260, 14.458268100570, 49.87984651440)
BLUE_LESS_Y = -0.362267051518
"""[XybLowFreqToVals]"""

SUPPRESSION, SUPPRESSED_TO = 46.0, 0.653020556257
"""Of red-green by detail of brightness [SuppressXByY]."""

CLAMP_SLOPE = 0.724216145665
"""Of what exceeds a clamp [MaximumClamp]."""

LOW_WEIGHTS = (29.2353797994, 0.844626970982, 0.703646627719)
MIDDLE_WEIGHTS = (2150.0, 10.6195433239, 16.2176043152)
HIGH_WEIGHTS = (400.0, 1.50815703118)
"""Of squared differences in X, Y and B [wmul]."""


class LineWeights(NamedTuple):
    """Of errors along lines: the weight, and the size of signal from which it fades [norm1]."""

    weight: float
    fades_at: float


MIDDLE_LINES = LineWeights(8246.75321353, 1009002.70582), LineWeights(37.0819870399, 130262059.556)
HIGH_LINES = LineWeights(6923.99476109, 8051.15833247), LineWeights(18.7237414387, 4498534.45232)
HIGHEST_LINES = LineWeights(173.5, 5.0), LineWeights(1.10039032555, 71.7800275169)
"""In X and Y [wMfMaltaX, wMfMalta, ...]."""

LONG, SPARSE = "long", "sparse"

SCALES = {LONG: 0.39905817637, SPARSE: 0.611612573796}
LINE_LENGTH = 3.75
"""Of the two kinds of lines [MaltaDiffMap, MaltaDiffMapLF]."""

SYMMETRIC_SHARE, LOST_OR_ADDED_SHARE = 0.5, 0.33
"""Of an error, and of what shrinks a signal under 0.55 or swells it over 1.05 of its size."""

HALF_LINES = {
    LONG: (
        (1, ((0, 1), (0, 2), (0, 3), (0, 4))),
        (1, ((1, 1), (2, 2), (3, 3))),
        (2, ((0, 1), (1, 2), (1, 3), (1, 4))),
        (1, ((1, 1), (1, 2), (2, 3))),
    ),
    SPARSE: (
        (1, ((0, 2), (0, 4))),
        (1, ((2, 2), (3, 3))),
        (1, ((1, 2), (1, 4))),
        (1, ((1, 2), (2, 3))),
        (1, ((1, 2), (2, 4))),
    ),
}
"""Lines through a pixel [MaltaUnit]: how often each counts, and its steps (down, right) to one
side. The others are these mirrored and turned, 16 in all."""


class Bands(NamedTuple):
    """Of one picture, X first; low and middle have B, too."""

    low: tuple[Plane, ...]
    middle: tuple[Plane, ...]
    high: tuple[Plane, ...]
    highest: tuple[Plane, ...]


def separated(x: Plane, y: Plane, b: Plane) -> Bands:
    """The bands of opponent colours [SeparateFrequencies]."""
    low = [blurred(plane, SIGMAS_PX[0]) for plane in (x, y, b)]
    rest_x, rest_y, rest_b = (p - smooth for p, smooth in zip((x, y, b), low, strict=True))
    middle = [blurred(rest, SIGMAS_PX[1]) for rest in (rest_x, rest_y, rest_b)]
    high_x, high_y = rest_x - middle[0], rest_y - middle[1]
    high_x *= _f(1 - SUPPRESSED_TO) * (_f(SUPPRESSION) / (high_y**2 + _f(SUPPRESSION))) + (
        _f(SUPPRESSED_TO)
    )
    high = [blurred(plane, SIGMAS_PX[2]) for plane in (high_x, high_y)]
    clamped = _clamped(high[1], 28.4691806922)
    highest_x, highest_y = high_x - high[0], _clamped(high_y - clamped, 5.19175294647)
    return Bands(
        low=_low_values(*low),
        middle=(_without_small(middle[0], 0.29), _with_doubled_small(middle[1], 0.1), middle[2]),
        high=(_without_small(high[0], 1.5), _with_doubled_small(clamped * _f(2.155), 0.132)),
        highest=(_without_small(highest_x, 0.04), highest_y * _f(2.69313763794)),
    )


def visible_difference(a: Bands, b: Bands) -> Plane:
    """The map of what differs to the eye, a being the reference [DiffmapPsychoImage]."""
    smooth, detail = _zeros(a), _zeros(a)
    for c in range(3):
        smooth += _f(LOW_WEIGHTS[c]) * (a.low[c] - b.low[c]) ** 2
        detail += _f(MIDDLE_WEIGHTS[c]) * (a.middle[c] - b.middle[c]) ** 2
    for c in range(2):
        detail += _f(HIGH_WEIGHTS[c]) * _lost_or_added(a.high[c], b.high[c])
        detail += _along_lines(a.highest[c], b.highest[c], HIGHEST_LINES[c], LONG)
        detail += _along_lines(a.high[c], b.high[c], HIGH_LINES[c], SPARSE)
        detail += _along_lines(a.middle[c], b.middle[c], MIDDLE_LINES[c], SPARSE)
    own, other = (blurred(_activity(bands), 2.7) for bands in (a, b))
    detail += _f(10) * (own - other) ** 2
    masking = _eroded(own)
    smooth *= _unmasked(masking, 0.20025578522, 3.87449418804, 0.505054525019)
    detail *= _unmasked(masking, 0.829591754942, 0.451936922203, 2.5485944793)
    visible: Plane = np.sqrt(smooth + detail)
    return visible


def blurred(plane: Plane, sigma_px: float) -> Plane:
    """By a Gaussian cut at 2.25 sigma [Blur].

    At the edges over the pixels there are; where that makes 5 taps, the picture is mirrored.
    """
    taps = _taps(sigma_px)
    return _along_rows(_along_rows(plane, taps).T, taps).T


@functools.cache
def _taps(sigma_px: float) -> tuple[float, ...]:
    """From the middle out, their sum over both sides 1."""
    reach = max(1, int(2.25 * sigma_px))
    heights = [math.exp(-(k**2) / (2 * sigma_px**2)) for k in range(reach + 1)]
    total = heights[0] + 2 * sum(heights[1:])
    return tuple(height / total for height in heights)


def _along_rows(plane: Plane, taps: tuple[float, ...]) -> Plane:
    """Along the first axis: down the columns."""
    reach, height = len(taps) - 1, len(plane)
    mirrors = reach == 2
    padded = np.pad(plane, ((reach, reach), (0, 0)), mode="symmetric" if mirrors else "constant")
    total: Plane = plane * _f(taps[0])
    part = np.empty_like(total)
    for k, tap in enumerate(taps[1:], start=1):
        np.add(padded[reach - k :][:height], padded[reach + k :][:height], out=part)
        part *= _f(tap)
        total += part
    if not mirrors:
        total /= _weight_inside(height, taps)[:, None]
    return total


def _weight_inside(height: int, taps: tuple[float, ...]) -> Plane:
    both = np.array([*taps[:0:-1], *taps])
    whole = np.convolve(np.ones(height), both)
    inside: Plane = whole[len(taps) - 1 :][:height].astype(np.float32)
    return inside


def _low_values(x: Plane, y: Plane, b: Plane) -> tuple[Plane, ...]:
    blue = b + _f(BLUE_LESS_Y) * y
    return tuple(plane * _f(k) for plane, k in zip((x, y, blue), LOW_SCALES, strict=True))


def _without_small(plane: Plane, size: float) -> Plane:
    """Values moved towards 0 by `size`, at most to it [RemoveRangeAroundZero]."""
    moved: Plane = plane - np.clip(plane, _f(-size), _f(size))
    return moved


def _with_doubled_small(plane: Plane, size: float) -> Plane:
    """Values moved away from 0 by `size`, at most to twice themselves [AmplifyRangeAroundZero]."""
    moved: Plane = plane + np.clip(plane, _f(-size), _f(size))
    return moved


def _clamped(plane: Plane, size: float) -> Plane:
    """What exceeds `size` counts less [MaximumClamp]."""
    inside = np.clip(plane, _f(-size), _f(size))
    clamped: Plane = inside + _f(CLAMP_SLOPE) * (plane - inside)
    return clamped


def _lost_or_added(a: Plane, b: Plane) -> Plane:
    """Squared errors, and again what shrank under 0.4 or swelled over 1 of its size.

    [L2DiffAsymmetric]
    """
    size, there = np.abs(a), np.where(a < 0, -b, b)
    beyond = np.maximum(_f(0.4) * size - there, 0) + np.maximum(there - size, 0)
    squared: Plane = _f(0.8) * ((a - b) ** 2 + beyond**2)
    return squared


def _along_lines(a: Plane, b: Plane, weights: LineWeights, kind: str) -> Plane:
    """Squared sums of errors along the lines through each pixel [MaltaDiffMapT]."""
    fade = _f(weights.fades_at) / (_f(weights.fades_at) + _f(0.5) * (np.abs(a) + np.abs(b)))
    even, changed = (
        SCALES[kind] * math.sqrt(share * weights.weight) / (2 * LINE_LENGTH + 1)
        for share in (SYMMETRIC_SHARE, LOST_OR_ADDED_SHARE)
    )
    size, sign = np.abs(a), np.where(a < 0, _f(-1), _f(1))
    there = sign * b
    lost = np.maximum(_f(0.55) * size - there, 0) - np.maximum(there - _f(1.05) * size, 0)
    return _line_energy(fade * (_f(even) * (a - b) + _f(changed) * sign * lost), kind)


def _line_energy(errors: Plane, kind: str) -> Plane:
    reach = 4
    height, width = errors.shape
    padded = np.pad(errors, reach)

    @functools.cache
    def opposite(down: int, right: int) -> Plane:
        """Sum of the two pixels that far away on both sides."""
        one = padded[reach + down :, reach + right :][:height, :width]
        other = padded[reach - down :, reach - right :][:height, :width]
        both: Plane = one + other
        return both

    energy = np.zeros_like(errors)
    for count, steps in _lines(kind):
        along = errors.copy()
        for down, right in steps:
            along += opposite(down, right)
        along *= along
        energy += _f(count) * along
    return energy


@functools.cache
def _lines(kind: str) -> tuple[tuple[int, tuple[tuple[int, int], ...]], ...]:
    """All half lines: those given, mirrored, and turned by swapping the axes."""
    found: dict[tuple[tuple[int, int], ...], int] = {}
    for count, steps in HALF_LINES[kind]:
        for sign in (1, -1):
            mirrored = tuple((sign * down, right) for down, right in steps)
            turned = tuple((right, sign * down) for down, right in steps)
            for line in (mirrored, turned):
                same = tuple((-down, -right) for down, right in line)
                if same not in found:
                    found[line] = count
    return tuple((count, line) for line, count in found.items())


def _activity(bands: Bands) -> Plane:
    """What masks: detail in X and Y, near the root of its size [CombineChannelsForMasking]."""
    red_green = (bands.highest[0] + bands.high[0]) * _f(2.5)
    brightness = (bands.highest[1] + bands.high[1]) * _f(0.4)
    size = np.sqrt(red_green**2 + brightness**2)
    gain, bias = 6.19424080439, 6.19424080439 * 12.61050594197
    activity: Plane = np.sqrt(_f(gain) * size + _f(bias)) - _f(math.sqrt(bias))
    return activity


def _eroded(masking: Plane) -> Plane:
    """The least masking around: smooth places nearby show errors [FuzzyErosion]."""
    step = 3
    height, width = masking.shape
    padded = np.pad(masking, step, constant_values=np.inf)
    least, second = masking, 2 * masking
    third = second
    for y in (0, step, 2 * step):
        for x in (0, step, 2 * step):
            if (y, x) == (step, step):
                continue
            value = padded[y:, x:][:height, :width]
            least, value = np.minimum(least, value), np.maximum(least, value)
            second, value = np.minimum(second, value), np.maximum(second, value)
            third = np.minimum(third, value)
    return _f(0.45) * least + _f(0.3) * second + _f(0.25) * third


def _unmasked(masking: Plane, offset: float, slope: float, gain: float) -> Plane:
    """How much of a squared error is seen [MaskY, MaskDcY]."""
    good_enough = 17.83 * 0.79079917404  # kInternalGoodQualityThreshold, for 80 nits
    seen = (1 + _f(gain) / (_f(slope) * masking + _f(offset))) / _f(good_enough)
    squared: Plane = seen * seen
    return squared


def _zeros(bands: Bands) -> Plane:
    return np.zeros_like(bands.low[0])


def _f(number: float) -> np.float32:
    return np.float32(number)
