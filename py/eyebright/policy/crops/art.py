"""Art direction: one picture in several shapes, each for its place in the layout.

One analysis serves all shapes; a point that somebody chose is carried over to each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from eyebright.policy.bounds import positive
from eyebright.policy.boxes import rounded
from eyebright.policy.content import BUILT_IN, Policies
from eyebright.policy.crops import crops
from eyebright.policy.crops.choices import Chosen, remembered
from eyebright.policy.wishes import read_wish
from eyebright.records import Record
from eyebright.values import Crop, Facts, Goal

USUAL_ASPECTS = ("1:1", "4:5", "16:9", "9:16", "3:1")
"""Square and portrait feeds, screens both ways, banners."""


class Slot(Record):
    """A place in the layout."""

    aspect: str
    widths: tuple[int, ...] = ()
    """Pixels to be made; the crop's own width where none are given."""
    media: str = ""
    """The media query under which it is shown, such as (max-width: 600px); empty: otherwise."""


class Size(Record):
    """Of one file, pixels."""

    width: int
    height: int


class Directed(Record):
    """What stands in a slot."""

    slot: Slot
    crop: Crop
    sizes: tuple[Size, ...]
    """Ascending, of the slot's shape to the pixel, none larger than the crop."""


def directed(
    facts: Facts,
    slots: Sequence[Slot],
    *,
    context: str = "",
    content: str = "auto",
    chosen: Chosen | None = None,
    policies: Policies = BUILT_IN,
) -> tuple[Directed, ...]:
    """The best crop for each slot, and the sizes to make of it.

    `chosen` is what somebody chose for this picture: their region of a shape, their point for all.
    Raises PolicyError, with the slot's path, for what cannot be meant.
    """
    known = {facts.sha256: chosen} if chosen else {}
    asked = partial(crops, facts, context=context, content=content, n=1, policies=policies)
    return tuple(
        _directed(facts, slot, f"slots[{index}]", asked, known) for index, slot in enumerate(slots)
    )


def _directed(
    facts: Facts,
    slot: Slot,
    path: str,
    asked: Callable[..., tuple[Crop, ...]],
    known: Mapping[str, Chosen],
) -> Directed:
    read_wish(slot.aspect, f"{path}.aspect")
    for index, width in enumerate(slot.widths):
        positive(width, f"{path}.widths[{index}]")
    wanted = remembered(known, facts.sha256, slot.aspect)
    found = asked(slot.aspect, focal_permille=wanted.focal_permille, box=wanted.box)
    return Directed(slot=slot, crop=found[0], sizes=_sizes(slot, found[0]))


def _sizes(slot: Slot, crop: Crop) -> tuple[Size, ...]:
    """Of the slot's shape; of a picture that stays whole, its own."""
    wish, box = read_wish(slot.aspect), crop.box
    across, down = (box.width, box.height) if crop.pad else (wish.across, wish.down)
    wanted = slot.widths or ((wish.width,) if wish.width else (box.width,))
    widths = sorted({min(width, box.width) for width in wanted})
    heights = (min(box.height, max(1, rounded(width * down, across))) for width in widths)
    return tuple(Size(width=w, height=h) for w, h in zip(widths, heights, strict=True))


def goal_for(crop: Crop, goal: Goal, size: Size | None = None) -> Goal:
    """The goal that makes a file of a crop, exactly of that size where one is given."""
    if crop.pad and size is not None:
        return goal.replace(max_width=size.width, max_height=size.height)
    if size is None and crop.strategy == "whole":
        return goal
    shape = f"{size.width}x{size.height}" if size else ""
    return goal.replace(crop=shape, crop_box=crop.box)
