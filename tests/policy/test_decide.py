"""What is decided for which picture, goal and machine."""

from __future__ import annotations

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import decide
from eyebright.values import Capabilities, Facts, Goal, Plan

PHOTO = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="0" * 64)
GRAPHIC = PHOTO.replace(format="png", flat_permille=600, colours=40)
LOGO = GRAPHIC.replace(transparent_permille=300)


def plan(facts: Facts = PHOTO, capabilities: Capabilities | None = None, **goal: object) -> Plan:
    return decide(facts, Goal.from_dict(goal), capabilities or Capabilities())


def codes(decided: Plan) -> set[str]:
    return {reason.code for reason in decided.reasons}


def tried(decided: Plan) -> list[str]:
    return [c.format + ("-lossless" if c.lossless else "") for c in decided.candidates]


def test_a_photo_gets_the_general_policy_and_avif_first() -> None:
    decided = plan()

    assert decided.content == "general"
    assert decided.target == 75.0
    assert decided.floor == 50
    assert tried(decided) == ["avif", "webp", "jpeg"]


def test_a_drawn_picture_keeps_full_chroma_and_tries_lossless() -> None:
    decided = plan(GRAPHIC)

    assert decided.content == "screenshot"
    assert {"webp-lossless", "png-lossless"} <= set(tried(decided))
    assert {"444"} == {c.subsampling for c in decided.candidates}


@pytest.mark.parametrize(
    ("content", "target", "floor"), [("general", 75, 50), ("product", 80, 85), ("art", 85, 88)]
)
def test_content_policies_set_target_and_floor(content: str, target: int, floor: int) -> None:
    decided = plan(content=content)

    assert (target, floor) == (decided.target, decided.floor)


def test_medical_pictures_get_only_lossless_candidates() -> None:
    decided = plan(content="medical")

    assert decided.lossless_only
    assert all(c.lossless for c in decided.candidates)
    assert sorted(tried(decided)) == ["png-lossless", "webp-lossless"]


def test_medical_pictures_are_not_scaled_even_when_asked() -> None:
    decided = plan(content="medical", max_width=100)

    assert (decided.width, decided.height) == (1600, 1200)
    assert [reason.text for reason in decided.reasons if reason.code == "size-kept"] == [
        "No pixel may change, so the size is kept although a smaller one was asked for."
    ]


def test_legal_pictures_keep_their_bytes() -> None:
    decided = plan(content="legal")

    assert decided.keep_original
    assert "original-required" in codes(decided)


def test_deep_medical_pictures_are_not_rounded_to_eight_bits() -> None:
    decided = plan(PHOTO.replace(format="png", bit_depth=16), content="medical")

    assert decided.keep_original


def test_animations_that_are_to_stay_are_kept_whole() -> None:
    decided = plan(PHOTO.replace(format="gif", frames=12), animation="keep")

    assert decided.keep_original
    assert "animated" in codes(decided)


def test_an_icon_of_several_sizes_is_kept_whole() -> None:
    icon = LOGO.replace(format="ico", pictures=5)

    decided = plan(icon)

    assert decided.keep_original
    assert [reason.text for reason in decided.reasons if reason.code == "icon-kept"] == [
        "It is an icon in 5 sizes, and the other formats hold one, so the original is kept."
    ]
    assert not plan(icon.replace(pictures=1)).keep_original
    assert not plan(PHOTO.replace(format="jpeg", pictures=2)).keep_original


def test_transparency_refuses_jpeg_with_its_reason() -> None:
    decided = plan(LOGO)

    assert "jpeg" not in tried(decided)
    assert "format-no-alpha" in codes(decided)


def test_formats_that_the_receiver_does_not_show_are_left_out() -> None:
    decided = plan(capabilities=Capabilities(decode=("jpeg", "png")))

    assert tried(decided) == ["jpeg"]
    assert "format-not-shown" in codes(decided)


def test_a_format_asked_for_by_name_is_written_though_the_receiver_does_not_show_it() -> None:
    decided = plan(
        capabilities=Capabilities(decode=("jpeg",), encode=("jpeg", "jxl")), formats=["jxl"]
    )

    assert tried(decided) == ["jxl"]


def test_a_format_that_takes_minutes_here_is_left_out_with_the_time() -> None:
    slow = Capabilities(encode_ms_per_mp={"avif": 90_000})

    decided = plan(capabilities=slow)

    assert "avif" not in tried(decided)
    assert "format-too-slow" in codes(decided)


def test_the_machine_s_effort_is_taken_over() -> None:
    decided = plan(capabilities=Capabilities(encode_speed={"avif": 8}))

    assert next(c.speed for c in decided.candidates if c.format == "avif") == 8


def test_when_no_format_is_left_the_original_is_kept() -> None:
    decided = plan(LOGO, formats=["jpeg"])

    assert decided.keep_original
    assert "no-format-left" in codes(decided)


def test_scaling_fits_the_bounds_and_says_so() -> None:
    decided = plan(max_width=800, max_height=300)

    assert (decided.width, decided.height) == (400, 300)
    assert "size-fitted" in codes(decided)


@pytest.mark.parametrize(
    ("goal", "path"),
    [
        ({"content": "holiday"}, "content"),
        ({"target": 101.0}, "target"),
        ({"max_width": 0}, "max_width"),
        ({"max_bytes": -1}, "max_bytes"),
        ({"formats": []}, "formats"),
        ({"formats": ["jpeg", "bmp"]}, "formats[1]"),
        ({"content": "medical", "formats": ["jpeg"]}, "formats"),
    ],
)
def test_goals_that_cannot_be_meant_are_refused_by_key(goal: dict[str, object], path: str) -> None:
    with pytest.raises(PolicyError) as caught:
        plan(**goal)

    assert path == caught.value.path


def test_unknown_and_mistyped_keys_are_refused_by_path() -> None:
    with pytest.raises(PolicyError, match="tarqet: unknown key"):
        Goal.from_dict({"tarqet": 75})
    with pytest.raises(PolicyError, match="max_width: expected a whole number"):
        Goal.from_dict({"max_width": "wide"})
    with pytest.raises(PolicyError, match="target: expected a finite number"):
        Goal.from_dict({"target": float("nan")})
    with pytest.raises(PolicyError, match=r"formats: expected a list"):
        Goal.from_dict({"formats": "webp"})


def test_lossy_webp_is_left_out_where_chroma_must_be_kept_whole() -> None:
    assert "webp" not in tried(plan(GRAPHIC))
    assert "webp-lossless" in tried(plan(GRAPHIC))


def test_a_picture_too_large_for_an_encoder_s_memory_is_refused_beforehand() -> None:
    decided = plan(capabilities=Capabilities(encode_max_px={"avif": 1_000_000}))

    assert "avif" not in tried(decided)
    assert "format-too-large" in codes(decided)


def test_an_original_that_the_receiver_refused_is_marked_as_no_answer() -> None:
    avif = PHOTO.replace(format="avif")
    old = Capabilities(decode=("jpeg",))

    assert not plan(avif, old, purpose="serve").original_shown
    assert plan(avif, old).original_shown


@pytest.mark.parametrize("wanted", [{"content": "news"}, {"keep_provenance": True}])
def test_content_credentials_are_kept_whole_where_they_count(wanted: dict[str, object]) -> None:
    signed = PHOTO.replace(metadata=("exif", "c2pa"))

    kept = decide(signed, Goal.from_dict(wanted), Capabilities())

    assert kept.keep_original
    assert kept.candidates == ()
    reason = next(reason for reason in kept.reasons if reason.code == "provenance-kept")
    assert reason.text == (
        "It carries content credentials (C2PA), which hold for exactly these bytes, so the "
        "original is kept."
    )


@pytest.mark.parametrize("wanted", [{"content": "general"}, {"content": "news", "metadata": "all"}])
def test_without_content_credentials_nothing_is_kept_for_them(wanted: dict[str, object]) -> None:
    plan = decide(PHOTO.replace(metadata=("exif",)), Goal.from_dict(wanted), Capabilities())

    assert not plan.keep_original


@pytest.mark.parametrize(
    ("most", "formats"), [(1_920_000, ["avif", "jpeg"]), (1_919_999, ["jpeg"])]
)
def test_a_format_is_written_up_to_what_the_memory_holds(most: int, formats: list[str]) -> None:
    able = Capabilities(encode_max_px={"avif": most})

    assert formats == tried(plan(capabilities=able, formats=["avif", "jpeg"]))


def test_a_format_too_large_for_the_memory_says_up_to_where_it_is_written() -> None:
    able = Capabilities(encode_max_px={"avif": 1_500_000})

    refused = next(r for r in plan(capabilities=able).reasons if r.code == "format-too-large")

    assert refused.text == (
        "avif is written up to 1.5 megapixels here; more takes too much memory."
    )
    assert refused.values == {"format": "avif", "max_px": 1_500_000}


def test_all_frames_of_an_animation_count_for_the_memory() -> None:
    film = Facts(format="gif", width=300, height=200, size_bytes=900_000, sha256="", frames=10)
    able = {n: Capabilities(encode_max_px={"webp": n}) for n in (600_000, 599_999)}

    assert tried(plan(film, able[600_000])) == ["webp", "webp-lossless"]
    assert plan(film, able[599_999]).keep_original


@pytest.mark.parametrize(("budget", "formats"), [(5_760, ["webp"]), (5_759, [])])
def test_a_format_may_take_its_whole_budget_and_no_more(budget: int, formats: list[str]) -> None:
    able = Capabilities(encode_ms_per_mp={"webp": 1_000.0})

    assert formats == tried(plan(capabilities=able, formats=["webp"], encode_budget_ms=budget))


def test_without_a_known_speed_no_format_is_too_slow() -> None:
    assert tried(plan(formats=["webp"], encode_budget_ms=0)) == ["webp"]


def test_a_format_that_is_as_large_as_the_first_is_not_said_to_be_smaller() -> None:
    able = Capabilities(throughput_kbps=1_000_000, decode_ms_per_mp={"avif": 0.0, "jxl": 900.0})
    tiny = Facts(format="jpeg", width=9, height=9, size_bytes=900, sha256="")

    decided = plan(tiny, able.replace(encode=("avif", "jxl")), formats=["avif", "jxl"])

    assert {c.expected_bytes for c in decided.candidates} == {64}
    assert "decode-outweighs" not in codes(decided)
