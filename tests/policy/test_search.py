"""The search, driven by a made-up encoder whose scores and bytes are known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eyebright.policy import choose, decide
from eyebright.policy.search import MAX_TRIALS, shrunk
from eyebright.values import Capabilities, Choice, Facts, Goal, Outcome, Plan, Trial

FACTS = Facts(format="png", width=400, height=300, size_bytes=500_000, sha256="0" * 64)

Encoder = Callable[[Trial], tuple[int, float]]


def smooth(trial: Trial) -> tuple[int, float]:
    """Bytes double every 14 steps; the score bends like a real encoder's."""
    if trial.lossless:
        return 400_000, 100.0
    area = trial.width * trial.height
    head_start = {"avif": 0.55, "webp": 0.8, "jpeg": 1.0, "jxl": 0.7}[trial.format]
    size = int(area * 0.02 * head_start * 2 ** (trial.quality / 14)) + 64
    return size, 100 - 60 * (1 - trial.quality / 100) ** 0.8


def run(plan: Plan, encoder: Encoder = smooth) -> tuple[Choice, list[Outcome]]:
    outcomes: list[Outcome] = []
    search = choose(plan)
    trial = next(search)
    while True:
        size, score = encoder(trial)
        outcomes.append(Outcome(trial=trial, size_bytes=size, score=score, passed_checks=size > 0))
        try:
            trial = search.send(outcomes[-1])
        except StopIteration as stop:
            return stop.value, outcomes


def plan(facts: Facts = FACTS, **goal: object) -> Plan:
    return decide(
        facts, Goal.from_dict(goal), Capabilities(encode=("avif", "webp", "jpeg", "jxl", "png"))
    )


def codes(choice: Choice) -> list[str]:
    return [reason.code for reason in choice.reasons]


@pytest.mark.parametrize("target", [50, 60, 70, 75, 80, 90, 95])
@pytest.mark.parametrize("name", ["avif", "webp", "jpeg", "jxl"])
def test_the_cheapest_passing_encode_is_found_in_six(name: str, target: int) -> None:
    choice, outcomes = run(plan(formats=[name], target=target))

    assert choice.outcome is not None
    assert len(outcomes) <= MAX_TRIALS
    assert choice.outcome.score >= target
    one_less = smooth(choice.outcome.trial.replace(quality=choice.outcome.trial.quality - 1))[1]
    at_floor = choice.outcome.trial.quality == 50
    assert at_floor or choice.outcome.score <= target + 1 or one_less < target


def test_no_quality_is_tried_twice() -> None:
    _, outcomes = run(plan(target=88))

    trials = [outcome.trial for outcome in outcomes]
    assert len(trials) == len(set(trials))


def test_quality_never_goes_below_the_floor() -> None:
    _, outcomes = run(plan(content="product", target=30))

    assert min(o.trial.quality for o in outcomes if not o.trial.lossless) >= 85


def test_an_unreachable_target_keeps_the_original() -> None:
    choice, _ = run(plan(formats=["jpeg"]), lambda _: (1000, 60.0))

    assert choice.outcome is None
    assert codes(choice)[-1] == "nothing-passed"


def test_a_result_that_is_not_smaller_keeps_the_original() -> None:
    choice, _ = run(plan(FACTS.replace(size_bytes=500)))

    assert choice.outcome is None
    assert codes(choice)[-1] == "original-smaller"


def test_a_format_that_hardly_ever_wins_is_not_tried() -> None:
    choice, outcomes = run(plan(formats=["avif", "jpeg"]))

    assert {"avif"} == {o.trial.format for o in outcomes}
    assert "format-cannot-win" in codes(choice)


def test_a_failing_encode_already_larger_than_the_best_ends_its_format() -> None:
    def greedy(trial: Trial) -> tuple[int, float]:
        size, score = smooth(trial)
        return (size, score) if trial.format == "webp" else (size * 20, score - 20)

    choice, _outcomes = run(plan(formats=["webp", "jxl"]), greedy)

    assert choice.outcome is not None
    assert choice.outcome.trial.format == "webp"


def test_an_encoder_that_fails_costs_its_format_and_one_trial() -> None:
    def broken_avif(trial: Trial) -> tuple[int, float]:
        return (0, -100.0) if trial.format == "avif" else smooth(trial)

    choice, outcomes = run(plan(), broken_avif)

    assert choice.outcome is not None
    assert choice.outcome.trial.format == "webp"
    assert sum(o.trial.format == "avif" for o in outcomes) == 1


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


def test_a_score_that_does_not_grow_with_quality_still_ends() -> None:
    def jagged(trial: Trial) -> tuple[int, float]:
        return 1000 + trial.quality, 75.0 + (trial.quality * 7919 % 13) - 6

    choice, outcomes = run(plan(formats=["jpeg"]), jagged)

    assert len(outcomes) <= MAX_TRIALS
    assert choice.outcome is None or choice.outcome.score >= 75


def test_a_byte_limit_delivers_nothing_that_a_guard_refuses() -> None:
    def off_colour(trial: Trial) -> tuple[int, float]:
        return smooth(trial)

    limited = plan(formats=["webp"], max_bytes=3_000, max_delta_e=0.4)
    search = choose(limited)
    trial = next(search)
    while True:
        size, score = off_colour(trial)
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


def test_an_original_that_is_not_shown_is_no_answer() -> None:
    hidden = plan(FACTS.replace(size_bytes=500)).replace(original_shown=False)

    choice, _ = run(hidden)

    assert choice.outcome is not None
    assert "original-not-shown" in codes(choice)


def test_the_floor_is_named_where_it_ends_the_search() -> None:
    choice, _ = run(plan(content="product", target=30, formats=["jpeg"]))

    assert any("Quality 85 is the least" in reason.text for reason in choice.reasons)


def test_a_format_that_could_not_be_made_is_said_to_be_so() -> None:
    def broken_avif(trial: Trial) -> tuple[int, float]:
        return (0, -100.0) if trial.format == "avif" else smooth(trial)

    choice, _ = run(plan(), broken_avif)

    assert "format-unmade" in codes(choice)


def test_a_plan_without_candidates_keeps_the_original_without_a_trial() -> None:
    search = choose(plan(max_bytes=1_000).replace(candidates=()))

    with pytest.raises(StopIteration) as stop:
        next(search)

    assert stop.value.value.outcome is None
    assert codes(stop.value.value) == ["bytes-not-met", "nothing-passed"]


def test_each_end_of_a_format_has_its_own_sentence() -> None:
    def off_colour(trial: Trial) -> Outcome:
        size, score = smooth(trial)
        return Outcome(trial=trial, size_bytes=size, score=score, delta_e=9.0)

    failed, _ = run(plan(formats=["jpeg"], target=80), lambda _: (1_000, 60.0))
    search = choose(plan(formats=["jpeg"], target=80))
    trial = next(search)
    while True:
        try:
            trial = search.send(off_colour(trial))
        except StopIteration as stop:
            refused: Choice = stop.value
            break

    assert failed.reasons[0].text == "jpeg did not reach 80 in 2 encodes (best 60.0)."
    assert refused.reasons[0].text == "jpeg kept no limit in 5 encodes (best score 100.0)."


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


def test_a_lossless_file_that_came_out_wrong_is_not_delivered() -> None:
    search = choose(plan(formats=["png"]))
    trial = next(search)

    with pytest.raises(StopIteration) as stop:
        search.send(Outcome(trial=trial, size_bytes=9, score=99.0, passed_checks=False))

    assert stop.value.value.outcome is None
    assert codes(stop.value.value) == ["format-unmade", "nothing-passed"]


def test_what_passed_before_an_encoder_failed_is_still_delivered() -> None:
    def failing_later(trial: Trial) -> tuple[int, float]:
        return smooth(trial) if trial.quality > 75 else (0, -100.0)

    choice, outcomes = run(plan(formats=["jpeg"]), failing_later)

    assert not outcomes[-1].passed_checks
    assert choice.outcome == outcomes[0]


@pytest.mark.parametrize(("size", "kept"), [(7_001, False), (7_000, True)])
def test_a_file_as_large_as_the_original_is_no_gain(size: int, kept: bool) -> None:  # noqa: FBT001 - a case
    choice, _ = run(plan(FACTS.replace(size_bytes=size), formats=["png"]), lambda _: (7_000, 100.0))

    assert (choice.outcome is None) == kept


def test_that_an_original_is_not_shown_is_said_where_it_would_be_kept() -> None:
    hidden = plan(FACTS.replace(size_bytes=7_000), formats=["png"]).replace(original_shown=False)

    equal, _ = run(hidden, lambda _: (7_000, 100.0))
    smaller, _ = run(hidden, lambda _: (6_999, 100.0))

    assert [reason.text for reason in equal.reasons][-1] == (
        "The original is no larger, but its format is not shown by the receiver."
    )
    assert codes(smaller) == ["format-tried"]


def test_a_file_that_just_reaches_the_target_but_no_limit_is_said_to_keep_none() -> None:
    limited = plan(formats=["png"], target=80).replace(target=100.0)
    search = choose(limited.replace(limits=limited.limits.replace(max_delta_e=1.0)))
    trial = next(search)

    with pytest.raises(StopIteration) as stop:
        search.send(Outcome(trial=trial, size_bytes=9, score=100.0, delta_e=2.0))

    assert stop.value.value.reasons[0].text == (
        "png lossless kept no limit in 1 encode (best score 100.0)."
    )


def test_a_failing_encode_as_large_as_what_is_to_be_beaten_settles_its_format() -> None:
    def level(trial: Trial) -> tuple[int, float]:
        return 20_000, (75.5 if trial.format == "avif" else 60.0)

    choice, outcomes = run(plan(formats=["avif", "jxl"]), level)

    assert [o.trial.format for o in outcomes] == ["avif", "jxl"]
    assert [r.text for r in choice.reasons if r.code == "format-beaten"] == [
        "jxl was given up after 1 encode: already larger than the best so far."
    ]


def test_a_bracket_of_three_is_closed_in_its_middle() -> None:
    asked: list[int] = []

    def steep(trial: Trial) -> tuple[int, float]:
        asked.append(trial.quality)
        return 1_000 + trial.quality, 60.0 if trial.quality < 77 else 95.0

    run(plan(formats=["jpeg"]), steep)

    assert len(asked) == len(set(asked)) <= MAX_TRIALS
    assert 77 in asked
