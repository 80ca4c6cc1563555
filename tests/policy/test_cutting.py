"""What a goal cuts out of a picture, and that all else is decided for that region."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import decide, load_policies
from eyebright.policy.choice import conclude
from eyebright.policy.content import BUILT_IN, Policies
from eyebright.policy.crops import crops
from eyebright.policy.cutting import cut, of_region
from eyebright.values import Box, Capabilities, Facts, Goal, Outcome, Plan, TextLine, Trial

FACTS = Facts(format="jpeg", width=1000, height=600, size_bytes=900_000, sha256="0" * 64)
ABLE = Capabilities()


def box(x: int, y: int, width: int, height: int) -> Box:
    return Box(x=x, y=y, width=width, height=height)


def planned(facts: Facts = FACTS, **wishes: object) -> Plan:
    return decide(facts, Goal(**wishes), ABLE)  # type: ignore[arg-type]


def codes(plan: Plan) -> list[str]:
    return [reason.code for reason in plan.reasons]


def test_a_shape_is_cut_by_the_first_ranked_crop() -> None:
    plan = planned(crop="1:1")

    assert plan.crop == box(200, 0, 600, 600)
    assert (plan.width, plan.height) == (600, 600)
    why = next(reason for reason in plan.reasons if reason.code == "crop-made")
    assert why.text == "Cut to 600 x 600 pixels at 200, 0. The middle of the picture."


@pytest.mark.parametrize(
    ("wishes", "size"),
    [
        ({"crop": "300x200"}, (300, 200)),
        ({"crop": "401x303"}, (401, 303)),
        ({"crop": "300x200", "max_width": 150}, (150, 100)),
        ({"crop": "2000x1000"}, (1000, 500)),
        ({"crop": "16:9", "max_width": 640}, (640, 360)),
        ({"crop": "10:6"}, (1000, 600)),
        ({"crop": "500x300"}, (500, 300)),
    ],
)
def test_sizes_come_out_to_the_pixel(wishes: dict[str, object], size: tuple[int, int]) -> None:
    plan = planned(**wishes)

    assert (plan.width, plan.height) == size


def test_somebody_s_region_wins() -> None:
    own = box(10, 20, 303, 101)
    faced = FACTS.replace(faces=(box(0, 0, 200, 200),))
    plan = planned(faced, crop_box=own)

    assert plan.crop == own
    assert (plan.width, plan.height) == (303, 101)
    assert plan.reviewers == ()


def test_somebody_s_region_is_fitted_to_the_shape() -> None:
    assert planned(crop_box=box(10, 20, 300, 100), crop="3:1").crop == box(10, 20, 300, 100)
    assert planned(crop_box=box(0, 0, 300, 100), crop="1:1").crop == box(0, 0, 300, 300)


def test_somebody_s_point_wins_over_what_draws_the_eye() -> None:
    assert planned(crop="1:1", focal_permille=(0, 500)).crop == box(0, 0, 600, 600)


def test_a_crop_that_breaks_a_guard_says_so() -> None:
    faced = FACTS.replace(faces=(box(900, 0, 100, 100),))
    plan = planned(faced, crop="1:1", focal_permille=(0, 500))
    why = next(reason for reason in plan.reasons if reason.code == "crop-faces")

    assert why.text == "The face would be cut or left out."


def test_where_no_crop_keeps_the_faces_all_of_the_picture_stays() -> None:
    faced = FACTS.replace(faces=(box(0, 0, 100, 100), box(900, 0, 100, 100)))
    plan = planned(faced, crop="1:1")

    assert (plan.crop, plan.width, plan.height) == (None, 1000, 600)
    assert {"crop-whole", "review-crop-none"}.issubset(codes(plan))
    assert plan.reviewers == ("editor",)


SMALL_TEXT = FACTS.replace(text_heights_px=(9,), text_permille=100)


@pytest.mark.parametrize("size", ["333x200", "7x5", "999x599"])
def test_a_size_is_exact_however_small_the_text_gets(size: str) -> None:
    width, height = map(int, size.split("x"))
    plan = planned(SMALL_TEXT, crop=size)

    assert (plan.width, plan.height) == (width, height)
    assert plan.min_width in {width, width - 1}
    assert "guard-text" not in codes(plan)


def test_how_small_the_text_gets_is_told() -> None:
    plan = planned(SMALL_TEXT, crop="250x250")
    why = next(reason for reason in plan.reasons if reason.code == "text-small")

    assert why.text.startswith("Letters would be 3.8 pixels high, less than 9, and hard to read")
    assert "text-small" not in codes(planned(SMALL_TEXT, crop="600x600"))


def test_where_a_bound_decides_text_stays_readable() -> None:
    plan = planned(SMALL_TEXT, crop="600x600", max_width=100)

    assert (plan.width, plan.height) == (600, 600)
    assert "guard-text" in codes(plan)


def test_what_may_not_be_scaled_tells_of_no_small_text() -> None:
    plan = planned(SMALL_TEXT, crop="250x250", forbid=("scale",))

    assert (plan.width, plan.height) == (600, 600)
    assert "text-small" not in codes(plan)


def test_a_size_of_a_picture_that_stays_whole_is_not_exact() -> None:
    plan = planned(SMALL_TEXT.replace(faces=BOTH_SIDES.faces), crop="300x300")

    assert (plan.width, plan.height) == (1000, 600)
    assert "guard-text" in codes(plan)


def test_all_of_it_is_fitted_into_the_size() -> None:
    faced = FACTS.replace(faces=(box(0, 0, 100, 100), box(900, 0, 100, 100)))
    plan = planned(faced, crop="300x300")

    assert (plan.width, plan.height) == (300, 180)


def test_text_of_the_region_is_held_to_the_region_s_own_size() -> None:
    small = FACTS.replace(text_heights_px=(9,), text_permille=100)
    large = FACTS.replace(text_heights_px=(18,), text_permille=100)

    assert planned(small, crop_box=box(0, 0, 400, 300), max_width=100).width == 400
    assert planned(large, crop_box=box(0, 0, 400, 300), max_width=100).width == 200


BOTH_SIDES = FACTS.replace(faces=(box(0, 0, 100, 100), box(900, 0, 100, 100)))


def test_margins_give_it_the_shape_where_they_are_wished() -> None:
    plan = planned(BOTH_SIDES, crop="1:1", pad="#d0103a")

    assert (plan.crop, plan.pad, plan.pad_rgb) == (None, (0, 200, 0, 200), (0xD0, 0x10, 0x3A))
    assert (plan.width, plan.height) == (1000, 1000)
    assert not plan.original_shown
    assert "margins give it the shape" in "".join(reason.text for reason in plan.reasons)


def test_a_size_with_margins_comes_out_to_the_pixel() -> None:
    plan = planned(BOTH_SIDES, crop="301x300", pad="auto")

    assert (plan.width, plan.height) == (301, 300)


@pytest.mark.parametrize(
    ("facts", "rgb"),
    [
        ({}, (255, 255, 255)),
        ({"dominant_rgb": (15, 30, 45)}, (15, 30, 45)),
        ({"dominant_rgb": (15, 30, 45), "transparent_permille": 5}, ()),
    ],
)
def test_margins_are_of_the_main_colour_or_clear(
    facts: dict[str, object], rgb: tuple[int, ...]
) -> None:
    assert planned(BOTH_SIDES.replace(**facts), crop="1:1", pad="auto").pad_rgb == rgb


def test_where_a_crop_will_do_no_margins_are_made() -> None:
    plan = planned(crop="1:1", pad="auto")

    assert (plan.pad, plan.pad_rgb, plan.width, plan.height) == ((), (), 600, 600)


@pytest.mark.parametrize(
    ("size", "aspect", "padded"),
    [
        ((2400, 1800), "1:50", "2400 x 120000"),
        ((600, 400), "1:3", "600 x 1800"),
        ((9000, 9000), "1:2", "9000 x 18000"),
    ],
)
def test_margins_that_would_be_too_large_are_not_made(
    size: tuple[int, int], aspect: str, padded: str
) -> None:
    width, height = size
    ends = (box(0, 0, width, 9), box(0, height - 9, width, 9))
    plan = planned(FACTS.replace(width=width, height=height, faces=ends), crop=aspect, pad="auto")
    why = next(reason for reason in plan.reasons if reason.code == "crop-whole")

    assert (plan.pad, plan.width, plan.height) == ((), width, height)
    assert why.text.endswith(f"; with margins, {padded} pixels, it would be too large.")


def test_margins_of_just_four_times_the_area_are_made() -> None:
    square = FACTS.replace(width=600, height=600, faces=(box(0, 0, 600, 600),))
    plan = planned(square, crop="1:4", pad="auto")

    assert (plan.width, plan.height) == (600, 2400)


def test_margins_are_told_of_only_where_they_are_wished() -> None:
    text = "".join(reason.text for reason in planned(BOTH_SIDES, crop="1:1").reasons)

    assert "not cropped to 1:1, as no part of that shape keeps all that matters" in text
    assert "with margins" not in text


def test_text_and_faces_lie_behind_the_margins() -> None:
    tall = BOTH_SIDES.replace(text_lines=(TextLine(x=1, y=2, width=9, height=9, x_height_px=5),))
    cutting = cut(tall, Goal(crop="1:1", pad="auto"), "general", BUILT_IN)

    assert cutting.facts.faces[1] == box(900, 200, 100, 100)
    assert cutting.facts.text_lines[0].y == 202


def test_an_original_that_must_be_kept_gets_no_margins() -> None:
    kept = BOTH_SIDES.replace(metadata=("c2pa",))
    plan = planned(kept, crop="1:1", pad="auto", keep_provenance=True)

    assert (plan.pad, plan.pad_rgb, plan.width, plan.height) == ((), (), 1000, 600)


def test_where_it_is_seen_first_a_person_looks() -> None:
    assert planned(crop="1:1", context="hero").reviewers == ("editor",)
    assert "review-crop-context" not in codes(planned(crop="1:1", context="hero"))


def test_whoever_must_choose_is_told_the_other_regions() -> None:
    seen = FACTS.replace(saliency=tuple(31 if at in {103, 104} else 1 for at in range(256)))
    plan = planned(seen, crop="1:1", context="hero")
    why = next(reason for reason in plan.reasons if reason.code == "review-crop-others")

    assert plan.crop is not None
    assert len(why.values["crops"]) == 2
    assert plan.crop.to_dict() not in [crop["box"] for crop in why.values["crops"]]
    assert "review-crop-others" not in codes(planned(seen, crop="1:1", context="gallery"))


@pytest.mark.parametrize(
    "wishes",
    [
        {"crop_box": box(0, 0, 1000, 600)},
        {"crop": "5:3", "focal_permille": (100, 900)},
        {"crop": "5:3", "crop_box": box(0, 0, 1000, 600)},
    ],
)
def test_a_region_that_is_all_of_the_picture_cuts_nothing(wishes: dict[str, object]) -> None:
    plan = planned(**wishes)

    assert (plan.crop, plan.original_shown) == (None, True)


def test_the_original_is_no_answer_where_a_part_is_wanted() -> None:
    plan = planned(crop="1:1", purpose="upload", max_bytes=10**9)
    trial = Trial(format="avif", width=600, height=600)
    choice = conclude(Outcome(trial=trial, size_bytes=10**7, score=80.0), plan, [])

    assert not plan.original_shown
    assert plan.max_bytes == 10**9
    assert choice.outcome is not None
    assert choice.reasons[-1].text == "The original is no larger, but another shape is wanted."


def test_where_no_encode_passes_the_report_says_that_it_is_not_cropped() -> None:
    choice = conclude(None, planned(crop="1:1"), [])

    assert (choice.outcome, choice.target_reached) == (None, False)
    assert [reason.code for reason in choice.reasons] == ["crop-not-made", "nothing-passed"]


def test_an_upload_is_cropped_however_little_that_gains() -> None:
    small = FACTS.replace(size_bytes=1000)

    assert not planned(small, crop="1:1", purpose="upload").keep_original
    assert planned(small, purpose="upload").keep_original


def test_an_original_that_must_be_kept_is_not_cropped() -> None:
    deep = FACTS.replace(metadata=("c2pa",))
    plan = planned(deep, crop="1:1", keep_provenance=True)

    assert (plan.keep_original, plan.crop, plan.width, plan.height) == (True, None, 1000, 600)
    assert codes(plan)[-1] == "crop-not-made"
    assert "crop-made" not in codes(plan)


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("crop_box", {"crop_box": Box(x=0, y=0, width=9, height=9)}),
        ("focal_permille", {"crop": "1:1", "focal_permille": (500, 500)}),
        ("crops", {"crops": ("1:1",)}),
    ],
)
def test_what_somebody_chose_is_a_conflict_where_crops_are_forbidden(
    path: str, wish: dict[str, object]
) -> None:
    why = "The policy for medical allows no crops; drop it"
    with pytest.raises(PolicyError, match=why) as caught:
        planned(content="medical", **wish)

    assert caught.value.path == path


HOUSE = load_policies('[brand]\nname = "Acme"\nforbid = ["crop"]', name="house.toml")
FOOD = load_policies('[content.food]\nextends = "general"\nforbid = ["crop"]', name="food.toml")


@pytest.mark.parametrize(
    ("policies", "content", "who"),
    [(HOUSE, "auto", "Acme"), (FOOD, "food", "The policy for food")],
)
@pytest.mark.parametrize("size", ["1:1", "300x300"])
def test_where_crops_are_forbidden_the_whole_picture_comes(
    policies: Policies, content: str, who: str, size: str
) -> None:
    plan = decide(FACTS, Goal(crop=size, content=content), ABLE, policies)
    ranked = crops(FACTS, size, content=content, policies=policies)
    told = {reason.code: reason.text for reason in plan.reasons}

    assert (plan.crop, plan.width * 600) == (None, plan.height * 1000)
    assert [(crop.strategy, crop.box.width) for crop in ranked] == [("whole", 1000)]
    assert told["crop-whole"] == f"It is not cropped to {size}."
    assert told["crop-forbidden"] == f"{who} allows no crops."


def test_a_ban_on_crops_lets_margins_be_made() -> None:
    plan = decide(FACTS, Goal(crop="1:1", pad="auto"), ABLE, HOUSE)

    assert (plan.crop, plan.pad) == (None, (0, 200, 0, 200))


@pytest.mark.parametrize(
    ("wishes", "path"),
    [
        ({"crop": "1:1000"}, "crop"),
        ({"crop": "wide"}, "crop"),
        ({"crop": "1:1", "forbid": ("crop",)}, "crop"),
        ({"focal_permille": (1,)}, "focal_permille"),
        ({"focal_permille": (0.5, 0.5)}, "focal_permille[0]"),
        ({"focal_permille": 0.5}, "focal_permille"),
        ({"crop": (4, 5)}, "crop"),
        ({"crop_box": (10, 10, 100, 40)}, "crop_box"),
        ({"crop_box": {"x": 0, "y": 0, "width": 9, "height": 9}}, "crop_box"),
        ({"crop_box": Box(x=0, y=0.5, width=9, height=9)}, "crop_box.y"),  # type: ignore[arg-type]
        ({"pad": "auto"}, "pad"),
        ({"crop": "1:1", "pad": "red"}, "pad"),
        ({"crop_box": Box(x=0, y=0, width=1001, height=1)}, "crop_box"),
        ({"crop_box": Box(x=0, y=0, width=0, height=1)}, "crop_box"),
    ],
)
def test_impossible_wishes_are_refused_by_their_key(wishes: dict[str, object], path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        planned(**wishes)

    assert caught.value.path == path


def test_variants_have_the_region_s_shape() -> None:
    plan = planned(crop="1:1", layout_widths=(100, 200))

    assert [(v.width, v.height) for v in plan.variants] == [(100, 100), (200, 200), (400, 400)]


def test_a_region_has_the_faces_and_the_text_that_lie_in_it() -> None:
    text = TextLine(x=100, y=10, width=200, height=20, x_height_px=9)
    away = text.replace(y=500, x_height_px=5)
    facts = FACTS.replace(
        faces=(box(150, 50, 100, 100), box(900, 500, 50, 50)),
        text_lines=(text, away),
        text_heights_px=(9, 5),
        text_permille=10,
        subject=box(0, 0, 10, 10),
        saliency=(1,) * 256,
    )
    region = of_region(facts, box(200, 0, 400, 300))

    assert (region.width, region.height) == (400, 300)
    assert region.faces == (box(0, 50, 50, 100),)
    assert region.text_lines == (TextLine(x=0, y=10, width=100, height=20, x_height_px=9),)
    assert region.text_heights_px == (9,)
    assert region.text_permille == 13  # 10 * 600,000 / 120,000, a quarter of the lines
    assert (region.subject, region.saliency) == (None, ())


def test_heights_that_somebody_gave_hold_for_every_region() -> None:
    told = FACTS.replace(text_heights_px=(7,), text_permille=50)
    region = of_region(told, box(0, 0, 100, 100))

    assert (region.text_heights_px, region.text_permille) == ((7,), 50)


def test_all_of_a_picture_has_its_own_facts() -> None:
    assert of_region(FACTS, box(0, 0, 1000, 600)) is FACTS
