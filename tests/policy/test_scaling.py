"""By which way a picture is resized, and that the plan says why."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.policy.scaling import UP_TO_PERMILLE, WHY, kind_of
from eyebright.transform import METHODS
from eyebright.values import Capabilities, Facts, Goal, Plan, TextLine

PHOTO = Facts(format="jpeg", width=4000, height=3000, size_bytes=6_000_000, sha256="0" * 64)
GRAPHIC = PHOTO.replace(format="png", flat_permille=600, colours=40)
LINE = TextLine(x=100, y=100, width=2000, height=300, x_height_px=200)
SCAN = PHOTO.replace(text_lines=(LINE,), text_permille=200, seen_content="document")


def plan(facts: Facts, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), Capabilities())


def why(decided: Plan) -> list[dict[str, object]]:
    return [dict(reason.values) for reason in decided.reasons if reason.code == "scaling-chosen"]


@pytest.mark.parametrize(
    ("facts", "kind"), [(PHOTO, "photo"), (GRAPHIC, "graphic"), (SCAN, "photo")]
)
def test_kinds_are_told_by_flat_areas(facts: Facts, kind: str) -> None:
    assert kind == kind_of(facts)


@pytest.mark.parametrize("facts", [PHOTO, SCAN])
@pytest.mark.parametrize("width", [3000, 1600, 300])
def test_photos_and_scans_are_made_smaller_by_lanczos(facts: Facts, width: int) -> None:
    decided = plan(facts, max_width=width)

    assert decided.scaling == "lanczos3"
    assert why(decided)[0]["method"] == "lanczos3"


@pytest.mark.parametrize(
    ("width", "method", "ratio"),
    [(3999, "mks2021", 1000), (2000, "mks2021", 2000), (1998, "lanczos3", 2002)],
)
def test_drawn_pictures_ring_less_where_they_get_a_little_smaller(
    width: int, method: str, ratio: int
) -> None:
    decided = plan(GRAPHIC, max_width=width)

    assert decided.scaling == method
    assert [{"method": method, "kind": "graphic", "ratio_permille": ratio}] == why(decided)


def test_a_crop_counts_as_the_picture() -> None:
    decided = plan(GRAPHIC, crop="1:1", max_width=1500)

    assert why(decided) == [{"method": "mks2021", "kind": "graphic", "ratio_permille": 2000}]


@pytest.mark.parametrize("goal", [{}, {"content": "legal", "max_width": 100}])
def test_what_keeps_its_size_gives_no_reason(goal: dict[str, object]) -> None:
    assert not why(plan(PHOTO, **goal))


def test_a_byte_limit_that_shrinks_further_finds_the_way_chosen() -> None:
    assert plan(GRAPHIC, max_bytes=1000).scaling == "mks2021"


def test_every_way_in_the_table_is_there_and_is_explained() -> None:
    chosen = {method for row in UP_TO_PERMILLE.values() for _most, method in row}

    assert chosen | {"lanczos3"} == set(WHY)
    assert set(WHY) <= set(METHODS)
