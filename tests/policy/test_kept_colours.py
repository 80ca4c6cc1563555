"""When a picture's own colours, its gain map or its drawing decide what is made of it."""

from __future__ import annotations

import pytest

from eyebright.policy import decide
from eyebright.values import Capabilities, Facts, Goal, Plan

WIDE = Facts(
    format="jpeg",
    width=1600,
    height=1200,
    size_bytes=900_000,
    sha256="",
    has_icc=True,
    profile_bytes=548,
)
ALL = Capabilities(encode=("avif", "webp", "jpeg", "jxl", "png"))


def plan(facts: Facts = WIDE, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), ALL)


def said(decided: Plan) -> dict[str, str]:
    return {reason.code: reason.text for reason in decided.reasons}


def test_colours_are_kept_where_somebody_asks_and_the_file_has_a_profile() -> None:
    kept = plan(colour="keep")

    assert kept.colour == "keep"
    assert said(kept)["colours-kept"] == (
        "You asked to keep its colours, so a new file has the picture's own profile."
    )


@pytest.mark.parametrize(
    ("facts", "goal"),
    [
        (WIDE, {}),
        (WIDE.replace(profile_bytes=0), {"colour": "keep"}),
        (WIDE.replace(format="gif", width=300, height=200, frames=9), {"colour": "keep"}),
    ],
    ids=["not asked", "no profile", "animation"],
)
def test_else_colours_are_converted(facts: Facts, goal: dict[str, object]) -> None:
    converted = plan(facts, **goal)

    assert converted.colour == "srgb"
    assert "colours-kept" not in said(converted)


def test_a_format_without_profiles_is_left_out_where_colours_are_kept() -> None:
    kept = plan(colour="keep", formats=["jxl", "webp"])

    assert [candidate.format for candidate in kept.candidates] == ["webp"]
    refused = next(reason for reason in kept.reasons if reason.code == "format-no-profile")
    assert refused.values == {"format": "jxl"}
    assert refused.text == "jxl cannot be written with the picture's own colour profile here."
    assert [c.format for c in plan(formats=["jxl", "webp"]).candidates] == ["jxl", "webp"]


def test_what_cannot_be_converted_is_kept_at_its_own_size() -> None:
    kept = plan(WIDE.replace(unconverted="PQ"), max_width=100)

    assert kept.keep_original
    assert (kept.width, kept.height) == (1600, 1200)
    reason = kept.reasons[-1]
    assert reason.values == {"coding": "PQ"}
    assert reason.text == (
        "Its colours are coded as PQ, which cannot be converted to sRGB here, so the original is "
        "kept."
    )


def test_a_gain_map_keeps_its_file_where_colours_are_to_be_kept() -> None:
    hdr = WIDE.replace(metadata=("gainmap",))

    kept = plan(hdr, colour="keep", max_width=100)

    assert kept.keep_original
    assert kept.width == 1600
    assert "colours-kept" not in said(kept)
    assert said(kept)["hdr-kept"] == (
        "You asked to keep its colours, and it has a gain map for HDR screens, which no new "
        "file here could carry, so the original is kept."
    )
    assert not plan(hdr).keep_original


def test_a_drawing_passes_through_unless_it_is_to_be_drawn() -> None:
    drawing = Facts(format="svg", width=300, height=200, size_bytes=9_000, sha256="")

    kept, drawn = plan(drawing), plan(drawing, svg="rasterise")

    assert kept.keep_original
    assert said(kept)["svg-kept"] == (
        "It is a drawing (SVG), which stays sharp at every size; it passes through as it is."
    )
    assert drawn.candidates
    assert not drawn.original_shown
