"""What kind of picture is it."""

from __future__ import annotations

import pytest

from eyebright.policy.classify import BY_KIND, content_of, is_graphic
from eyebright.policy.content import POLICIES
from eyebright.values import CONTENTS_SEEN, Facts

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


@pytest.mark.parametrize(
    ("seen", "content"),
    [
        ("photo", "general"),
        ("product", "product"),
        ("screenshot", "screenshot"),
        ("chart", "screenshot"),
        ("drawing", "screenshot"),
        ("document", "screenshot"),
    ],
)
def test_what_a_sure_model_sees_sets_the_policy(seen: str, content: str) -> None:
    drawn = PHOTO.replace(flat_permille=900, colours=9)

    for facts in (PHOTO, drawn):
        found, reason = content_of(
            facts.replace(seen_content=seen, content_confidence_permille=700)
        )

        assert found == content
        assert reason.code == "content-detected"
        assert reason.values == {"seen": seen, "confidence_permille": 700}
        assert seen in reason.text


@pytest.mark.parametrize(("flat", "expected"), [(0, "general"), (900, "screenshot")])
@pytest.mark.parametrize("sure", [699, None])
def test_in_doubt_statistics_set_the_policy(flat: int, expected: str, sure: int | None) -> None:
    facts = PHOTO.replace(
        flat_permille=flat, seen_content="product", content_confidence_permille=sure
    )

    assert content_of(facts)[0] == expected


@pytest.mark.parametrize(
    ("flat", "seen", "kind", "treated"),
    [
        (0, "drawing", "a drawing", "so it is treated as a photo."),
        (0, "product", "a product on plain ground", "so it is treated as a photo."),
        (900, "photo", "a photo", "and it has flat areas or few colours, so text and edges are"),
    ],
)
def test_a_model_in_doubt_that_says_otherwise_is_named_beside_what_decides(
    flat: int, seen: str, kind: str, treated: str
) -> None:
    facts = PHOTO.replace(flat_permille=flat, seen_content=seen, content_confidence_permille=645)

    reason = content_of(facts)[1]

    said = f"It may be {kind}, but at 64.5 % that is too unsure to decide, {treated}"
    assert reason.text.startswith(said)
    assert reason.values["seen"] == seen
    assert reason.values["confidence_permille"] == 645


@pytest.mark.parametrize(("flat", "seen"), [(0, "photo"), (900, "chart")])
def test_a_model_in_doubt_that_says_the_same_is_not_named(flat: int, seen: str) -> None:
    facts = PHOTO.replace(flat_permille=flat)
    doubtful = facts.replace(seen_content=seen, content_confidence_permille=645)

    assert content_of(doubtful) == content_of(facts)


def test_what_stood_in_for_the_model_is_not_named_beside_the_statistics() -> None:
    facts = PHOTO.replace(seen_content="screenshot")

    assert content_of(facts)[1].text == "It looks like a photo."


def test_every_kind_that_is_seen_has_a_policy() -> None:
    assert set(BY_KIND) == set(CONTENTS_SEEN)
    assert {content for content, _text in BY_KIND.values()} <= set(POLICIES)


def test_an_svg_stays_a_drawing_whatever_is_seen_in_it() -> None:
    facts = PHOTO.replace(format="svg", seen_content="photo", content_confidence_permille=1000)

    assert content_of(facts)[0] == "screenshot"
