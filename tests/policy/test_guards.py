"""Guards: what no plan and no outcome may break, and how each is mended."""

from __future__ import annotations

import pytest

from eyebright.policy import choose, decide, guards
from eyebright.policy.search import acceptable, passes
from eyebright.values import (
    Box,
    Candidate,
    Capabilities,
    Facts,
    Goal,
    Limits,
    Outcome,
    Plan,
    Trial,
)

FACTS = Facts(format="jpeg", width=1000, height=500, size_bytes=900_000, sha256="")
PLAN = Plan(
    content="general",
    width=1000,
    height=500,
    target=75,
    floor=50,
    candidates=(Candidate(format="avif"), Candidate(format="webp"), Candidate(format="jpeg")),
)


def limited(plan: Plan = PLAN, **limits: object) -> Plan:
    return plan.replace(limits=Limits.from_dict(limits))


def broken(plan: Plan, facts: Facts = FACTS) -> list[str]:
    return [violation.code for violation in guards.check(facts, plan)]


def mended(plan: Plan, facts: Facts = FACTS) -> Plan:
    repaired = guards.repair(facts, plan)
    assert guards.check(facts, repaired) == ()
    return repaired


def test_a_plan_without_limits_at_its_own_size_breaks_nothing() -> None:
    assert broken(PLAN) == []
    assert guards.repair(FACTS, PLAN) == PLAN


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1001, 500, (999, 500)), (1000, 501, (1000, 500)), (4000, 2000, (1000, 500))],
)
def test_upscaling_is_mended_by_fitting(width: int, height: int, expected: tuple[int, int]) -> None:
    plan = PLAN.replace(width=width, height=height)

    assert broken(plan) == ["guard-upscaled"]
    repaired = mended(plan)
    assert repaired.width <= 1000
    assert repaired.height <= 500
    assert abs(repaired.width - expected[0]) <= 1
    assert repaired.reasons[-1].code == "guard-upscaled"


def test_text_that_falls_under_nine_pixels_makes_the_picture_larger() -> None:
    facts = FACTS.replace(text_heights_px=(40, 18))
    plan = limited(PLAN.replace(width=499, height=250), min_text_px=9)

    assert broken(plan, facts) == ["guard-text"]
    repaired = mended(plan, facts)
    assert (repaired.width, repaired.height) == (500, 250)
    why = repaired.reasons[-1]
    assert why.values == {
        "x_height_px": 18,
        "min_text_px": 9,
        "repair": "it is made larger, 500 x 250 pixels",
    }
    assert why.text.endswith("So it is made larger, 500 x 250 pixels.")


def test_text_at_nine_pixels_is_left_alone() -> None:
    facts = FACTS.replace(text_heights_px=(18,))

    assert broken(limited(PLAN.replace(width=500, height=250), min_text_px=9), facts) == []


def test_text_already_under_the_limit_is_not_made_smaller() -> None:
    facts = FACTS.replace(text_heights_px=(7,))
    plan = limited(PLAN.replace(width=999, height=500), min_text_px=9)

    assert mended(plan, facts).width == 1000


def test_text_that_is_not_legible_in_the_source_does_not_matter() -> None:
    facts = FACTS.replace(text_heights_px=(4,))

    assert broken(limited(PLAN.replace(width=10, height=5), min_text_px=9), facts) == []


def test_text_of_five_pixels_is_legible() -> None:
    facts = FACTS.replace(text_heights_px=(5,))

    assert guards.least_width(facts, Limits(min_text_px=9)) == 1000


def test_a_limit_of_nothing_lets_text_shrink() -> None:
    facts = FACTS.replace(text_heights_px=(18,))

    assert broken(PLAN.replace(width=10, height=5), facts) == []
    assert guards.least_width(facts, Limits()) == 1


def test_the_least_width_is_rounded_up_so_that_text_is_never_short() -> None:
    facts = FACTS.replace(text_heights_px=(19,))

    assert guards.least_width(facts, Limits(min_text_px=9)) == 474


def test_forbidden_scaling_keeps_the_size() -> None:
    plan = limited(PLAN.replace(width=500, height=250), forbid=["scale"])

    assert broken(plan) == ["guard-scaled"]
    assert (mended(plan).width, mended(plan).height) == (1000, 500)
    assert guards.least_width(FACTS, plan.limits) == 1000


def test_a_height_that_differs_is_scaling_too() -> None:
    assert broken(limited(PLAN.replace(height=499), forbid=["scale"])) == ["guard-scaled"]


def test_forbidden_loss_leaves_what_can_be_lossless() -> None:
    plan = limited(forbid=["lossy"])

    assert broken(plan) == ["guard-lossy"]
    repaired = mended(plan)
    assert repaired.candidates == (Candidate(format="webp", lossless=True, subsampling="444"),)
    assert repaired.lossless_only
    assert not repaired.keep_original


def test_a_lossless_way_that_is_there_is_not_doubled() -> None:
    ways = (Candidate(format="webp"), Candidate(format="webp", lossless=True, subsampling="444"))

    assert len(mended(limited(PLAN.replace(candidates=ways), forbid=["lossy"])).candidates) == 1


def test_forbidden_loss_without_a_lossless_format_is_refused() -> None:
    plan = limited(PLAN.replace(candidates=(Candidate(format="jpeg"),)), forbid=["lossy"])

    repaired = mended(plan)
    assert repaired.keep_original
    assert repaired.candidates == ()
    assert repaired.reasons[-1].values["repair"] == "the original is kept"


def test_brand_colours_keep_their_chroma_whole() -> None:
    plan = limited(brand_colours=["#d0103a"])

    assert broken(plan) == ["guard-brand-chroma"]
    repaired = mended(plan)
    assert {c.subsampling for c in repaired.candidates} == {"444"}
    assert repaired.reasons[-1].values["colours"] == ["#d0103a"]


def test_lossless_ways_have_no_subsampling_to_guard() -> None:
    ways = (Candidate(format="png", lossless=True),)

    assert broken(limited(PLAN.replace(candidates=ways), brand_colours=["#d0103a"])) == []


@pytest.mark.parametrize(
    "change", [{"crops": ("1:1",)}, {"crop": Box(x=0, y=0, width=10, height=10)}]
)
def test_forbidden_crops_are_not_made(change: dict[str, object]) -> None:
    plan = limited(PLAN.replace(**change), forbid=["crop"])

    assert broken(plan) == ["guard-crop"]
    repaired = mended(plan)
    assert repaired.crops == ()
    assert repaired.crop is None


def test_forbidden_restoration_is_not_offered() -> None:
    plan = limited(PLAN.replace(restore=True), forbid=["restore"])

    assert broken(plan) == ["guard-restore"]
    assert not mended(plan).restore
    assert broken(PLAN.replace(restore=True)) == []


FACE = FACTS.replace(faces=(Box(x=100, y=100, width=100, height=100),))


def test_an_aspect_that_would_cut_a_face_is_not_made() -> None:
    cut = limited(PLAN.replace(crops=("1:1", "1:9")), min_face_permille=900)

    assert broken(cut, FACE) == ["guard-face"]
    assert mended(cut, FACE).crops == ("1:1",)


def test_a_region_that_somebody_chose_is_kept_whatever_it_cuts() -> None:
    crop = Box(x=150, y=0, width=300, height=300)
    plan = limited(PLAN.replace(crop=crop), min_face_permille=900)

    assert broken(plan, FACE) == []


def test_a_plan_that_keeps_the_original_breaks_nothing() -> None:
    plan = limited(PLAN.replace(width=5000, keep_original=True), forbid=["lossy", "scale"])

    assert broken(plan) == []
    assert guards.repair(FACTS, plan) == plan


def test_several_violations_are_mended_together() -> None:
    facts = FACTS.replace(text_heights_px=(18,))
    plan = limited(
        PLAN.replace(width=100, height=50, restore=True, crops=("1:1",)),
        forbid=["crop", "lossy", "restore"],
        min_text_px=9,
    )

    assert broken(plan, facts) == ["guard-text", "guard-lossy", "guard-crop", "guard-restore"]
    assert [r.code for r in mended(plan, facts).reasons] == broken(plan, facts)


def outcome(size: int, *, lossless: bool = False, **measured: float) -> Outcome:
    trial = Trial(format="webp", width=1000, height=500, lossless=lossless)
    return Outcome(trial=trial, size_bytes=size, score=80, **measured)


def outcome_codes(plan: Plan, made: Outcome) -> list[str]:
    return [violation.code for violation in guards.check_outcome(plan, made)]


def test_fewer_bits_than_any_honest_encode_are_not_trusted() -> None:
    plan = limited(least_millibits=80)

    assert outcome_codes(plan, outcome(4_999)) == ["guard-size-floor"]
    assert outcome_codes(plan, outcome(5_000)) == []
    assert outcome_codes(plan, outcome(10, lossless=True)) == []


def test_an_animation_s_samples_need_the_least_bits_of_each_frame() -> None:
    plan = limited(least_millibits=80)

    assert outcome_codes(plan, outcome(39_999, pictures=8)) == ["guard-size-floor"]
    assert outcome_codes(plan, outcome(40_000, pictures=8)) == []


def test_the_least_bits_follow_the_detail_and_spare_drawings() -> None:
    assert guards.least_millibits(FACTS.replace(detail_centibits=400), is_graphic=False) == 70
    assert guards.least_millibits(FACTS.replace(detail_centibits=200), is_graphic=False) == 35
    assert guards.least_millibits(FACTS, is_graphic=True) == 0


def test_colours_off_by_more_than_the_limit_break_the_guard() -> None:
    plan = limited(max_delta_e=2.0, brand_delta_e=1.0)

    assert outcome_codes(plan, outcome(9_999, delta_e=2.0, brand_delta_e=1.0)) == []
    assert outcome_codes(plan, outcome(9_999, delta_e=2.01)) == ["guard-delta-e"]
    assert outcome_codes(plan, outcome(9_999, brand_delta_e=1.01)) == ["guard-brand-delta-e"]
    assert outcome_codes(plan, outcome(9_999)) == []
    assert outcome_codes(PLAN, outcome(9_999, delta_e=50)) == []


def test_the_colour_reason_names_measure_and_limit() -> None:
    found = guards.check_outcome(limited(max_delta_e=2.0), outcome(9_999, delta_e=2.345))[0]

    assert found.text in {
        "The picture's colours are off by 2.35 (CIEDE2000), more than 2.",
        "The picture's colours are off by 2.34 (CIEDE2000), more than 2.",
    }
    assert found.values == {"delta_e": 2.345, "limit": 2.0}


def test_decide_applies_the_guards() -> None:
    facts = FACTS.replace(text_heights_px=(18,), faces=(Box(x=0, y=0, width=900, height=90),))
    goal = Goal(max_width=100, crops=("1:9", "2:1"), forbid=("restore",))

    decided = decide(facts, goal, Capabilities())

    assert (decided.width, decided.height) == (500, 250)
    assert decided.crops == ("2:1",)
    assert not decided.restore
    assert (decided.min_width, decided.min_height) == (500, 1)
    assert guards.check(facts, decided) == ()


def test_a_person_can_lift_the_text_guard() -> None:
    facts = FACTS.replace(text_heights_px=(18,))

    assert decide(facts, Goal(max_width=100, min_text_px=0), Capabilities()).width == 100


def test_bytes_are_expected_for_the_size_after_repair() -> None:
    facts = FACTS.replace(text_heights_px=(18,))
    repaired = decide(facts, Goal(max_width=100), Capabilities())
    asked = decide(FACTS, Goal(max_width=500), Capabilities())

    assert [c.expected_bytes for c in repaired.candidates] == [
        c.expected_bytes for c in asked.candidates
    ]


def test_only_encodes_that_would_have_passed_give_a_reason_once() -> None:
    plan = limited(max_delta_e=2.0)
    off = outcome(9_999, delta_e=3.0)
    low = off.replace(score=10.0)
    failed = off.replace(passed_checks=False)

    assert guards.outcome_reasons(plan, [low, failed, outcome(9_999, delta_e=1.0)]) == ()
    made = guards.outcome_reasons(plan, [off, off.replace(delta_e=4.0)])
    assert [r.code for r in made] == ["guard-delta-e"]
    assert made[0].values == {"delta_e": 3.0, "limit": 2.0, "format": "webp"}


def passing_codes(plan: Plan, made: Outcome) -> list[str]:
    return [violation.code for violation in guards.check_passing(plan, made)]


def test_a_place_far_worse_than_the_target_keeps_from_passing() -> None:
    plan = PLAN.replace(target=75)
    least = 100 - guards.FAULT_RATIO * 25

    assert passing_codes(plan, outcome(9_999)) == []
    assert passing_codes(plan, outcome(9_999, worst_tile=least)) == []
    assert passing_codes(plan, outcome(9_999, worst_tile=least - 0.1)) == ["guard-local-fault"]
    assert passing_codes(plan.replace(target=81), outcome(9_999, worst_tile=0)) == []
    assert outcome_codes(plan, outcome(9_999, worst_tile=0)) == []


def test_what_passes_is_what_has_the_level_of_the_target() -> None:
    plan = PLAN.replace(target=75)

    for tile in (None, 54.9, 55, 90):
        made = outcome(9_999, worst_tile=tile)
        assert passes(made, plan) == (guards.level(made) >= 75)
        assert passes(made, plan) == (passing_codes(plan, made) == [])


def test_the_reason_of_a_local_fault_tells_both_scores() -> None:
    (reason,) = guards.outcome_reasons(PLAN.replace(target=75), [outcome(9_999, worst_tile=41.23)])

    assert reason.code == "guard-local-fault"
    assert reason.text == (
        "The picture scores 80.0, but 64 x 64 pixels of it only 41.2 by themselves, less than 55: "
        "a fault that can be seen."
    )
    assert reason.values == {"worst_tile": 41.23, "limit": 55.0, "format": "webp"}


def test_the_search_raises_the_quality_until_no_place_is_far_worse() -> None:
    decided = decide(FACTS, Goal(formats=("webp",)), Capabilities())
    search = choose(decided)
    trial = next(search)
    tried = []
    choice = None
    while choice is None:
        tried.append(trial.quality)
        score = 100 - 0.8 * (100 - trial.quality)
        tile = 100 - 2.0 * (100 - trial.quality)
        size = 20_000 + 100 * trial.quality
        made = Outcome(trial=trial, size_bytes=size, score=score, worst_tile=tile)
        try:
            trial = search.send(made)
        except StopIteration as stop:
            choice = stop.value

    assert choice.outcome is not None
    assert 78 <= choice.outcome.trial.quality <= 80  # from 78 on no place is below 55
    assert len(tried) <= 5


def test_a_byte_limit_is_met_with_a_local_fault_rather_than_not_at_all() -> None:
    made = outcome(9_999, worst_tile=0)

    assert acceptable(made, PLAN.replace(target=75))


def test_the_search_steps_past_encodes_that_break_a_guard() -> None:
    decided = decide(FACTS, Goal(formats=("webp",), max_delta_e=2), Capabilities())
    search = choose(decided)
    trial = next(search)
    tried = []
    choice = None
    while choice is None:
        tried.append(trial.quality)
        off = 3.0 if trial.quality < 90 else 1.0
        made = Outcome(trial=trial, size_bytes=50_000 + trial.quality, score=76, delta_e=off)
        try:
            trial = search.send(made)
        except StopIteration as stop:
            choice = stop.value

    assert choice.outcome is not None
    assert choice.outcome.trial.quality >= 90
    assert tried[0] < 90
    assert "guard-delta-e" in {r.code for r in choice.reasons}


def test_the_size_floor_s_reason_names_bytes_and_pixels() -> None:
    found = guards.check_outcome(limited(least_millibits=80), outcome(4_999))[0]

    assert found.values == {"bytes": 4_999, "least_millibits": 80}
    assert found.text == (
        "4999 bytes are fewer than any honest encode of 500000 such pixels needs, so it is not "
        "trusted."
    )


def test_a_brand_colour_s_reason_says_so() -> None:
    found = guards.check_outcome(limited(brand_delta_e=1.0), outcome(9_999, brand_delta_e=3))[0]

    assert found.text == "A brand colour is off by 3.00 (CIEDE2000), more than 1."


def test_upscaling_is_mended_within_both_sides() -> None:
    tall = mended(PLAN.replace(width=400, height=900))
    wide = mended(PLAN.replace(width=1600, height=200))

    assert (tall.width, tall.height) == (400, 200)
    assert (wide.width, wide.height) == (400, 200)


def test_restoration_is_plainly_off_after_repair() -> None:
    assert mended(limited(PLAN.replace(restore=True), forbid=["restore"])).restore is False
