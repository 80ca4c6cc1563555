"""What is decided for animations, and the search over their qualities."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import decide
from eyebright.policy.motion import MOST_FRAMES, MOST_SIZES, MOST_WHOLE, Ask, choose, samples
from eyebright.values import Capabilities, Choice, Facts, Goal, Outcome, Plan

FILM = Facts(format="gif", width=400, height=300, size_bytes=900_000, sha256="0" * 64, frames=40)


def plan(facts: Facts = FILM, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), Capabilities())


def codes(decided: Plan) -> set[str]:
    return {reason.code for reason in decided.reasons}


def search(decided: Plan, *, fall: float = 0.0, size: float = 1.0) -> tuple[Choice, list[Ask]]:
    """Scores follow the quality; the whole scores `fall` less than the samples."""
    asks: list[Ask] = []
    asking = choose(decided)
    ask = next(asking)
    while True:
        asks.append(ask)
        quality = 150 if ask.trial.lossless else ask.trial.quality
        score = 100.0 if ask.trial.lossless else quality - (fall if ask.whole else 0.0)
        outcome = Outcome(trial=ask.trial, size_bytes=round(size * 1000 * quality), score=score)
        try:
            ask = asking.send(outcome)
        except StopIteration as stop:
            return stop.value, asks


def test_an_animation_is_tried_as_webp_only_lossy_and_lossless() -> None:
    decided = plan()

    assert decided.frames == 40
    assert [(c.format, c.lossless) for c in decided.candidates] == [
        ("webp", False),
        ("webp", True),
    ]


@pytest.mark.parametrize(
    ("facts", "goal"),
    [
        (FILM, {"animation": "keep"}),
        (FILM.replace(format="avif"), {}),
        (FILM.replace(frames=MOST_FRAMES + 1), {}),
        (FILM.replace(width=4000, height=3000), {}),
    ],
    ids=["asked", "avif", "frames", "pixels"],
)
def test_some_animations_stay_as_they_are(facts: Facts, goal: dict[str, object]) -> None:
    decided = plan(facts, **goal)

    assert decided.keep_original
    assert decided.frames == 1
    assert "animated" in codes(decided)


def test_an_unknown_way_with_animations_is_refused() -> None:
    with pytest.raises(PolicyError, match="animation"):
        plan(animation="first frame")


def test_the_quality_is_searched_on_samples_and_proved_on_the_whole() -> None:
    choice, asks = search(plan(content="general"))

    lossy = [ask for ask in asks if not ask.trial.lossless]
    assert [ask.whole for ask in lossy].count(True) == 1
    assert lossy[-1].whole
    assert choice.outcome is not None
    assert choice.outcome.trial == lossy[-1].trial
    assert "animation-kept" in {reason.code for reason in choice.reasons}


def test_a_whole_that_falls_short_is_made_again_at_a_higher_quality() -> None:
    choice, asks = search(plan(content="general"), fall=5)

    wholes = [ask.trial.quality for ask in asks if ask.whole and not ask.trial.lossless]
    assert wholes == sorted(set(wholes))
    assert 2 <= len(wholes) <= MOST_WHOLE
    assert choice.outcome is not None
    assert choice.outcome.score >= 75


def test_nothing_larger_than_the_original_is_chosen() -> None:
    choice, _asks = search(plan(content="general"), size=50)

    assert choice.outcome is None
    assert "original-smaller" in {reason.code for reason in choice.reasons}


def test_a_hopeless_lossless_animation_is_not_made() -> None:
    asking = choose(plan(content="general"))
    ask = next(asking)
    wholes = []
    while True:
        wholes += [ask.trial.lossless] * ask.whole
        size = 99_000 if ask.trial.lossless else 100 * ask.trial.quality
        outcome = Outcome(trial=ask.trial, size_bytes=size, score=float(ask.trial.quality))
        try:
            ask = asking.send(outcome)
        except StopIteration as stop:
            choice: Choice = stop.value
            break

    assert wholes == [False]
    assert "format-cannot-win" in {reason.code for reason in choice.reasons}


def test_a_byte_limit_lowers_the_quality_within_few_trials() -> None:
    choice, asks = search(plan(content="general", max_bytes=60_000))

    assert sum(ask.whole and not ask.trial.lossless for ask in asks) <= MOST_WHOLE
    assert choice.outcome is not None
    assert choice.outcome.size_bytes <= 60_000
    assert not choice.target_reached


def test_a_byte_limit_below_the_least_quality_shrinks_the_size() -> None:
    choice, asks = sized_search(plan(content="general", max_bytes=9_000))

    sizes = [(ask.trial.width, ask.trial.height) for ask in asks]
    assert choice.outcome is not None
    assert choice.outcome.size_bytes <= 9_000
    assert (choice.outcome.trial.width, choice.outcome.trial.height) == min(sizes)
    assert "bytes-met" in {reason.code for reason in choice.reasons}
    assert len([ask for ask in asks if ask.whole]) <= 2 * MOST_WHOLE + MOST_SIZES + 1


@pytest.mark.parametrize("goal", [{"min_width": 400}, {"forbid": ["scale"]}], ids=str)
def test_a_byte_limit_never_shrinks_below_what_is_allowed(goal: dict[str, object]) -> None:
    choice, asks = sized_search(plan(content="general", max_bytes=9_000, **goal))

    assert {ask.trial.width for ask in asks} == {400}
    assert "bytes-not-met" in {reason.code for reason in choice.reasons}
    assert not choice.target_reached


def sized_search(decided: Plan) -> tuple[Choice, list[Ask]]:
    """Bytes follow the quality and the pixels."""
    asks: list[Ask] = []
    asking = choose(decided)
    ask = next(asking)
    while True:
        asks.append(ask)
        share = ask.trial.width * ask.trial.height / (400 * 300)
        quality = 300 if ask.trial.lossless else ask.trial.quality
        score = min(100.0, quality)
        outcome = Outcome(trial=ask.trial, size_bytes=round(share * 1000 * quality), score=score)
        try:
            ask = asking.send(outcome)
        except StopIteration as stop:
            return stop.value, asks


@pytest.mark.parametrize("count", [1, 2, 8, 9, 100, 1999])
def test_samples_are_few_and_hold_both_ends(count: int) -> None:
    chosen = samples(count)

    assert (chosen[0], chosen[-1]) == (0, count - 1)
    assert list(chosen) == sorted(set(chosen))
    assert len(chosen) == min(8, count)


def test_a_whole_that_does_not_play_ends_its_format() -> None:
    asking = choose(plan(content="general", formats=["webp"]))
    ask = next(asking)
    wholes = 0
    while True:
        wholes += ask.whole
        score = 100.0 if ask.trial.lossless else float(ask.trial.quality)
        made = Outcome(trial=ask.trial, size_bytes=900, score=score, passed_checks=not ask.whole)
        try:
            ask = asking.send(made)
        except StopIteration as stop:
            choice: Choice = stop.value
            break

    assert wholes == 2  # the lossy one and the lossless one, once each
    assert choice.outcome is None


def play(decided: Plan, size: Callable[[Ask], int]) -> tuple[Choice, list[Ask]]:
    """Scores are the qualities; 0 bytes are an encoder that failed."""
    asks: list[Ask] = []
    asking = choose(decided)
    ask = next(asking)
    while True:
        asks.append(ask)
        made = size(ask)
        score = 100.0 if ask.trial.lossless else float(ask.trial.quality)
        outcome = Outcome(trial=ask.trial, size_bytes=made, score=score, passed_checks=made > 0)
        try:
            ask = asking.send(outcome)
        except StopIteration as stop:
            return stop.value, asks


def limited(most: int, **changes: object) -> Plan:
    """One lossy way, unless others are given, under a byte limit."""
    wanted = plan(content="general", formats=["webp"])
    return wanted.replace(**{"candidates": wanted.candidates[:1], "max_bytes": most, **changes})


def by_area(ask: Ask) -> int:
    return ask.trial.width * ask.trial.height * ask.trial.quality // 100


def test_a_byte_limit_of_an_animation_is_met_by_size_at_the_lowest_quality() -> None:
    choice, asks = play(limited(30_000), by_area)

    assert choice.outcome is not None
    made = choice.outcome
    assert made.size_bytes <= 30_000
    assert (made.trial.width, made.trial.height) == (255, 191)  # 0.9 of the root of a half
    assert made.trial.quality == 57
    assert asks[-1].trial == made.trial
    assert not choice.target_reached


def test_an_animation_never_shrinks_below_what_is_allowed() -> None:
    choice, asks = play(limited(30_000, min_width=400), by_area)

    assert {ask.trial.width for ask in asks} == {400}
    assert choice.outcome is not None
    assert choice.outcome.size_bytes == 60_000
    assert choice.reasons[-2].code == "bytes-not-met"


def test_an_animation_whose_bytes_stay_is_given_up_after_six_sizes() -> None:
    _choice, asks = play(limited(30_000), lambda _ask: 40_000)

    assert len({(ask.trial.width, ask.trial.height) for ask in asks}) == 6


def test_an_animation_that_cannot_be_made_smaller_keeps_the_original() -> None:
    choice, asks = play(limited(30_000), lambda ask: 0 if ask.whole else 9_000)

    assert choice.outcome is None
    assert sum(ask.whole for ask in asks) == 2


def test_a_lossless_animation_alone_cannot_meet_a_byte_limit() -> None:
    lossless = plan(content="medical").candidates
    choice, asks = play(limited(30_000, candidates=lossless), lambda _ask: 50_000)

    assert [ask.trial.lossless for ask in asks] == [True]
    assert choice.outcome is not None
    assert "bytes-not-met" in {reason.code for reason in choice.reasons}


def test_a_byte_limit_just_above_the_lowest_quality_is_met_by_that() -> None:
    choice, asks = play(limited(60_500), by_area)

    assert choice.outcome is not None
    assert (choice.outcome.trial.quality, choice.outcome.trial.width) == (50, 400)
    assert asks[-1].trial == choice.outcome.trial
