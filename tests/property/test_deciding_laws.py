"""Laws of deciding, whatever the picture, the goal, the device and the policy file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from policy_strategies import boxes, devices, facts, forbidden, goals, sides

from eyebright.errors import PolicyError
from eyebright.policy import cost, decide, guards, source
from eyebright.policy.content import Brand, Policies
from eyebright.policy.files import load_policies
from eyebright.policy.goals import MAX_VARIANTS
from eyebright.policy.markup import Rendition, picture
from eyebright.values import (
    FORMATS,
    Candidate,
    Capabilities,
    Facts,
    Goal,
    Limits,
    Plan,
    Variant,
)

pytestmark = pytest.mark.property


def attempt(function: Callable[..., Any], *args: Any) -> Any:
    """What the function returns, or the PolicyError that it raises."""
    try:
        return function(*args)
    except PolicyError as exc:
        return exc


@given(facts(), goals(), devices)
def test_deciding_is_total_and_always_gives_reasons(f: Facts, g: Goal, c: Capabilities) -> None:
    plan = decide(f, g, c)

    assert plan.keep_original != bool(plan.candidates)
    assert plan.reasons
    assert all(reason.code and reason.text for reason in plan.reasons)


@given(facts(), goals(), devices)
def test_deciding_is_repeatable_and_plans_round_trip(f: Facts, g: Goal, c: Capabilities) -> None:
    plan = decide(f, g, c)

    assert plan == decide(Facts.from_dict(f.to_dict()), Goal.from_dict(g.to_dict()), c)
    assert plan == Plan.from_dict(plan.to_dict())


@given(facts(), goals(), devices, st.floats(0, 100), st.floats(0, 100))
def test_a_stricter_goal_never_lowers_quality(
    f: Facts, g: Goal, c: Capabilities, one: float, other: float
) -> None:
    lax = decide(f, g.replace(target=min(one, other)), c)
    strict = decide(f, g.replace(target=max(one, other)), c)

    assert strict.target >= lax.target
    assert strict.floor == lax.floor
    assert strict.lossless_only == lax.lossless_only
    assert (strict.width, strict.height) == (lax.width, lax.height)
    gains = {(x.format, x.lossless): x.expected_bytes for x in lax.candidates}
    for candidate in strict.candidates:
        way = candidate.format, candidate.lossless
        assert candidate.expected_bytes >= gains.get(way, 0)


@given(facts(), goals(), devices, forbidden)
def test_forbidding_more_never_lowers_quality_nor_size(
    f: Facts, g: Goal, c: Capabilities, more: tuple[str, ...]
) -> None:
    both = tuple(dict.fromkeys((*g.forbid, *more)))
    try:
        lax, strict = decide(f, g, c), decide(f, g.replace(forbid=both), c)
    except PolicyError:
        assume(condition=False)  # forbidding what is asked for is a contradiction
        return

    assert strict.target >= lax.target
    if not strict.keep_original:
        assert strict.width >= lax.width
        assert strict.height >= lax.height


@given(facts(), goals(), devices, st.sampled_from(FORMATS))
def test_adding_a_format_never_raises_the_expected_cost_of_the_best(
    f: Facts, g: Goal, c: Capabilities, added: str
) -> None:
    def with_format(known: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*known, added)))

    assume(g.mode != "fast")  # there a quicker format takes the place of a slower one
    assume(added != f.format)  # the original, which is shown then, may be the best
    more = c.replace(
        decode=with_format(c.decode),
        decode_alpha=with_format(c.decode_alpha),
        encode=with_format(c.encode),
    )
    first = decide(f, g, c)
    assume("format-reserve" not in {reason.code for reason in first.reasons})  # none fitted
    before, after = first.candidates, decide(f, g, more).candidates

    assert not before or (after and _least(after) <= _least(before))
    assert {(x.format, x.lossless) for x in before} <= {(x.format, x.lossless) for x in after}


@given(facts(), goals(purpose="convert"), devices, st.floats(1, 100))
def test_a_faster_network_never_raises_the_expected_cost_of_the_best(
    f: Facts, g: Goal, c: Capabilities, factor: float
) -> None:
    known = c.replace(throughput_kbps=max(1.0, c.throughput_kbps or 1.0))
    faster = known.replace(throughput_kbps=(known.throughput_kbps or 1.0) * factor)
    before, after = decide(f, g, known).candidates, decide(f, g, faster).candidates

    assert len(before) == len(after)
    if before:
        assert _least(after) <= _least(before)


def _least(candidates: tuple[Candidate, ...]) -> int:
    return min(c.expected_bytes if c.expected_ms is None else c.expected_ms for c in candidates)


@given(facts(), goals(), devices)
def test_candidates_stand_in_the_order_of_expected_cost(f: Facts, g: Goal, c: Capabilities) -> None:
    plan = decide(f, g, c)

    priced = [x.expected_bytes if x.expected_ms is None else x.expected_ms for x in plan.candidates]
    assert priced == sorted(priced)
    known = {x.expected_ms is None for x in plan.candidates}
    assert known <= {plan.throughput_kbps is None}


@given(facts(), goals(), devices)
def test_what_is_forbidden_stays_forbidden(f: Facts, g: Goal, c: Capabilities) -> None:
    plan = decide(f, g, c)

    assert set(g.forbid) <= set(plan.limits.forbid)
    for candidate in plan.candidates:
        assert candidate.format in c.encode
        assert g.formats is None or candidate.format in g.formats
        assert candidate.lossless or "lossy" not in plan.limits.forbid
        assert candidate.format != "jpeg" or not f.transparent_permille
    if "scale" in plan.limits.forbid:
        assert (plan.width, plan.height) == (f.width, f.height)
    assert not plan.crops or "crop" not in plan.limits.forbid
    assert not plan.restore or "restore" not in plan.limits.forbid


@given(facts(), goals(), devices)
def test_dimensions_fit_and_keep_the_aspect_to_a_pixel(f: Facts, g: Goal, c: Capabilities) -> None:
    plan = decide(f, g, c)

    assert 1 <= plan.width <= f.width
    assert 1 <= plan.height <= f.height
    # Some factor rounds to both sides, half up; a side of 1 may have been rounded up from nothing.
    sides_px = ((plan.width, f.width), (plan.height, f.height))
    least = max(0.0 if made == 1 else (made - 0.5) / whole for made, whole in sides_px)
    most = min((made + 0.5) / whole for made, whole in sides_px)
    assert least <= most + 1e-9
    guarded = any(r.code in {"guard-text", "size-kept"} for r in plan.reasons)
    assert guarded or g.max_width is None or plan.width <= g.max_width


@given(facts(), goals(), devices)
def test_no_decided_plan_breaks_a_guard(f: Facts, g: Goal, c: Capabilities) -> None:
    assert guards.check(f, decide(f, g, c)) == ()


candidates = st.builds(
    Candidate,
    format=st.sampled_from(FORMATS),
    lossless=st.booleans(),
    subsampling=st.sampled_from(["420", "444"]),
)


@st.composite
def any_plan(draw: st.DrawFn, f: Facts) -> Plan:
    """Plans that nobody decided, broken in any way."""
    return Plan(
        content="general",
        width=draw(sides),
        height=draw(sides),
        target=75,
        floor=50,
        candidates=tuple(draw(st.lists(candidates, max_size=4))),
        keep_original=draw(st.booleans()),
        restore=draw(st.booleans()),
        crops=tuple(draw(st.lists(st.sampled_from(["1:1", "3:2", "1:7"]), unique=True))),
        crop=draw(st.none() | boxes(f.width, f.height)),
        limits=Limits(
            forbid=draw(forbidden),
            min_text_px=draw(st.floats(0, 60)),
            min_face_permille=draw(st.integers(0, 1000)),
            brand_colours=draw(st.sampled_from([(), ("#d0103a",)])),
        ),
    )


@given(st.data(), facts())
def test_a_guard_s_repair_satisfies_every_guard(data: st.DataObject, f: Facts) -> None:
    plan = data.draw(any_plan(f))

    repaired = guards.repair(f, plan)

    assert guards.check(f, repaired) == ()
    assert guards.repair(f, repaired) == repaired


@given(st.data(), facts())
def test_a_repair_gives_a_reason_for_what_it_changed_and_for_nothing_else(
    data: st.DataObject, f: Facts
) -> None:
    plan = data.draw(any_plan(f))
    repaired = guards.repair(f, plan)

    changed = plan.replace(reasons=()) != repaired.replace(reasons=())
    assert changed == bool(repaired.reasons)


@given(facts(), goals(), devices)
def test_variants_are_bounded_sorted_and_within_the_guards(
    f: Facts, g: Goal, c: Capabilities
) -> None:
    plan = decide(f, g, c)
    made: tuple[Variant, ...] = plan.variants

    assert len(made) <= (g.variants or MAX_VARIANTS)
    assert [v.width for v in made] == sorted({v.width for v in made})
    for variant in made:
        assert plan.min_width <= variant.width <= plan.width
        assert variant.height <= f.height
        assert abs(variant.height - max(1, f.height * variant.width / f.width)) <= 1
        assert variant.target <= plan.target
    assert not plan.keep_original or not made


@given(facts(), goals(), devices)
def test_hints_lower_a_target_by_twelve_points_at_most(f: Facts, g: Goal, c: Capabilities) -> None:
    hinted, bare = decide(f, g, c), decide(f, g, Capabilities())
    # a poor source lowers a target, too, but not where a smaller picture hides its losses
    hidden = source.MOST_LOWERED if hinted.width < bare.width else 0

    assert bare.target - 12 <= hinted.target <= bare.target + hidden
    assert hinted.target >= min(60, bare.target)
    assert g.target is None or hinted.target == bare.target


@given(facts(), goals(purpose="convert"), devices)
def test_a_conversion_is_never_gated(f: Facts, g: Goal, c: Capabilities) -> None:
    codes = {reason.code for reason in decide(f, g, c).reasons}

    assert not codes & {"gain-none", "gain-too-slow", "format-no-gain"}


@given(facts(), goals(), devices)
def test_costs_are_the_sums_that_the_reasons_show(f: Facts, g: Goal, c: Capabilities) -> None:
    plan = decide(f, g, c)
    for candidate in plan.candidates:
        if candidate.expected_ms is not None:
            pixels = plan.width * plan.height * plan.frames
            price = cost.cost(candidate, pixels, g, c)
            assert price is not None
            assert candidate.expected_ms == price.total_ms
            assert candidate.fixed_ms == price.total_ms - price.transfer_ms


brands = st.builds(
    Brand,
    target=st.none() | st.floats(0, 100),
    floor=st.none() | st.integers(0, 100),
    formats=st.none() | st.just(("webp", "jpeg")),
    max_width=st.none() | sides,
    forbid=st.just(()) | st.just(("restore",)) | st.just(("lossy",)),
    min_text_px=st.none() | st.floats(0, 50),
    colours=st.sampled_from([(), ("#d0103a",)]),
)


@given(facts(), goals(), devices, brands)
def test_under_a_brand_a_plan_keeps_the_brand_s_rules_or_is_a_named_conflict(
    f: Facts, g: Goal, c: Capabilities, brand: Brand
) -> None:
    plan = attempt(decide, f, g, c, Policies(brand=brand))

    if isinstance(plan, PolicyError):
        assert plan.path.split("[")[0] in {"formats", "crops", "min_width"}
        return
    assert set(brand.forbid) <= set(plan.limits.forbid)
    assert guards.check(f, plan) == ()
    for candidate in plan.candidates:
        assert brand.formats is None or candidate.format in brand.formats
        assert not brand.colours or candidate.subsampling == "444"
    guarded = any(r.code in {"guard-text", "size-kept"} for r in plan.reasons)
    assert guarded or brand.max_width is None or plan.width <= max(1, brand.max_width)


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
def test_any_text_is_a_policy_file_or_a_policy_error(text: str) -> None:
    loaded = attempt(load_policies, text)

    assert str(loaded) if isinstance(loaded, PolicyError) else loaded.fingerprint


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
keys = st.sampled_from([*Goal.field_names, *Facts.field_names, *Capabilities.field_names])


@given(st.dictionaries(keys, values, max_size=6))
def test_any_json_is_decided_or_a_policy_error(data: dict[str, Any]) -> None:
    base = {"format": "jpeg", "width": 9, "height": 9, "size_bytes": 99, "sha256": ""}
    fields = (Facts, Goal, Capabilities)
    parts = [{k: v for k, v in data.items() if k in cls.field_names} for cls in fields]

    def read_and_decide() -> Plan:
        return decide(
            Facts.from_dict({**base, **parts[0]}),
            Goal.from_dict(parts[1]),
            Capabilities.from_dict(parts[2]),
        )

    made = attempt(read_and_decide)

    assert made.path if isinstance(made, PolicyError) else made.reasons


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_markup_is_one_element_whatever_the_texts(url: str, alt: str, sizes: str) -> None:
    made = picture([Rendition(url=url, format="webp", width=2, height=1)], alt=alt, sizes=sizes)

    assert made.startswith("<img ")
    assert made.count("<") == 1
    assert made.count(">") == 1
    assert made.count('"') == 12
