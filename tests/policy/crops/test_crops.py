"""Ranked crops: which come, in which order, with which guards and reasons."""

from __future__ import annotations

import itertools

import pytest

from eyebright.errors import PolicyError
from eyebright.policy.boxes import alike, holds, shared
from eyebright.policy.content import Brand, Policies
from eyebright.policy.crops import crops
from eyebright.policy.crops.scene import scene_of
from eyebright.policy.crops.strategies import ideas
from eyebright.policy.wishes import read_wish
from eyebright.values import Box, Crop, Facts, TextLine


def box(x: int, y: int, width: int, height: int) -> Box:
    return Box(x=x, y=y, width=width, height=height)


def line(x: int, y: int, width: int, height: int) -> TextLine:
    return TextLine(x=x, y=y, width=width, height=height, x_height_px=max(1, height // 2))


def looked_at(*cells: tuple[int, int]) -> tuple[int, ...]:
    """Attention all over, and most in the cells given as column and row."""
    return tuple(31 if (at % 16, at // 16) in cells else 1 for at in range(256))


FACTS = Facts(format="jpeg", width=1000, height=600, size_bytes=900_000, sha256="0" * 64)
LEFT = FACTS.replace(saliency=looked_at((2, 7), (3, 7), (3, 8)))
FACE = box(850, 150, 80, 100)
READ = FACTS.replace(seen_content="screenshot", text_permille=300)


def of_strategy(found: tuple[Crop, ...], strategy: str) -> Crop:
    return next(crop for crop in found if crop.strategy == strategy)


def guard(crop: Crop, name: str) -> bool:
    return next(guard.passes for guard in crop.guards if guard.name == name)


def test_a_picture_that_nobody_looked_at_is_cropped_in_the_middle() -> None:
    found = crops(FACTS, "1:1")

    assert ("centre", box(200, 0, 600, 600)) == (found[0].strategy, found[0].box)


def test_the_first_crop_holds_what_draws_the_eye() -> None:
    first = crops(LEFT, "1:1")[0]

    assert first.strategy == "saliency"
    assert holds(first.box, box(125, 262, 125, 75))


def test_crops_are_told_apart_best_first() -> None:
    found = crops(LEFT, "9:16", n=8)
    scores = [crop.score_permille for crop in found]

    assert sorted(scores, reverse=True) == scores
    assert not any(alike(a.box, b.box, 850) for a, b in itertools.combinations(found, 2))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_no_more_crops_come_than_are_asked_for(n: int) -> None:
    assert n == len(crops(LEFT, "9:16", n=n))


def test_not_to_crop_is_among_three() -> None:
    whole = of_strategy(crops(LEFT, "1:1"), "whole")

    assert (box(0, 0, 1000, 600), (0, 200, 0, 200)) == (whole.box, whole.pad)


def test_margins_stand_left_and_right_of_a_tall_picture() -> None:
    tall = FACTS.replace(width=301, height=600)

    assert of_strategy(crops(tall, "1:1"), "whole").pad == (149, 0, 150, 0)


def test_a_picture_of_the_wished_shape_stays_whole_without_margins() -> None:
    first = crops(LEFT, "10:6")[0]

    assert ("whole", box(0, 0, 1000, 600), ()) == (first.strategy, first.box, first.pad)


def test_a_lone_face_at_the_side_counts() -> None:
    first = crops(LEFT.replace(faces=(FACE,)), "1:1")[0]

    assert guard(first, "faces")
    assert holds(first.box, FACE)


def test_a_face_stands_where_portraits_have_it() -> None:
    tall = FACTS.replace(width=600, height=1200, faces=(box(250, 500, 100, 120),))
    all_ideas = ideas(scene_of(tall, read_wish("1:1"), ""))
    portrait = next(idea.box for idea in all_ideas if idea.strategy == "faces")
    middle = 2 * (500 - 12) + 120 + 12 - 2 * portrait.y

    assert pytest.approx(500 * middle / portrait.height, abs=5) == 400


def test_the_head_above_a_face_is_not_cut() -> None:
    low = FACTS.replace(width=600, height=1200, faces=(box(250, 1000, 100, 120),))
    first = crops(low, "3:1")[0]

    assert guard(first, "heads")
    assert first.box.y <= 1000 - 12


def test_where_not_all_faces_fit_the_whole_picture_comes_first() -> None:
    both = LEFT.replace(faces=(box(0, 100, 80, 100), FACE))
    first, second = crops(both, "9:16", n=2)

    assert (first.strategy, first.reasons[-1].code) == ("whole", "review-crop-none")
    assert (guard(second, "faces"), dict(second.guards[0].values)["lost"]) == (False, 1)


def test_a_crop_that_loses_a_face_says_so() -> None:
    wide = FACTS.replace(faces=(box(0, 100, 1000, 400),))
    cut = of_strategy(crops(wide, "1:1"), "faces")

    assert "The face would be cut or left out." in [guard.text for guard in cut.guards]
    assert cut.reasons[0].text == "As many faces as fit are inside."


def test_a_crop_through_a_head_says_so() -> None:
    tall = FACTS.replace(width=600, height=1200, faces=(box(100, 100, 300, 900),))
    cut = of_strategy(crops(tall, "3:1"), "faces")

    assert cut.guards[1].text == "1 head would be cut at the top."


def test_of_several_faces_it_tells_how_many_are_lost() -> None:
    both = FACTS.replace(faces=(box(0, 100, 80, 100), FACE), saliency=LEFT.saliency)
    cut = of_strategy(crops(both, "9:16"), "faces")

    assert cut.guards[0].text == "Of 2 faces 1 would be cut or left out."


def test_a_group_is_told_by_its_number() -> None:
    group = FACTS.replace(faces=(box(300, 200, 80, 90), box(500, 200, 80, 90)))
    first = crops(group, "1:1")[0]

    assert first.reasons[0].text == "The middle of 2 faces is where people like it to be."
    assert first.guards[0].text == "All faces are inside."


def test_a_close_window_of_faces_comes_too() -> None:
    small = FACTS.replace(faces=(box(480, 200, 40, 50),))
    found = [crop for crop in crops(small, "1:1", n=8) if crop.strategy == "faces"]

    assert found[-1].box.width < 300


def test_lines_of_text_are_wholly_in_or_out() -> None:
    lines = (line(100, 50, 380, 30), line(100, 100, 390, 30), line(520, 50, 470, 30))
    first = crops(READ.replace(text_lines=lines), "1:1")[0]

    assert guard(first, "text")


def test_all_text_is_inside_where_it_fits() -> None:
    first = crops(READ.replace(text_lines=(line(0, 50, 500, 30),)), "1:1")[0]

    assert (first.strategy, first.reasons[0].text) == ("text", "All of the text is inside.")


def test_where_text_would_be_cut_the_whole_picture_comes_first() -> None:
    found = crops(READ.replace(text_lines=(line(0, 50, 1000, 30),)), "1:1")

    assert found[0].strategy == "whole"
    assert of_strategy(found, "text").reasons[0].text == "As much of the text as fits is inside."
    assert of_strategy(found, "text").guards[0].text == "1 line of text would be cut."


def test_what_is_there_to_be_read_is_not_left_out() -> None:
    columns = tuple(line(x, y, 300, 20) for x in (20, 680) for y in range(20, 580, 40))
    found = crops(READ.replace(text_lines=columns), "1:1")
    losing = of_strategy(found, "text")

    assert (found[0].strategy, guard(losing, "text")) == ("whole", True)


def test_a_line_left_out_among_many_hardly_counts() -> None:
    lines = (line(0, 20, 100, 20), *(line(300, y, 300, 20) for y in range(20, 580, 40)))
    first = crops(READ.replace(text_lines=lines), "1:1")[0]

    assert (first.strategy, guard(first, "text")) == ("text", True)


def test_a_sign_on_a_photo_does_not_keep_it_from_being_cropped() -> None:
    sign = LEFT.replace(seen_content="photo", text_lines=(line(0, 50, 1000, 30),))

    assert crops(sign, "1:1")[0].strategy == "saliency"


def test_a_sign_on_a_photo_is_spared_where_that_moves_the_crop_little() -> None:
    start = crops(LEFT.replace(seen_content="photo"), "1:1")[0].box.x
    sign = line(start + 600 - 10, 50, 40, 30)
    first = crops(LEFT.replace(seen_content="photo", text_lines=(sign,)), "1:1")[0]

    assert start + 60 >= first.box.x >= start - 60
    assert guard(first, "text")


def test_what_may_be_no_line_moves_no_crop_of_a_photo() -> None:
    photo = LEFT.replace(seen_content="photo")
    start = crops(photo, "1:1")[0].box.x
    window = line(start + 600 - 10, 50, 40, 30).replace(confidence_permille=949)
    first = crops(photo.replace(text_lines=(window,)), "1:1")[0]

    assert first.box.x == start
    assert "text" not in {one.name for one in first.guards}


def test_where_much_of_a_photo_is_text_lines_count_that_are_not_sure() -> None:
    start = crops(LEFT.replace(seen_content="photo"), "1:1")[0].box.x
    faint = line(start + 600 - 10, 50, 40, 30).replace(confidence_permille=700)
    photo = LEFT.replace(seen_content="photo", text_lines=(faint,), text_permille=50)

    assert guard(crops(photo, "1:1")[0], "text")


@pytest.mark.parametrize(("sure", "share", "counts"), [(949, 9, 0), (949, 10, 1), (950, 9, 1)])
def test_marks_in_a_drawing_are_lines_where_one_is_sure_or_they_take_some_area(
    sure: int, share: int, counts: int
) -> None:
    marks = (line(0, 50, 500, 30).replace(confidence_permille=sure),)
    drawing = FACTS.replace(seen_content="drawing", text_lines=marks, text_permille=share)

    assert counts == sum(crop.strategy == "text" for crop in crops(drawing, "1:1"))


def test_a_crop_that_cuts_a_sign_comes_after_those_that_cut_none() -> None:
    long = line(300, 50, 420, 30)
    photo = LEFT.replace(seen_content="photo", text_lines=(long,))
    found = crops(photo, "1:1", n=12)
    passes = [guard(crop, "text") for crop in found if crop.strategy != "whole"]

    assert {True, False} == set(passes)
    assert passes == sorted(passes, reverse=True)


def test_between_two_ideas_that_are_as_good_the_first_crop_is_their_mean() -> None:
    """So that neither of them jumps to the front where the picture hardly changes."""
    face = FACTS.replace(faces=(box(560, 150, 100, 130),))
    first = crops(face, "1:1")[0]
    alone = {idea.strategy: idea.box.x for idea in ideas(scene_of(face, read_wish("1:1"), ""))}

    assert alone["faces"] != alone["composition"]
    assert min(alone.values()) < first.box.x < max(alone.values())
    assert first.box.x not in alone.values()


def test_a_product_stands_in_the_middle_with_space_around_it() -> None:
    product = FACTS.replace(subject=box(100, 200, 200, 100))
    first = crops(product, "1:1")[0]

    assert (first.strategy, 2 * first.box.x + first.box.width) == ("product", 2 * 200)
    assert guard(first, "product")
    assert (first.box.x, first.box.width) == (0, 400)


def test_a_product_is_shown_closer_too() -> None:
    product = FACTS.replace(subject=box(100, 200, 200, 100))
    close = [crop for crop in crops(product, "1:1") if crop.strategy == "product"][1]

    assert close.box.width == pytest.approx(200 / 0.85, abs=1)


def test_a_drawing_on_white_is_no_product() -> None:
    drawing = FACTS.replace(subject=box(100, 200, 200, 100), seen_content="chart")

    assert {"centre", "whole"} == {crop.strategy for crop in crops(drawing, "1:1")}


CHART = FACTS.replace(
    subject=box(100, 50, 800, 500), seen_content="chart", content_confidence_permille=900
)


def test_a_chart_that_would_lose_a_part_stays_whole() -> None:
    found = crops(CHART, "1:1")

    assert (found[0].strategy, found[0].reasons[-1].code) == ("whole", "review-crop-none")
    assert of_strategy(found, "centre").score_permille <= 300


@pytest.mark.parametrize(
    "facts",
    [
        CHART.replace(subject=box(210, 50, 580, 500)),
        CHART.replace(subject=None),
        CHART.replace(content_confidence_permille=699),
        CHART.replace(seen_content="drawing"),
    ],
)
def test_what_loses_little_or_may_be_no_chart_is_cropped(facts: Facts) -> None:
    assert crops(facts, "1:1")[0].strategy == "centre"


def test_a_product_that_does_not_fit_is_not_cut() -> None:
    found = crops(FACTS.replace(subject=box(100, 200, 800, 100)), "1:1")

    assert found[0].strategy == "whole"
    text = "As much as fits of what stands on the plain ground is inside."
    assert text == of_strategy(found, "product").reasons[0].text


def test_the_whole_picture_comes_first_only_where_no_crop_keeps_everything() -> None:
    assert crops(LEFT.replace(faces=(FACE,)), "9:16")[0].strategy != "whole"


def test_contexts_ask_for_more_of_a_face() -> None:
    wide = FACTS.replace(faces=(box(200, 100, 630, 100),))

    assert crops(wide, "1:1", context="gallery")[0].strategy != "whole"
    assert crops(wide, "1:1", context="hero")[0].strategy == "whole"


def test_a_size_is_a_window_that_is_never_smaller() -> None:
    found = crops(LEFT, "500x400", n=8)

    assert all(crop.box.width >= 500 and crop.box.height >= 400 for crop in found)
    assert all(guard(crop, "size") for crop in found)


def test_a_picture_smaller_than_the_size_is_not_enlarged() -> None:
    first = crops(LEFT, "2000x1200")[0]

    assert (first.box.width, first.box.height) == (1000, 600)
    assert first.guards[0].text == "It has 1000 x 600 of the 2000 x 1200 pixels that are wanted."


def test_ideas_that_agree_are_named() -> None:
    first = crops(LEFT, "16:9")[0]

    assert "crop-agreed" in [reason.code for reason in first.reasons]


def test_somebody_s_region_wins_over_everything() -> None:
    own = box(300, 100, 200, 200)
    first = crops(LEFT.replace(faces=(FACE,)), "1:1", box=own, focal_permille=(0, 0))[0]

    assert ("user", own, 1000) == (first.strategy, first.box, first.score_permille)
    assert not guard(first, "faces")


@pytest.mark.parametrize(
    ("own", "fitted"),
    [
        (box(300, 100, 200, 100), box(300, 50, 200, 200)),
        (box(900, 0, 100, 300), box(700, 0, 300, 300)),
        (box(0, 0, 1000, 600), box(200, 0, 600, 600)),
    ],
)
def test_somebody_s_region_of_another_shape_is_fitted(own: Box, fitted: Box) -> None:
    assert fitted == crops(LEFT, "1:1", box=own)[0].box


@pytest.mark.parametrize(("x", "offset"), [(0, 0), (300, 0), (400, 100), (1000, 400)])
def test_a_window_goes_around_somebody_s_point(x: int, offset: int) -> None:
    first = crops(LEFT, "1:1", focal_permille=(x, 500))[0]

    assert ("user", offset) == (first.strategy, first.box.x)


def test_somebody_s_point_spares_a_face_nearby() -> None:
    near = LEFT.replace(faces=(box(780, 100, 80, 100),))

    assert guard(crops(near, "1:1", focal_permille=(500, 500))[0], "faces")


def test_somebody_s_point_stays_inside() -> None:
    away = LEFT.replace(faces=(box(0, 0, 50, 50),))

    assert crops(away, "1:1", focal_permille=(840, 0))[0].box.x == 400


def test_somebody_s_point_stays_in_the_middle_half() -> None:
    far = LEFT.replace(faces=(box(920, 100, 80, 100),))

    assert crops(far, "1:1", focal_permille=(100, 500))[0].box.x == 0


@pytest.mark.parametrize("context", ["hero", "social", "featured"])
def test_where_it_is_seen_first_a_person_chooses(context: str) -> None:
    assert {"editor"} == {crop.review for crop in crops(LEFT, "1:1", context=context)}


@pytest.mark.parametrize("context", ["", "gallery", "feed", "article"])
def test_elsewhere_the_first_is_taken(context: str) -> None:
    assert {""} == {crop.review for crop in crops(LEFT, "1:1", context=context)}


def test_what_somebody_chose_needs_nobody_else() -> None:
    found = crops(LEFT, "1:1", context="hero", focal_permille=(500, 500))

    assert {""} == {crop.review for crop in found}


def test_a_person_chooses_where_no_model_looked_for_faces() -> None:
    blind = LEFT.replace(models={"faces": "fallback"})

    assert crops(blind, "1:1")[0].reasons[-1].code == "review-crop-faces"
    assert crops(blind, "1:1", context="feed")[0].review == ""


def test_a_person_chooses_where_the_crop_keeps_little() -> None:
    wide = FACTS.replace(saliency=(1,) * 256)
    first = crops(wide, "1:3")[0]

    assert (first.review, first.reasons[-1].code) == ("editor", "review-crop-doubt")


def test_a_person_chooses_whether_a_landscape_is_left_out_for_somebody_small() -> None:
    wide = FACTS.replace(saliency=(1,) * 256, faces=(box(100, 500, 20, 30),))
    found = crops(wide, "1:1")

    assert (found[0].review, found[0].reasons[-1].code) == ("editor", "review-crop-scene")
    assert holds(found[0].box, box(100, 500, 20, 30))
    assert "whole" in {crop.strategy for crop in found}
    large = wide.replace(faces=(box(100, 400, 70, 90),))
    assert {crop.review for crop in crops(large, "1:1")} == {""}


def test_a_brand_that_forbids_crops_leaves_the_picture_whole() -> None:
    policies = Policies(brand=Brand(forbid=("crop",)))

    found = crops(LEFT, "1:1", policies=policies)

    assert [crop.strategy for crop in found] == ["whole"]
    assert found[0].reasons[-1].text == "brand allows no crops."
    assert crops(LEFT, "1:1", content="medical")[0].reasons[-1].code == "crop-forbidden"
    for path, wish in {"box": box(0, 0, 9, 9), "focal_permille": (500, 500)}.items():
        with pytest.raises(PolicyError, match="brand allows no crops; drop it") as caught:
            crops(LEFT, "1:1", policies=policies, **{path: wish})  # type: ignore[arg-type]
        assert caught.value.path == path


@pytest.mark.parametrize(
    ("wishes", "path"),
    [
        ({"n": 0}, "n"),
        ({"n": 13}, "n"),
        ({"n": "3"}, "n"),
        ({"context": "poster"}, "context"),
        ({"focal_permille": (500,)}, "focal_permille"),
        ({"focal_permille": (500, 1001)}, "focal_permille[1]"),
        ({"focal_permille": (0.5, 0.5)}, "focal_permille[0]"),
        ({"box": (1, 1, 10, 10)}, "box"),
        ({"box": {"x": 1, "y": 1, "width": 9, "height": 9}}, "box"),
        ({"box": box(900, 0, 101, 100)}, "box"),
        ({"box": box(0, 0, 0, 100)}, "box"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_key(wishes: dict[str, object], path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        crops(FACTS, "1:1", **wishes)  # type: ignore[arg-type]

    assert path == caught.value.path


@pytest.mark.parametrize("aspect", ["1:1", "4:5", "16:9", "9:16", "3:1", "50:1", "1:50"])
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (7, 900), (900, 7), (1600, 1200)])
def test_every_shape_can_be_cut_from_every_picture(aspect: str, size: tuple[int, int]) -> None:
    picture = LEFT.replace(width=size[0], height=size[1])
    wish = read_wish(aspect)

    for crop in crops(picture, aspect, n=8):
        width, height = crop.box.width, crop.box.height
        off = abs(width * wish.down - height * wish.across)
        assert shared(crop.box, box(0, 0, *size)) == width * height
        assert crop.strategy == "whole" or off <= max(wish.across, wish.down)
