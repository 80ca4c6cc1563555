"""Optimising is skipped where it costs more than it saves."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.values import Capabilities, Facts, Goal, Plan, Reason

PHOTO = Facts(format="jpeg", width=1600, height=1000, size_bytes=900_000, sha256="")
FAST_NETWORK = Capabilities(
    throughput_kbps=100_000, encode_ms_per_mp={"avif": 7000, "webp": 300, "jpeg": 400}
)
SLOW_NETWORK = FAST_NETWORK.replace(throughput_kbps=1_000)


def plan(capabilities: Capabilities, facts: Facts = PHOTO, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), capabilities)


def reason(decided: Plan, code: str) -> Reason:
    return next(r for r in decided.reasons if r.code == code)


def codes(decided: Plan) -> list[str]:
    return [r.code for r in decided.reasons]


def test_an_upload_over_a_fast_network_is_sent_as_it_is_with_both_times() -> None:
    decided = plan(FAST_NETWORK, purpose="upload")

    assert decided.keep_original
    assert decided.candidates == ()
    why = reason(decided, "gain-too-slow")
    assert why.values["spent_ms"] > why.values["saved_ms"] > 0
    assert str(why.values["spent_ms"]) in why.text
    assert str(why.values["saved_ms"]) in why.text


def test_the_reason_tells_of_the_format_that_came_nearest() -> None:
    decided = plan(FAST_NETWORK, purpose="upload")

    losses = [r.values for r in decided.reasons if r.code == "format-no-gain"]
    least = min(losses, key=lambda v: v["spent_ms"] - v["saved_ms"])
    assert least["format"] == "webp"
    assert reason(decided, "gain-too-slow").values["spent_ms"] == least["spent_ms"]


def test_over_a_slow_network_only_what_gains_is_tried() -> None:
    decided = plan(SLOW_NETWORK, purpose="upload")

    assert not decided.keep_original
    assert {c.format for c in decided.candidates} == {"webp", "jpeg"}
    assert reason(decided, "format-no-gain").values["format"] == "avif"


def test_a_conversion_that_a_person_asked_for_is_never_gated() -> None:
    decided = plan(FAST_NETWORK)

    assert not decided.keep_original
    assert len(decided.candidates) == 3


def test_many_views_make_a_slow_encode_worth_while() -> None:
    once = plan(FAST_NETWORK, purpose="serve")
    often = plan(FAST_NETWORK, purpose="serve", views=1000)

    assert once.keep_original
    assert not often.keep_original
    assert len(often.candidates) == 3


@pytest.mark.parametrize(
    "capabilities",
    [FAST_NETWORK.replace(throughput_kbps=None), FAST_NETWORK.replace(encode_ms_per_mp={})],
)
def test_times_that_are_not_known_gate_nothing(capabilities: Capabilities) -> None:
    decided = plan(capabilities, purpose="upload")

    assert len(decided.candidates) == 3


def test_a_source_below_the_expected_bytes_is_kept_with_both_figures() -> None:
    decided = plan(Capabilities(), PHOTO.replace(size_bytes=20_000), purpose="upload")

    assert decided.keep_original
    why = reason(decided, "gain-none")
    assert why.values["bytes"] == 20_000
    assert why.values["expected_bytes"] > 20_000
    assert str(why.values["expected_bytes"]) in why.text


def test_the_gate_shuts_at_the_very_expected_bytes_and_opens_one_above() -> None:
    expected = min(c.expected_bytes for c in plan(Capabilities()).candidates)
    at = plan(Capabilities(), PHOTO.replace(size_bytes=expected), purpose="upload")
    above = plan(Capabilities(), PHOTO.replace(size_bytes=expected + 1), purpose="upload")

    assert at.keep_original
    assert not above.keep_original


def test_a_small_source_asked_to_be_converted_is_tried_all_the_same() -> None:
    decided = plan(Capabilities(), PHOTO.replace(size_bytes=20_000))

    assert not decided.keep_original


def test_lossless_expectations_count_only_in_part() -> None:
    drawn = PHOTO.replace(format="png", flat_permille=800, colours=20, detail_centibits=80)
    goal = {"purpose": "upload", "forbid": ["lossy"], "formats": ["png"]}
    full = decide(drawn, Goal.from_dict({**goal, "purpose": "convert"}), Capabilities())
    half = drawn.replace(size_bytes=full.candidates[0].expected_bytes // 2)

    assert not decide(half, Goal.from_dict(goal), Capabilities()).keep_original


@pytest.mark.parametrize(
    ("change", "goal"),
    [
        ({}, {"max_width": 1599}),
        ({}, {"max_bytes": 19_999}),
        ({}, {"formats": ["webp"]}),
        ({"format": "tiff"}, {}),
    ],
)
def test_the_original_is_no_answer_where_it_is_not_what_was_asked_for(
    change: dict[str, object], goal: dict[str, object]
) -> None:
    facts = Facts.from_dict({**PHOTO.to_dict(), "size_bytes": 20_000, **change})
    decided = plan(Capabilities(), facts, purpose="upload", **goal)

    assert not decided.keep_original
    assert "gain-none" not in codes(decided)


@pytest.mark.parametrize(
    ("change", "goal"),
    [
        ({}, {"max_width": 1600}),
        ({}, {"max_bytes": 20_000}),
        ({}, {"formats": ["webp", "jpeg"]}),
        ({"format": "avif"}, {}),
        ({"format": "gif"}, {}),
        ({"format": "png"}, {}),
    ],
)
def test_the_original_is_an_answer_where_it_meets_all_that_was_asked(
    change: dict[str, object], goal: dict[str, object]
) -> None:
    facts = Facts.from_dict({**PHOTO.to_dict(), "size_bytes": 5_000, **change})
    decided = plan(Capabilities(), facts, purpose="serve", **goal)

    assert decided.keep_original


def test_a_plan_that_keeps_the_original_anyway_is_not_gated() -> None:
    decided = plan(FAST_NETWORK, PHOTO.replace(frames=2), purpose="upload")

    assert codes(decided)[-1] == "animated"


def test_the_reason_of_a_format_that_does_not_gain_names_both_times() -> None:
    why = reason(plan(SLOW_NETWORK, purpose="upload"), "format-no-gain")

    spent, saved = why.values["spent_ms"], why.values["saved_ms"]
    assert why.text == (
        f"avif would take {spent} ms to write and save {saved} ms, so it is not tried."
    )
    assert spent == 7000 * 1.6 * 3
