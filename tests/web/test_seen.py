"""What was seen, as the page says and draws it: the same files that MicroPython runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from eyebright.values import Box, Facts, TextLine
from eyebright.values.seen import CONTENTS_SEEN, GRID_CELLS, MOST_ATTENTION, Artefacts

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "web"))

from page import seen  # web/ is no package


def facts(**changes: Any) -> dict[str, Any]:
    """As they stand in a report."""
    plain = Facts(format="jpeg", width=400, height=200, size_bytes=1, sha256="0" * 64)
    return plain.replace(**changes).to_dict()


def line(x_height_px: int) -> TextLine:
    return TextLine(x=40, y=20, width=100, height=50, x_height_px=x_height_px)


def test_the_page_knows_the_engines_kinds_and_grid() -> None:
    assert set(seen.KINDS) == set(CONTENTS_SEEN)
    assert (seen.CELLS, seen.MOST) == (GRID_CELLS, MOST_ATTENTION)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1000, "almost certainly a photo"),
        (949, "very likely a photo"),
        (600, "probably a photo"),
        (0, "perhaps a photo"),
        (None, "a photo"),
    ],
)
def test_how_sure_the_kind_is_is_said_in_words(confidence: int | None, words: str) -> None:
    found = facts(seen_content="photo", content_confidence_permille=confidence)

    assert words == seen.kind(found)


@pytest.mark.parametrize(
    ("point", "place"),
    [((0, 0), "upper left"), ((500, 500), "middle"), ((1000, 999), "lower right"), ((), "")],
)
def test_the_first_look_has_one_of_nine_places(point: tuple[int, ...], place: str) -> None:
    assert place == seen.focus(facts(focal_permille=point))


def test_faces_and_lines_are_counted() -> None:
    box = Box(x=0, y=0, width=10, height=10)
    found = facts(faces=(box, box), text_lines=(line(7), line(12)))

    assert seen.faces(found) == "2 faces"
    assert seen.text(found) == "2 lines, small letters 7 to 12 pixels high"
    assert seen.text(facts(text_lines=(line(7),))) == "1 line, small letters 7 pixels high"


def test_traces_of_the_past_are_named_from_even_odds_on() -> None:
    left = Artefacts(
        jpeg_quality=40,
        blockiness_permille=500,
        noise_centi=0,
        blur_permille=499,
        banding_permille=900,
    )

    assert seen.traces(facts(artefacts=left)) == (
        "once saved as a JPEG of quality 40 or so, blocks, banding"
    )
    assert seen.traces(facts()) == ""


def test_what_a_model_did_not_look_for_is_said() -> None:
    found = facts(models={"faces": "fallback", "saliency": "fallback", "text": "1"})

    assert seen.unseen(found) == "what draws the eye, faces"
    assert seen.unseen(facts(models={"faces": "1"})) == ""


def test_those_who_cannot_see_the_shapes_hear_all_of_it() -> None:
    found = facts(
        models={"text": "fallback"},
        seen_content="document",
        content_confidence_permille=990,
        focal_permille=(100, 900),
        text_lines=(line(7),),
    )

    assert seen.sentences(found) == [
        "This is almost certainly a document.",
        "The eye goes first to the lower left.",
        "Faces: none found.",
        "Text: 1 line, small letters 7 pixels high.",
        "Only roughly looked for, as its model did not run: text.",
    ]
    assert dict(seen.rows(found))["First look"] == "lower left"


def test_boxes_are_drawn_in_percent_of_the_picture() -> None:
    found = facts(text_lines=(line(7),))

    assert seen.boxes(found, "text_lines") == [
        {"x": 10.0, "y": 10.0, "width": 25.0, "height": 25.0}
    ]
    assert seen.boxes(found, "faces") == []


def test_nothing_is_offered_where_nobody_looked() -> None:
    assert not seen.is_known(facts())
    assert not seen.is_known({})
    assert seen.is_known(facts(models={"faces": "fallback"}))
    assert seen.rows(facts()) == []
