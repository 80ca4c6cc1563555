"""Records from JSON: what is wrong is named by its path, and what was there instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from eyebright.errors import PolicyError
from eyebright.frozen import field
from eyebright.records import MOST_FLOAT, MOST_LEVELS, MOST_WHOLE, Record, is_deep, shown


class Leaf(Record):
    count: int = 1
    share: float = 0.5
    name: str = ""
    either: int | str = 0


class Tree(Record):
    leaves: tuple[Leaf, ...] = ()
    named: Mapping[str, Leaf] = field(default_factory=dict)
    told: Any = None


def nested(levels: int, *, lists: bool) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value] if lists else {"in": value}
    return value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"leaves": 5}, "leaves: expected a list, got int 5"),
        ({"leaves": "ab"}, "leaves: expected a list, got str 'ab'"),
        ({"leaves": [{}, {"count": "x"}]}, "leaves[1].count: expected a whole number, got str 'x'"),
        ({"leaves": [{"share": "x"}]}, "leaves[0].share: expected a number, got str 'x'"),
        ({"leaves": [{"name": 5}]}, "leaves[0].name: expected str, got int 5"),
        ({"named": 7}, "named: expected an object, got int 7"),
        ({"named": {"a": {"count": 2.5}}}, "named.a.count: expected a whole number, got float 2.5"),
        (
            {"leaves": [{"count": float(2**60)}]},
            f"leaves[0].count: expected at most {MOST_WHOLE}, got a larger number",
        ),
        (
            {"told": nested(MOST_LEVELS + 2, lists=True)},
            f"told: nested in more than {MOST_LEVELS} levels",
        ),
    ],
)
def test_a_fault_is_named_by_its_path(data: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Tree.from_dict(data)

    assert message == str(caught.value)


def test_a_long_value_is_cut() -> None:
    with pytest.raises(PolicyError) as caught:
        Tree.from_dict({"leaves": "a" * 500})

    assert len(str(caught.value)) <= len("leaves: expected a list, got ") + 80


@pytest.mark.parametrize("key", ["count", "share", "name"])
def test_a_number_of_endless_digits_is_refused_with_its_path(key: str) -> None:
    with pytest.raises(PolicyError, match=f"^{key}: expected "):
        Leaf.from_dict({key: 10**5000})


def test_a_number_of_endless_digits_is_shown_in_words() -> None:
    assert shown(10**5000) == "with a number of thousands of digits"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"count": MOST_WHOLE}, MOST_WHOLE),
        ({"count": 4.0}, 4),
        ({"share": MOST_FLOAT}, MOST_FLOAT),
        ({"share": 3}, 3.0),
        ({"either": 5}, 5),
        ({"either": "five"}, "five"),
    ],
)
def test_what_fits_is_kept(given: dict[str, Any], kept: object) -> None:
    leaf = Leaf.from_dict(given)

    (name,) = given
    assert kept == getattr(leaf, name)
    assert type(kept) is type(getattr(leaf, name))


@pytest.mark.parametrize("lists", [True, False])
def test_depth_is_counted_in_levels(lists: object) -> None:
    value = nested(5, lists=bool(lists))

    assert not is_deep(value, 5)
    assert is_deep(value, 4)
    assert not is_deep(7, 0)
