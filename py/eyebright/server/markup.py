"""`GET /markup/{path}`: the HTML for a picture, whose addresses are this server's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from eyebright.drawings import passes_through
from eyebright.errors import PolicyError
from eyebright.policy import check_goal
from eyebright.policy.formats import SHOWN_BY_ALL
from eyebright.policy.goals import MAX_SLOTS
from eyebright.policy.markup import Rendition, picture, sizes_of
from eyebright.policy.variants import DENSITIES
from eyebright.server.asking import goal_of, side_of
from eyebright.server.images import Images
from eyebright.server.places import Place
from eyebright.values import Goal, Plan

UNTYPED = "jpeg"
"""Under it the policy's markup puts the <img>, whose address names no format: what old receivers
get is negotiated, and so is everything where the plan has no newer format."""

VARIANTS = 4
"""Widths where no layout is told; each is an encode for each format. Our choice."""

MOST_ALT_CHARS = 1_000
"""A screen reader reads it aloud for more than a minute."""


class Size(NamedTuple):
    """What an address gives."""

    side: int
    """Its `w`."""
    width: int
    height: int


async def markup(images: Images, path: str, query: Mapping[str, str], root: str) -> str:
    """The element for a picture below `root`, the address that the app is mounted at.

    `layout` is the slot's widths in CSS pixels, parted by commas, `alt` what the picture shows; the
    others are as in /img. Raises EyebrightError.
    """
    goal = goal_of(query, images.settings, images.policies).replace(
        layout_widths=_layout(query.get("layout", "")), variants=VARIANTS, placeholder="dominant"
    )
    check_goal(goal, images.policies)
    alt = query.get("alt", "")
    if len(alt) > MOST_ALT_CHARS:
        raise PolicyError(f"longer than {MOST_ALT_CHARS} characters", path="alt")
    machine = await images.workshop.machine()
    place = images.workshop.place(path)
    asked = {"aspect": goal.crop, "context": goal.context}
    shared = {name: value for name, value in asked.items() if value}
    facts = await images.workshop.facts(place)
    base = goal_of(shared, images.settings, images.policies)
    most = images.fitting.widest(place.name, facts, base, machine.able)
    if not passes_through(facts, goal):
        goal = _bounded(goal, most)
    plan = (await images.decided(place, goal, machine.able)).plan
    sizes = [await _given(images, place, size, shared, most) for size in _wanted(plan)]
    address = f"{root}/img/{quote(path)}"
    return picture(
        _renditions(plan, list(dict.fromkeys(sizes)), address, shared),
        alt=alt,
        sizes=sizes_of(goal.layout_widths),
        placeholder=plan.placeholder,
    )


def _bounded(goal: Goal, most: int) -> Goal:
    """No wider than is made or than the layout can show, so that it is decided for those widths."""
    shown = [round(max(goal.layout_widths) * max(DENSITIES))] if goal.layout_widths else []
    asked = [goal.max_width] if goal.max_width else []
    return goal.replace(max_width=min([most, *shown, *asked]))


def _wanted(plan: Plan) -> list[Size]:
    sizes = [(v.width, v.height) for v in plan.variants] or [(plan.width, plan.height)]
    return [Size(width, width, height) for width, height in sizes]


async def _given(
    images: Images, place: Place, size: Size, shared: Mapping[str, str], most: int
) -> Size:
    """What is given where this size cannot be asked for: by the next step, or the largest side."""
    settings = images.settings
    side = min(side_of(size.width, settings), most)
    if side == size.width:
        return size
    goal = goal_of({"w": str(side), **shared}, settings, images.policies)
    plan = (await images.decided(place, goal, (await images.workshop.machine()).able)).plan
    return Size(side, plan.width, plan.height)


def _renditions(
    plan: Plan, sizes: list[Size], address: str, shared: Mapping[str, str]
) -> list[Rendition]:
    """Each format in each width by an address that names both, and all widths by one without."""
    newer = dict.fromkeys(c.format for c in plan.candidates if c.format not in SHOWN_BY_ALL)
    made = []
    for name in (*newer, UNTYPED):
        for side, width, height in sizes:
            told: dict[str, object] = {"w": side, **shared}
            if name != UNTYPED:
                told["format"] = name
            url = f"{address}?{urlencode(told)}"
            made.append(Rendition(url=url, format=name, width=width, height=height))
    return made


def _layout(text: str) -> tuple[int, ...]:
    """Raises PolicyError for what is no list of widths."""
    if not text:
        return ()
    parts = text.split(",", MAX_SLOTS)
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise PolicyError("write widths in pixels like 320,640", path="layout")
    return tuple(int(part) for part in parts)
