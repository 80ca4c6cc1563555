"""Input that cannot be meant is refused by the key's path, with a remedy."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import pytest

from eyebright.errors import PolicyError
from eyebright.policy import decide, load_policies, negotiate
from eyebright.policy.checked_facts import MAX_SIDE_PX
from eyebright.policy.goals import check_colour
from eyebright.values import Artefacts, Box, Capabilities, Facts, Goal, TextLine

PHOTO = Facts(format="jpeg", width=1600, height=1200, size_bytes=900_000, sha256="")

ARTEFACTS = Artefacts(
    jpeg_quality=0, blockiness_permille=0, noise_centi=0, blur_permille=0, banding_permille=1000
)


def line(*, x: int = 0, width: int = 101, x_height_px: int = 9) -> TextLine:
    return TextLine(x=x, y=0, width=width, height=20, x_height_px=x_height_px)


def refused(facts: Facts = PHOTO, capabilities: Capabilities | None = None, **goal: object) -> str:
    """The path at which deciding is refused, and the message after it."""
    with pytest.raises(PolicyError) as caught:
        decide(facts, Goal(**goal), capabilities or Capabilities())
    assert str(caught.value).startswith(f"{caught.value.path}: ")
    return caught.value.path


def message(**goal: object) -> str:
    with pytest.raises(PolicyError) as caught:
        decide(PHOTO, Goal(**goal), Capabilities())
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"goal": {"target": 70}},
            "the goal is of type dict; give a Goal, or Goal.from_dict of it",
        ),
        (
            {"policies": "[brand]"},
            "policies is of type str; give what load_policies makes",
        ),
    ],
)
def test_what_is_no_goal_and_no_policies_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        decide(**{"facts": PHOTO, "goal": Goal(), "capabilities": Capabilities(), **given})


def test_the_text_of_a_policy_file_is_no_bytes() -> None:
    text: Any = b"[brand]"

    with pytest.raises(
        TypeError, match="a policy file's text is of type bytes; decode it to str first"
    ):
        load_policies(text)


def test_a_text_in_place_of_a_number_is_refused() -> None:
    assert message(max_width="100") == "max_width: '100' is not a positive whole number"
    assert message(target="high") == "target: 'high' is not between 0 and 100"


@pytest.mark.parametrize("key", ["formats", "forbid", "crops"])
def test_a_text_in_place_of_a_list_is_refused(key: str) -> None:
    assert message(**{key: "webp"}) == f"{key}: 'webp' is no list; write ('webp',)"


@pytest.mark.parametrize(
    ("goal", "path"),
    [
        ({"content": "holiday"}, "content"),
        ({"purpose": "wish"}, "purpose"),
        ({"colour": "p3"}, "colour"),
        ({"svg": "draw"}, "svg"),
        ({"metadata": "some"}, "metadata"),
        ({"animation": "stop"}, "animation"),
        ({"context": "wall"}, "context"),
        ({"placeholder": "blur"}, "placeholder"),
        ({"forbid": ("crop", "looking")}, "forbid[1]"),
        ({"target": -0.1}, "target"),
        ({"target": 100.1}, "target"),
        ({"target": math.nan}, "target"),
        ({"target": math.inf}, "target"),
        ({"max_delta_e": -1.0}, "max_delta_e"),
        ({"max_delta_e": math.nan}, "max_delta_e"),
        ({"min_text_px": -1.0}, "min_text_px"),
        ({"encode_budget_ms": -1.0}, "encode_budget_ms"),
        ({"encode_budget_ms": math.inf}, "encode_budget_ms"),
        ({"max_width": 0}, "max_width"),
        ({"max_height": -5}, "max_height"),
        ({"max_bytes": 0}, "max_bytes"),
        ({"min_width": 0}, "min_width"),
        ({"min_height": -1}, "min_height"),
        ({"byte_step": 0}, "byte_step"),
        ({"views": 0}, "views"),
        ({"variants": -1}, "variants"),
        ({"variants": 9}, "variants"),
        ({"layout_widths": (100, 0)}, "layout_widths[1]"),
        ({"layout_widths": (100,) * 17}, "layout_widths"),
        ({"crops": ("1:1", "wide")}, "crops[1]"),
        ({"crops": ("0:1",)}, "crops[0]"),
        ({"crops": ("1:0",)}, "crops[0]"),
        ({"crops": ("1:2:3",)}, "crops[0]"),
        ({"crops": ("-1:2",)}, "crops[0]"),
        ({"crops": ("\u0661:1",)}, "crops[0]"),
        ({"min_width": 11, "max_width": 10}, "min_width"),
        ({"min_height": 11, "max_height": 10}, "min_height"),
        ({"crops": ("1:1",), "forbid": ("crop",)}, "crops"),
        ({"max_width": 10, "forbid": ("scale",)}, "forbid"),
        ({"max_height": 10, "forbid": ("scale",)}, "forbid"),
        ({"formats": ()}, "formats"),
        ({"formats": ("jpeg", "bmp")}, "formats[1]"),
        ({"formats": ("jpeg", "webp", "jpeg")}, "formats[2]"),
        ({"content": "medical", "formats": ("jpeg",)}, "formats"),
        ({"forbid": ("lossy",), "formats": ("jpeg", "avif")}, "formats"),
        ({"content": "medical", "crops": ("1:1",)}, "crops"),
    ],
)
def test_goals_that_cannot_be_meant_are_refused(goal: dict[str, object], path: str) -> None:
    assert path == refused(**goal)


@pytest.mark.parametrize(
    "goal",
    [
        {"target": 0.0},
        {"target": 100.0},
        {"max_delta_e": 0.0},
        {"min_text_px": 0.0},
        {"min_text_px": 1000.0},
        {"encode_budget_ms": 0.0},
        {"max_width": 1, "max_height": 1, "max_bytes": 1},
        {"min_width": 10, "max_width": 10},
        {"variants": 8},
        {"layout_widths": (100,) * 16},
        {"crops": ("10:1",)},
        {"forbid": ("scale",)},
        {"forbid": ("lossy",), "formats": ("jpeg", "png")},
        {"content": "medical", "formats": ("jpeg", "jxl")},
        {"byte_step": 1, "views": 1, "min_height": 1},
    ],
)
def test_goals_at_their_limits_are_taken(goal: dict[str, object]) -> None:
    assert decide(PHOTO, Goal(**goal), Capabilities()).reasons


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"width": 0}, "width"),
        ({"height": -3}, "height"),
        ({"width": MAX_SIDE_PX + 1}, "width"),
        ({"height": MAX_SIDE_PX + 1}, "height"),
        ({"size_bytes": 0}, "size_bytes"),
        ({"frames": 0}, "frames"),
        ({"bit_depth": 0}, "bit_depth"),
        ({"transparent_permille": 1001}, "transparent_permille"),
        ({"transparent_permille": -1}, "transparent_permille"),
        ({"flat_permille": 1001}, "flat_permille"),
        ({"edge_permille": -1}, "edge_permille"),
        ({"content_confidence_permille": 1001}, "content_confidence_permille"),
        ({"content_confidence_permille": -1}, "content_confidence_permille"),
        ({"colours": 4097}, "colours"),
        ({"colours": -1}, "colours"),
        ({"detail_centibits": -1}, "detail_centibits"),
        ({"detail_centibits": 10_001}, "detail_centibits"),
        ({"text_heights_px": (9, 0)}, "text_heights_px[1]"),
        ({"faces": (Box(x=-1, y=0, width=5, height=5),)}, "faces[0]"),
        ({"faces": (Box(x=0, y=-1, width=5, height=5),)}, "faces[0]"),
        ({"faces": (Box(x=0, y=0, width=0, height=5),)}, "faces[0]"),
        ({"faces": (Box(x=0, y=0, width=5, height=0),)}, "faces[0]"),
        ({"faces": (Box(x=1596, y=0, width=5, height=5),)}, "faces[0]"),
        ({"faces": (Box(x=0, y=1196, width=5, height=5),)}, "faces[0]"),
        ({"profile_bytes": -1}, "profile_bytes"),
        ({"source_quality": 101}, "source_quality"),
        ({"source_quality": -1}, "source_quality"),
        ({"source_subsampling": "4:2:0"}, "source_subsampling"),
        ({"dominant_rgb": (1, 2)}, "dominant_rgb"),
        ({"dominant_rgb": (1, 2, 256)}, "dominant_rgb"),
        ({"dominant_rgb": (1, -2, 6)}, "dominant_rgb"),
        ({"seen_content": "kitten"}, "seen_content"),
        ({"spread_permille": 1001}, "spread_permille"),
        ({"text_permille": -1}, "text_permille"),
        ({"saliency": (1,) * 255}, "saliency"),
        ({"saliency": (*(1,) * 255, 32)}, "saliency[255]"),
        ({"saliency": (-1, *(1,) * 255)}, "saliency[0]"),
        ({"saliency": (0, math.nan, *(1,) * 254)}, "saliency[1]"),
        ({"saliency": (0, 31, 1.5, *(1,) * 253)}, "saliency[2]"),
        ({"focal_permille": (1,)}, "focal_permille"),
        ({"focal_permille": (1, 1001)}, "focal_permille[1]"),
        ({"text_lines": (line(x=1500),)}, "text_lines[0]"),
        ({"text_lines": (line(), line(x_height_px=0))}, "text_lines[1].x_height_px"),
        ({"artefacts": ARTEFACTS.replace(jpeg_quality=101)}, "artefacts.jpeg_quality"),
        ({"artefacts": ARTEFACTS.replace(noise_centi=-1)}, "artefacts.noise_centi"),
        ({"artefacts": ARTEFACTS.replace(noise_centi=25_501)}, "artefacts.noise_centi"),
        ({"artefacts": ARTEFACTS.replace(blur_permille=1001)}, "artefacts.blur_permille"),
        ({"artefacts": ARTEFACTS.replace(banding_permille=-1)}, "artefacts.banding_permille"),
        (
            {"artefacts": ARTEFACTS.replace(blockiness_permille=1001)},
            "artefacts.blockiness_permille",
        ),
    ],
)
def test_facts_that_no_picture_has_are_refused(change: dict[str, object], path: str) -> None:
    assert path == refused(PHOTO.replace(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"width": 1, "height": 1, "size_bytes": 1},
        {"width": MAX_SIDE_PX, "height": 1},
        {"transparent_permille": 1000, "flat_permille": 1000, "edge_permille": 1000},
        {"colours": 0, "detail_centibits": 0},
        {"colours": 4096, "detail_centibits": 10_000},
        {"faces": (Box(x=0, y=0, width=1600, height=1200),)},
        {"faces": (Box(x=1599, y=1199, width=1, height=1),)},
        {"dominant_rgb": (0, 255, 0)},
        {"content_confidence_permille": 0},
        {"content_confidence_permille": 1000},
        {"saliency": (0, 31) * 128, "focal_permille": (0, 1000), "spread_permille": 1000},
        {"text_lines": (line(x=1500, width=100, x_height_px=1),), "text_permille": 1000},
        {"artefacts": ARTEFACTS},
        {"artefacts": ARTEFACTS.replace(jpeg_quality=100, noise_centi=25_500, blur_permille=1000)},
        {"models": {"faces": "fallback"}},
    ],
)
def test_facts_at_their_limits_are_taken(change: dict[str, object]) -> None:
    assert decide(PHOTO.replace(**change), Goal(), Capabilities()).reasons


@pytest.mark.parametrize(
    ("hints", "path"),
    [
        ({"effective_type": "5g"}, "effective_type"),
        ({"device_class": "fridge"}, "device_class"),
        ({"throughput_kbps": 0.0}, "throughput_kbps"),
        ({"throughput_kbps": math.nan}, "throughput_kbps"),
        ({"throughput_kbps": math.inf}, "throughput_kbps"),
        ({"dpr": 0.0}, "dpr"),
        ({"dpr": -1.0}, "dpr"),
        ({"device_memory_gb": 0.0}, "device_memory_gb"),
        ({"width_px": 0}, "width_px"),
        ({"viewport_width_px": -1}, "viewport_width_px"),
        ({"rtt_ms": -1.0}, "rtt_ms"),
        ({"rtt_ms": math.nan}, "rtt_ms"),
        ({"decode_ms_per_mp": {"avif": -1.0}}, "decode_ms_per_mp.avif"),
        ({"encode_ms_per_mp": {"avif": math.nan}}, "encode_ms_per_mp.avif"),
        ({"encode_speed": {"avif": 11}}, "encode_speed.avif"),
        ({"encode_speed": {"webp": -1}}, "encode_speed.webp"),
        ({"encode_max_px": {"avif": -1}}, "encode_max_px.avif"),
    ],
)
def test_hints_that_no_device_has_are_refused(hints: dict[str, object], path: str) -> None:
    assert path == refused(capabilities=Capabilities(**hints))


def test_hints_at_their_limits_are_taken() -> None:
    hints = Capabilities(
        rtt_ms=0,
        throughput_kbps=0.001,
        dpr=0.1,
        decode_ms_per_mp={"avif": 0},
        encode_speed={"avif": 10, "webp": 0},
        encode_max_px={"avif": 0},
    )

    assert decide(PHOTO, Goal(), hints).reasons


@pytest.mark.parametrize(
    ("goal", "remedy"),
    [
        ({"content": "holiday"}, "use one of auto, general, product, art, news"),
        ({"context": "wall"}, "use one of hero, social"),
        ({"placeholder": "blur"}, "use one of dominant, lqip"),
        ({"forbid": ("looking",)}, "use some of lossy, scale, crop, restore"),
        ({"target": 101.0}, "101.0 is not between 0 and 100"),
        ({"encode_budget_ms": -1.0}, "-1.0 is not 0 or more"),
        ({"views": 0}, "0 is not a positive whole number"),
        ({"layout_widths": (1,) * 17}, "17 widths; name at most 16"),
        ({"crops": ("wide",)}, "'wide' is neither an aspect nor a size; write an aspect like 16:9"),
        ({"min_width": 11, "max_width": 10}, "11 is above max_width 10; lower one or raise"),
        ({"crops": ("1:1",), "forbid": ("crop",)}, "crops are wanted but forbidden; drop one"),
        ({"max_width": 9, "forbid": ("scale",)}, "a maximum size is given; drop one"),
        ({"formats": ()}, "the list is empty; leave it out to let the policy choose"),
        ({"formats": ("png", "png")}, "'png' stands there twice; drop one"),
        ({"formats": ("gif",)}, "unknown 'gif'; use some of avif, webp, jpeg, jxl, png"),
        (
            {"content": "medical", "formats": ("jpeg", "avif")},
            "medical content must stay lossless, but jpeg, avif cannot be; allow webp, png or jxl",
        ),
        ({"forbid": ("lossy",), "formats": ("jpeg",)}, "lossy is forbidden, but jpeg cannot be"),
    ],
)
def test_messages_say_what_is_wrong_and_what_to_do(goal: dict[str, object], remedy: str) -> None:
    assert remedy in message(**goal)


def test_colours_are_written_with_six_hexadecimal_digits() -> None:
    check_colour("#D0103a", "x")
    for wrong in ("d0103a", "#d0103", "#d0103aa", "red", "#d0103g"):
        with pytest.raises(PolicyError, match="write it like #d0103a"):
            check_colour(wrong, "x")


@pytest.mark.parametrize(
    ("give", "told"),
    [
        (
            lambda: load_policies("[brand]\nlogo = 1\n", name="acme.toml"),
            (
                "acme.toml: brand.logo: unknown key; known keys are colour_delta_e, colours, "
                "floor, forbid, formats, max_delta_e, max_width, min_text_px, name, target"
            ),
        ),
        (
            lambda: decide(PHOTO, Goal(min_width=11, max_width=10), Capabilities()),
            "min_width: 11 is above max_width 10; lower one or raise the other",
        ),
        (
            lambda: decide(PHOTO, Goal(forbid=("lossy",), formats=("jpeg",)), Capabilities()),
            "formats: lossy is forbidden, but jpeg cannot be lossless; allow webp, png or jxl",
        ),
        (
            lambda: decide(PHOTO, Goal(target=math.nan), Capabilities()),
            "target: nan is not between 0 and 100",
        ),
        (
            lambda: Goal.from_dict({"target": math.nan}),
            "target: expected a finite number, got nan",
        ),
        (
            lambda: Goal.from_dict({"target": 10**400}),
            f"target: expected a finite number, got 1{'0' * 37}...{'0' * 39}",
        ),
        (
            lambda: Goal.from_dict({"target": functools.reduce(lambda a, _: [a], range(5000), [])}),
            "target: expected a number, got list [[[[...]]]]",
        ),
        (
            lambda: Goal.from_dict({"max_width": 2**53}),
            "max_width: expected at most 9007199254740991, got a larger number",
        ),
        (
            lambda: decide(PHOTO.replace(width=-4), Goal(), Capabilities()),
            "width: -4 is not a positive whole number",
        ),
        (
            lambda: decide(PHOTO, Goal(max_width=-4), Capabilities()),
            "max_width: -4 is not a positive whole number",
        ),
        (
            lambda: decide(PHOTO, Goal(), Capabilities(dpr=-1.0)),
            "dpr: -1.0 is not a number above 0; leave it out if unknown",
        ),
        (
            lambda: negotiate({"Accept": "image/webp," * 100_000}),
            "headers.accept: more than 65536 characters; refuse such requests in front (431)",
        ),
    ],
)
def test_bad_input_is_named_by_its_path_with_the_remedy(
    give: Callable[[], object], told: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        give()

    assert str(caught.value) == told
