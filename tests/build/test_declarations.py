"""The records as TypeScript knows them: every key, and what may stand there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from declarations import declarations, interface, type_name
from eyebright.policy.record import Decision
from eyebright.records import Record
from eyebright.values import Box, Capabilities, Crop, Facts, Goal, Plan, Report


class Sample(Record):
    """What the tests declare."""

    count: int
    names: tuple[str, ...] = ()
    """First line of two,
    None among them."""
    places: Mapping[str, Box]
    one_or_none: Box | None = None
    several: tuple[int | str, ...] = ()


def test_a_record_becomes_an_interface_with_its_own_words() -> None:
    assert interface(Sample).splitlines() == [
        "/** What the tests declare. */",
        "export interface Sample {",
        "  count: number;",
        "  /**",
        "   * First line of two,",
        "   * null among them.",
        "   */",
        "  names: string[];",
        "  places: Record<string, Box>;",
        "  one_or_none: Box | null;",
        "  several: (number | string)[];",
        "}",
    ]


def test_what_callers_hand_in_may_be_left_out_and_what_they_get_is_there() -> None:
    assert "  max_width?: number | null;" in interface(Goal)
    assert "  encode?: string[];" in interface(Capabilities)
    assert "  width: number;" in interface(Report)


@pytest.mark.parametrize("kind", [Goal, Capabilities, Report, Decision, Facts, Plan, Crop, Box])
def test_every_record_that_crosses_is_declared_once(kind: type[Record]) -> None:
    assert declarations().count(f"export interface {kind.__name__} {{") == 1


def test_what_json_has_not_is_refused_by_name() -> None:
    assert type_name(Any) == "unknown"
    with pytest.raises(TypeError, match="bytes"):
        type_name(bytes)
