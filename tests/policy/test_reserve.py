"""A receiver that names no usual format gets the size it asked for all the same."""

from __future__ import annotations

import pytest

from eyebright.policy import decide, load_policies, negotiate
from eyebright.values import FORMATS, Capabilities, Facts, Goal, Plan

PHOTO = Facts(format="jpeg", width=4000, height=3000, size_bytes=6_000_000, sha256="0" * 64)
CUTOUT = PHOTO.replace(format="webp", transparent_permille=300)
WRITES_ALL = Capabilities(encode=FORMATS)


def served(
    accept: str, facts: Facts = PHOTO, machine: Capabilities = WRITES_ALL, **goal: object
) -> Plan:
    wanted = Goal.from_dict({"purpose": "serve", "max_width": 400, **goal})
    return decide(facts, wanted, negotiate({"Accept": accept}, machine))


def tried(plan: Plan) -> list[str]:
    return [candidate.format for candidate in plan.candidates]


def told(plan: Plan) -> str:
    return next((r.text for r in plan.reasons if r.code == "format-reserve"), "")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("image/png", ["png"]),
        ("image/jxl", ["jxl"]),
        ("image/png, image/jxl", ["jxl", "png"]),
        ("image/gif", ["jpeg"]),
        ("image/png, image/avif;q=0", ["png"]),
    ],
)
def test_who_names_only_seldom_formats_gets_one_of_them_scaled(
    accept: str, expected: list[str]
) -> None:
    plan = served(accept)

    assert (plan.keep_original, plan.width, plan.height) == (False, 400, 300)
    assert tried(plan) == expected
    assert all(name in told(plan) for name in expected)


def test_a_crop_is_made_in_them_too() -> None:
    plan = served("image/png", crop="1:1")

    assert (plan.width, plan.height, tried(plan)) == (400, 400, ["png"])


def test_where_the_named_format_cannot_be_written_what_all_show_is_sent() -> None:
    machine = Capabilities(encode=("avif", "webp", "jpeg", "png"))

    plan = served("image/jxl", machine=machine)

    assert tried(plan) == ["jpeg"]
    assert told(plan) == "The receiver names none that fits; all show jpeg."


@pytest.mark.parametrize("accept", ["image/jpeg", "image/gif", "*/*"])
def test_what_is_transparent_stays_so(accept: str) -> None:
    plan = served(accept, CUTOUT)

    assert tried(plan) == ["png"]


def test_an_original_that_the_receiver_does_not_show_is_made_anew_at_full_size() -> None:
    plan = served("*/*", CUTOUT, max_width=None)

    assert (plan.keep_original, plan.width, tried(plan)) == (False, 4000, ["png"])
    assert not plan.original_shown


def test_an_original_in_another_format_than_the_named_one_is_no_answer_to_a_size() -> None:
    assert not served("image/png").original_shown
    assert served("image/gif").original_shown


def test_an_original_that_is_shown_and_fits_is_kept() -> None:
    plan = served("image/png", max_width=None)

    assert plan.keep_original
    assert told(plan) == ""


def test_what_competes_anyway_leaves_the_reserve_alone() -> None:
    plan = served("image/png, image/webp, image/jxl")

    assert tried(plan) == ["webp"]
    assert told(plan) == ""


@pytest.mark.parametrize(
    "limits",
    [
        {"encode_ms_per_mp": dict.fromkeys(FORMATS, 1e9)},
        {"encode_max_px": dict.fromkeys(("avif", "webp", "jpeg"), 10)},
    ],
    ids=["slow", "small"],
)
def test_what_is_too_dear_in_the_usual_formats_is_not_written_in_others(
    limits: dict[str, object],
) -> None:
    plan = served("image/avif, image/webp, image/jxl, */*", machine=WRITES_ALL.replace(**limits))

    assert plan.keep_original
    assert told(plan) == ""


def test_of_attempts_that_came_to_nothing_no_reasons_are_told() -> None:
    moving = PHOTO.replace(format="gif", frames=12, width=800, height=600)

    codes = [reason.code for reason in served("image/png", moving).reasons]

    assert codes.count("format-not-animated") == len(("avif", "jpeg", "png"))


def test_a_format_that_somebody_named_is_not_exchanged() -> None:
    machine = Capabilities(encode=("jpeg", "png"))

    plan = served("image/png", machine=machine, formats=["avif"])

    assert plan.keep_original
    assert tried(plan) == []


def test_the_brand_s_list_holds_in_the_reserve() -> None:
    brand = load_policies('[brand]\nname = "Acme"\nformats = ["avif", "png"]', name="acme.toml")
    goal = Goal(purpose="serve", max_width=400)

    plan = decide(PHOTO, goal, negotiate({"Accept": "image/gif"}), brand)

    assert tried(plan) == ["png"]


def test_animations_are_not_stilled_by_it() -> None:
    plan = served("image/png", PHOTO.replace(format="gif", frames=12, width=300, height=200))

    assert plan.keep_original
