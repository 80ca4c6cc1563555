"""The memory that work takes, and what is decided before it begins."""

from __future__ import annotations

import math

import pytest

from eyebright.policy import decide
from eyebright.policy.content import BUILT_IN, Brand, Policies
from eyebright.policy.memory import (
    MB,
    film_mb,
    need_mb,
    plan_decoding,
    plan_looking,
    width_that_fits,
)
from eyebright.values import Capabilities, Facts, Goal

PHONE = Facts(format="jpeg", width=8000, height=6000, size_bytes=16 * MB, sha256="")
CAMERA = PHONE.replace(width=6000, height=4000, size_bytes=8 * MB)
UNLIMITED = Capabilities()


def limited(memory_mb: int) -> Capabilities:
    return Capabilities(memory_mb=memory_mb)


def told(facts: Facts, goal: Goal, capabilities: Capabilities) -> list[str]:
    return [reason.code for reason in plan_decoding(facts, goal, capabilities).reasons]


def test_a_step_takes_what_was_measured() -> None:
    whole = (6000, 4000)

    assert need_mb(CAMERA, 1, whole) == 28 * 24 + 3 * 8
    assert need_mb(PHONE, 1, (1600, 1200)) == 10 * 48 + 3 * 48 + 3 * 16
    assert need_mb(PHONE, 2, (1600, 1200)) == 10 * 12 + 3 * 48 + 3 * 16
    assert need_mb(PHONE.replace(format="png"), 1, (1600, 1200)) == 10 * 48 + 3 * 16
    assert need_mb(CAMERA, 1, (3000, 2000)) == 10 * 24 + 3 * 24 + 3 * 8
    assert need_mb(CAMERA, 1, (5400, 3600)) == -(-(28 * 5400 * 3600 + 4 * 24 * MB) // MB) + 24


def test_transparent_and_deep_pictures_take_more_to_decode() -> None:
    def decoding_mb(source_format: str, bit_depth: int, *, alpha: bool) -> int:
        facts = PHONE.replace(
            format=source_format, bit_depth=bit_depth, has_alpha=alpha, size_bytes=1
        )
        return need_mb(facts, 1, (0, 0)) // 48

    avif = [decoding_mb("avif", bits, alpha=alpha) for bits in (8, 10) for alpha in (False, True)]

    assert avif == [11, 20, 28, 35]
    assert decoding_mb("png", 16, alpha=False) == 23
    assert decoding_mb("gif", 8, alpha=True) == decoding_mb("png", 8, alpha=True) == 16
    assert decoding_mb("webp", 8, alpha=False) == 17


@pytest.mark.parametrize(
    ("budget", "divisor"), [(672, 1), (671, 2), (312, 2), (311, 4), (222, 4), (221, 8), (200, 8)]
)
def test_a_jpeg_is_decoded_as_large_as_memory_lets_it(budget: int, divisor: int) -> None:
    assert plan_decoding(PHONE, Goal(max_width=500), limited(budget)).divisor == divisor


@pytest.mark.parametrize(
    ("width", "divisor"), [(2001, 1), (2000, 2), (1001, 2), (1000, 4), (501, 4), (500, 8), (10, 8)]
)
def test_it_is_decoded_at_no_less_than_twice_what_is_wanted(width: int, divisor: int) -> None:
    assert plan_decoding(PHONE, Goal(max_width=width), limited(1)).divisor == divisor


def test_the_shorter_side_counts_too() -> None:
    assert plan_decoding(PHONE, Goal(max_height=1501), limited(1)).divisor == 1
    assert plan_decoding(PHONE, Goal(max_height=1500), limited(1)).divisor == 2


def test_where_memory_is_enough_every_pixel_is_decoded() -> None:
    assert plan_decoding(PHONE, Goal(max_width=500), UNLIMITED).divisor == 1


def test_other_formats_are_decoded_whole() -> None:
    facts = PHONE.replace(format="png")

    assert plan_decoding(facts, Goal(max_width=500), limited(300)).divisor == 1


@pytest.mark.parametrize(
    "goal",
    [
        Goal(max_width=500, content="medical"),
        Goal(max_width=500, content="legal"),
        Goal(max_width=500, forbid=("lossy",)),
        Goal(max_width=500, crops=("1:1",)),
    ],
    ids=["medical", "legal", "lossy forbidden", "crops"],
)
def test_every_pixel_is_decoded_where_pixels_of_the_original_are_asked_for(goal: Goal) -> None:
    assert plan_decoding(PHONE, goal, limited(300)).divisor == 1


def test_a_brand_that_forbids_scaling_gets_every_pixel() -> None:
    policies = Policies(contents=BUILT_IN.contents, brand=Brand(forbid=("scale",)))

    assert plan_decoding(PHONE, Goal(max_width=500), limited(300), policies).divisor == 1


def test_what_fits_exactly_is_done() -> None:
    need = plan_decoding(CAMERA, Goal(), UNLIMITED).need_mb

    assert plan_decoding(CAMERA, Goal(), limited(need)).fits
    assert not plan_decoding(CAMERA, Goal(), limited(need - 1)).fits
    assert plan_decoding(CAMERA, Goal(), UNLIMITED).fits


def test_the_smaller_of_two_limits_holds() -> None:
    goal = Goal(max_memory_mb=500)

    assert plan_decoding(CAMERA, goal, limited(400)).budget_mb == 400
    assert plan_decoding(CAMERA, goal, limited(900)).budget_mb == 500
    assert plan_decoding(CAMERA, goal, UNLIMITED).budget_mb == 500
    assert plan_decoding(CAMERA, Goal(), UNLIMITED).budget_mb is None


def test_what_is_kept_byte_for_byte_needs_no_memory_for_an_encoder() -> None:
    decoding = plan_decoding(CAMERA, Goal(content="legal"), UNLIMITED)

    assert decoding.need_mb == (10 + 3) * 24 + 24


@pytest.mark.parametrize(
    ("budget", "divisor", "need"), [(672, 1, 672), (671, 2, 312), (311, 4, 222), (200, 8, 200)]
)
def test_a_jpeg_is_looked_at_at_the_finest_scale_that_fits(
    budget: int, divisor: int, need: int
) -> None:
    looking = plan_looking(PHONE, limited(budget))

    assert (looking.divisor, looking.need_mb, looking.fits) == (divisor, need, True)
    told_of = [(reason.code, reason.values["divisor"]) for reason in looking.reasons]
    assert told_of == ([] if divisor == 1 else [("decode-reduced", divisor)])


def test_what_fits_at_no_scale_is_not_looked_at() -> None:
    assert not plan_looking(PHONE, limited(199)).fits
    assert not plan_looking(PHONE.replace(format="png"), limited(500)).fits
    assert not plan_looking(PHONE, limited(671), whole=True).fits
    assert plan_looking(PHONE, UNLIMITED) == plan_looking(PHONE, UNLIMITED, whole=True)


def test_what_was_decided_is_told() -> None:
    small = PHONE.replace(width=800, height=600, size_bytes=90_000)

    assert told(small, Goal(), limited(700)) == []
    assert told(CAMERA, Goal(), limited(700)) == ["memory-planned"]
    assert told(CAMERA, Goal(), limited(600)) == ["memory-exceeded"]
    assert told(CAMERA, Goal(), UNLIMITED) == []
    assert told(PHONE, Goal(max_width=1600), limited(700)) == ["memory-planned"]
    assert told(PHONE, Goal(max_width=1600), limited(400)) == ["decode-reduced", "memory-planned"]
    assert told(PHONE, Goal(max_width=1600), limited(300)) == ["decode-reduced", "memory-exceeded"]


def test_a_hundred_megabytes_are_worth_a_word() -> None:
    facts = PHONE.replace(format="png", width=1000, height=1000, size_bytes=24 * MB)
    less = facts.replace(size_bytes=71 * MB // 3)

    assert told(facts, Goal(), limited(700)) == ["memory-planned"]
    assert told(less, Goal(), limited(700)) == []


def test_the_reasons_carry_the_numbers() -> None:
    reduced, planned = plan_decoding(PHONE, Goal(max_width=1600), limited(400)).reasons

    assert reduced.values == {"divisor": 2, "need_mb": 312, "full_mb": 672}
    assert planned.values == {"need_mb": 312, "budget_mb": 400}
    assert "1/2 of its size" in reduced.text
    assert "about 312 MB of memory instead of 672" in reduced.text
    assert "about 312 of the 400 MB" in planned.text


def test_a_width_with_which_it_would_fit_is_found() -> None:
    def advice(facts: Facts, budget: int, crop: str = "") -> int | None:
        return width_that_fits(facts, Goal(crop=crop), limited(budget))

    assert advice(PHONE, 300) == 1000
    assert advice(PHONE, 201) == 500
    assert advice(PHONE, 190) is None
    assert advice(PHONE, 300, crop="1:1") is None  # crops are cut from all pixels
    assert advice(PHONE.replace(format="png"), 300) is None
    assert width_that_fits(PHONE, Goal(), UNLIMITED) == PHONE.width


@pytest.mark.parametrize("goal", [Goal(), Goal(crop="1:1"), Goal(max_height=700)])
def test_all_widths_up_to_the_advice_fit_and_the_next_does_not(goal: Goal) -> None:
    for budget in range(200, 1000, 50):
        capabilities = limited(budget)
        most = width_that_fits(PHONE, goal, capabilities) or 0
        fits = {
            width: plan_decoding(PHONE, goal.replace(max_width=width), capabilities).fits
            for width in {*range(1, most, 37), most or 1, most + 1}
        }
        wider = fits.pop(most + 1)

        assert all(fits.values())
        assert most == PHONE.width or not wider


def test_the_advice_is_one_of_the_widths_that_there_are() -> None:
    steps = [320, 900, 1500]

    assert width_that_fits(PHONE, Goal(), limited(300), widths=steps) == 900
    assert width_that_fits(PHONE, Goal(), limited(190), widths=steps) is None


def test_the_plan_says_at_which_scale_its_pixels_are_decoded() -> None:
    plan = decide(PHONE, Goal(max_width=1600), limited(400))

    assert plan.decode_divisor == 2
    assert [r.code for r in plan.reasons[:2]] == ["decode-reduced", "memory-planned"]


def test_a_plan_that_needs_more_pixels_than_the_header_let_expect_gets_them_all() -> None:
    """Text of 20 pixels may shrink to 9: the guard holds the picture at 3600 pixels."""
    facts = PHONE.replace(text_heights_px=(20,))
    plan = decide(facts, Goal(max_width=1600), limited(400))

    assert plan.width == 3600
    assert plan.decode_divisor == 1
    assert "decode-reduced" not in {reason.code for reason in plan.reasons}
    exceeded = next(reason for reason in plan.reasons if reason.code == "memory-exceeded")
    assert exceeded.values["need_mb"] == need_mb(facts, 1, (plan.width, plan.height))


FILM = Facts(format="gif", width=800, height=600, size_bytes=MB, sha256="", frames=40)


def test_an_animation_takes_memory_for_every_frame() -> None:
    frame, wanted = 0.48, (800, 600)

    assert film_mb(FILM, wanted) == math.ceil(5 * 40 * frame + 80 * frame + 3)
    assert film_mb(FILM, (400, 300)) == math.ceil(5 * 40 * 1.25 * frame + 80 * frame / 4 + 3)
    assert plan_decoding(FILM, Goal(), UNLIMITED).need_mb == film_mb(FILM, wanted)


def test_an_animation_that_does_not_fit_passes_through_with_the_reason() -> None:
    need = plan_decoding(FILM, Goal(), UNLIMITED).need_mb
    fits = decide(FILM, Goal(), limited(need))
    short = decide(FILM, Goal(max_memory_mb=need - 1), UNLIMITED)
    told = {reason.code: reason.text for reason in short.reasons}

    assert not fits.keep_original
    assert short.keep_original
    assert told["animated"] == (
        "Its 40 frames need about 138 MB of memory, more than the 137 MB that may be used. "
        "The original is kept."
    )
    assert plan_decoding(FILM, Goal(), limited(need - 1)).fits


@pytest.mark.parametrize("goal", [Goal(animation="keep"), Goal(content="legal")])
def test_an_animation_that_is_kept_takes_memory_for_one_frame(goal: Goal) -> None:
    still = plan_decoding(FILM.replace(frames=1), goal, UNLIMITED)

    assert plan_decoding(FILM, goal, UNLIMITED).need_mb == still.need_mb


@pytest.mark.parametrize(("width", "divisor"), [(3001, 1), (1500, 2), (750, 4), (375, 8)])
def test_in_a_hurry_the_coarsest_scale_is_taken_whatever_the_memory(
    width: int, divisor: int
) -> None:
    goal = Goal(max_width=width)

    assert plan_decoding(CAMERA, goal, UNLIMITED, hurried=True).divisor == divisor
    assert plan_decoding(CAMERA, goal, UNLIMITED).divisor == 1


@pytest.mark.parametrize("goal", [Goal(max_width=700, forbid=("scale",)), Goal(crop="1:1")])
def test_no_hurry_reduces_what_may_not_be(goal: Goal) -> None:
    assert plan_decoding(CAMERA, goal, UNLIMITED, hurried=True).divisor == 1
