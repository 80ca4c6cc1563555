"""Client and server plan alike for the same picture, whoever receives it (build/agreement.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import here
from helpers.cases import cases
from helpers.engine import Engine

import agreement  # build/ is on the path (conftest)
from eyebright.values import Facts

CASES = cases()

PICTURES = ("420.jpg", "turned-6.jpg", "chart.png", "clear.png", "photo.webp", "photo.avif")


def compared(engine: Engine, path: Path, **changed: int) -> agreement.Compared:
    """With facts of this side that are not what they should be, where any is given."""
    machine, (facts,) = here.run(agreement.looked_at([path]))
    told: Facts = facts.replace(**changed)
    return agreement.compare(engine.page, path, told, agreement.receivers(engine.page, machine))


@pytest.mark.parametrize("name", PICTURES)
def test_each_receiver_is_planned_for_alike_on_both_sides(
    engine: Engine, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(CASES[name].data)

    found = compared(engine, tmp_path / name)

    assert (found.facts, found.plans) == ((), ())


def test_what_differs_is_told(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(CASES["photo.png"].data)

    found = compared(engine, path, detail_centibits=1)

    assert found.facts == ("detail_centibits",)
    assert len(found.plans) == 6
