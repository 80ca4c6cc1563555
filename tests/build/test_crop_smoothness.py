"""How far crops move is told as a share of the picture's side."""

from __future__ import annotations

import io

import pytest
from PIL import Image

import crop_smoothness
from crop_peers import Aspect
from crop_pictures import Picture
from eyebright.values import Facts

SQUARE = Aspect(1, 1)


def looking(column: int, width: int = 400, height: int = 100) -> Facts:
    grid = tuple(31 if at % 16 == column else 0 for at in range(256))
    return Facts(
        format="png", width=width, height=height, size_bytes=9, sha256="0" * 64, saliency=grid
    )


def test_the_same_facts_move_nothing() -> None:
    assert crop_smoothness.move(looking(3), looking(3), SQUARE) == 0


def test_a_smaller_picture_is_no_move() -> None:
    assert crop_smoothness.move(looking(3), looking(3, 200, 50), SQUARE) < 0.01


def test_a_move_is_a_share_of_the_side() -> None:
    moved = crop_smoothness.move(looking(3), looking(11), SQUARE)

    assert moved == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("how", "size"), [("JPEG 90", (50, 100)), ("2 % smaller", (49, 98))])
def test_a_picture_is_changed_a_little(how: str, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", (50, 100), (9, 99, 199)).save(out, "PNG")
    before = Picture(name="one", kind="faces", data=out.getvalue(), size=(50, 100))
    after = crop_smoothness.changed(before, how)
    height, width, _channels = after.pixels().shape

    assert (after.name, (width, height)) == (f"one {how}", size)
