"""User override > brand policy > content class > default; conflicts are errors."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import decide
from eyebright.policy.content import BUILT_IN, POLICIES, Brand, Policies
from eyebright.policy.precedence import resolve
from eyebright.values import Capabilities, Facts, Goal, Plan

PHOTO = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="")
BRAND = Brand(
    name="Acme",
    target=78,
    floor=60,
    max_width=800,
    min_text_px=11,
    max_delta_e=1.5,
    colours=("#d0103a",),
)
BRANDED = Policies(brand=BRAND)


def plan(policies: Policies = BRANDED, **goal: object) -> Plan:
    return decide(PHOTO, Goal.from_dict(goal), Capabilities(), policies)


def codes(decided: Plan) -> list[str]:
    return [r.code for r in decided.reasons]


def test_the_content_decides_where_nobody_else_does() -> None:
    rules = resolve("product", Goal(), BUILT_IN)

    assert (rules.target, rules.target_from, rules.floor) == (80.0, "content", 85)
    assert rules.limits.max_delta_e == 2.0
    assert rules.limits.min_text_px == 9.0
    assert rules.limits.min_face_permille == 900
    assert rules.formats is None
    assert rules.max_width is None


def test_the_brand_beats_the_content() -> None:
    rules = resolve("product", Goal(), BRANDED)

    assert (rules.target, rules.target_from, rules.floor) == (78, "brand", 60)
    assert rules.limits.min_text_px == 11
    assert rules.limits.max_delta_e == 1.5
    assert rules.limits.brand_colours == ("#d0103a",)
    assert rules.limits.brand_delta_e == 2.0
    assert rules.max_width == 800


def test_the_user_beats_the_brand() -> None:
    rules = resolve("product", Goal(target=66, min_text_px=0, max_delta_e=4), BRANDED)

    assert (rules.target, rules.target_from) == (66, "goal")
    assert rules.limits.min_text_px == 0
    assert rules.limits.max_delta_e == 4


def test_a_brand_without_colours_limits_none() -> None:
    assert resolve("general", Goal(), Policies(brand=Brand())).limits.brand_delta_e is None


def test_the_reason_says_whose_target_it_is() -> None:
    assert "target-brand" in codes(plan())
    assert "brand's policy" in next(r.text for r in plan().reasons if r.code == "target-brand")
    assert "target-given" in codes(plan(target=70))
    assert "target-policy" in codes(plan(BUILT_IN))


def test_the_brand_s_width_bounds_the_picture_and_the_smaller_bound_wins() -> None:
    assert (plan().width, plan().height) == (800, 600)
    assert plan(max_width=400).width == 400
    assert plan(max_width=1000).width == 800
    why = next(r for r in plan().reasons if r.code == "size-fitted")
    assert why.values["by"] == "brand"
    assert "as the brand wants" in why.text


def test_brand_colours_get_full_chroma() -> None:
    assert {c.subsampling for c in plan().candidates} == {"444"}


def test_what_any_layer_forbids_is_forbidden() -> None:
    brand = Policies(brand=Brand(forbid=("crop",)))

    rules = resolve("news", Goal(forbid=("lossy",)), brand)

    assert rules.limits.forbid == ("crop", "lossy", "restore")
    assert rules.lossless_only
    assert (rules.target, rules.target_from) == (100.0, "lossless")


def test_lossless_content_forbids_loss_even_where_its_list_does_not() -> None:
    bare = POLICIES["medical"].replace(forbid=())
    policies = Policies(contents={**POLICIES, "scan": bare})

    assert resolve("scan", Goal(), policies).limits.forbid == ("lossy",)


def test_nobody_s_target_counts_where_no_pixel_may_change() -> None:
    decided = plan(content="medical", target=50)

    assert decided.target == 100
    assert "lossless-only" in codes(decided)


def test_a_person_may_forbid_loss_for_any_content() -> None:
    decided = plan(BUILT_IN, forbid=["lossy"])

    assert decided.lossless_only
    assert [c.format for c in decided.candidates] == ["webp", "png"]
    assert all(c.lossless for c in decided.candidates)


def test_the_brand_s_formats_are_the_only_ones() -> None:
    policies = Policies(brand=Brand(formats=("webp", "jpeg")))

    assert {"webp", "jpeg"} == {c.format for c in plan(policies).candidates}
    assert {"webp"} == {c.format for c in plan(policies, formats=["webp"]).candidates}


def test_a_format_that_the_brand_does_not_allow_is_a_conflict() -> None:
    policies = Policies(brand=Brand(name="Acme", formats=("webp", "jpeg")))

    with pytest.raises(
        PolicyError, match="avif is asked for, but Acme allows only webp, jpeg"
    ) as e:
        plan(policies, formats=["webp", "avif"])
    assert e.value.path == "formats[1]"


def test_a_minimum_above_the_brand_s_maximum_is_a_conflict() -> None:
    with pytest.raises(PolicyError, match="801 is above the 800 pixels that Acme allows") as e:
        plan(min_width=801)
    assert e.value.path == "min_width"
    assert plan(min_width=800).min_width == 800


def test_crops_that_the_brand_forbids_are_a_conflict() -> None:
    with pytest.raises(PolicyError, match="brand allows no crops; drop it") as e:
        plan(Policies(brand=Brand(forbid=("crop",))), crops=["1:1"])
    assert e.value.path == "crops"


def test_lossy_formats_alone_where_the_brand_forbids_loss_are_a_conflict() -> None:
    policies = Policies(brand=Brand(forbid=("lossy",)))

    with pytest.raises(PolicyError, match="only lossless files are allowed here") as e:
        plan(policies, formats=["jpeg", "avif"])
    assert e.value.path == "formats"
    assert plan(policies, formats=["jpeg", "webp"]).lossless_only


def test_where_the_brand_forbids_scaling_the_size_is_kept() -> None:
    decided = plan(Policies(brand=Brand(forbid=("scale",))), max_width=100)

    assert (decided.width, decided.height) == (1600, 1200)
    assert [reason.text for reason in decided.reasons if reason.code == "size-kept"] == [
        "It may not be scaled, so the size is kept although a smaller one was asked for."
    ]


@pytest.mark.parametrize(
    ("content", "allowed"),
    [("general", True), ("product", True), ("art", False), ("news", False), ("medical", False)],
)
def test_restoration_is_allowed_by_content(content: str, *, allowed: bool) -> None:
    assert allowed == plan(BUILT_IN, content=content).restore
    assert not plan(BUILT_IN, content=content, forbid=["restore"]).restore
