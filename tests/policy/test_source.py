"""Poor sources: what they hold is the most that is asked for."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.policy.source import MOST_LOWERED, holds, lowered, promise, remembered
from eyebright.values import Artefacts, Capabilities, Facts, Goal, Plan

SOURCE = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="0" * 64)
POOR = SOURCE.replace(source_quality=40, source_subsampling="420")


def plan(facts: Facts, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), Capabilities())


def codes(decided: Plan) -> set[str]:
    return {reason.code for reason in decided.reasons}


def test_a_new_jpeg_is_never_of_higher_quality_than_the_old() -> None:
    most = {c.format: c.max_quality for c in plan(POOR).candidates}

    assert most == {"avif": 100, "webp": 100, "jpeg": 40}


def test_a_quality_floor_is_never_above_the_source() -> None:
    assert plan(SOURCE, content="product").floor == 85
    assert plan(POOR, content="product").floor == 40


def test_a_policy_s_target_is_lowered_a_little_and_said_so() -> None:
    decided = plan(POOR)

    assert decided.target == 75 - MOST_LOWERED
    assert "source-poor" in codes(decided)


def test_a_target_that_was_asked_for_stays_with_the_warning() -> None:
    decided = plan(POOR, target=82)

    assert decided.target == 82
    assert "source-poor" in codes(decided)


@pytest.mark.parametrize("quality", [0, 92])
def test_unknown_and_good_sources_change_nothing(quality: int) -> None:
    decided = plan(SOURCE.replace(source_quality=quality))

    assert decided.target == 75
    assert "source-poor" not in codes(decided)


def test_scaling_down_hides_old_losses() -> None:
    decided = plan(POOR, max_width=800)

    assert holds(POOR, 800) == 100
    assert decided.target == 75
    assert "source-poor" not in codes(decided)


def test_lossless_contents_keep_their_rule() -> None:
    assert plan(POOR, content="medical").target == 100


def test_the_promise_rises_with_quality() -> None:
    promises = [promise(POOR, q) for q in range(1, 101)]

    assert promises == sorted(promises)
    assert promise(POOR, 69) == pytest.approx(70, abs=1)


def test_a_target_is_lowered_at_most_by_the_stated_points() -> None:
    held = [lowered(80.0, POOR.replace(source_quality=q), 1600)[0] for q in range(1, 101)]

    assert min(held) == 80 - MOST_LOWERED
    assert held == sorted(held)


def seen(quality: int, **facts: object) -> Facts:
    """A source whose pixels show that it was a JPEG of that quality."""
    artefacts = Artefacts(
        jpeg_quality=quality,
        blockiness_permille=900,
        noise_centi=0,
        blur_permille=0,
        banding_permille=0,
    )
    return SOURCE.replace(artefacts=artefacts, **facts)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (seen(40, format="png"), 45),
        (seen(84, format="png"), 89),
        (seen(85, format="png"), 100),
        (seen(0, format="png"), 100),
        (seen(40, source_quality=95), 45),
        (seen(40, source_quality=60), 45),
        (seen(40, source_quality=30), 30),
        (seen(40), 45),
        (seen(40, format="png", seen_content="photo"), 45),
        (seen(40, format="png", seen_content="chart"), 100),
        (seen(40, source_quality=95, seen_content="document"), 95),
    ],
)
def test_what_pixels_show_of_an_older_jpeg_counts_with_a_margin(
    facts: Facts, expected: int
) -> None:
    assert remembered(facts, facts.width) == expected


@pytest.mark.parametrize(("seen_quality", "tables"), [(40, 59), (60, 60), (73, 92), (88, 100)])
def test_a_jpeg_is_what_its_tables_say_unless_its_pixels_clearly_differ(
    seen_quality: int, tables: int
) -> None:
    facts = seen(seen_quality, source_quality=tables)

    assert remembered(facts, facts.width) == tables


def test_a_good_jpeg_keeps_target_and_floor_where_the_pixels_are_told_a_little_poorer() -> None:
    decided = plan(seen(73, source_quality=92), content="product")
    good = plan(SOURCE.replace(source_quality=92), content="product")

    assert (decided.target, decided.floor) == (good.target, good.floor)
    assert "source-poor" not in codes(decided)


def test_a_smaller_picture_forgets_its_jpeg() -> None:
    facts = seen(40, format="png")

    assert remembered(facts, 1200) == 45
    assert remembered(facts, 1199) == 100


def test_a_png_of_a_poor_jpeg_has_its_target_and_floor_lowered() -> None:
    decided = plan(seen(30, format="png"))
    good = plan(SOURCE.replace(format="png"))

    assert decided.target == good.target - MOST_LOWERED
    assert decided.floor == 35
    why = next(reason for reason in decided.reasons if reason.code == "source-poor")
    assert "was once a JPEG of quality 35 or less, as its pixels show" in why.text
    assert {c.max_quality for c in decided.candidates} == {100}


def test_a_target_that_was_given_stays_and_the_pixels_warn() -> None:
    decided = plan(seen(30, format="png"), target=75)

    assert decided.target == 75
    assert "source-poor" in codes(decided)
