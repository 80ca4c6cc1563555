"""What is known of each format before encoding: its dial, its expected bytes, its rivals.

The figures are medians over photos and graphics encoded and scored with this project's own
hosts and metric: `python build/calibrate.py --data DIR` prints the tables below.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from eyebright.values import Candidate, Facts, Outcome, Plan, Trial

DEFAULT_FORMATS = ("avif", "webp", "jpeg", "png")
"""What every current browser shows; JPEG XL is written when asked for."""

HAS_ALPHA = frozenset({"avif", "webp", "jxl", "png"})

HAS_LOSSLESS = frozenset({"webp", "jxl", "png"})
"""AVIF's lossless mode needs an identity matrix that its browser encoder does not offer."""

DEFAULT_SPEED = {"avif": 6, "webp": 4, "jxl": 7, "png": 2, "jpeg": 0}
"""The encoders' own defaults: libaom cpu-used 6, libwebp method 4, libjxl effort 7, oxipng -o 2."""

QUALITY_AT_SCORE = {
    "jpeg": ((50, 36), (60, 50), (70, 70), (75, 79), (80, 87), (85, 92), (90, 96), (95, 99)),
    "webp": ((50, 35), (60, 49), (70, 69), (75, 78), (80, 85), (85, 91), (90, 96), (95, 99)),
    "avif": ((50, 38), (60, 48), (70, 58), (75, 65), (80, 72), (85, 80), (90, 88), (95, 95)),
    "jxl": ((50, 40), (60, 54), (70, 71), (75, 78), (80, 85), (85, 90), (90, 94), (95, 98)),
}
"""(SSIMULACRA2, median encoder quality that reaches it)."""

BITS_PER_PIXEL_AT_75 = {"avif": 0.55, "jxl": 0.65, "webp": 0.70, "jpeg": 0.80, "png": 12.0}
"""Median bits per pixel at SSIMULACRA2 75 of a photo with MEDIAN_DETAIL."""

LOSSLESS_BITS_PER_PIXEL = {"jxl": 8.5, "webp": 9.0, "png": 12.0}

MEDIAN_DETAIL_CENTIBITS = 400

SCORE_DOUBLING = 12.0
"""SSIMULACRA2 points that double the bytes, near 75."""

LEAST_RATIO = {
    "photo": {
        ("avif", "webp"): 1.0,
        ("avif", "jpeg"): 1.0,
        ("avif", "jxl"): 0.9,
        ("webp", "jpeg"): 0.9,
        ("webp", "jxl"): 0.6,
        ("jxl", "webp"): 0.9,
        ("jxl", "jpeg"): 1.0,
    },
    "graphic": {},
}
"""(tried, other): other's bytes over tried's, both at the target, at the second percentile."""


LOSSLESS_SPREAD = 0.25
"""A lossless file may need a quarter of its expected bytes: drawings differ that much."""


def label(way: Candidate | Trial) -> str:
    """The format's name as people read it."""
    return f"{way.format} lossless" if way.lossless else way.format


def first_quality(candidate: Candidate, plan: Plan) -> int:
    """The median quality that reaches the plan's target, within [floor, 100]."""
    points = QUALITY_AT_SCORE.get(candidate.format, ((0, 0), (100, 100)))
    quality = round(_interpolate(points, plan.target + 0.5))
    return min(100, max(plan.floor, quality))


def score_slope(name: str, quality: int) -> float:
    """SSIMULACRA2 points per quality step near `quality`, by the median curve."""
    points = QUALITY_AT_SCORE.get(name, ((0, 0), (100, 100)))
    for (score_low, quality_low), (score_high, quality_high) in pairwise(points):
        if quality <= quality_high:
            return (score_high - score_low) / (quality_high - quality_low)
    return 1.0


def expected_bytes(candidate: Candidate, facts: Facts, *, pixels: int, target: float) -> int:
    """Bytes that the format is expected to need for the target: for ordering, not for promises."""
    detail = max(0.05, facts.detail_centibits / MEDIAN_DETAIL_CENTIBITS)
    if candidate.lossless:
        bits = LOSSLESS_BITS_PER_PIXEL[candidate.format] * detail
    else:
        growth = 2.0 ** ((target - 75.0) / SCORE_DOUBLING)
        bits = BITS_PER_PIXEL_AT_75[candidate.format] * growth * detail
    return max(64, round(bits * pixels / 8))


def can_win(candidate: Candidate, best: Outcome, plan: Plan) -> bool:
    """Whether the format ever beats what the best one already needs, on such pictures."""
    if candidate.lossless:
        return candidate.expected_bytes * LOSSLESS_SPREAD < best.size_bytes
    if best.trial.lossless:
        return True
    least = LEAST_RATIO[plan.picture_class].get((best.trial.format, candidate.format), 0.0)
    return least < 1.0


def _interpolate(points: tuple[tuple[int, int], ...], score: float) -> float:
    index = min(max(1, bisect_right([p[0] for p in points], score)), len(points) - 1)
    (score_low, quality_low), (score_high, quality_high) = points[index - 1], points[index]
    share = (score - score_low) / (score_high - score_low)
    return quality_low + share * (quality_high - quality_low)
