"""Laws of the policy, whatever the picture, the goal and the machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.policy import choose, decide
from eyebright.policy.search import MAX_SHRINKS, MAX_TRIALS
from eyebright.policy.sizes import fit
from eyebright.values import (
    FORMATS,
    Capabilities,
    Choice,
    Facts,
    Goal,
    Outcome,
    Plan,
    Report,
    Trial,
)

pytestmark = pytest.mark.property

sides = st.integers(1, 20_000)
facts = st.builds(
    Facts,
    format=st.sampled_from(["jpeg", "png", "webp", "gif", "tiff"]),
    width=sides,
    height=sides,
    size_bytes=st.integers(1, 10**8),
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    transparent_permille=st.integers(0, 1000),
    flat_permille=st.integers(0, 1000),
    colours=st.integers(1, 4096),
    detail_centibits=st.integers(0, 800),
    frames=st.integers(1, 3),
)
goals = st.builds(
    Goal,
    content=st.sampled_from(
        ["auto", "general", "product", "art", "screenshot", "medical", "legal"]
    ),
    target=st.none() | st.floats(0, 100),
    max_width=st.none() | sides,
    max_height=st.none() | sides,
    max_bytes=st.none() | st.integers(1, 10**7),
    formats=st.none() | st.just(("webp", "jpeg")) | st.just(FORMATS),
)
capabilities = st.builds(
    Capabilities,
    decode=st.lists(st.sampled_from(FORMATS), unique=True).map(tuple),
    decode_alpha=st.lists(st.sampled_from(FORMATS), unique=True).map(tuple),
    encode=st.lists(st.sampled_from(FORMATS), unique=True).map(tuple),
)
encoders = st.tuples(st.floats(5, 40), st.floats(0.4, 1.6), st.integers(0, 3))


def drive(plan: Plan, encoder: tuple[float, float, int]) -> tuple[Choice | None, list[Outcome]]:
    """Run the search on a made-up encoder; None where the plan needs no search."""
    if plan.keep_original:
        return None, []
    doubling, bend, noise = encoder
    outcomes: list[Outcome] = []
    search = choose(plan)
    trial = next(search)
    while True:
        outcomes.append(_encode(trial, doubling, bend, noise))
        try:
            trial = search.send(outcomes[-1])
        except StopIteration as stop:
            return stop.value, outcomes


def _encode(trial: Trial, doubling: float, bend: float, noise: int) -> Outcome:
    size = 40 + trial.width * trial.height * 2 ** (trial.quality / doubling) / 400
    score = 100.0 if trial.lossless else 100 - 70 * (1 - trial.quality / 100) ** bend
    score -= 0 if trial.lossless else noise * (trial.quality * 7919 % 5)
    return Outcome(trial=trial, size_bytes=int(size), score=score)


@given(facts, goals, capabilities)
def test_deciding_never_fails_on_valid_input(f: Facts, g: Goal, c: Capabilities) -> None:
    plan = decide(f, g, c)

    assert plan.keep_original or plan.candidates
    assert plan.reasons


@given(facts, goals, capabilities)
def test_deciding_twice_gives_the_same_plan(f: Facts, g: Goal, c: Capabilities) -> None:
    assert decide(f, g, c) == decide(f, g, c)


@given(facts, goals, capabilities)
def test_plans_round_trip_through_json(f: Facts, g: Goal, c: Capabilities) -> None:
    plan = decide(f, g, c)

    assert plan == Plan.from_dict(plan.to_dict())
    assert f == Facts.from_dict(f.to_dict())
    assert g == Goal.from_dict(g.to_dict())
    assert c == Capabilities.from_dict(c.to_dict())


@given(facts, goals, capabilities)
def test_forbidden_stays_forbidden(f: Facts, g: Goal, c: Capabilities) -> None:
    for candidate in decide(f, g, c).candidates:
        assert candidate.format in c.encode
        assert g.formats is None or candidate.format in g.formats
        assert not (f.transparent_permille and candidate.format == "jpeg")
        assert candidate.lossless or g.content not in {"medical", "legal"}


@given(sides, sides, st.none() | sides, st.none() | sides)
def test_sizes_fit_keep_the_aspect_and_never_grow(
    width: int, height: int, most_width: int | None, most_height: int | None
) -> None:
    fitted_width, fitted_height = fit(width, height, most_width, most_height)

    assert 1 <= fitted_width <= min(width, most_width or width)
    assert 1 <= fitted_height <= min(height, most_height or height)
    factor = min(1.0, (most_width or width) / width, (most_height or height) / height)
    assert abs(fitted_width - max(1, width * factor)) <= 1
    assert abs(fitted_height - max(1, height * factor)) <= 1


@given(facts, goals, capabilities, encoders)
def test_the_search_ends_within_its_bound_and_delivers_only_what_passes(
    f: Facts, g: Goal, c: Capabilities, encoder: tuple[float, float, int]
) -> None:
    plan = decide(f, g, c)
    choice, outcomes = drive(plan, encoder)
    if choice is None:
        return

    per_size = MAX_TRIALS * (len(plan.candidates) + MAX_SHRINKS)
    assert len(outcomes) <= per_size
    if choice.outcome is None:
        return
    assert choice.outcome in outcomes
    assert choice.outcome.size_bytes < f.size_bytes
    assert choice.outcome.trial.lossless or choice.outcome.trial.quality >= plan.floor
    if choice.target_reached:
        assert choice.outcome.score >= plan.target
        assert plan.max_bytes is None or choice.outcome.size_bytes <= plan.max_bytes
    if plan.max_bytes is None:
        assert choice.target_reached


@given(facts, st.floats(40, 94), st.floats(1, 6), st.floats(0.7, 1.4))
def test_a_stricter_target_never_lowers_the_quality(
    f: Facts, target: float, more: float, bend: float
) -> None:
    smooth = (14.0, bend, 0)
    machine = Capabilities(encode=("jpeg",))
    still = f.replace(frames=1, transparent_permille=0, size_bytes=10**12)
    lax, _ = drive(decide(still, Goal(target=target, formats=("jpeg",)), machine), smooth)
    strict, _ = drive(decide(still, Goal(target=target + more, formats=("jpeg",)), machine), smooth)

    if lax and strict and lax.outcome and strict.outcome:
        assert strict.outcome.trial.quality >= lax.outcome.trial.quality


def test_reports_round_trip_through_json() -> None:
    report = Report(
        name="a.png",
        format="webp",
        mime="image/webp",
        width=2,
        height=3,
        bytes=10,
        original_bytes=20,
        original_format="png",
        score=80.5,
        target=75.0,
        target_reached=True,
        quality=70,
        lossless=False,
        kept_original=False,
        encodes=2,
        content="general",
        timings_ms={"encode": 1.5},
        versions={"policy": "1", "models": {}},
        cache_key="eb1-x",
    )

    assert report == Report.from_dict(report.to_dict())
