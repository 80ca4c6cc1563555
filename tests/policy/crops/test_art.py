"""One picture in several shapes, each for its place in the layout."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import decide
from eyebright.policy.crops.art import USUAL_ASPECTS, Directed, Size, Slot, directed, goal_for
from eyebright.policy.crops.choices import Chosen
from eyebright.values import Box, Capabilities, Facts, Goal

FACTS = Facts(
    format="jpeg",
    width=3000,
    height=2000,
    size_bytes=900_000,
    sha256="ab",
    saliency=tuple(31 if at in {83, 84, 99, 100} else 1 for at in range(256)),
)


def one(aspect: str, *widths: int, facts: Facts = FACTS, **wishes: object) -> Directed:
    return directed(facts, [Slot(aspect=aspect, widths=widths)], **wishes)[0]  # type: ignore[arg-type]


def test_every_slot_has_its_crop() -> None:
    slots = [Slot(aspect=aspect) for aspect in USUAL_ASPECTS]

    found = directed(FACTS, slots)

    assert [one.slot.aspect for one in found] == list(USUAL_ASPECTS)
    assert len({(one.crop.box.width, one.crop.box.height) for one in found}) == len(slots)


@pytest.mark.parametrize(
    ("aspect", "sizes"),
    [
        ("16:9", [(400, 225), (1600, 900)]),
        ("9:16", [(400, 711), (1125, 2000)]),
        ("3:1", [(400, 133), (1600, 533)]),
        ("800x400", [(400, 200), (1600, 800)]),
    ],
)
def test_sizes_are_of_the_shape_to_the_pixel(aspect: str, sizes: list[tuple[int, int]]) -> None:
    found = one(aspect, 1600, 400)

    assert [(size.width, size.height) for size in found.sizes] == sizes


def test_without_widths_the_crop_s_own_is_made() -> None:
    assert one("1:1").sizes == (Size(width=2000, height=2000),)
    assert one("600x300").sizes == (Size(width=600, height=300),)


def test_a_point_is_carried_over_to_all_shapes() -> None:
    chosen = Chosen(focal_permille=(900, 500))
    slots = [Slot(aspect="1:1"), Slot(aspect="9:16")]

    found = directed(FACTS, slots, chosen=chosen)

    assert [one.crop.strategy for one in found] == ["user", "user"]
    assert [one.crop.box.x for one in found] == [1000, 3000 - 1125]


def test_a_region_is_of_its_own_shape() -> None:
    region = Box(x=0, y=0, width=1000, height=1000)
    chosen = Chosen(focal_permille=(167, 250), boxes={"1:1": region})

    found = directed(FACTS, [Slot(aspect="1:1"), Slot(aspect="2:1")], chosen=chosen)

    assert found[0].crop.box == region
    assert found[1].crop.box.width == 3000


@pytest.mark.parametrize("aspect", USUAL_ASPECTS)
@pytest.mark.parametrize("width", [7, 50, 333, 1000])
def test_the_goal_of_a_size_makes_exactly_that(aspect: str, width: int) -> None:
    found = one(aspect, width)

    plan = decide(FACTS, goal_for(found.crop, Goal(), found.sizes[0]), Capabilities())

    assert plan.crop == found.crop.box
    assert (plan.width, plan.height) == (found.sizes[0].width, found.sizes[0].height)


def test_the_goal_of_a_crop_makes_all_of_it() -> None:
    found = one("1:1")

    plan = decide(FACTS, goal_for(found.crop, Goal()), Capabilities())

    assert (plan.crop, plan.width, plan.height) == (found.crop.box, 2000, 2000)


def test_a_picture_that_stays_whole_keeps_its_own_shape() -> None:
    faces = tuple(Box(x=x, y=900, width=300, height=300) for x in (0, 2700))
    found = one("9:16", 300, facts=FACTS.replace(faces=faces))

    plan = decide(FACTS, goal_for(found.crop, Goal(), found.sizes[0]), Capabilities())

    assert found.crop.strategy == "whole"
    assert (plan.crop, plan.width, plan.height) == (None, 300, 200)
    assert goal_for(found.crop, Goal()) == Goal()


@pytest.mark.parametrize(
    ("slot", "path"),
    [
        (Slot(aspect="1:0"), "slots[1].aspect"),
        (Slot(aspect="1:1", widths=(5, 0)), "slots[1].widths[1]"),
    ],
)
def test_a_slot_that_cannot_be_meant_is_named(slot: Slot, path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        directed(FACTS, [Slot(aspect="1:1"), slot])

    assert caught.value.path == path
