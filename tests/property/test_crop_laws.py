"""Laws of crops, whatever the picture and the wish."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_strategies import boxes, devices, lines, sides

from eyebright.policy import decide
from eyebright.policy.boxes import alike, area, rounded, shared
from eyebright.policy.content import CONTEXTS
from eyebright.policy.crops import MOST_CROPS, crops
from eyebright.policy.crops.art import USUAL_ASPECTS, Slot, directed, goal_for
from eyebright.policy.crops.choices import Wanted, remember, remembered
from eyebright.policy.crops.guards import least_face_permille
from eyebright.policy.wishes import read_wish
from eyebright.values import CONTENTS_SEEN, Box, Capabilities, Crop, Facts, Goal

pytestmark = pytest.mark.property

aspects = st.sampled_from((*USUAL_ASPECTS, "50:1", "1:50", "640x480", "300x900"))
contexts = st.sampled_from(("", *CONTEXTS))
points = st.tuples(st.integers(0, 1000), st.integers(0, 1000))


@st.composite
def seen(draw: st.DrawFn) -> Facts:
    """A picture with faces, text and attention in any places."""
    width, height = draw(sides), draw(sides)
    grid = st.lists(st.integers(0, 31), min_size=256, max_size=256).map(tuple)
    return Facts(
        format="jpeg",
        width=width,
        height=height,
        size_bytes=draw(st.integers(1, 10**8)),
        sha256="",
        faces=tuple(draw(st.lists(boxes(width, height), max_size=5))),
        text_lines=tuple(draw(st.lists(lines(width, height), max_size=5))),
        text_permille=draw(st.sampled_from([0, 300])),
        subject=draw(st.none() | boxes(width, height)),
        saliency=draw(st.just(()) | st.just((1,) * 256) | grid),
        seen_content=draw(st.sampled_from(("", *CONTENTS_SEEN))),
        models=draw(st.sampled_from([{}, {"faces": "fallback"}])),
    )


def told(crop: Crop, name: str) -> dict[str, Any]:
    return next((dict(guard.values) for guard in crop.guards if guard.name == name), {})


@given(seen(), aspects, st.integers(1, MOST_CROPS), contexts)
def test_crops_lie_in_the_picture_and_have_the_shape(
    facts: Facts, aspect: str, n: int, context: str
) -> None:
    wish = read_wish(aspect)
    found = crops(facts, aspect, n=n, context=context)

    assert 1 <= len(found) <= n
    for crop in found:
        box = crop.box
        assert min(box.x, box.y) >= 0
        assert min(box.width, box.height) >= 1
        assert box.x + box.width <= facts.width
        assert box.y + box.height <= facts.height
        across = max(1, rounded(box.height * wish.across, wish.down))
        down = max(1, rounded(box.width * wish.down, wish.across))
        assert crop.strategy == "whole" or box.width == across or box.height == down


@given(seen(), aspects, contexts)
def test_no_two_crops_are_alike_and_the_best_is_first(
    facts: Facts, aspect: str, context: str
) -> None:
    found = crops(facts, aspect, n=MOST_CROPS, context=context)
    scores = [crop.score_permille for crop in found]

    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1000 for score in scores)
    assert not any(alike(a.box, b.box, 850) for a, b in itertools.combinations(found, 2))


@given(seen(), aspects, contexts)
def test_guards_are_true_to_their_numbers(facts: Facts, aspect: str, context: str) -> None:
    for crop in crops(facts, aspect, n=MOST_CROPS, context=context):
        kept = [1000 * shared(face, crop.box) // area(face) for face in facts.faces]
        lost = sum(share < least_face_permille(context) for share in kept)
        cut = sum(0 < shared(line, crop.box) < area(line) for line in facts.text_lines)
        assert told(crop, "faces").get("lost", 0) == lost
        assert told(crop, "text").get("cut", 0) == cut
        for guard in crop.guards:
            assert guard.name != "faces" or guard.passes == (lost == 0)
            assert guard.name != "text" or guard.passes == (cut == 0)


@given(seen(), aspects)
def test_not_to_crop_is_offered_or_alike_to_a_crop(facts: Facts, aspect: str) -> None:
    everything = Box(x=0, y=0, width=facts.width, height=facts.height)
    found = crops(facts, aspect, n=MOST_CROPS)

    assert any(alike(crop.box, everything, 850) for crop in found)


@given(seen(), aspects)
def test_margins_give_the_whole_picture_the_shape(facts: Facts, aspect: str) -> None:
    wish = read_wish(aspect)
    for crop in crops(facts, aspect, n=MOST_CROPS):
        if crop.pad:
            left, top, right, bottom = crop.pad
            wide, tall = facts.width + left + right, facts.height + top + bottom
            assert min(crop.pad) >= 0
            assert abs(left - right) <= 1
            assert abs(top - bottom) <= 1
            off = abs(wide * wish.down - tall * wish.across)
            assert off <= max(wish.across, wish.down)


@given(seen(), aspects, st.data())
def test_somebody_s_own_region_comes_first(facts: Facts, aspect: str, data: st.DataObject) -> None:
    own = data.draw(boxes(facts.width, facts.height))
    first = crops(facts, aspect, box=own)[0]

    assert (first.strategy, first.score_permille, first.review) == ("user", 1000, "")
    again = crops(facts, aspect, box=first.box)[0]
    assert again.box == first.box


@given(seen(), aspects, points)
def test_somebody_s_point_is_in_the_first_crop(
    facts: Facts, aspect: str, point: tuple[int, int]
) -> None:
    first = crops(facts, aspect, focal_permille=point)[0]
    x, y = (
        rounded(side * at, 1000)
        for side, at in zip((facts.width, facts.height), point, strict=True)
    )

    assert first.strategy == "user"
    assert first.box.x <= x <= first.box.x + first.box.width
    assert first.box.y <= y <= first.box.y + first.box.height


@given(seen(), aspects, st.integers(1, 3000), devices)
def test_a_file_of_a_crop_has_its_size_to_the_pixel(
    facts: Facts, aspect: str, width: int, able: Capabilities
) -> None:
    (found,) = directed(facts, [Slot(aspect=aspect, widths=(width,))])
    (size,) = found.sizes
    plan = decide(facts, goal_for(found.crop, Goal(min_text_px=0.0), size), able)

    if not plan.keep_original:
        region = None if found.crop.strategy == "whole" else found.crop.box
        assert plan.crop == region
        assert region is None or (plan.width, plan.height) == (size.width, size.height)


@given(seen(), aspects, st.data())
def test_a_choice_comes_back(facts: Facts, aspect: str, data: st.DataObject) -> None:
    own = data.draw(boxes(facts.width, facts.height))
    choices = remember({}, facts, aspect, Wanted(box=own))

    assert remembered(choices, facts.sha256, aspect) == Wanted(box=own)
    focal = remembered(choices, facts.sha256, "7:5").focal_permille
    assert all(0 <= value <= 1000 for value in focal)


@given(seen(), aspects, contexts)
def test_crops_cross_as_json(facts: Facts, aspect: str, context: str) -> None:
    found = crops(facts, aspect, context=context)

    assert found == tuple(Crop.from_dict(crop.to_dict()) for crop in found)
