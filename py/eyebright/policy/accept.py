"""The Accept field (RFC 9110, 12.5.1): media ranges, weights and which of them decides.

Weights are whole thousandths, as fine as the field can say them. Ranges with parameters speak of
special kinds of a type (`image/webp;animated=1`), which are never promised, so they match nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
RANGE = re.compile(rf"({WORD})/({WORD})")
PARAMETER = re.compile(rf'({WORD})=({WORD}|"(?:[^"\\]|\\.)*")')
WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
"""RFC 9110, 12.4.2: 0 to 1 with at most three digits after the point."""

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+("?)')
"""A quoted string, or an open quote and all that follows; possessive, so never slow."""

ELEMENT = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*+")+')
"""Between commas that stand outside quotes, where all quotes are closed."""

PART = re.compile(r'(?:[^";]|"(?:[^"\\]|\\.)*+")+')
"""Between semicolons that stand outside quotes, where all quotes are closed."""


class Range(NamedTuple):
    """One element of the field."""

    main: str
    sub: str
    permille: int
    """Weight in thousandths; 0 refuses."""


class Parsed(NamedTuple):
    """What the field says, and which of its elements cannot be read."""

    ranges: tuple[Range, ...]
    malformed: tuple[str, ...]


class Weight(NamedTuple):
    """What the field says of one media type."""

    permille: int
    named: bool
    """The type itself stands there, not only a wildcard that covers it."""


def parse_accept(text: str) -> Parsed:
    """Every element that can be read, in order, and the others as they stand. Never raises."""
    ranges: list[Range] = []
    malformed: list[str] = []
    for element in _split(text, ELEMENT, ","):
        stripped = element.strip(" \t")
        if not stripped:  # empty elements are allowed and mean nothing (RFC 9110, 5.6.1.2)
            continue
        found = _range(stripped)
        if found is None:
            malformed.append(stripped)
        elif found.sub:
            ranges.append(found)
    return Parsed(tuple(ranges), tuple(malformed))


def weigh(ranges: Iterable[Range], media_type: str) -> Weight | None:
    """What the most specific matching range says; None where none matches.

    A type named twice counts with its lower weight: a refusal is not undone by repetition.
    """
    main, _, sub = media_type.partition("/")
    given = tuple(ranges)
    for wanted in ((main, sub), (main, "*"), ("*", "*")):
        weights = [r.permille for r in given if (r.main, r.sub) == wanted]
        if weights:
            return Weight(min(weights), named=wanted[1] != "*")
    return None


def _range(element: str) -> Range | None:
    """The range; None if malformed; one without a subtype if it asks for a special kind."""
    first, *rest = [part.strip(" \t") for part in _split(element, PART, ";")] or [""]
    found = RANGE.fullmatch(first)
    if element.startswith(";") or found is None or (found[1] == "*" and found[2] != "*"):
        return None
    permille, special = 1000, False
    for part in filter(None, rest):  # empty ones are allowed (RFC 9110, 5.6.6)
        parameter = PARAMETER.fullmatch(part)
        if parameter is None:
            return None
        if parameter[1].lower() != "q":
            special = True
        elif WEIGHT.fullmatch(parameter[2]):
            permille = _permille(parameter[2])
        else:
            return None
    sub = "" if special else found[2].lower()
    return Range(found[1].lower(), sub, permille)


def _split(text: str, between: re.Pattern[str], separator: str) -> list[str]:
    """An open quote must not swallow what follows it, so then quotes mean nothing."""
    if all(found[1] for found in QUOTED.finditer(text)):
        return between.findall(text)
    return text.split(separator)


def _permille(weight: str) -> int:
    whole, _, fraction = weight.partition(".")
    return int(whole) * 1000 + int(f"{fraction:0<3}"[:3])
