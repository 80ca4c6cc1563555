"""What is known of each format before encoding."""

from __future__ import annotations

import pytest

from eyebright.policy import formats
from eyebright.values import Candidate, Facts, Outcome, Plan, Trial

PHOTO = Facts(
    format="png", width=1000, height=1000, size_bytes=3_000_000, sha256="", detail_centibits=450
)
DRAWN = PHOTO.replace(flat_permille=800, colours=20, detail_centibits=130)
PLAN = Plan(
    content="general", width=1000, height=1000, target=75, floor=0, original_bytes=3_000_000
)


def quality(name: str, target: float, **changes: object) -> int:
    return formats.first_quality(Candidate(format=name), PLAN.replace(**changes), target + 0.5)


@pytest.mark.parametrize("kind", ["photo", "graphic"])
@pytest.mark.parametrize("name", ["avif", "webp", "jpeg", "jxl"])
def test_the_curves_are_met_at_their_points_and_rise_between(name: str, kind: str) -> None:
    curve = formats.QUALITY_AT_SCORE[kind][name]

    for score, expected in curve:
        # Half a point above the target is aimed at.
        assert quality(name, score - 0.5, picture_class=kind) == expected
    between = [quality(name, score / 4, picture_class=kind) for score in range(401)]
    assert between == sorted(between)


def test_beyond_the_ends_the_curves_go_on_straight() -> None:
    (low, at_low), (high, at_high) = formats.QUALITY_AT_SCORE["photo"]["jpeg"][:2]
    slope = (at_high - at_low) / (high - low)

    assert quality("jpeg", low - 10.5) == round(at_low - 10 * slope)
    assert quality("jpeg", 100) == 100


def test_the_floor_and_a_hundred_bound_the_quality() -> None:
    assert quality("jpeg", 30, floor=60) == 60
    assert quality("jpeg", 99.9) == 100


def test_the_slope_is_that_of_the_piece_of_curve() -> None:
    for kind, curves in formats.QUALITY_AT_SCORE.items():
        (s0, q0), (s1, q1), *_rest = curves["webp"]
        assert formats.score_slope("webp", q0, kind) == (s1 - s0) / (q1 - q0)
        assert formats.score_slope("webp", q1, kind) == (s1 - s0) / (q1 - q0)
        assert formats.score_slope("webp", q1 + 1, kind) != (s1 - s0) / (q1 - q0)
    assert formats.score_slope("webp", 100, "photo") == 1.0


def expected(name: str, facts: Facts, target: float = 75, *, lossless: bool = False) -> int:
    way = Candidate(format=name, lossless=lossless)
    return formats.expected_bytes(way, facts, pixels=1_000_000, target=target)


def test_expected_bytes_are_the_table_s_at_its_own_detail_and_score() -> None:
    for name, bits in formats.BITS_PER_PIXEL_AT_75["photo"].items():
        assert expected(name, PHOTO) == round(bits * 1e6 / 8)
    for name, bits in formats.BITS_PER_PIXEL_AT_75["graphic"].items():
        assert expected(name, DRAWN) == round(bits * 1e6 / 8)
    for name, bits in formats.LOSSLESS_BITS_PER_PIXEL["photo"].items():
        assert expected(name, PHOTO, lossless=True) == round(bits * 1e6 / 8)


def test_expected_bytes_double_with_the_score_and_grow_with_the_detail() -> None:
    once, twice = expected("avif", PHOTO), expected("avif", PHOTO, 75 + 14)
    half = PHOTO.replace(detail_centibits=225)

    assert twice == pytest.approx(2 * once, abs=1)
    assert expected("avif", half) == pytest.approx(once / 4, abs=1)
    full = expected("png", PHOTO, lossless=True)
    assert expected("png", half, lossless=True) == pytest.approx(full / 2, abs=1)


def test_expected_bytes_never_vanish() -> None:
    flat = PHOTO.replace(detail_centibits=0)

    assert expected("avif", flat) == expected("avif", PHOTO.replace(detail_centibits=22))
    assert formats.expected_bytes(Candidate(format="avif"), flat, pixels=1, target=0) == 64


def best(name: str, size: int, *, lossless: bool = False) -> Outcome:
    trial = Trial(format=name, width=1000, height=1000, lossless=lossless)
    return Outcome(trial=trial, size_bytes=size, score=75.5)


def can_win(name: str, against: Outcome, *, size: int = 0, lossless: bool = False) -> bool:
    way = Candidate(format=name, lossless=lossless, expected_bytes=size)
    return formats.can_win(way, against, PLAN)


def test_a_format_is_tried_where_its_second_percentile_saves_enough() -> None:
    for (tried, other), least in formats.LEAST_RATIO["photo"].items():
        assert (least < 0.95) == can_win(other, best(tried, 100_000))


def test_against_a_lossless_or_hopeless_best_everything_is_tried() -> None:
    assert can_win("jpeg", best("webp", 100_000, lossless=True))
    assert not can_win("jpeg", best("avif", 2_999_999))
    assert can_win("jpeg", best("avif", 3_000_000))


def test_a_lossless_way_is_tried_where_two_deviations_would_do() -> None:
    assert can_win("png", best("webp", 100_000), size=249_999, lossless=True)
    assert not can_win("png", best("webp", 100_000), size=250_000, lossless=True)


def test_a_slower_decoder_needs_fewer_bytes_to_win() -> None:
    way = Candidate(format="avif", fixed_ms=100)
    ways = (Candidate(format="webp"), way)
    timed = PLAN.replace(candidates=ways, throughput_kbps=800)

    # 100 ms at 800 kbit/s are 10,000 bytes; AVIF at its best needs 54 % of WebP's.
    assert formats.can_win(way, best("webp", 30_000), timed)
    assert not formats.can_win(way, best("webp", 20_000), timed)


def test_labels_are_read_by_people() -> None:
    assert formats.label(Candidate(format="webp")) == "webp"
    assert formats.label(Candidate(format="webp", lossless=True)) == "webp lossless"
    assert formats.label(Candidate(format="avif", subsampling="444")) == "avif"
    assert formats.label(Candidate(format="jpeg", subsampling="444")) == "jpeg 4:4:4"
    assert formats.label(Candidate(format="jxl", subsampling="444")) == "jxl"


def test_the_class_follows_the_facts() -> None:
    assert formats.class_of(PHOTO) == "photo"
    assert formats.class_of(DRAWN) == "graphic"
