"""Hints lower a policy's target by stated steps, never one that somebody gave."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.policy.content import Brand, Policies
from eyebright.policy.shifts import density_step
from eyebright.values import Capabilities, Facts, Goal, Plan

PHOTO = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="")


def plan(
    policies: Policies | None = None, hints: Capabilities | None = None, **goal: object
) -> Plan:
    return decide(PHOTO, Goal.from_dict(goal), hints or Capabilities(), policies or Policies())


def hinted(**hints: object) -> Capabilities:
    return Capabilities.from_dict(hints)


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({}, 75),
        ({"save_data": True}, 67),
        ({"effective_type": "slow-2g"}, 67),
        ({"effective_type": "2g"}, 67),
        ({"effective_type": "3g"}, 71),
        ({"effective_type": "4g"}, 75),
        ({"battery_saving": True}, 73),
        ({"save_data": True, "effective_type": "2g"}, 67),
        ({"save_data": True, "battery_saving": True}, 65),
        ({"effective_type": "3g", "battery_saving": True}, 69),
    ],
)
def test_each_hint_has_its_step(hints: dict[str, object], expected: float) -> None:
    assert expected == plan(hints=hinted(**hints)).target


@pytest.mark.parametrize(
    ("dpr", "expected"),
    [(1.0, 75), (1.49, 75), (1.5, 72), (2.0, 69), (2.99, 69), (3.0, 64), (9, 64)],
)
def test_dense_screens_forgive_more_where_the_picture_fits_its_slot(
    dpr: float, expected: float
) -> None:
    assert expected == plan(hints=hinted(dpr=dpr, width_px=900), purpose="serve").target


@pytest.mark.parametrize(
    ("hints", "goal"),
    [
        ({"dpr": 2.0}, {"purpose": "serve"}),
        ({"dpr": 2.0, "width_px": 900}, {}),
        ({"dpr": 2.0, "width_px": 900}, {"purpose": "upload"}),
        ({"dpr": 2.0, "width_px": 900}, {"purpose": "serve", "layout_widths": [450]}),
        ({"width_px": 900}, {"purpose": "serve"}),
    ],
)
def test_density_counts_only_where_the_slot_is_known_and_filled(
    hints: dict[str, object], goal: dict[str, object]
) -> None:
    assert plan(hints=hinted(**hints), **goal).target == 75


def test_the_viewport_is_a_slot_too() -> None:
    hints = hinted(dpr=2.0, viewport_width_px=390)

    assert plan(hints=hints, purpose="serve").target == 69


def test_all_steps_together_are_bounded() -> None:
    hints = hinted(dpr=3.0, width_px=900, save_data=True, battery_saving=True)

    assert plan(hints=hints, purpose="serve").target == 63


def test_hints_never_lower_a_target_below_sixty_nor_raise_a_lower_one() -> None:
    hints = hinted(save_data=True)

    assert plan(Policies(brand=Brand(target=65)), hints).target == 60
    assert plan(Policies(brand=Brand(target=60)), hints).target == 60
    assert plan(Policies(brand=Brand(target=40)), hints).target == 40


def test_a_target_that_somebody_gave_is_not_shifted() -> None:
    decided = plan(hints=hinted(save_data=True), target=75)

    assert decided.target == 75
    assert "target-shifted" not in {r.code for r in decided.reasons}


def test_a_brand_s_target_is_shifted_like_any_policy_s() -> None:
    assert plan(Policies(brand=Brand(target=90)), hinted(save_data=True)).target == 82


def test_lossless_content_is_not_shifted() -> None:
    assert plan(hints=hinted(save_data=True), content="medical").target == 100


def test_the_reason_names_each_step() -> None:
    decided = plan(hints=hinted(save_data=True, battery_saving=True))

    why = next(r for r in decided.reasons if r.code == "target-shifted")
    assert why.values == {"from": 75.0, "to": 65.0, "steps": {"save-data": 8.0, "battery": 2.0}}
    assert "from 75 to 65 (save-data 8, battery 2)" in why.text


def test_no_step_no_reason() -> None:
    assert "target-shifted" not in {r.code for r in plan().reasons}


def test_density_has_steps_not_slopes() -> None:
    assert [density_step(dpr) for dpr in (1.0, 1.5, 2.5, 3.0)] == [0.0, 3.0, 6.0, 11.0]


@pytest.mark.parametrize(
    ("hints", "width"),
    [
        ({"width_px": 900}, 900),
        ({"width_px": 900, "dpr": 1.0}, 900),
        ({"width_px": 900, "dpr": 2.0}, 900),
        ({"width_px": 900, "dpr": 3.0}, 600),
        ({"viewport_width_px": 400}, 400),
        ({"viewport_width_px": 400, "dpr": 2.0}, 800),
        ({"viewport_width_px": 400, "dpr": 3.0}, 800),
        ({"viewport_width_px": 400, "dpr": 0.5}, 200),
        ({"width_px": 500, "viewport_width_px": 400}, 500),
        ({"width_px": 1, "dpr": 9.0}, 1),
        ({"viewport_width_px": 1, "dpr": 0.1}, 1),
        ({"dpr": 2.0}, 1600),
    ],
)
def test_serving_fills_the_slot_with_two_pixels_for_one_at_most(
    hints: dict[str, object], width: int
) -> None:
    assert width == plan(hints=hinted(**hints), purpose="serve").width


def test_the_slot_bounds_only_what_is_served() -> None:
    assert plan(hints=hinted(width_px=900)).width == 1600


def test_a_slot_gives_its_reason() -> None:
    why = next(
        r
        for r in plan(hints=hinted(width_px=900), purpose="serve").reasons
        if r.code == "size-fitted"
    )

    assert why.values == {"from": [1600, 1200], "to": [900, 675], "by": "slot"}
    assert "which fills its slot" in why.text
