"""Classes of annotated fields whose objects never change."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import ClassVar

import pytest

from eyebright.frozen import Frozen, field


class Point(Frozen):
    """Two numbers."""

    x: int
    y: int = 2


class Tagged(Point):
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("x is negative")


class Named:
    """A class above that is no record."""

    __slots__ = ()

    def name(self) -> str:
        return type(self).__name__


class Labelled(Named, Point):
    z: int


class Nothing(Frozen):
    shared: ClassVar[int] = 5


def test_fields_come_by_their_names_or_from_defaults() -> None:
    point, tagged = Point(x=1), Tagged(x=1, y=3)

    assert (point.x, point.y) == (1, 2)
    assert (tagged.x, tagged.y, tagged.tags) == (1, 3, [])


def test_fields_stand_in_their_order_those_above_first() -> None:
    assert Tagged.field_names == ("x", "y", "tags")
    assert Point.field_defaults == {"y": 2}
    assert set(Tagged.field_defaults) == {"y", "tags"}
    assert Labelled.field_names == ("x", "y", "z")
    assert Labelled(x=1, z=3).name() == "Labelled"
    assert Nothing.field_names == ()
    assert Nothing.shared == 5


def test_a_default_may_be_made_anew_for_each() -> None:
    assert Tagged(x=1).tags is not Tagged(x=1).tags


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Point needs 'x'"),
        ({"y": 1}, "Point needs 'x'"),
        ({"x": 1, "z": 2, "w": 3}, "Point has no 'z', 'w'"),
    ],
)
def test_what_is_missing_or_unknown_is_named(given: dict[str, int], message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        Point(**given)


def test_nothing_can_be_set_deleted_or_added() -> None:
    point = Point(x=1)

    with pytest.raises(AttributeError, match=r"Point\.x cannot be set; use `replace`"):
        point.x = 5  # type: ignore[misc]  # what is tested
    with pytest.raises(AttributeError, match=r"Point\.z cannot be set"):
        point.z = 5  # type: ignore[attr-defined]  # what is tested
    with pytest.raises(AttributeError, match=r"Point\.x cannot be deleted"):
        del point.x
    assert point == Point(x=1)
    assert not hasattr(point, "__dict__")


def test_replace_leaves_the_first_and_checks_again() -> None:
    tagged = Tagged(x=1, tags=["a"])

    changed = tagged.replace(x=3)

    assert (changed.x, changed.tags, tagged.x) == (3, ["a"], 1)
    with pytest.raises(TypeError, match="has no 'z'"):
        tagged.replace(z=1)
    with pytest.raises(ValueError, match="x is negative"):
        tagged.replace(x=-1)


def test_equal_are_those_of_one_class_and_the_same_values() -> None:
    assert Point(x=1) == Point(x=1, y=2)
    assert Point(x=1) != Point(x=2)
    assert Point(x=1) != Tagged(x=1)
    assert Point(x=1) != (1, 2)
    assert Nothing() == Nothing()


def test_equal_ones_have_one_hash_unless_their_values_have_none() -> None:
    assert len({Point(x=1), Point(x=1, y=2), Point(x=2)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Tagged(x=1))


def test_it_shows_as_it_is_written() -> None:
    assert repr(Point(x=1)) == "Point(x=1, y=2)"
    assert repr(Nothing()) == "Nothing()"


def test_it_can_be_copied_and_pickled() -> None:
    tagged = Tagged(x=1, tags=["a"])

    assert tagged == copy.copy(tagged) == copy.deepcopy(tagged)
    assert tagged == pickle.loads(pickle.dumps(tagged))  # noqa: S301 - our own bytes
    assert copy.deepcopy(tagged).tags is not tagged.tags


def test_tools_see_its_fields() -> None:
    parameters = inspect.signature(Tagged).parameters

    assert list(parameters) == ["x", "y", "tags"]
    assert parameters["x"].default is inspect.Parameter.empty
    assert parameters["y"].default == 2
    assert parameters["x"].annotation is int
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
