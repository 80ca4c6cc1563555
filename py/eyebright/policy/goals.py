"""Whether a goal and capabilities can be meant at all: PolicyError names key and remedy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

from eyebright.errors import PolicyError
from eyebright.policy import formats
from eyebright.policy.bounds import above_zero, each_one_of, one_of, positive, within
from eyebright.policy.checked_facts import check_box
from eyebright.policy.colour import HEX_COLOUR
from eyebright.policy.content import BUILT_IN, FORBIDDABLE, Policies
from eyebright.policy.wishes import read_wish
from eyebright.values import FORMATS, Capabilities, Goal

PURPOSES = ("convert", "upload", "serve")
METADATA_MODES = ("rights", "all", "none")
"""What of the metadata goes into a new file; `metadata.choose` does it."""
PLACEHOLDERS = ("", "dominant", "lqip")
ANIMATIONS = ("auto", "keep")
COLOURS = ("srgb", "keep")
MODES = ("auto", "fast", "best")

PADS = ("", "auto")
"""Beside a colour, what margins may be."""

DRAWINGS = ("keep", "rasterise")
SCALINGS = ("auto", "learned")

EFFECTIVE_TYPES = ("", "slow-2g", "2g", "3g", "4g")
DEVICE_CLASSES = ("", "low", "mid", "high")

LISTS = ("formats", "forbid", "crops", "focal_permille")
"""Keys of a goal that hold several texts."""

MAX_VARIANTS = 8
"""Most responsive variants of one picture: bounds the files and the cache keys."""

MAX_SLOTS = 16
"""Most layout widths that one goal may name."""

MAX_SPEED = 10
"""Of the encoders' effort dials, libaom's goes furthest."""


def check_goal(goal: Goal, policies: Policies = BUILT_IN) -> None:
    """Raise PolicyError, naming the key and the remedy, for a goal that cannot be meant.

    TypeError is for what is no goal and no policies at all.
    """
    _check_types(goal, policies)
    one_of(goal.content, ("auto", *policies.contents), "content")
    one_of(goal.purpose, PURPOSES, "purpose")
    one_of(goal.context, ("", *policies.contexts), "context")
    one_of(goal.metadata, METADATA_MODES, "metadata")
    one_of(goal.placeholder, PLACEHOLDERS, "placeholder")
    one_of(goal.animation, ANIMATIONS, "animation")
    one_of(goal.colour, COLOURS, "colour")
    one_of(goal.svg, DRAWINGS, "svg")
    one_of(goal.mode, MODES, "mode")
    one_of(goal.scaling, SCALINGS, "scaling")
    each_one_of(goal.forbid, FORBIDDABLE, "forbid")
    within(goal.target, 0, 100, "target")
    within(goal.max_delta_e, 0, 100, "max_delta_e")
    within(goal.min_text_px, 0, 1000, "min_text_px")
    within(goal.encode_budget_ms, 0, math.inf, "encode_budget_ms")
    for key in (
        "max_width",
        "max_height",
        "max_bytes",
        "min_width",
        "min_height",
        "byte_step",
        "max_memory_mb",
    ):
        positive(getattr(goal, key), key)
    positive(goal.views, "views")
    _check_layout(goal)
    _check_crops(goal)
    _check_contradictions(goal)
    _check_formats(goal, policies)


def wanted_crop(goal: Goal) -> str:
    """The first key by which crops are wanted; empty where none is."""
    return next((key for key in ("crops", "crop", "crop_box") if getattr(goal, key)), "")


def check_capabilities(capabilities: Capabilities) -> None:
    """Raise PolicyError for hints and measurements that no device has."""
    one_of(capabilities.effective_type, EFFECTIVE_TYPES, "effective_type")
    one_of(capabilities.device_class, DEVICE_CLASSES, "device_class")
    for key in (
        "throughput_kbps",
        "dpr",
        "device_memory_gb",
        "width_px",
        "viewport_width_px",
        "memory_mb",
    ):
        above_zero(getattr(capabilities, key), key)
    within(capabilities.rtt_ms, 0, math.inf, "rtt_ms")
    for key in ("decode_ms_per_mp", "encode_ms_per_mp", "quick_ms_per_mp"):
        times: Mapping[str, float] = getattr(capabilities, key)
        for name, value in times.items():
            within(value, 0, math.inf, f"{key}.{name}")
    for name, speed in capabilities.encode_speed.items():
        within(speed, 0, MAX_SPEED, f"encode_speed.{name}")
    for name, most in capabilities.encode_max_px.items():
        within(most, 0, math.inf, f"encode_max_px.{name}")


def _check_types(goal: object, policies: object) -> None:
    """A dictionary or a text in place of a record or a list would be taken apart as if it were."""
    if not isinstance(goal, Goal):
        raise TypeError(
            f"the goal is of type {type(goal).__name__}; give a Goal, or Goal.from_dict of it"
        )
    if not isinstance(policies, Policies):
        raise TypeError(
            f"policies is of type {type(policies).__name__}; give what load_policies makes"
        )
    for key in LISTS:
        value = getattr(goal, key)
        if isinstance(value, str):
            raise PolicyError(f"{value!r} is no list; write ({value!r},)", path=key)


def _check_layout(goal: Goal) -> None:
    within(goal.variants, 0, MAX_VARIANTS, "variants")
    if len(goal.layout_widths) > MAX_SLOTS:
        raise PolicyError(
            f"{len(goal.layout_widths)} widths; name at most {MAX_SLOTS}", path="layout_widths"
        )
    for index, width in enumerate(goal.layout_widths):
        positive(width, f"layout_widths[{index}]")


def _check_crops(goal: Goal) -> None:
    for index, aspect in enumerate(goal.crops):
        read_wish(aspect, f"crops[{index}]")
    if goal.crop:
        read_wish(goal.crop, "crop")
    if goal.crop_box is not None:
        check_box(goal.crop_box, "crop_box")
    check_focal(goal.focal_permille)
    if goal.pad and not goal.crop:
        raise PolicyError("margins are wanted but no shape; give crop, or drop pad", path="pad")
    if goal.pad not in PADS:
        check_colour(goal.pad, "pad")


def check_focal(focal_permille: object) -> None:
    """Raise PolicyError for what is no point of a picture."""
    if not isinstance(focal_permille, (tuple, list)) or len(focal_permille) not in {0, 2}:
        raise PolicyError(
            f"{focal_permille} is not x and y; give both, per thousand of width and height",
            path="focal_permille",
        )
    for index, value in enumerate(focal_permille):
        path = f"focal_permille[{index}]"
        within(value, 0, 1000, path)
        if not isinstance(value, int):
            raise PolicyError(
                f"{value!r} is not a whole number; give per thousand, 500 for the middle", path=path
            )


def _check_contradictions(goal: Goal) -> None:
    for side in ("width", "height"):
        least, most = getattr(goal, f"min_{side}"), getattr(goal, f"max_{side}")
        if least is not None and most is not None and least > most:
            raise PolicyError(
                f"{least} is above max_{side} {most}; lower one or raise the other",
                path=f"min_{side}",
            )
    key = wanted_crop(goal)
    if "crop" in goal.forbid and key:
        raise PolicyError("crops are wanted but forbidden; drop one of the two", path=key)
    if "scale" in goal.forbid and (goal.max_width or goal.max_height):
        raise PolicyError(
            "scaling is forbidden but a maximum size is given; drop one of the two", path="forbid"
        )


def _check_formats(goal: Goal, policies: Policies) -> None:
    if goal.formats is None:
        return
    if not goal.formats:
        raise PolicyError(
            "the list is empty; leave it out to let the policy choose", path="formats"
        )
    each_one_of(goal.formats, FORMATS, "formats")
    for (_, first), (index, second) in combinations(enumerate(goal.formats), 2):
        if first == second:
            raise PolicyError(f"{second!r} stands there twice; drop one", path=f"formats[{index}]")
    if formats.HAS_LOSSLESS.intersection(goal.formats):
        return
    named = ", ".join(goal.formats)
    policy = policies.contents.get(goal.content)
    if policy is not None and policy.lossless_only:
        raise PolicyError(
            f"{goal.content} content must stay lossless, but {named} cannot be; "
            "allow webp, png or jxl",
            path="formats",
        )
    if "lossy" in goal.forbid:
        raise PolicyError(
            f"lossy is forbidden, but {named} cannot be lossless; allow webp, png or jxl",
            path="formats",
        )


def check_colour(colour: str, path: str) -> None:
    """Raise PolicyError unless `colour` reads #rrggbb."""
    if HEX_COLOUR.fullmatch(colour) is None:
        raise PolicyError(f"{colour!r} is not a colour; write it like #d0103a", path=path)
