"""What is wished of a crop: an aspect (16:9), or a size in pixels (1200x630)."""

from __future__ import annotations

import re
from fractions import Fraction

from eyebright.errors import PolicyError
from eyebright.policy.checked_facts import MAX_SIDE_PX
from eyebright.records import Record

MOST_RATIO = 50
"""Of the longer side to the shorter one: what is thinner is a line, not a picture. Our choice, five
times the longest usual banner (970 x 90 pixels, IAB New Ad Portfolio 2017)."""

REMEDY = "write an aspect like 16:9, or a size in pixels like 1200x630"


DECIMALS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?:[0-9]{1,6}(\.[0-9]{1,6})?", re.ASCII)
"""An aspect as some write it: 1.91:1."""


class Wish(Record):
    """A shape, and perhaps the size that is to come out."""

    across: int
    down: int
    width: int = 0
    """Pixels that are to come out; 0 where only the aspect is wished."""
    height: int = 0


def read_wish(text: str, path: str = "") -> Wish:
    """Raises PolicyError, which says what to write, for what no crop can have.

    Without a `path` it names aspect or size, by the sign that was written.
    """
    if not isinstance(text, str):
        raise PolicyError(f"{text!r:.80} is no text; {REMEDY}", path=path or "aspect")
    path = path or ("size" if "x" in text else "aspect")
    for sign in (":", "x"):
        sides = text.split(sign)
        if len(sides) == 2 and all(_is_whole(side) for side in sides):
            across, down = (int(side) for side in sides)
            wish = Wish(across=across, down=down)
            if sign == "x":
                wish = wish.replace(width=across, height=down)
            _check(text, wish, path)
            return wish
    remedy = _in_whole_numbers(text) or REMEDY
    raise PolicyError(f"{text!r:.80} is neither an aspect nor a size; {remedy}", path=path)


def _in_whole_numbers(text: str) -> str:
    """The remedy for an aspect with decimals; empty for what is none."""
    if DECIMALS.fullmatch(text) is None:
        return ""
    across, down = (Fraction(side) for side in text.split(":"))
    if not across or not down:
        return ""
    ratio = across / down
    return f"write it in whole numbers, {ratio.numerator}:{ratio.denominator}"


def _is_whole(side: str) -> bool:
    return side.isascii() and side.isdigit() and len(side) <= len(str(MAX_SIDE_PX))


def _check(text: str, wish: Wish, path: str) -> None:
    shorter, longer = sorted((wish.across, wish.down))
    if shorter < 1 or longer > MAX_SIDE_PX:
        raise PolicyError(
            f"{text!r} has a side that is not between 1 and {MAX_SIDE_PX}; {REMEDY}", path=path
        )
    half = 1 if wish.width else 0  # of a size that was rounded to pixels
    if 2 * longer > MOST_RATIO * (2 * shorter + half):
        raise PolicyError(
            f"{text!r} is thinner than {MOST_RATIO}:1, the thinnest that is cropped; {REMEDY}",
            path=path,
        )
