"""Crops as the page moves, words and remembers them: the same files that MicroPython runs."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.policy import load_policies, motion
from eyebright.policy.crops import crops, review
from eyebright.policy.crops.strategies import STRATEGIES
from eyebright.policy.cutting import FORBIDDEN_CODE
from eyebright.values import Facts

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "web"))

from page import crop_boxes, crop_words, wishes, words  # web/ is no package
from page.crop_choices import MOST, Choices
from page.items import ANIMATED, Item

CORNERS = ("nw", "ne", "sw", "se")

sides = st.integers(1, 6000)
sizes = st.tuples(sides, sides)
shapes = st.sampled_from(["own", "1:1", "4:5", "16:9", "9:16", "3:1", "free"])
steps = st.integers(-7000, 7000)


def box(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


def is_inside(inner: dict[str, int], size: tuple[int, int]) -> bool:
    right, bottom = inner["x"] + inner["width"], inner["y"] + inner["height"]
    least = min(inner["x"], inner["y"], inner["width"] - 1, inner["height"] - 1)
    return least >= 0 and right <= size[0] and bottom <= size[1]


def keeps(found: dict[str, int], ratio: tuple[int, int]) -> bool:
    """Whether the height is the nearest to the ratio, as far as one row of pixels can be so."""
    exact = found["width"] * ratio[1] / ratio[0]
    return abs(found["height"] - exact) <= 0.5 or found["width"] == 1 or found["height"] == 1


# ---- Geometry


@given(sizes, shapes, steps, steps)
def test_a_frame_stays_inside_and_in_shape_wherever_it_is_moved_or_scaled(
    size: tuple[int, int], shape: str, across: int, down: int
) -> None:
    ratio = crop_boxes.ratio(shape, size)
    first = crop_boxes.largest(size, ratio, (size[0] // 2, size[1] // 2))
    moved = crop_boxes.moved(first, across, down, size)
    scaled = crop_boxes.scaled(moved, down, size, ratio)

    assert is_inside(first, size)
    assert is_inside(moved, size)
    assert is_inside(scaled, size)
    assert (moved["width"], moved["height"]) == (first["width"], first["height"])
    assert ratio is None or keeps(first, ratio)
    assert ratio is None or keeps(scaled, ratio)


@given(sizes, shapes, st.sampled_from(CORNERS), steps, steps)
def test_a_dragged_corner_leaves_the_opposite_one_where_it_is(
    size: tuple[int, int], shape: str, corner: str, x: int, y: int
) -> None:
    ratio = crop_boxes.ratio(shape, size)
    first = crop_boxes.largest(size, ratio, (size[0] // 3, size[1] // 3))
    pulled = crop_boxes.dragged(first, corner, (x, y), size, ratio)
    anchors = [
        (b["x"] + b["width"] * ("w" in corner), b["y"] + b["height"] * ("n" in corner))
        for b in (first, pulled)
    ]

    assert is_inside(pulled, size)
    assert anchors[0] == anchors[1]
    assert ratio is None or keeps(pulled, ratio)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("1:1", box(400, 100, 200, 200)),
        ("16:9", box(400, 100, 200, 113)),
        ("free", box(400, 100, 200, 50)),
    ],
)
def test_a_corner_follows_the_pointer(shape: str, expected: dict[str, int]) -> None:
    size = (1000, 800)
    ratio = crop_boxes.ratio(shape, size)

    assert expected == crop_boxes.dragged(box(400, 100, 100, 100), "se", (600, 150), size, ratio)


def test_a_corner_pulled_past_the_other_keeps_the_smallest_frame() -> None:
    pulled = crop_boxes.dragged(box(400, 100, 100, 100), "se", (0, 0), (1000, 800), (1, 1))

    assert pulled == box(400, 100, crop_boxes.LEAST_SIDE, crop_boxes.LEAST_SIDE)


def test_a_written_number_is_taken_as_far_as_the_picture_allows() -> None:
    size, first = (1000, 800), box(100, 100, 160, 90)

    assert crop_boxes.typed(first, "x", 2000, size, (16, 9)) == box(840, 100, 160, 90)
    assert crop_boxes.typed(first, "width", 320, size, (16, 9)) == box(100, 100, 320, 180)
    assert crop_boxes.typed(first, "height", 180, size, (16, 9)) == box(100, 100, 320, 180)
    assert crop_boxes.typed(first, "height", 9000, size, None) == box(100, 0, 160, 800)


def test_the_largest_square_is_as_near_to_its_middle_as_it_can_be() -> None:
    assert crop_boxes.largest((900, 600), (1, 1), (700, 0)) == box(300, 0, 600, 600)


def test_the_pictures_own_shape_is_a_ratio_in_lowest_terms() -> None:
    assert crop_boxes.ratio("own", (4000, 3000)) == (4, 3)
    assert crop_boxes.ratio("free", (4000, 3000)) is None


def test_a_picture_of_one_pixel_has_one_crop() -> None:
    only = box(0, 0, 1, 1)

    assert crop_boxes.largest((1, 1), (16, 9), (0, 0)) == only
    assert crop_boxes.scaled(only, 5, (1, 1), (16, 9)) == only
    assert crop_boxes.dragged(only, "nw", (1, 1), (1, 1), None) == only


@pytest.mark.parametrize(
    ("thing", "fate"),
    [
        (box(10, 10, 100, 100), "in"),
        (box(-1, 10, 100, 100), "in"),
        (box(-50, 10, 100, 100), "cut"),
        (box(-99, 10, 100, 100), "out"),
        (box(900, 10, 100, 100), "out"),
    ],
)
def test_a_face_is_inside_cut_or_outside(thing: dict[str, int], fate: str) -> None:
    assert [fate] == crop_boxes.fates([thing], box(0, 0, 500, 500))


def test_the_original_lies_under_its_part_as_large_as_it_is() -> None:
    places = crop_boxes.around(box(100, 50, 200, 100), {"width": 1000, "height": 400})

    assert places == {"left": -50.0, "top": -50.0, "wide": 500.0, "high": 400.0}


# ---- Words


def facts(faces: int, lines: int) -> dict[str, Any]:
    """A picture 1000 x 500 with faces and lines side by side, 100 pixels each."""
    row = [box(100 * place, 100, 100, 100) for place in range(10)]
    return {"width": 1000, "height": 500, "faces": row[:faces], "text_lines": row[:lines]}


@pytest.mark.parametrize(
    ("faces", "lines", "width", "told"),
    [
        (3, 0, 1000, [("good", "All 3 faces inside")]),
        (1, 0, 1000, [("good", "The face is inside")]),
        (1, 0, 50, [("bad", "Cuts the face")]),
        (3, 0, 150, [("bad", "Cuts 1 of 3 faces"), ("bad", "Leaves 1 of 3 faces out")]),
        (0, 3, 1000, [("good", "No text cut")]),
        (0, 3, 100, [("note", "Leaves 2 of 3 lines of text out")]),
        (
            *(0, 3, 150),
            [("bad", "Cuts 1 of 3 lines of text"), ("note", "Leaves 1 of 3 lines of text out")],
        ),
        (0, 1, 50, [("bad", "Cuts the line of text")]),
        (0, 0, 150, []),
    ],
)
def test_what_a_crop_does_to_faces_and_text_is_said(
    faces: int, lines: int, width: int, told: list[tuple[str, str]]
) -> None:
    assert told == crop_words.fates(facts(faces, lines), box(0, 0, width, 500))


def test_a_frame_is_told_to_those_who_hear_it() -> None:
    assert crop_words.spoken(facts(0, 0), box(100, 20, 500, 250)) == (
        "500 by 250 pixels, 25 % of the picture, 100 from the left, 20 from the top"
    )


def test_the_page_has_words_for_whatever_the_engine_goes_by_and_doubts() -> None:
    source = Path(review.__file__).read_text("utf-8")
    doubting = re.findall(r'"((?:review-)?crop-[a-z]+)"', source)

    assert {"whole", "user", *STRATEGIES} <= set(crop_words.STRATEGIES)
    assert set(doubting) == set(crop_words.DOUBTS)
    assert FORBIDDEN_CODE == crop_words.FORBIDDEN


def test_a_suggestion_tells_what_it_went_by_and_what_fails() -> None:
    guards = [
        {"name": "faces", "passes": False, "text": "a face is cut"},
        {"name": "margin", "passes": False, "text": "the product touches the edge"},
        {"name": "text", "passes": True, "text": "no text is cut"},
    ]
    reasons = [{"code": "a", "text": "keeps 92 % of what draws the eye", "values": {}}]
    crop = {"strategy": "saliency", "reasons": reasons, "guards": guards, "pad": []}

    assert crop_words.title(crop) == "What draws the eye"
    assert crop_words.why(crop) == "Keeps 92 % of what draws the eye."
    assert crop_words.why(crop | {"pad": [0, 9, 0, 9]}) == crop_words.NOT_CROPPED
    assert crop_words.failing(crop) == [("bad", "The product touches the edge")]


def test_it_is_said_which_suggestion_the_frame_shows() -> None:
    crops = [
        {"strategy": "whole", "box": box(0, 0, 90, 60)},
        {"strategy": "thirds", "box": box(10, 0, 60, 60)},
    ]

    assert crop_words.which(crops, box(10, 0, 60, 60)) == "Suggestion 2 of 2: Rule of thirds"
    assert crop_words.which(crops, box(11, 0, 60, 60)) == ""


def test_what_the_engine_doubts_is_said_before_the_suggestions() -> None:
    why = {"code": "crop-saliency", "text": "It keeps most of what draws the eye.", "values": {}}
    doubt = {"code": "review-crop-doubt", "text": "it keeps only 40 %", "values": {}}
    none = {"code": "review-crop-none", "text": "margins", "values": {}}

    assert crop_words.doubt([{"reasons": [why, doubt]}]) == "It keeps only 40 %."
    assert crop_words.doubt([{"reasons": [none]}]) == crop_words.DOUBTS["review-crop-none"]
    assert crop_words.doubt([{"reasons": [why]}, {"reasons": [doubt]}]) == ""
    assert crop_words.doubt([]) == ""


def test_who_forbids_crops_is_said() -> None:
    facts = Facts(format="jpeg", width=900, height=600, size_bytes=90_000, sha256="0" * 64)
    acme = load_policies('[brand]\nname = "Acme"\nforbid = ["crop"]', name="acme.toml")

    def said(**rules: Any) -> str:
        return crop_words.ban([crop.to_dict() for crop in crops(facts, "1:1", **rules)])

    assert said(policies=acme) == "Acme allows no crops. The picture stays whole."
    assert (
        said(content="medical")
        == "The policy for medical allows no crops. The picture stays whole."
    )
    assert said() == ""
    assert crop_words.ban([]) == ""


def test_the_engines_remedy_is_not_for_visitors() -> None:
    message = "'99:1' is thinner than 50:1; write an aspect like 16:9"

    assert crop_words.refused(message) == (
        "There are no suggestions: '99:1' is thinner than 50:1. The frame can be set by hand."
    )


@pytest.mark.parametrize(
    ("crop", "width", "words"),
    [
        (None, 1000, ""),
        (None, 500, " The original is scaled to the new size here."),
        (box(0, 0, 300, 300), 300, " The original is cut like the result here."),
        (
            box(0, 0, 300, 300),
            200,
            " The original is cut like the result and scaled to the new size here.",
        ),
    ],
)
def test_the_comparison_says_what_was_done_to_the_original(
    crop: dict[str, int] | None, width: int, words: str
) -> None:
    report = {"crop": crop, "width": width, "facts": facts(0, 0)}

    assert words == crop_words.compared(report)


# ---- What is asked for and what can be


@pytest.mark.parametrize(
    ("crop", "keys"),
    [
        (None, {}),
        ({"shape": "1:1", "box": box(1, 2, 3, 3)}, {"crop_box": box(1, 2, 3, 3)}),
        ({"shape": "1:1", "box": None}, {"crop": "1:1"}),
    ],
)
def test_a_crop_is_asked_for_by_its_box_or_else_by_its_shape(crop: Any, keys: Any) -> None:
    assert keys == wishes.cropped(crop)


@pytest.mark.parametrize(
    ("found", "can_be"),
    [
        ({"frames": 1, "format": "jpeg"}, True),
        ({"frames": 3, "format": "gif"}, True),
        ({"frames": 3, "format": "avif"}, False),
        ({"frames": 3, "format": "tiff"}, False),
        ({"frames": 1, "format": "svg"}, False),
        (None, False),
    ],
)
def test_what_is_made_of_pixels_and_made_anew_can_be_cropped(found: Any, can_be: bool) -> None:  # noqa: FBT001  # parametrised
    item = Item(None, name="a", path="a", size_bytes=1)
    item.report = {"facts": found}

    assert can_be is item.can_be_cropped()


def test_the_page_knows_the_animations_that_the_engine_cuts() -> None:
    assert frozenset(ANIMATED) == motion.SOURCES


@pytest.mark.parametrize(("error", "stays"), [("PolicyError", False), ("CodecError", True)])
def test_a_crop_that_rules_forbid_is_not_asked_for_again(error: str, stays: bool) -> None:  # noqa: FBT001  # parametrised
    item = Item(None, name="a", path="a", size_bytes=1)
    item.crop = {"shape": "1:1", "box": None}
    item.fail(error, "no crops here")

    assert stays is (item.crop is not None)


@pytest.mark.parametrize(
    ("code", "values", "is_told"),
    [
        ("crop-whole", {"pad": [0, 40, 0, 40]}, True),
        ("crop-whole", {"pad": []}, False),
        ("crop-not-made", {}, True),
        ("crop-made", {"pad": []}, False),
    ],
)
def test_a_crop_that_was_not_made_is_told(code: str, values: Any, is_told: bool) -> None:  # noqa: FBT001  # parametrised
    report = {"reasons": [{"code": code, "text": "", "values": values}]}

    assert is_told is words.is_uncropped(report)


# ---- What is remembered


def chosen(shape: str, where: dict[str, int], focal: tuple[int, ...] = ()) -> dict[str, Any]:
    return {"shape": shape, "box": where, "focal": focal}


def test_a_choice_is_kept_by_the_pictures_hash() -> None:
    choices = Choices("")
    choices.keep("a" * 64, chosen("1:1", box(1, 2, 30, 30)))
    choices.keep("a" * 64, chosen("16:9", box(0, 0, 160, 90)))
    later = Choices(choices.to_json())

    assert later.of("a" * 64) == chosen("16:9", box(0, 0, 160, 90))
    assert later.of("b" * 64) is None
    assert len(later.rows) == 1


def test_only_the_newest_choices_are_kept() -> None:
    choices = Choices("")
    for number in range(MOST + 1):
        choices.keep(str(number), chosen("1:1", box(0, 0, 1, 1)))

    assert choices.of("0") is None
    assert choices.of(str(MOST)) is not None
    assert len(choices.rows) == MOST


def test_a_choice_can_be_forgotten() -> None:
    choices = Choices("")
    choices.keep("a", chosen("1:1", box(0, 0, 1, 1)))
    choices.forget("a")

    assert choices.to_json() == "[]"


@pytest.mark.parametrize(
    "kept",
    [
        *("", "{", "{}", "null", '"a"', "[1]", '[["a", "1:1", 0, 0, 5]]'),
        *('[["a", "1:1", 0, 0, 5, "5"]]', '[["a", "1:1", 0, 0, 0, 5]]', '[["a", 1, 0, 0, 5, 5]]'),
        *('[["a", "banana", 0, 0, 5, 5]]', '[["a", "0:0", 0, 0, 5, 5]]'),
        *('[["a", "1:", 0, 0, 5, 5]]', '[["a", "1:2:3", 0, 0, 5, 5]]'),
        *('[["a", "1:\u00b2", 0, 0, 5, 5]]', '[["a", "-1:1", 0, 0, 5, 5]]'),
        *('[["a", "1:1", 0, 0, 5, 5, 9]]', '[["a", "1:1", 0, 0, 5, 5, 9, 1001]]'),
        *('[["a", "1:1", -1, 0, 5, 5]]', '[["a", "1:1", 0, 0, true, 5]]'),
    ],
)
def test_what_another_program_left_there_counts_as_nothing(kept: str) -> None:
    assert Choices(kept).rows == []


def test_an_earlier_crop_is_offered_by_its_shape() -> None:
    assert crop_words.offer("1:1") == "You cropped this picture to 1:1 before."
    assert crop_words.offer("free") == "You cropped this picture before."


def test_the_others_are_counted_where_all_may_be_cropped() -> None:
    assert crop_words.for_all(1, "1:1") == "Crop the other picture to 1:1, too"
    assert crop_words.for_all(4, "4:5") == "Crop the 4 other pictures to 4:5, too"


def test_kept_choices_are_plain_json() -> None:
    choices = Choices("")
    choices.keep("a", chosen("1:1", box(1, 2, 3, 4), (0, 1000)))

    assert json.loads(choices.to_json()) == [["a", "1:1", 1, 2, 3, 4, 0, 1000]]


def test_a_point_is_kept_with_its_crop_and_crops_of_before_had_none() -> None:
    choices = Choices('[["old", "4:5", 0, 0, 4, 5]]')
    choices.keep("new", chosen("own", box(1, 2, 3, 4), (250, 750)))
    later = Choices(choices.to_json())

    assert later.of("new") == chosen("own", box(1, 2, 3, 4), (250, 750))
    assert later.of("old") == chosen("4:5", box(0, 0, 4, 5))


@given(st.text(max_size=9) | st.from_regex(r"[0-9]{0,6}:[0-9]{0,6}", fullmatch=True))
def test_every_shape_that_is_read_has_a_ratio(text: str) -> None:
    if crop_boxes.is_shape(text):
        assert text == "free" or min(crop_boxes.ratio(text, (30, 20)) or (0,)) > 0
