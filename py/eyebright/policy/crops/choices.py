"""What somebody chose for a picture, remembered by its hash, and carried over to other shapes.

Pure: choices come in and go out as values; the command line keeps them in a file, the page in the
browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import Any, NamedTuple, TypeAlias

from eyebright.errors import PolicyError
from eyebright.policy.boxes import rounded
from eyebright.policy.wishes import read_wish
from eyebright.records import Record, field
from eyebright.values import Box, Facts, Goal


class Chosen(Record):
    """Of one picture."""

    focal_permille: tuple[int, ...] = ()
    """Their last point, or the middle of their last region: x and y, per thousand."""
    boxes: Mapping[str, Box] = field(default_factory=dict)
    """Their regions by aspect, in its lowest terms."""


Choices: TypeAlias = Mapping[str, Chosen]
"""By the SHA-256 of the picture's file."""


class Wanted(NamedTuple):
    """What holds for one shape: a region, else a point, else nothing."""

    focal_permille: tuple[int, ...] = ()
    box: Box | None = None


def read_choices(document: Any) -> Choices:
    """From JSON values. Raises PolicyError that names the path of what is wrong."""
    if not isinstance(document, Mapping):
        raise PolicyError("expected an object of choices by the hashes of their pictures")
    return {str(name): Chosen.from_dict(one, path=str(name)) for name, one in document.items()}


def remembered(choices: Choices, sha256: str, aspect: str) -> Wanted:
    """What somebody chose for this shape; for another shape their point is carried over."""
    chosen = choices.get(sha256, Chosen())
    box = chosen.boxes.get(lowest(aspect))
    return Wanted(box=box) if box else Wanted(focal_permille=chosen.focal_permille)


def remember(choices: Choices, facts: Facts, aspect: str, wanted: Wanted) -> Choices:
    """The choices with one more. A point replaces the region of its own shape alone."""
    before, shape = choices.get(facts.sha256, Chosen()), lowest(aspect)
    if wanted.box is None:
        boxes = {name: box for name, box in before.boxes.items() if name != shape}
        chosen = Chosen(focal_permille=wanted.focal_permille, boxes=boxes)
        return {**choices, facts.sha256: chosen}
    box = wanted.box
    focal = (
        rounded(500 * (2 * box.x + box.width), facts.width),
        rounded(500 * (2 * box.y + box.height), facts.height),
    )
    chosen = Chosen(focal_permille=focal, boxes={**before.boxes, shape: box})
    return {**choices, facts.sha256: chosen}


def applied(goal: Goal, sha256: str, choices: Choices) -> Goal:
    """The goal for one picture: where it is cropped and the goal says not where, as was chosen."""
    if not goal.crop or goal.crop_box is not None or goal.focal_permille:
        return goal
    wanted = remembered(choices, sha256, goal.crop)
    return goal.replace(crop_box=wanted.box, focal_permille=wanted.focal_permille)


def lowest(aspect: str) -> str:
    """An aspect or a size as an aspect in its lowest terms: 1920x1080 is 16:9."""
    wish = read_wish(aspect)
    common = gcd(wish.across, wish.down)
    return f"{wish.across // common}:{wish.down // common}"
