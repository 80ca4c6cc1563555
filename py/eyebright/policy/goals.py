"""Whether a goal, facts and capabilities can be meant at all: PolicyError names key and remedy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from eyebright.errors import PolicyError
from eyebright.policy import formats
from eyebright.policy.colour import HEX_COLOUR
from eyebright.policy.content import BUILT_IN, FORBIDDABLE, Policies
from eyebright.values import (
    CONTENTS_SEEN,
    FORMATS,
    GRID_CELLS,
    MOST_ATTENTION,
    Artefacts,
    Box,
    Capabilities,
    Facts,
    Goal,
    TextLine,
)

PURPOSES = ("convert", "upload", "serve")
METADATA_MODES = ("rights", "all", "none")
"""What of the metadata goes into a new file; `metadata.choose` does it."""
PLACEHOLDERS = ("", "dominant", "lqip")
ANIMATIONS = ("auto", "keep")
COLOURS = ("srgb", "keep")

DRAWINGS = ("keep", "rasterise")
SUBSAMPLINGS = ("", "444", "422", "420", "440", "411", "410", "grey", "other")
EFFECTIVE_TYPES = ("", "slow-2g", "2g", "3g", "4g")
DEVICE_CLASSES = ("", "low", "mid", "high")

LISTS = ("formats", "forbid", "crops")
"""Keys of a goal that hold several texts."""

MAX_VARIANTS = 8
"""Most responsive variants of one picture: bounds the files and the cache keys."""

MAX_SLOTS = 16
"""Most layout widths that one goal may name."""

MAX_SPEED = 10
"""Of the encoders' effort dials, libaom's goes furthest."""

MOST_NOISE_CENTI = 25_500
"""Hundredths of an 8-bit step, all of them."""

MAX_SIDE_PX = 1_000_000
"""Longer sides are a mistake in the facts, not a picture."""


def check_goal(goal: Goal, policies: Policies = BUILT_IN) -> None:
    """Raise PolicyError, naming the key and the remedy, for a goal that cannot be meant.

    TypeError is for what is no goal and no policies at all.
    """
    _check_types(goal, policies)
    _one_of(goal.content, ("auto", *policies.contents), "content")
    _one_of(goal.purpose, PURPOSES, "purpose")
    _one_of(goal.context, ("", *policies.contexts), "context")
    _one_of(goal.metadata, METADATA_MODES, "metadata")
    _one_of(goal.placeholder, PLACEHOLDERS, "placeholder")
    _one_of(goal.animation, ANIMATIONS, "animation")
    _one_of(goal.colour, COLOURS, "colour")
    _one_of(goal.svg, DRAWINGS, "svg")
    _each_one_of(goal.forbid, FORBIDDABLE, "forbid")
    _within(goal.target, 0, 100, "target")
    _within(goal.max_delta_e, 0, 100, "max_delta_e")
    _within(goal.min_text_px, 0, 1000, "min_text_px")
    _within(goal.encode_budget_ms, 0, math.inf, "encode_budget_ms")
    for key in (
        "max_width",
        "max_height",
        "max_bytes",
        "min_width",
        "min_height",
        "byte_step",
        "max_memory_mb",
    ):
        _positive(getattr(goal, key), key)
    _positive(goal.views, "views")
    _check_layout(goal)
    _check_aspects(goal.crops)
    _check_contradictions(goal)
    _check_formats(goal, policies)


def check_facts(facts: Facts) -> None:
    """Raise PolicyError for facts that no picture has."""
    for key in ("width", "height", "size_bytes", "frames", "pictures", "bit_depth"):
        _positive(getattr(facts, key), key)
    for key in ("width", "height"):
        _within(getattr(facts, key), 1, MAX_SIDE_PX, key)
    for key in ("transparent_permille", "flat_permille", "edge_permille"):
        _within(getattr(facts, key), 0, 1000, key)
    _within(facts.content_confidence_permille, 0, 1000, "content_confidence_permille")
    _within(facts.colours, 0, 4096, "colours")
    _within(facts.profile_bytes, 0, math.inf, "profile_bytes")
    _within(facts.source_quality, 0, 100, "source_quality")
    _one_of(facts.source_subsampling, SUBSAMPLINGS, "source_subsampling")
    _within(facts.detail_centibits, 0, 10_000, "detail_centibits")
    for index, height in enumerate(facts.text_heights_px):
        _positive(height, f"text_heights_px[{index}]")
    for key in ("faces", "text_lines"):
        for index, box in enumerate(getattr(facts, key)):
            _check_inside(box, facts, f"{key}[{index}]")
    _check_rgb(facts.dominant_rgb)
    _check_seen(facts)


def _check_inside(box: Box | TextLine, facts: Facts, path: str) -> None:
    inside = box.x + box.width <= facts.width and box.y + box.height <= facts.height
    if min(box.x, box.y) < 0 or min(box.width, box.height) < 1 or not inside:
        raise PolicyError(
            "does not lie inside the picture; give pixels of the upright picture", path=path
        )


def _check_seen(facts: Facts) -> None:
    """What models tell, which may come from another machine."""
    _one_of(facts.seen_content, ("", *CONTENTS_SEEN), "seen_content")
    for key in ("spread_permille", "text_permille"):
        _within(getattr(facts, key), 0, 1000, key)
    if len(facts.saliency) not in {0, GRID_CELLS**2}:
        raise PolicyError(
            f"{len(facts.saliency)} cells; give {GRID_CELLS} rows of {GRID_CELLS}", path="saliency"
        )
    for index, cell in enumerate(facts.saliency):
        _within(cell, 0, MOST_ATTENTION, f"saliency[{index}]")
    if len(facts.focal_permille) not in {0, 2}:
        raise PolicyError(f"{facts.focal_permille} is not x and y", path="focal_permille")
    for index, value in enumerate(facts.focal_permille):
        _within(value, 0, 1000, f"focal_permille[{index}]")
    for index, line in enumerate(facts.text_lines):
        _positive(line.x_height_px, f"text_lines[{index}].x_height_px")
    if facts.artefacts is not None:
        _check_artefacts(facts.artefacts)


def _check_artefacts(artefacts: Artefacts) -> None:
    _within(artefacts.jpeg_quality, 0, 100, "artefacts.jpeg_quality")
    _within(artefacts.noise_centi, 0, MOST_NOISE_CENTI, "artefacts.noise_centi")
    for key in ("blockiness_permille", "blur_permille", "banding_permille"):
        _within(getattr(artefacts, key), 0, 1000, f"artefacts.{key}")


def check_capabilities(capabilities: Capabilities) -> None:
    """Raise PolicyError for hints and measurements that no device has."""
    _one_of(capabilities.effective_type, EFFECTIVE_TYPES, "effective_type")
    _one_of(capabilities.device_class, DEVICE_CLASSES, "device_class")
    for key in (
        "throughput_kbps",
        "dpr",
        "device_memory_gb",
        "width_px",
        "viewport_width_px",
        "memory_mb",
    ):
        _above_zero(getattr(capabilities, key), key)
    _within(capabilities.rtt_ms, 0, math.inf, "rtt_ms")
    for key in ("decode_ms_per_mp", "encode_ms_per_mp"):
        times: Mapping[str, float] = getattr(capabilities, key)
        for name, value in times.items():
            _within(value, 0, math.inf, f"{key}.{name}")
    for name, speed in capabilities.encode_speed.items():
        _within(speed, 0, MAX_SPEED, f"encode_speed.{name}")
    for name, most in capabilities.encode_max_px.items():
        _within(most, 0, math.inf, f"encode_max_px.{name}")


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
    _within(goal.variants, 0, MAX_VARIANTS, "variants")
    if len(goal.layout_widths) > MAX_SLOTS:
        raise PolicyError(
            f"{len(goal.layout_widths)} widths; name at most {MAX_SLOTS}", path="layout_widths"
        )
    for index, width in enumerate(goal.layout_widths):
        _positive(width, f"layout_widths[{index}]")


def _check_aspects(crops: Iterable[str]) -> None:
    for index, aspect in enumerate(crops):
        sides = aspect.split(":")
        if len(sides) != 2 or not all(s.isascii() and s.isdigit() and int(s) > 0 for s in sides):
            raise PolicyError(
                f"{aspect!r} is not an aspect; write it like 16:9", path=f"crops[{index}]"
            )


def _check_contradictions(goal: Goal) -> None:
    for side in ("width", "height"):
        least, most = getattr(goal, f"min_{side}"), getattr(goal, f"max_{side}")
        if least is not None and most is not None and least > most:
            raise PolicyError(
                f"{least} is above max_{side} {most}; lower one or raise the other",
                path=f"min_{side}",
            )
    if "crop" in goal.forbid and goal.crops:
        raise PolicyError("crops are wanted but forbidden; drop one of the two", path="crops")
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
    _each_one_of(goal.formats, FORMATS, "formats")
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


def _check_rgb(rgb: tuple[int, ...]) -> None:
    if rgb and (len(rgb) != 3 or not all(0 <= value <= 255 for value in rgb)):
        raise PolicyError(f"{rgb} is not three values from 0 to 255", path="dominant_rgb")


def check_colour(colour: str, path: str) -> None:
    """Raise PolicyError unless `colour` reads #rrggbb."""
    if HEX_COLOUR.fullmatch(colour) is None:
        raise PolicyError(f"{colour!r} is not a colour; write it like #d0103a", path=path)


def _one_of(value: str, known: Iterable[str], path: str) -> None:
    if value not in known:
        names = ", ".join(name for name in known if name)
        raise PolicyError(f"unknown {value!r}; use one of {names}", path=path)


def _each_one_of(values: Iterable[str], known: tuple[str, ...], path: str) -> None:
    for index, value in enumerate(values):
        if value not in known:
            names = ", ".join(known)
            raise PolicyError(f"unknown {value!r}; use some of {names}", path=f"{path}[{index}]")


def _within(value: Any, least: float, most: float, path: str) -> None:
    # Written so that NaN, which compares false with everything, is refused as well.
    if value is not None and not (
        _is_number(value) and least <= value <= most and value < math.inf
    ):
        span = f"between {least:g} and {most:g}" if most < math.inf else f"{least:g} or more"
        raise PolicyError(f"{value!r} is not {span}", path=path)


def _positive(value: Any, path: str) -> None:
    if value is not None and not (_is_number(value) and value >= 1):
        raise PolicyError(f"{value!r} is not a positive whole number", path=path)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


def _above_zero(value: float | None, path: str) -> None:
    if value is not None and not 0 < value < math.inf:
        raise PolicyError(f"{value} is not a number above 0; leave it out if unknown", path=path)
