"""Qualities that make the same file: no search encodes one twice, nor takes one for a step."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_encoder import plan, run, smooth
from PIL import Image

from eyebright.policy.dials import DIALS, PLAIN, Dial, dial_of
from eyebright.policy.forecasts import Forecasts
from eyebright.values import FORECAST_TARGETS, Candidate, Forecast, Trial

EVERY = pytest.mark.parametrize("dial", [*DIALS.values(), PLAIN])
QUALITIES = range(1, 101)

LEAST_SEEN = 4
"""Of libavif 1.4, whose last quantisers lie otherwise; no built-in content goes as low."""


@EVERY
def test_a_place_is_named_by_the_lowest_quality_that_makes_its_file(dial: Dial) -> None:
    for quality in QUALITIES:
        place = dial.place(quality)
        assert dial.quality(place) <= quality
        assert dial.place(dial.quality(place)) == place


@EVERY
def test_places_rise_with_quality_by_at_most_one(dial: Dial) -> None:
    places = [dial.place(quality) for quality in QUALITIES]

    assert places[0] == 0
    assert {b - a for a, b in itertools.pairwise(places)} <= {0, 1}


@EVERY
def test_every_quality_is_nearest_to_its_own_place(dial: Dial) -> None:
    assert [dial.nearest(q) for q in QUALITIES] == [dial.place(q) for q in QUALITIES]
    assert (dial.nearest(-3.5), dial.nearest(140.0)) == (0, dial.place(100))


def test_avif_has_some_64_files_for_a_hundred_qualities() -> None:
    assert [len(DIALS[name].firsts) for name in ("avif6", "avif7")] == [64, 63]
    assert DIALS["avif7"].spacing(DIALS["avif7"].place(60)) == pytest.approx(100 / 63, abs=0.1)
    assert dial_of(Candidate(format="avif", speed=6)) == DIALS["avif6"]
    assert dial_of(Candidate(format="webp", speed=4)) == PLAIN
    assert dial_of(Candidate(format="avif", speed=6, lossless=True)) == PLAIN


def test_at_a_speed_that_either_library_may_be_asked_for_every_quality_counts() -> None:
    assert {dial_of(Candidate(format="avif", speed=speed)) for speed in (4, 8, 9)} == {PLAIN}


def test_qualities_of_the_page_s_libavif_go_by_its_63_steps() -> None:
    dial = DIALS["avif7"]

    assert dial.place(60) == dial.place(61) == dial.place(62) - 1
    assert dial.place(98) == dial.place(99) == dial.place(100) - 1
    assert dial.place(49) == dial.place(50) == dial.place(51) - 1
    assert dial.place(51) == dial.place(52) - 1 == dial.place(53) - 1


@EVERY
def test_there_is_nothing_below_the_first_file(dial: Dial) -> None:
    assert dial.place(0) == dial.place(-4) == 0


def test_the_files_that_the_encoder_here_makes_are_those_of_its_dial() -> None:
    rng = np.random.default_rng(4)
    image = Image.fromarray(rng.integers(0, 256, (24, 24, 3), np.uint8))
    seen = {quality: _avif(image, quality) for quality in range(LEAST_SEEN, 101)}
    dial = DIALS["avif6"]

    for quality in range(LEAST_SEEN + 1, 101):
        alike = seen[quality] == seen[quality - 1]
        assert alike == (dial.place(quality) == dial.place(quality - 1)), quality


def _avif(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "AVIF", quality=quality, speed=10, subsampling="4:4:4")
    return out.getvalue()


def _settled(trial: Trial) -> tuple[int, float]:
    """As `smooth`, by the quantiser alone."""
    dial = dial_of(trial)
    return smooth(trial.replace(quality=dial.quality(dial.place(trial.quality))))


def _told(quality: float, slope: float) -> Forecasts:
    return {
        "avif6": Forecast(
            quality_tenths=tuple(
                round(10 * (quality + (t - 75) / slope)) for t in FORECAST_TARGETS
            ),
            log2_bits_centi=tuple(range(0, 10 * len(FORECAST_TARGETS), 10)),
            margin_centi=(200,) * len(FORECAST_TARGETS),
        )
    }


@given(
    target=st.integers(5, 97),
    floor=st.sampled_from([0, 1, 30, 49, 50, 51, 99]),
    quality=st.floats(20, 99),
    slope=st.floats(0.1, 3),
    told=st.booleans(),
)
def test_no_search_makes_the_same_file_twice(
    target: int, floor: int, quality: float, slope: float, *, told: bool
) -> None:
    wanted = plan(formats=["avif"], target=target, content="general").replace(floor=floor)
    _, outcomes = run(wanted, _settled, _told(quality, slope) if told else {})

    places = [dial_of(o.trial).place(o.trial.quality) for o in outcomes if not o.trial.lossless]
    assert len(places) == len(set(places))
    assert all(o.trial.quality >= wanted.floor for o in outcomes)


@given(limit=st.integers(500, 60_000))
def test_no_search_for_a_byte_limit_makes_the_same_file_twice(limit: int) -> None:
    wanted = plan(formats=["avif"], target=90, max_bytes=limit)
    _, outcomes = run(wanted, _settled)

    made = [
        (o.trial.width, dial_of(o.trial).place(o.trial.quality))
        for o in outcomes
        if not o.trial.lossless
    ]
    assert len(made) == len(set(made))


def test_a_place_less_that_is_foreseen_to_fall_short_is_not_tried() -> None:
    """About 60, 0.9 a quality are 1.2 from one file to the next."""

    def straight(trial: Trial) -> tuple[int, float]:
        return 1000 * trial.quality, 75 + 1.05 + 0.9 * (trial.quality - 60)

    assert _qualities(straight, quality=59.5, slope=0.9) == [60]
    assert _qualities(straight, quality=59.5, slope=0.4) == [60, 59]


def _qualities(encoder: Callable[[Trial], tuple[int, float]], **told: float) -> list[int]:
    _, outcomes = run(plan(formats=["avif"], content="general"), encoder, _told(**told))
    return [o.trial.quality for o in outcomes]
