"""What an address asks for."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import BUILT_IN
from eyebright.server import Settings
from eyebright.server.asking import asked, goal_of
from eyebright.server.places import Place
from eyebright.values import Goal


@pytest.fixture
def bounded(settings: Settings) -> Settings:
    return settings.replace(widths=(640, 320), aspects=("1:1",))


def test_an_address_is_a_goal_to_serve(settings: Settings) -> None:
    query = {"w": "320", "h": "200", "aspect": "16:9", "context": "hero", "format": "webp"}

    goal = goal_of(query, settings, BUILT_IN)

    assert goal == Goal(
        purpose="serve",
        views=settings.views,
        max_width=320,
        max_height=200,
        crop="16:9",
        context="hero",
        formats=("webp",),
    )


@pytest.mark.parametrize(("asked", "given"), [(1, 320), (320, 320), (321, 640), (4000, 640)])
def test_sides_are_rounded_up_to_the_steps_that_are_given(
    bounded: Settings, asked: int, given: int
) -> None:
    goal = goal_of({"w": str(asked), "h": str(asked)}, bounded, BUILT_IN)

    assert (goal.max_width, goal.max_height) == (given, given)


def test_only_the_aspects_that_are_given_may_be_asked_for(bounded: Settings) -> None:
    assert goal_of({"aspect": "1:1"}, bounded, BUILT_IN).crop == "1:1"
    assert goal_of({"aspect": "2:2"}, bounded, BUILT_IN).crop == "1:1"
    for other in ("1:2", "100x100"):
        with pytest.raises(PolicyError, match="none of 1:1"):
            goal_of({"aspect": other}, bounded, BUILT_IN)


def test_what_is_remembered_of_a_request_is_as_short_whatever_strangers_send() -> None:
    place = Place("photo.jpg", 1, 2, 3)
    plain = asked(place, {"w": "60"}, [(b"accept", b"image/avif")])

    same = asked(place, {"w": "60", "v": "x" * 9_999}, [(b"accept", b"image/avif"), (b"a", b"b")])
    others = [
        asked(place, {"w": "61"}, [(b"accept", b"image/avif")]),
        asked(place, {"h": "60"}, [(b"accept", b"image/avif")]),
        asked(place, {"w": "60"}, [(b"accept", b"image/avif" * 9_999)]),
        asked(place._replace(changed_ns=3), {"w": "60"}, [(b"accept", b"image/avif")]),
    ]

    assert same == plain
    assert len({plain, *others}) == 5
    assert {len(one) for one in others} == {32}
