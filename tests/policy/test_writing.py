"""Text keeps its colours, its size and its target where a picture is made to be read."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.policy.writing import counts, smallest
from eyebright.values import FORMATS, Capabilities, Facts, Goal, Plan, TextLine

PHOTO = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="")
SLOW = Capabilities(save_data=True, effective_type="2g")


def with_text(permille: int, heights: tuple[int, ...] = (18,), **facts: object) -> Facts:
    lines = tuple(TextLine(x=0, y=0, width=99, height=30, x_height_px=h) for h in heights)
    return PHOTO.replace(text_lines=lines, text_heights_px=heights, text_permille=permille, **facts)


def plan(facts: Facts, capabilities: Capabilities | None = None, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), capabilities or Capabilities())


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (PHOTO, False),
        (with_text(39), False),
        (with_text(40), True),
        (with_text(99, seen_content="photo"), False),
        (with_text(100, seen_content="photo"), True),
        (with_text(1, seen_content="product"), False),
        (with_text(1, seen_content="document"), True),
        (with_text(1, seen_content="chart"), True),
        (PHOTO.replace(text_permille=900), False),
        (with_text(900, models={"text": "fallback"}), False),
        (with_text(900, models={"text": "1"}), True),
        (with_text(9, models={"text": "fallback"}, seen_content="document"), True),
    ],
)
def test_text_counts_where_there_is_much_or_where_it_is_to_be_read(
    facts: Facts, *, expected: bool
) -> None:
    assert counts(facts) == expected


def test_text_that_counts_keeps_its_chroma() -> None:
    decided = plan(with_text(50))

    assert {c.subsampling for c in decided.candidates} == {"444"}
    assert "webp" not in {c.format for c in decided.candidates if not c.lossless}
    why = next(reason for reason in decided.reasons if reason.code == "text-chroma")
    assert why.values == {"lines": 1, "text_permille": 50}
    assert why.text == "There is text in it, so chroma is kept whole."


def test_where_only_webp_may_be_written_text_asks_for_a_lossless_one() -> None:
    decided = plan(with_text(50), formats=["webp"])

    assert [(c.format, c.lossless) for c in decided.candidates] == [("webp", True)]
    assert not decided.keep_original


@pytest.mark.parametrize("content", ["screenshot", "medical"])
def test_where_chroma_is_whole_anyway_nothing_is_said(content: str) -> None:
    decided = plan(with_text(50), content=content)

    assert "text-chroma" not in {reason.code for reason in decided.reasons}


def test_a_sign_on_a_photo_changes_nothing() -> None:
    sign, bare = plan(with_text(5), max_width=400), plan(PHOTO, max_width=400)

    assert sign.candidates == bare.candidates
    assert sign.reasons == bare.reasons


def test_text_that_counts_stays_readable() -> None:
    decided = plan(with_text(50), max_width=400)

    assert decided.width == 800
    assert "guard-text" in {reason.code for reason in decided.reasons}


@pytest.mark.parametrize(
    ("heights", "expected"),
    [((), None), ((4,), None), ((5, 40), 5), ((6, *(20,) * 8), 6), ((6, *(20,) * 9), 20)],
)
def test_one_small_line_among_ten_does_not_set_the_size(
    heights: tuple[int, ...], expected: int | None
) -> None:
    assert smallest(with_text(50, heights)) == expected
    assert smallest(PHOTO.replace(text_heights_px=heights)) == expected


def test_hints_lower_the_target_of_text_less() -> None:
    assert plan(PHOTO, SLOW).target == 67
    assert plan(with_text(50), SLOW).target == 70


def test_no_format_is_lost_but_webp() -> None:
    able = Capabilities(encode=FORMATS, decode=FORMATS)
    formats = {c.format for c in plan(with_text(50), able).candidates}

    assert {c.format for c in plan(PHOTO, able).candidates} - formats == {"webp"}
