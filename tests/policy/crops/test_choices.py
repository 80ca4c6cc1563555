"""What somebody chose is remembered by the picture's hash and carried over to other shapes."""

from __future__ import annotations

import json

import pytest

from eyebright.errors import PolicyError
from eyebright.policy.crops.choices import (
    Chosen,
    Wanted,
    applied,
    lowest,
    read_choices,
    remember,
    remembered,
)
from eyebright.values import Box, Facts, Goal

FACTS = Facts(format="jpeg", width=1000, height=500, size_bytes=9, sha256="ab")
REGION = Box(x=100, y=0, width=500, height=500)


def test_a_region_comes_back_for_its_shape() -> None:
    choices = remember({}, FACTS, "1:1", Wanted(box=REGION))

    assert remembered(choices, "ab", "300x300") == Wanted(box=REGION)


def test_for_another_shape_the_middle_of_the_region_is_carried_over() -> None:
    choices = remember({}, FACTS, "1:1", Wanted(box=REGION))

    assert remembered(choices, "ab", "16:9") == Wanted(focal_permille=(350, 500))


def test_a_point_replaces_the_region_of_its_shape_and_no_other() -> None:
    choices = remember({}, FACTS, "1:1", Wanted(box=REGION))
    choices = remember(choices, FACTS, "16:9", Wanted(focal_permille=(10, 20)))

    assert remembered(choices, "ab", "1:1") == Wanted(box=REGION)
    assert remembered(choices, "ab", "16:9") == Wanted(focal_permille=(10, 20))
    choices = remember(choices, FACTS, "30x30", Wanted(focal_permille=(30, 40)))
    assert remembered(choices, "ab", "1:1") == Wanted(focal_permille=(30, 40))


def test_regions_of_several_shapes_stand_side_by_side() -> None:
    wide = Box(x=0, y=0, width=1000, height=250)
    choices = remember({}, FACTS, "1:1", Wanted(box=REGION))
    choices = remember(choices, FACTS, "4:1", Wanted(box=wide))

    assert remembered(choices, "ab", "1:1").box == REGION
    assert remembered(choices, "ab", "8:2").box == wide


def test_another_picture_has_no_choice() -> None:
    choices = remember({}, FACTS, "1:1", Wanted(box=REGION))

    assert remembered(choices, "cd", "1:1") == Wanted()


def test_choices_cross_as_json() -> None:
    choices = remember({}, FACTS, "1:1", Wanted(box=REGION))
    document = json.dumps({name: chosen.to_dict() for name, chosen in choices.items()})

    assert read_choices(json.loads(document)) == choices


@pytest.mark.parametrize(
    ("document", "path"), [([], ""), ({"ab": {"focal": [1, 2]}}, "ab.focal"), ({"ab": 1}, "ab")]
)
def test_what_holds_no_choices_is_refused_by_its_path(document: object, path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_choices(document)

    assert caught.value.path == path


def test_a_goal_that_crops_takes_what_was_chosen() -> None:
    choices = {"ab": Chosen(focal_permille=(350, 500), boxes={"1:1": REGION})}

    assert applied(Goal(crop="1:1"), "ab", choices).crop_box == REGION
    assert applied(Goal(crop="2:1"), "ab", choices).focal_permille == (350, 500)


@pytest.mark.parametrize(
    "goal",
    [
        Goal(),
        Goal(crop="1:1", focal_permille=(0, 0)),
        Goal(crop="1:1", crop_box=REGION.replace(x=0)),
    ],
)
def test_a_goal_that_says_itself_where_stays(goal: Goal) -> None:
    assert applied(goal, "ab", {"ab": Chosen(boxes={"1:1": REGION})}) == goal


@pytest.mark.parametrize(
    ("aspect", "same"), [("1920x1080", "16:9"), ("4:4", "1:1"), ("3:1", "3:1")]
)
def test_shapes_are_known_by_their_lowest_terms(aspect: str, same: str) -> None:
    assert lowest(aspect) == same
