"""What is foreseen of the encoders, and how the search goes by it."""

from __future__ import annotations

import math

import pytest
from made_up_encoder import codes, plan, run, smooth

from eyebright.policy import forecasts
from eyebright.policy.forecasts import Forecasts, encoder_of
from eyebright.values import FORECAST_TARGETS, Candidate, Forecast, Outcome, Trial

PIXELS = 400 * 300


def forecast(quality: float = 50, bytes_: int = 10_000, *, slope: float = 1.0) -> Forecast:
    """Told to reach 75 at this quality with these bytes, which double every 20 points."""
    bits = math.log2(8 * bytes_ / PIXELS)
    return Forecast(
        quality_tenths=tuple(round(10 * (quality + (t - 75) / slope)) for t in FORECAST_TARGETS),
        log2_bits_centi=tuple(round(100 * (bits + (t - 75) / 20)) for t in FORECAST_TARGETS),
        margin_centi=(200,) * len(FORECAST_TARGETS),
    )


def first_trial(known: Forecasts, **goal: object) -> Trial:
    return run_with(known, **goal)[1][0].trial


def run_with(known: Forecasts, **goal: object) -> tuple[object, list[Outcome]]:
    return run(plan(**goal), smooth, known)


@pytest.mark.parametrize(
    ("way", "name"),
    [
        (Candidate(format="jpeg"), "jpeg-420"),
        (Candidate(format="jpeg", subsampling="444"), "jpeg-444"),
        (Candidate(format="webp"), "webp"),
        (Candidate(format="webp", lossless=True), ""),
        (Candidate(format="png", lossless=True), ""),
        (Candidate(format="png"), ""),
        (Candidate(format="avif", speed=6), "avif6"),
        (Candidate(format="avif", speed=4, subsampling="444"), "avif6"),
        (Candidate(format="avif", speed=7, subsampling="444"), "avif7"),
        (Candidate(format="avif", speed=8), "avif7"),
        (Candidate(format="avif", speed=9), "avif6"),
        (Candidate(format="jxl", speed=3), "jxl3"),
        (Candidate(format="jxl", speed=4), "jxl3"),
        (Candidate(format="jxl", speed=5), "jxl7"),
        (Candidate(format="jpeg", encoder="quick"), "canvas-jpeg"),
        (Candidate(format="webp", speed=4, encoder="quick"), "canvas-webp"),
    ],
)
def test_each_way_to_encode_has_the_name_that_the_model_knows(way: Candidate, name: str) -> None:
    assert encoder_of(way) == name
    assert name in {*forecasts.ENCODERS, ""}


@pytest.mark.parametrize(
    ("target", "quality"), [(50, 25), (75, 50), (77.5, 52.5), (95, 70), (99, 74), (46, 21)]
)
def test_qualities_lie_straight_between_targets_and_beyond(target: float, quality: float) -> None:
    assert forecasts.quality_for(forecast(), target) == pytest.approx(quality)


def test_bytes_double_as_told_and_never_vanish() -> None:
    told = forecast(bytes_=10_000)

    assert forecasts.bytes_for(told, 75, PIXELS) == pytest.approx(10_000, rel=0.01)
    assert forecasts.bytes_for(told, 95, PIXELS) == pytest.approx(20_000, rel=0.01)
    assert forecasts.bytes_for(told, 75, 1) == 64


def test_the_slope_is_that_of_the_part_and_finite_where_the_dial_stands_still() -> None:
    stuck = forecast().replace(quality_tenths=(500,) * len(FORECAST_TARGETS))

    assert forecasts.slope_at(forecast(slope=2.0), 77) == pytest.approx(2.0)
    assert forecasts.slope_at(stuck, 77) == 50


def test_the_search_begins_where_the_forecast_says() -> None:
    known = {"avif6": forecast(62)}

    assert first_trial(known, formats=["avif"]).quality == 62  # 62.5 for half a point more
    assert first_trial({}, formats=["avif"]).quality != 62


def test_a_forecast_below_the_floor_or_above_the_most_is_held_within() -> None:
    low, high = {"jpeg-420": forecast(3)}, {"jpeg-420": forecast(140)}

    assert first_trial(low, formats=["jpeg"]).quality == plan(formats=["jpeg"]).floor
    assert first_trial(high, formats=["jpeg"]).quality == 100


def test_steps_go_by_the_forecast_s_own_slope() -> None:
    def measured(trial: Trial) -> tuple[int, float]:
        return 1000 * trial.quality, 55.0 + 0.25 * trial.quality

    _, up = run(plan(formats=["webp"]), measured, {"webp": forecast(72, slope=0.25)})
    _, down = run(plan(formats=["webp"]), measured, {"webp": forecast(95, slope=0.25)})

    assert [o.trial.quality for o in up] == [74, 82]
    assert [o.trial.quality for o in down] == [97, 82]


def test_one_step_that_is_foreseen_to_fall_short_is_not_tried() -> None:
    def steep(trial: Trial) -> tuple[int, float]:
        return 1000 * trial.quality, 75 + 1.2 * (trial.quality - 59.05)

    foreseen = run(plan(formats=["webp"]), steep, {"webp": forecast(60, slope=1.2)})
    proved = run(plan(formats=["webp"]), steep)

    assert [o.trial.quality for o in foreseen[1]] == [60]
    assert foreseen[1][0].score == pytest.approx(76.14)
    assert proved[0].outcome == foreseen[0].outcome
    assert {59, 60} <= {o.trial.quality for o in proved[1]}


def test_one_step_that_is_foreseen_to_reach_the_target_is_tried() -> None:
    def steep(trial: Trial) -> tuple[int, float]:
        return 1000 * trial.quality, 75 + 1.2 * (trial.quality - 58.95)

    choice, outcomes = run(plan(formats=["webp"]), steep, {"webp": forecast(60, slope=1.2)})

    assert [o.trial.quality for o in outcomes] == [60, 59]
    assert choice.outcome == outcomes[-1]


def test_within_a_bracket_a_step_that_falls_short_by_what_was_measured_is_not_tried() -> None:
    def steep(trial: Trial) -> tuple[int, float]:
        return 1000 * trial.quality, 75 + 2.0 * (trial.quality - 59.05)

    told = {"webp": forecast(58, slope=1.0)}
    choice, outcomes = run(plan(formats=["webp"]), steep, told)

    assert [o.trial.quality for o in outcomes] == [58, 61, 60]
    assert choice.outcome == outcomes[-1]


def test_avif_at_its_quickest_is_foreseen_by_speed_6_set_right() -> None:
    known = {"avif6": forecast(50, 10_000)}
    usual, quickest = Candidate(format="avif", speed=6), Candidate(format="avif", speed=9)
    told = forecasts.forecast_of(quickest, known)

    assert told is not None
    assert forecasts.forecast_of(usual, known) == known["avif6"]
    assert forecasts.quality_for(told, 75) == pytest.approx(51.6)
    assert forecasts.bytes_for(told, 75, PIXELS) == pytest.approx(12_000, rel=0.01)
    assert forecasts.forecast_of(quickest, {}) is None


def test_formats_are_tried_in_the_order_of_the_bytes_foreseen() -> None:
    known = {
        "avif6": forecast(bytes_=30_000),
        "webp": forecast(bytes_=20_000),
        "jpeg-420": forecast(bytes_=10_000),
    }
    plain = plan(formats=["avif", "webp", "jpeg"])

    assert [c.format for c in plain.candidates] == ["avif", "webp", "jpeg"]
    assert [c.format for c in forecasts.in_order(plain, known)] == ["jpeg", "webp", "avif"]


def test_what_nobody_forecast_keeps_the_bytes_of_the_tables() -> None:
    plain = plan(formats=["avif", "jpeg"])
    [first, second] = forecasts.in_order(plain, {"avif6": forecast(bytes_=5_000)})

    assert first.expected_bytes == pytest.approx(5_000, rel=0.01)
    assert second == plain.candidates[1]
    assert forecasts.in_order(plain, {"jxl7": forecast()}) == plain.candidates


def test_where_the_network_is_known_the_time_follows_the_bytes() -> None:
    plain = plan(formats=["avif"])
    timed = plain.replace(
        throughput_kbps=800,
        candidates=tuple(c.replace(expected_ms=900, fixed_ms=50) for c in plain.candidates),
    )
    untimed = timed.replace(candidates=plain.candidates)
    known = {"avif6": forecast(bytes_=10_000)}

    assert forecasts.in_order(timed, known)[0].expected_ms == pytest.approx(150, abs=1)
    assert forecasts.in_order(untimed, known)[0].expected_ms is None


def test_a_format_foreseen_to_be_larger_is_not_tried_and_the_report_says_so() -> None:
    known = {"avif6": forecast(bytes_=10_000), "webp": forecast(bytes_=9_900)}
    choice, outcomes = run(plan(formats=["avif", "webp"]), smooth, known)

    assert {o.trial.format for o in outcomes} == {"webp"}
    [why] = [r for r in choice.reasons if r.code == "format-cannot-win"]
    assert "foreseen to need" in why.text
    assert why.values["expected_bytes"] > 0.97 * why.values["bytes"]
    assert codes(choice)[0] == "formats-foreseen"


def test_the_second_format_s_forecast_is_set_right_by_how_the_first_one_came_out() -> None:
    avif = Candidate(format="avif")
    best = Outcome(
        trial=Trial(format="webp", width=400, height=300, quality=50), size_bytes=20_000, score=75.0
    )
    known = {"avif6": forecast(bytes_=8_000), "webp": forecast(bytes_=10_000)}

    found = forecasts.expected_of(avif, best, plan(), known)
    assert found == pytest.approx(16_000, rel=0.01)
    assert forecasts.expected_of(avif, best, plan(), {"webp": forecast()}) is None
    assert forecasts.expected_of(avif, best, plan(), {"avif6": forecast()}) is None
    exact = Candidate(format="webp", lossless=True)
    assert forecasts.expected_of(exact, best, plan(), known) is None


def test_nothing_is_told_where_nothing_is_foreseen() -> None:
    assert forecasts.foreseen_reasons(plan(), {}) == ()
    [told] = forecasts.foreseen_reasons(plan(formats=["webp"]), {"webp": forecast()})
    assert list(told.values["foreseen"]) == ["webp"]


def test_with_nothing_to_lose_a_format_foreseen_larger_is_tried_by_the_tables() -> None:
    known = {"avif6": forecast(bytes_=10_000), "webp": forecast(bytes_=9_900)}
    small = plan(formats=["avif", "webp"]).replace(original_bytes=1)

    _, outcomes = run(small, smooth, known)

    assert {o.trial.format for o in outcomes} == {"avif", "webp"}
