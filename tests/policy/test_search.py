"""The search, driven by a made-up encoder whose scores and bytes are known."""

from __future__ import annotations

import pytest
from made_up_encoder import FACTS, codes, plan, run, smooth

from eyebright.policy import choose
from eyebright.policy.search import MAX_TRIALS
from eyebright.values import Choice, Outcome, Trial


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


def test_a_score_that_does_not_grow_with_quality_still_ends() -> None:
    def jagged(trial: Trial) -> tuple[int, float]:
        return 1000 + trial.quality, 75.0 + (trial.quality * 7919 % 13) - 6

    choice, outcomes = run(plan(formats=["jpeg"]), jagged)

    assert len(outcomes) <= MAX_TRIALS
    assert choice.outcome is None or choice.outcome.score >= 75


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


def test_scores_that_do_not_fall_lead_to_the_floor_in_halves() -> None:
    _, outcomes = run(plan(formats=["jpeg"]), lambda trial: (1000 * trial.quality, 90.0))

    qualities = [outcome.trial.quality for outcome in outcomes]
    assert qualities[2] == (50 + qualities[1]) // 2
    assert qualities == sorted(qualities, reverse=True)
