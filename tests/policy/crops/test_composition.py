"""Framing by what people liked: a little aside, with some room above the head."""

from __future__ import annotations

import pytest

from eyebright.policy.boxes import around, holds
from eyebright.policy.crops import composition, crops
from eyebright.policy.crops.scene import Scene, scene_of
from eyebright.policy.wishes import read_wish
from eyebright.values import Box, Facts

FACTS = Facts(format="jpeg", width=1000, height=1000, size_bytes=900_000, sha256="0" * 64)
HEAD = Box(x=450, y=400, width=100, height=100)
SIZE = (500, 500)


def scene(head: Box = HEAD, aspect: str = "1:1") -> Scene:
    return scene_of(FACTS.replace(faces=(head,)), read_wish(aspect), "")


def square(x: int, y: int, side: int) -> Box:
    return Box(x=x, y=y, width=side, height=side)


@pytest.mark.parametrize(
    ("box", "centi"),
    [
        (square(150, 300, 500), -33),
        (square(250, 350, 500), -24 - 10 - 33),
        (square(200, 450, 500), -5 - 145 - 33),
        (square(100, 240, 800), -24 - 36),
        (square(0, 0, 1000), -24 - 32),
    ],
)
def test_a_framing_is_graded_by_its_place_its_room_and_its_area(box: Box, centi: int) -> None:
    assert composition.liking_centi(scene(), box, HEAD) == centi


@pytest.mark.parametrize("liked", [0, 100, -100])
def test_a_head_on_either_side_is_liked_alike(liked: int) -> None:
    left, right = (square(100 + by, 200, 800) for by in (liked, -liked))

    first, second = (composition.liking_centi(scene(), box, HEAD) for box in (left, right))
    assert first == second


def test_the_head_has_room_above_and_stands_inside() -> None:
    framed = composition.framed(scene(), SIZE, HEAD)

    assert framed
    assert all(holds(window, HEAD) for window in framed)
    assert all(50 <= HEAD.y - window.y <= 150 for window in framed)


def test_the_head_stands_to_either_side_of_the_middle_once() -> None:
    left, right = composition.framed(scene(), SIZE, HEAD)
    off = [2 * HEAD.x + HEAD.width - 2 * window.x - SIZE[0] for window in (left, right)]

    assert off[0] > 0 > off[1]


def test_heads_that_do_not_fit_are_framed_by_others() -> None:
    wide = Box(x=100, y=100, width=600, height=50)

    assert not composition.framed(scene(), SIZE, wide)
    assert not composition.framed(scene(), SIZE, Box(x=9, y=9, width=50, height=600))


def test_heads_as_long_as_the_window_leave_it_one_place() -> None:
    group = around((Box(x=100, y=400, width=90, height=90), Box(x=510, y=400, width=90, height=90)))
    framed = composition.framed(scene(), SIZE, group)

    assert [window.x for window in framed] == [100]


def test_a_portrait_is_framed_as_people_like_it() -> None:
    first = crops(FACTS.replace(faces=(HEAD,)), "16:9")[0]

    assert "crop-composition" in {reason.code for reason in first.reasons}
    assert holds(first.box, HEAD)


def test_heads_too_far_apart_for_the_shape_are_not_framed() -> None:
    heads = (HEAD.replace(x=0), HEAD.replace(x=900))
    found = crops(FACTS.replace(faces=heads), "1:2", n=12)

    assert "composition" not in {crop.strategy for crop in found}
