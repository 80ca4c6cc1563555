"""A limit on bytes, met by quality and then by size."""

from __future__ import annotations

import pytest
from made_up_encoder import FACTS, codes, plan, run, smooth

from eyebright.policy import choose, decide
from eyebright.policy.byte_limit import shrunk
from eyebright.values import Capabilities, Choice, Goal, Outcome, Trial


def test_a_byte_limit_is_met_by_quality_first() -> None:
    free, _ = run(plan(formats=["webp"]))
    assert free.outcome is not None
    limit = int(free.outcome.size_bytes * 0.8)

    choice, _ = run(plan(formats=["webp"], max_bytes=limit))

    assert choice.outcome is not None
    assert choice.outcome.size_bytes <= limit
    assert (choice.outcome.trial.width, choice.outcome.trial.height) == (400, 300)
    assert not choice.target_reached
    assert "bytes-met" in codes(choice)


def test_a_byte_limit_below_the_floor_is_met_by_size() -> None:
    choice, _ = run(plan(formats=["webp"], max_bytes=6_000))

    assert choice.outcome is not None
    assert choice.outcome.size_bytes <= 6_000
    assert choice.outcome.trial.width < 400


def test_a_byte_limit_that_cannot_be_met_gives_the_smallest_and_says_so() -> None:
    choice, outcomes = run(plan(formats=["webp"], max_bytes=10))

    assert choice.outcome is not None
    assert choice.outcome.size_bytes == min(o.size_bytes for o in outcomes)
    assert not choice.target_reached
    assert "bytes-not-met" in codes(choice)


def test_a_byte_limit_already_met_changes_nothing() -> None:
    free, _ = run(plan(formats=["webp"]))
    roomy, _ = run(plan(formats=["webp"], max_bytes=10**9))

    assert free.outcome == roomy.outcome
    assert roomy.target_reached


def test_a_target_out_of_reach_keeps_an_original_within_the_byte_limit() -> None:
    strict = {"formats": ["webp"], "target": 97, "max_bytes": FACTS.size_bytes}

    choice, _ = run(plan(**strict), lambda trial: (900 * trial.quality, 0.92 * trial.quality))

    assert choice.outcome is None
    assert choice.target_reached
    assert codes(choice)[-1] == "nothing-passed"


def test_an_original_of_one_byte_more_than_the_limit_is_made_smaller() -> None:
    strict = {"formats": ["webp"], "target": 97, "max_bytes": FACTS.size_bytes - 1}

    choice, _ = run(plan(**strict), lambda trial: (900 * trial.quality, 0.92 * trial.quality))

    assert choice.outcome is not None
    assert "bytes-met" in codes(choice)


def test_a_limit_binds_where_the_receiver_does_not_show_the_original() -> None:
    tiff = FACTS.replace(format="tiff")
    served = Goal(purpose="serve", target=97, max_bytes=FACTS.size_bytes)

    decided = decide(tiff, served, Capabilities(decode=("webp",), encode=("webp",)))

    assert decided.max_bytes == FACTS.size_bytes


def test_a_byte_limit_delivers_nothing_that_a_guard_refuses() -> None:
    limited = plan(formats=["webp"], max_bytes=3_000, max_delta_e=0.4)
    search = choose(limited)
    trial = next(search)
    while True:
        size, score = smooth(trial)
        try:
            trial = search.send(Outcome(trial=trial, size_bytes=size, score=score, delta_e=0.7))
        except StopIteration as stop:
            choice: Choice = stop.value
            break

    assert choice.outcome is None


def test_a_byte_limit_on_lossless_files_is_met_by_size() -> None:
    def lossless(trial: Trial) -> tuple[int, float]:
        return trial.width * trial.height, 100.0

    choice, _ = run(plan(formats=["png"], max_bytes=20_000), lossless)

    assert choice.outcome is not None
    assert choice.outcome.size_bytes <= 20_000
    assert choice.outcome.trial.lossless


def test_a_smaller_byte_limit_never_gives_a_larger_file() -> None:
    sizes = []
    for limit in (10, 60, 100, 300, 1_000, 3_000):
        choice, _ = run(plan(formats=["webp"], max_bytes=limit))
        assert choice.outcome is not None
        sizes.append(choice.outcome.size_bytes)

    assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    ("least", "factor", "size"),
    [
        ((1, 1), 0.5, (200, 150)),
        ((300, 1), 0.5, (300, 225)),
        ((1, 270), 0.5, (360, 270)),
        ((1, 1), 0.01, (21, 16)),
        ((400, 1), 0.5, None),
        ((1, 300), 0.5, None),
        ((1, 1), 1.0, None),
        ((1, 1), 1.7, None),
        ((1, 1), 0.9999, None),
    ],
)
def test_a_byte_limit_shrinks_both_sides_as_far_as_they_may(
    least: tuple[int, int], factor: float, size: tuple[int, int] | None
) -> None:
    sized = plan().replace(min_width=least[0], min_height=least[1])

    assert size == shrunk(sized, factor)


def test_a_file_of_exactly_the_limit_meets_it() -> None:
    free, _ = run(plan(formats=["webp"], target=60))
    assert free.outcome is not None
    exact = free.outcome.size_bytes

    choice, _ = run(plan(formats=["webp"], target=90, max_bytes=exact), smooth)
    assert choice.outcome is not None

    assert choice.outcome.size_bytes == exact
    assert codes(choice)[-1] == "bytes-met"


@pytest.mark.parametrize(("size", "reached"), [(1_000, True), (1_001, False)])
def test_a_kept_original_reaches_what_was_asked_where_it_fits(size: int, reached: bool) -> None:  # noqa: FBT001 - a case
    small = plan(FACTS.replace(size_bytes=size), formats=["png"], max_bytes=1_000)

    choice, _ = run(small, lambda _: (2_000, 100.0))

    assert choice.outcome is None
    assert choice.target_reached == reached


def test_a_byte_limit_prefers_a_lossy_file_and_its_best_score() -> None:
    both = plan(formats=["webp", "png"], max_bytes=3_000)

    choice, outcomes = run(both)

    assert choice.outcome is not None
    assert not choice.outcome.trial.lossless
    fitting = [o for o in outcomes if o.size_bytes <= 3_000]
    assert choice.outcome.score == max(o.score for o in fitting)


def test_of_files_with_one_score_the_smallest_meets_a_byte_limit() -> None:
    def flat(trial: Trial) -> tuple[int, float]:
        return 900 + trial.quality, 70.0

    choice, _ = run(plan(formats=["jpeg"], target=80, max_bytes=1_000), flat)

    assert choice.outcome is not None
    assert choice.outcome.trial.quality == 50


def test_under_a_byte_limit_encoders_that_all_fail_keep_the_original() -> None:
    choice, _ = run(plan(formats=["jpeg"], max_bytes=1_000), lambda _: (0, -100.0))

    assert choice.outcome is None
    assert codes(choice)[-2:] == ["bytes-not-met", "nothing-passed"]
