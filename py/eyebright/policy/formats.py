"""What is known of each format before encoding: its dial, its expected bytes, its rivals.

The figures are medians over photos and graphics encoded and scored with this project's own
hosts and metric: `python build/calibrate.py DIR...` prints the tables below.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from eyebright.policy.classify import is_graphic
from eyebright.policy.cost import bytes_to_beat
from eyebright.values import Candidate, Facts, Outcome, Plan, Trial

DEFAULT_FORMATS = ("avif", "webp", "jpeg", "png")
"""What every current browser shows; JPEG XL is written when asked for."""

SHOWN_BY_ALL = ("jpeg", "png")
"""Shown by everything that shows pictures, of the formats written here; the smaller one first."""

HAS_ALPHA = frozenset({"avif", "webp", "jxl", "png"})

HAS_PROFILE = frozenset({"avif", "webp", "jpeg", "png"})
"""A JPEG XL's profile is part of its codestream, and no encoder here takes one."""

HAS_LOSSLESS = frozenset({"webp", "jxl", "png"})
"""AVIF's lossless mode needs an identity matrix that its browser encoder does not offer."""

CHOOSES_CHROMA = frozenset({"jpeg"})
"""Lossy formats that are written with halved or with full chroma; AVIF's (see CHROMA) and JPEG XL's
is always full."""

HAS_FULL_CHROMA = frozenset({"avif", "jpeg", "jxl", "png"})
"""Lossy WebP is always 4:2:0 (RFC 9649, section 2.5)."""

CHROMA = {"avif": "444"}
"""Chroma subsampling where it is not the policy's. AVIF's 4:2:0 needs 3 % more bytes at equal score
on photos (17, at 75; a tenth of them 8 % and more) and 4 % more on graphics (13; at 85 a tenth of
them 27 %), and saves a fifth of the time: `build/settings.py`. JPEG's 4:4:4 needs 10 % more."""

QUALITY_AT_SCORE: dict[str, dict[str, tuple[tuple[int, int], ...]]] = {
    "photo": {
        "avif": ((50, 38), (60, 44), (70, 53), (75, 60), (80, 68), (85, 80), (90, 92), (95, 98)),
        "webp": ((50, 33), (60, 46), (70, 67), (75, 77), (80, 84), (85, 90), (90, 96), (95, 99)),
        "jpeg": ((50, 37), (60, 50), (70, 69), (75, 76), (80, 85), (85, 91), (90, 96), (95, 99)),
        "jxl": ((50, 38), (60, 51), (70, 66), (75, 72), (80, 80), (85, 87), (90, 93), (95, 98)),
    },
    "graphic": {
        "avif": ((65, 31), (70, 36), (75, 41), (80, 47), (85, 55), (90, 70), (95, 91)),
        "webp": ((65, 33), (70, 41), (75, 47), (80, 57), (85, 78), (90, 90), (95, 99)),
        "jpeg": ((60, 35), (70, 53), (75, 67), (80, 78), (85, 88), (90, 94), (95, 99)),
        "jxl": ((65, 30), (70, 37), (75, 46), (80, 61), (85, 72), (90, 85), (95, 95)),
    },
}
"""(SSIMULACRA2, median encoder quality that reaches it); the ends are drawn on by hand."""

BITS_PER_PIXEL_AT_75 = {
    "photo": {"avif": 0.62, "jxl": 0.76, "webp": 0.92, "jpeg": 0.95},
    "graphic": {"avif": 0.27, "jxl": 0.56, "webp": 0.42, "jpeg": 0.74},
}
"""Median bits per pixel at SSIMULACRA2 75, at the class's median detail."""

LOSSLESS_BITS_PER_PIXEL = {
    "photo": {"jxl": 7.8, "webp": 8.6, "png": 11.1},
    "graphic": {"jxl": 0.89, "webp": 0.89, "png": 1.35},
}
"""Median bits per pixel of a lossless file, at the class's median detail."""

MEDIAN_DETAIL_CENTIBITS = {"photo": 450, "graphic": 130}

DETAIL_EXPONENT = {"photo": 2.0, "graphic": 1.2}
"""How a lossy file's bits grow with the detail; a lossless file's grow in proportion."""

SCORE_DOUBLING = {"photo": 14.0, "graphic": 24.0}
"""SSIMULACRA2 points that double the bytes, between 70 and 80."""

LEAST_RATIO = {
    "photo": {
        ("avif", "webp"): 0.98,
        ("avif", "jpeg"): 1.16,
        ("avif", "jxl"): 0.74,
        ("webp", "avif"): 0.54,
        ("webp", "jpeg"): 0.82,
        ("webp", "jxl"): 0.49,
        ("jpeg", "avif"): 0.45,
        ("jpeg", "webp"): 0.62,
        ("jpeg", "jxl"): 0.49,
        ("jxl", "avif"): 0.71,
        ("jxl", "webp"): 1.00,
        ("jxl", "jpeg"): 1.05,
    },
    "graphic": {
        ("avif", "webp"): 1.13,
        ("avif", "jpeg"): 1.89,
        ("avif", "jxl"): 1.16,
        ("webp", "avif"): 0.33,
        ("webp", "jpeg"): 1.43,
        ("webp", "jxl"): 0.48,
        ("jpeg", "avif"): 0.16,
        ("jpeg", "webp"): 0.34,
        ("jpeg", "jxl"): 0.25,
        ("jxl", "avif"): 0.33,
        ("jxl", "webp"): 0.56,
        ("jxl", "jpeg"): 1.13,
    },
}
"""(tried, other): other's bytes over tried's at equal scores of 65 to 85, second percentile."""

WORTH_TRYING = 0.95
"""A format is tried where at its second percentile it would save 5 % or more: our choice."""

LOSSLESS_SPREAD = 0.4
"""Second percentile of a lossless file's bytes over the expected ones (two deviations)."""


def label(way: Candidate | Trial) -> str:
    """The format's name as people read it, with what tells two ways to write it apart."""
    if way.lossless:
        return f"{way.format} lossless"
    has_full_chroma = way.subsampling == "444" and way.format in CHOOSES_CHROMA
    return f"{way.format} 4:4:4" if has_full_chroma else way.format


def first_quality(candidate: Candidate, plan: Plan, score: float) -> int:
    """The median quality that reaches a score, from the plan's floor to the candidate's most."""
    points = QUALITY_AT_SCORE[plan.picture_class][candidate.format]
    quality = round(_interpolate(points, score))
    return min(candidate.max_quality, max(floor_of(candidate, plan), quality))


def floor_of(candidate: Candidate, plan: Plan) -> int:
    """The lowest quality to try, from 1: the plan's floor, where the candidate may go as high."""
    return max(1, min(plan.floor, candidate.max_quality))


def score_slope(name: str, quality: int, picture_class: str) -> float:
    """SSIMULACRA2 points per quality step near `quality`, by the median curve."""
    points = QUALITY_AT_SCORE[picture_class][name]
    for (score_low, quality_low), (score_high, quality_high) in pairwise(points):
        if quality <= quality_high:
            return (score_high - score_low) / (quality_high - quality_low)
    return 1.0


def class_of(facts: Facts) -> str:
    """Which of the measured tables applies: photo or graphic."""
    return "graphic" if is_graphic(facts) else "photo"


def expected_bytes(candidate: Candidate, facts: Facts, *, pixels: int, target: float) -> int:
    """Bytes that the format is expected to need for the target: for ordering, not for promises."""
    kind = class_of(facts)
    detail = max(0.05, facts.detail_centibits / MEDIAN_DETAIL_CENTIBITS[kind])
    if candidate.lossless:
        bits = LOSSLESS_BITS_PER_PIXEL[kind][candidate.format] * detail
    else:
        growth = 2.0 ** ((target - 75.0) / SCORE_DOUBLING[kind])
        bits = BITS_PER_PIXEL_AT_75[kind][candidate.format] * growth
        bits *= detail ** DETAIL_EXPONENT[kind]
    return max(64, round(bits * pixels / 8))


def can_win(candidate: Candidate, best: Outcome, plan: Plan) -> bool:
    """Whether the format has a chance to beat what the best one already needs."""
    allowed = bytes_to_beat(candidate, best, plan)
    if candidate.lossless:
        return candidate.expected_bytes * LOSSLESS_SPREAD < allowed
    if best.trial.lossless or best.size_bytes >= plan.original_bytes:
        return True  # nothing to lose
    least = LEAST_RATIO[plan.picture_class][best.trial.format, candidate.format]
    return least * best.size_bytes < WORTH_TRYING * allowed


def _interpolate(points: tuple[tuple[int, int], ...], score: float) -> float:
    index = min(max(1, bisect_right([p[0] for p in points], score)), len(points) - 1)
    (score_low, quality_low), (score_high, quality_high) = points[index - 1], points[index]
    share = (score - score_low) / (score_high - score_low)
    return quality_low + share * (quality_high - quality_low)
