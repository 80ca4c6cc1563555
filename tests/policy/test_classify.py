"""What kind of picture is it."""

from __future__ import annotations

import pytest

from eyebright.policy.classify import content_of, is_graphic
from eyebright.values import Facts

PHOTO = Facts(format="jpeg", width=400, height=300, size_bytes=9_000, sha256="0" * 64)


def test_an_svg_is_a_drawing_whatever_its_pixels() -> None:
    drawing = PHOTO.replace(format="svg")

    content, reason = content_of(drawing)

    assert is_graphic(drawing)
    assert content == "screenshot"
    assert reason.code == "content-detected"
    assert reason.text == "It is a drawing (SVG), so text and edges are protected."
    assert reason.values == {"format": "svg"}


@pytest.mark.parametrize(
    ("flat", "colours", "drawn"),
    [
        (300, 4096, True),
        (299, 4096, False),
        (100, 96, True),
        (99, 96, False),
        (100, 97, False),
    ],
)
def test_much_flatness_or_few_colours_are_drawn(flat: int, colours: int, drawn: object) -> None:
    facts = PHOTO.replace(flat_permille=flat, colours=colours)

    content, reason = content_of(facts)

    assert drawn == is_graphic(facts)
    assert drawn == (content == "screenshot")
    assert drawn == ("It looks drawn" in reason.text)
    assert reason.values == {"flat_permille": flat, "colours": colours}
