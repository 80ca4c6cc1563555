"""What fast, auto and best try, where their searches end, and what is told of it."""

from __future__ import annotations

import pytest
from made_up_encoder import codes, run, smooth

from eyebright.errors import PolicyError
from eyebright.policy import cost, decide, effort, modes, stops
from eyebright.policy.choice import sure_trials
from eyebright.policy.forecasts import Forecasts
from eyebright.values import (
    FORECAST_TARGETS,
    FORMATS,
    Candidate,
    Capabilities,
    Facts,
    Forecast,
    Goal,
    Outcome,
    Plan,
    Trial,
)

PHOTO = Facts(format="jpeg", width=400, height=300, size_bytes=500_000, sha256="0" * 64)
DRAWN = PHOTO.replace(flat_permille=600, colours=40)
LARGE = PHOTO.replace(width=4000, height=3000, size_bytes=30_000_000)
BROWSER = Capabilities(
    encode=FORMATS,
    encode_ms_per_mp={"jpeg": 130, "webp": 150, "avif": 420, "jxl": 410, "png": 1100},
    encode_speed={"jpeg": 0, "webp": 4, "avif": 8, "jxl": 3, "png": 2},
    quick_ms_per_mp={"jpeg": 20, "webp": 60},
)
SERVER = BROWSER.replace(
    encode_ms_per_mp={"jpeg": 65, "webp": 170, "avif": 390, "jxl": 350, "png": 300},
    encode_speed={"avif": 6},
    quick_ms_per_mp={"jpeg": 5, "webp": 75},
)


def plan(
    mode: str, facts: Facts = PHOTO, capabilities: Capabilities = BROWSER, **goal: object
) -> Plan:
    return decide(facts, Goal.from_dict({"mode": mode, **goal}), capabilities)


def ways(decided: Plan) -> set[str]:
    return {
        f"{c.format} {'lossless' if c.lossless else c.subsampling} {c.speed} {c.encoder}".strip()
        for c in decided.candidates
    }


def told(decided: Plan, code: str) -> list[str]:
    return [str(r.values["format"]) for r in decided.reasons if r.code == code]


def forecast(quality: float, margin: float = 2.0) -> Forecast:
    count = len(FORECAST_TARGETS)
    return Forecast(
        quality_tenths=tuple(round(10 * (quality + t - 75)) for t in FORECAST_TARGETS),
        log2_bits_centi=tuple(range(0, 10 * count, 10)),
        margin_centi=(round(100 * margin),) * count,
    )


def measured(trial: Trial) -> tuple[int, float]:
    """One point for each step, 75 at quality 60."""
    return 100 * trial.quality, trial.quality + 15.0


def searched(decided: Plan, known: Forecasts | None = None) -> tuple[list[Outcome], set[str]]:
    choice, outcomes = run(decided, measured, known or {})
    return outcomes, set(codes(choice))


def test_photos_take_jpeg_xl_s_quick_effort_and_drawings_the_usual_one() -> None:
    slow = BROWSER.replace(encode_speed={})

    assert ways(plan("auto", PHOTO, slow, formats=["jxl"])) == {"jxl 420 3"}
    assert ways(plan("auto", PHOTO, BROWSER.replace(encode_speed={"jxl": 1}), formats=["jxl"])) == {
        "jxl 420 1"
    }
    assert "jxl 444 7" in ways(plan("auto", DRAWN, slow, formats=["jxl"]))


def test_another_mode_is_refused_by_its_key() -> None:
    with pytest.raises(PolicyError, match="mode: unknown 'quick'; use one of auto, fast, best"):
        plan("quick")


def test_the_automatic_mode_takes_the_machine_s_efforts_and_no_quick_encoder() -> None:
    assert ways(plan("auto")) == {"avif 444 8", "webp 420 4", "jpeg 420 0"}


def test_the_fast_mode_in_a_browser_is_its_canvas_s_jpeg_and_webp() -> None:
    decided = plan("fast")

    assert ways(decided) == {"webp 420 4 quick", "jpeg 420 0 quick"}
    assert told(decided, "format-not-fast") == ["avif"]
    assert "mode-fast" in {r.code for r in decided.reasons}
    assert {c.max_quality for c in decided.candidates} == {99}


def test_on_a_server_the_fast_mode_has_avif_at_its_quickest_beside_them() -> None:
    decided = plan("fast", capabilities=SERVER)

    assert ways(decided) == {"avif 444 9", "webp 420 4 quick", "jpeg 420 0 quick"}


def test_a_canvas_that_writes_no_webp_or_cannot_be_trusted_is_told() -> None:
    only_jpeg = BROWSER.replace(quick_ms_per_mp={"jpeg": 20})
    none = BROWSER.replace(quick_ms_per_mp={})

    assert ways(plan("fast", capabilities=only_jpeg)) == {"jpeg 420 0 quick"}
    distrusted = plan("fast", capabilities=none)
    assert ways(distrusted) == {"jpeg 420 0"}
    assert told(distrusted, "quick-not-used") == ["jpeg"]
    assert told(distrusted, "format-not-fast") == ["avif", "webp"]


def test_quick_encoders_get_no_transparency_and_no_full_chroma() -> None:
    clear = plan("fast", PHOTO.replace(transparent_permille=200, has_alpha=True))
    drawn = plan("fast", DRAWN)

    assert ways(clear) == {"webp 420 4"}
    assert [r.values["is_here"] for r in clear.reasons if r.code == "quick-not-used"] == [True]
    assert not any(c.encoder for c in drawn.candidates)


def test_where_the_brand_s_colours_need_full_chroma_the_usual_encoder_keeps_it() -> None:
    from eyebright.policy import load_policies  # noqa: PLC0415 - beside its one use

    brand = load_policies('[brand]\nname = "Acme"\ncolours = ["#d0103a"]')
    decided = decide(PHOTO, Goal(mode="fast"), BROWSER, brand)

    assert ways(decided) == {"jpeg 444 0"}


def test_a_format_that_is_asked_for_is_written_in_the_fast_mode_as_quickly_as_it_can_be() -> None:
    assert ways(plan("fast", formats=["avif"])) == {"avif 444 9"}
    assert ways(plan("fast", formats=["jxl"])) == {"jxl 420 3"}


def test_the_fast_mode_ends_with_the_first_format_that_passes() -> None:
    known = {"canvas-jpeg": forecast(60), "canvas-webp": forecast(60)}

    outcomes, said = searched(plan("fast"), known)

    assert len(outcomes) == 1
    assert outcomes[0].trial.encoder == "quick"
    assert "format-not-needed" in said


def test_it_aims_higher_by_half_the_interval_and_takes_what_lies_within_it() -> None:
    decided = plan("fast", formats=["jpeg"])
    known = forecast(60, margin=4.0)

    assert stops.aim_above(decided, known) == 2.0
    assert stops.tolerance(decided, known) == 6.0
    assert [o.trial.quality for o in searched(decided, {"canvas-jpeg": known})[0]] == [62]


def test_a_check_that_fails_is_followed_by_the_usual_search_in_that_encoder() -> None:
    known = {"canvas-jpeg": forecast(55)}

    outcomes, _said = searched(plan("fast", formats=["jpeg"]), known)

    assert [o.score >= 75 for o in outcomes] == [False, True]
    assert {o.trial.encoder for o in outcomes} == {"quick"}


def test_a_score_far_above_the_interval_is_not_taken_either() -> None:
    known = {"canvas-jpeg": forecast(80)}

    outcomes, _said = searched(plan("fast", formats=["jpeg"]), known)

    assert outcomes[0].score > 90
    assert 75 <= outcomes[-1].score <= 78


def test_without_a_forecast_the_tables_margin_counts_and_a_wild_one_is_no_wider() -> None:
    fast = plan("fast")

    assert stops.aim_above(fast, None) == stops.FAST_AIM * stops.TABLE_MARGIN
    assert stops.aim_above(fast, forecast(60, margin=50)) == stops.aim_above(fast, None)
    assert stops.aim_above(fast, forecast(60, margin=-3)) == 0


def test_a_quick_encoder_that_fails_is_followed_by_the_usual_one_and_told() -> None:
    def without_canvas(trial: Trial) -> tuple[int, float]:
        return (0, -100.0) if trial.encoder else measured(trial)

    choice, outcomes = run(plan("fast", formats=["jpeg"]), without_canvas)

    assert outcomes[0].trial.encoder == "quick"
    assert {o.trial.encoder for o in outcomes[1:]} == {""}
    assert choice.outcome is not None
    assert "quick-unmade" in codes(choice)


def test_where_no_quick_format_reaches_the_target_the_next_one_is_tried() -> None:
    def capped(trial: Trial) -> tuple[int, float]:
        return 100 * trial.quality, 60.0 if trial.format == "webp" else 80.0

    _choice, outcomes = run(plan("fast"), capped)

    assert {"webp", "jpeg"} == {o.trial.format for o in outcomes}


def test_the_best_mode_takes_all_formats_the_slowest_efforts_and_both_chromas() -> None:
    decided = plan("best")

    expected = {"avif 444 4", "webp 420 6", "jpeg 420 0", "jpeg 444 0"}
    assert ways(decided) == expected
    assert "mode-best" in {r.code for r in decided.reasons}


def test_a_lossless_file_that_cannot_win_is_still_left_out() -> None:
    choice, outcomes = run(plan("best", PHOTO.replace(format="png")), smooth)

    assert "png" not in {o.trial.format for o in outcomes}
    assert "format-cannot-win" in codes(choice)


def test_full_chroma_stays_the_only_one_where_the_picture_needs_it() -> None:
    lossy = {c.subsampling for c in plan("best", DRAWN).candidates if not c.lossless}

    assert lossy == {"444"}


def test_jpeg_xl_joins_the_best_where_the_visitor_s_browser_shows_it() -> None:
    shows = BROWSER.replace(decode=FORMATS)

    assert "jxl" in {c.format for c in plan("best", capabilities=shows, purpose="serve").candidates}
    assert "jxl" not in {c.format for c in plan("best", capabilities=shows).candidates}
    served = plan("best", purpose="serve").candidates
    assert "jxl" not in {c.format for c in served}


def test_the_best_mode_skips_no_format_and_stops_nearer_to_the_target() -> None:
    known = {"avif6-420": forecast(60), "webp": forecast(60), "jpeg-420": forecast(90)}
    decided = plan("best")

    choice, outcomes = run(decided, smooth, known)

    assert {(c.format, c.subsampling) for c in decided.candidates} == {
        (o.trial.format, o.trial.subsampling) for o in outcomes
    }
    assert "format-cannot-win" not in codes(choice)
    assert stops.tolerance(decided, None) < stops.SCORE_TOLERANCE
    assert stops.aim_above(decided, None) < stops.tolerance(decided, None)


def test_the_best_mode_alone_knows_beforehand_what_it_will_ask_for() -> None:
    known = {"avif6-420": forecast(60), "webp": forecast(60), "jpeg-420": forecast(90)}
    decided = plan("best")

    sure = sure_trials(decided, known)
    _choice, outcomes = run(decided, smooth, known)

    assert len(sure) == len(decided.candidates)
    assert [o.trial for o in outcomes if o.trial in sure] == list(sure)
    assert sure_trials(plan("auto"), known) == ()


def test_a_large_picture_is_written_at_a_quicker_effort_before_it_is_left_out() -> None:
    slow = BROWSER.replace(encode_ms_per_mp={"avif": 2000.0})

    decided = plan("auto", LARGE, slow)

    assert next(c.speed for c in decided.candidates if c.format == "avif") == 9
    [why] = [r for r in decided.reasons if r.code == "effort-lowered"]
    assert why.values == {"format": "avif", "seconds": 72, "from": 8, "to": 9}


def test_the_best_mode_keeps_to_its_budget_too_and_to_one_that_is_asked_for() -> None:
    def speed(**goal: object) -> int:
        candidates = plan("best", LARGE, **goal).candidates
        return next(c.speed for c in candidates if c.format == "avif")

    assert speed() == 5
    assert speed(encode_budget_ms=60_000) == 6
    assert speed(encode_budget_ms=10_000) == 9
    assert plan("best", LARGE, formats=["avif"]).candidates[0].speed == 4


def test_who_asks_for_the_best_is_not_charged_for_its_encoding() -> None:
    way = Candidate(format="avif", speed=4)
    upload = Goal(purpose="upload")

    assert cost.counted_encode_ms(way, 10**6, upload, BROWSER) == pytest.approx(420 * 21 * 3)
    assert cost.counted_encode_ms(way, 10**6, upload.replace(mode="best"), BROWSER) == 0


def test_quick_encoders_cost_what_the_machine_says() -> None:
    way = Candidate(format="jpeg", encoder="quick")

    assert cost.ms_per_mp(way, BROWSER) == 20
    assert cost.ms_per_mp(way, BROWSER.replace(quick_ms_per_mp={})) is None


def test_every_format_has_its_default_effort_and_its_best_one() -> None:
    assert set(effort.DEFAULT_SPEED) == set(FORMATS)
    assert set(effort.BEST_SPEED) == set(FORMATS)


def test_efforts_go_from_slow_to_fast_and_one_that_is_not_known_counts_as_the_nearest() -> None:
    assert effort.from_slow_to_fast("avif", 4) == (4, 5, 6, 7, 8, 9)
    assert effort.from_slow_to_fast("avif", 2) == (2, 5, 6, 7, 8, 9)
    assert effort.from_slow_to_fast("jxl", 7) == (7, 3)
    assert effort.from_slow_to_fast("jpeg", 0) == (0,)
    assert effort.relative_time("avif", 8, 6) == pytest.approx(1 / 3)
    assert effort.relative_time("png", 6, 2) == 1.0


def test_nothing_is_left_out_of_nothing() -> None:
    case_goal = Goal(mode="fast", formats=("jpeg",))
    decided = decide(PHOTO, case_goal, BROWSER.replace(encode=("png",)))

    assert decided.keep_original
    assert set(modes.BUDGET_MS) == {"auto", "fast", "best"}
