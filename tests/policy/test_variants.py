"""Responsive variants: widths by layout or by bytes, within the guards, bounded in number."""

from __future__ import annotations

import itertools

import pytest

from eyebright.policy import decide
from eyebright.values import Capabilities, Facts, Goal, Placeholder, Plan, Reason

PHOTO = Facts(
    format="jpeg", width=4000, height=2000, size_bytes=9_000_000, sha256="", detail_centibits=450
)


def plan(facts: Facts = PHOTO, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), Capabilities())


def widths(decided: Plan) -> list[int]:
    return [variant.width for variant in decided.variants]


def reason(decided: Plan, code: str) -> Reason:
    return next(r for r in decided.reasons if r.code == code)


def test_no_variants_are_made_unless_asked_for() -> None:
    decided = plan()

    assert decided.variants == ()
    assert not any(r.code.startswith("variants") for r in decided.reasons)


def test_a_layout_s_slots_get_one_and_two_densities() -> None:
    decided = plan(layout_widths=[320, 640])

    assert widths(decided) == [320, 640, 1280]
    assert [v.height for v in decided.variants] == [160, 320, 640]
    assert [v.dpr for v in decided.variants] == [1.0, 1.0, 2.0]


def test_a_width_that_two_densities_share_keeps_the_stricter_target() -> None:
    by_width = {v.width: v.target for v in plan(layout_widths=[320, 640]).variants}

    assert by_width == {320: 75.0, 640: 75.0, 1280: 69.0}


def test_slots_wider_than_the_picture_get_the_whole_picture() -> None:
    assert widths(plan(layout_widths=[3000, 5000])) == [3000, 4000]


def test_dense_variants_do_not_fall_below_sixty_nor_below_a_lower_target() -> None:
    assert [v.target for v in plan(layout_widths=[500], target=64).variants] == [64, 60]
    assert [v.target for v in plan(layout_widths=[500], target=50).variants] == [50, 50]


def test_lossless_variants_stay_lossless() -> None:
    decided = plan(layout_widths=[500], forbid=["lossy"])

    assert [v.target for v in decided.variants] == [100, 100]


def test_layout_variants_are_bounded_and_the_widest_are_kept() -> None:
    decided = plan(layout_widths=[100, 200, 300, 500, 700, 900, 1100])

    assert len(decided.variants) == 8
    assert max(widths(decided)) == 2200
    assert widths(plan(layout_widths=[300, 700], variants=2)) == [700, 1400]


def test_without_a_layout_each_width_saves_a_step_of_bytes() -> None:
    decided = plan(PHOTO.replace(width=1000, height=500), variants=8, byte_step=5_000)

    sizes = [v.expected_bytes for v in decided.variants]
    steps = [larger - smaller for smaller, larger in itertools.pairwise(sizes)]
    assert len(steps) >= 4
    assert all(step >= 5_000 * 0.97 for step in steps)
    assert widths(decided)[-1] == 1000
    assert min(widths(decided)) >= 160


def test_a_large_picture_is_parted_evenly_among_the_most_variants() -> None:
    decided = plan(variants=4)

    sizes = [v.expected_bytes for v in decided.variants]
    steps = [larger - smaller for smaller, larger in itertools.pairwise(sizes)]
    assert len(decided.variants) == 4
    assert widths(decided)[-1] == 4000
    assert max(steps) - min(steps) < 0.02 * max(steps)
    assert min(steps) > 20_000


def test_the_step_is_twenty_kilobytes_unless_given() -> None:
    small = PHOTO.replace(width=1200, height=600)

    assert widths(plan(small, variants=8)) == widths(plan(small, variants=8, byte_step=20_000))
    assert reason(plan(small, variants=8), "variants-bytes").values["byte_step"] == 20_000


def test_a_picture_of_less_than_one_step_has_one_width() -> None:
    assert widths(plan(PHOTO.replace(width=300, height=150), variants=8)) == [300]


def test_a_picture_narrower_than_any_variant_is_its_own_variant() -> None:
    assert widths(plan(PHOTO.replace(width=100, height=50), variants=3)) == [100]


def test_text_bounds_the_variants_from_below() -> None:
    facts = PHOTO.replace(text_heights_px=(18,))

    assert widths(plan(facts, layout_widths=[320, 1500])) == [2000, 3000]
    assert min(widths(plan(facts, variants=8, byte_step=1000))) >= 2000


def test_variants_start_from_the_planned_width() -> None:
    assert max(widths(plan(max_width=1000, variants=4, byte_step=2000))) == 1000


def test_the_plan_s_own_width_expects_the_plan_s_own_bytes() -> None:
    decided = plan(max_width=1000, variants=3, byte_step=2000)

    assert decided.variants[-1].expected_bytes == decided.candidates[0].expected_bytes


def test_a_kept_original_has_no_variants() -> None:
    assert plan(PHOTO.replace(frames=2), variants=4).variants == ()


def test_the_reasons_name_widths_and_step() -> None:
    by_layout = reason(plan(layout_widths=[320, 640]), "variants-layout")
    by_bytes = reason(plan(variants=1, byte_step=7000), "variants-bytes")

    assert by_layout.values == {"widths": [320, 640, 1280]}
    assert "320, 640, 1280" in by_layout.text
    assert by_bytes.values == {"widths": [4000], "byte_step": 7000}
    assert "widths 4000; each saves 7000 bytes or more" in by_bytes.text


def test_the_dominant_colour_stands_in() -> None:
    decided = plan(PHOTO.replace(dominant_rgb=(208, 16, 58)), placeholder="dominant")

    assert decided.placeholder == Placeholder(kind="dominant", colour="#d0103a")
    why = reason(decided, "placeholder-dominant")
    assert why.values == {"colour": "#d0103a"}
    assert "#d0103a" in why.text


def test_an_unknown_dominant_colour_is_told() -> None:
    decided = plan(placeholder="dominant")

    assert decided.placeholder is None
    assert reason(decided, "placeholder-unknown").text.startswith("Its dominant colour is not")


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(4000, 2000, (16, 8)), (1000, 4000, (4, 16)), (10, 10, (10, 10)), (4000, 10, (16, 1))],
)
def test_a_tiny_picture_stands_in(width: int, height: int, expected: tuple[int, int]) -> None:
    decided = plan(PHOTO.replace(width=width, height=height), placeholder="lqip")

    assert decided.placeholder is not None
    assert (decided.placeholder.width, decided.placeholder.height) == expected
    assert decided.placeholder.colour == ""
    assert f"{expected[0]} x {expected[1]} pixels" in reason(decided, "placeholder-lqip").text


def test_a_tiny_picture_comes_with_the_colour_where_it_is_known() -> None:
    decided = plan(PHOTO.replace(dominant_rgb=(0, 0, 255)), placeholder="lqip")

    assert decided.placeholder == Placeholder(kind="lqip", colour="#0000ff", width=16, height=8)


@pytest.mark.parametrize("kind", ["dominant", "lqip"])
@pytest.mark.parametrize("seen_through", [{"transparent_permille": 1}, {"format": "svg"}])
def test_nothing_stands_behind_what_is_seen_through(
    kind: str, seen_through: dict[str, object]
) -> None:
    facts = Facts.from_dict({**PHOTO.to_dict(), "dominant_rgb": [0, 0, 255], **seen_through})

    decided = plan(facts, placeholder=kind)

    assert decided.placeholder is None
    assert "seen through it" in reason(decided, "placeholder-transparent").text


def test_no_placeholder_is_made_unless_asked_for() -> None:
    assert plan(PHOTO.replace(dominant_rgb=(0, 0, 255))).placeholder is None
