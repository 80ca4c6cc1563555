"""What an address asks for, as a goal."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from starlette.datastructures import QueryParams

from eyebright.errors import PolicyError
from eyebright.policy import HEADERS, Policies, check_goal
from eyebright.policy.wishes import read_wish
from eyebright.server.faults import TooLong
from eyebright.server.places import Place
from eyebright.server.settings import Settings
from eyebright.values import Goal

Pairs: TypeAlias = list[tuple[bytes, bytes]]
"""Header fields as ASGI has them."""

DECIDING_FIELDS = frozenset(name.encode() for name in HEADERS)
"""Header fields that are read."""

PARAMETERS = {"w": "max_width", "h": "max_height", "aspect": "crop", "format": "formats"}
"""And the goal's keys for them; `context` is its own."""

ASKED_BY = {key: name for name, key in PARAMETERS.items()}

DECIDING_PARAMETERS = (*PARAMETERS, "context")

MOST_QUERY_BYTES = 16_384
"""Of an address, as it was sent: a text of `markup.MOST_ALT_CHARS` takes nine bytes for each letter
beyond Latin's, and the rest a few hundred."""

USUAL_QUERY_BYTES = 128
"""A width, a height, an aspect, a context and a format have a hundred."""

MOST_QUERIES = 4_096
"""Of these that are remembered, parsed: some 4 MB."""

MOST_VALUE_CHARS = 64
"""Of one parameter: the longest that means something has a dozen."""


def check_length(query: bytes) -> None:
    """Raises TooLong."""
    if len(query) > MOST_QUERY_BYTES:
        raise TooLong(f"the address is too long; its query has at most {MOST_QUERY_BYTES} bytes")


@lru_cache(maxsize=MOST_QUERIES)
def _parsed(query: bytes) -> QueryParams:
    return QueryParams(query)


def queried(query: bytes) -> QueryParams:
    """An address's parameters; of those that are no longer than most, remembered."""
    return _parsed(query) if len(query) <= USUAL_QUERY_BYTES else QueryParams(query)


def asked(place: Place, query: Mapping[str, str], headers: Pairs) -> bytes:
    """A hash of all of a request that can decide; as long whatever strangers send."""
    told = [query.get(name, "") for name in DECIDING_PARAMETERS]
    fields = sorted(pair for pair in headers if pair[0] in DECIDING_FIELDS)
    return hashlib.sha256(repr((place, told, fields)).encode()).digest()


def goal_of(query: Mapping[str, str], settings: Settings, policies: Policies) -> Goal:
    """By w, h, aspect, context and format; other parameters (such as ?v=3) say nothing.

    Raises PolicyError with the parameter's name.
    """
    most = settings.max_side_px
    goal = Goal(
        purpose="serve",
        views=settings.views,
        max_width=_stepped(_pixels(query, "w", most), settings.widths),
        max_height=_stepped(_pixels(query, "h", most), settings.widths),
        crop=_aspect(query, settings.aspects),
        context=_text(query, "context"),
        formats=_formats(_text(query, "format")),
    )
    try:
        check_goal(goal, policies)
    except PolicyError as exc:
        key = exc.path.partition("[")[0]
        raise PolicyError(exc.message, path=ASKED_BY.get(key, exc.path)) from exc
    return goal


def side_of(width: int, settings: Settings) -> int:
    """The `w` by which a server with these settings is asked for this width."""
    return _stepped(min(width, settings.max_side_px), settings.widths) or width


def _text(query: Mapping[str, str], name: str) -> str:
    text = query.get(name, "")
    if len(text) > MOST_VALUE_CHARS:
        raise PolicyError(f"longer than {MOST_VALUE_CHARS} characters", path=name)
    return text


def _pixels(query: Mapping[str, str], name: str, most: int) -> int | None:
    text = _text(query, name)
    if not text:
        return None
    value = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= value <= most:
        raise PolicyError(f"{text!a} is no whole number from 1 to {most}", path=name)
    return value


def _aspect(query: Mapping[str, str], allowed: tuple[str, ...]) -> str:
    text = _text(query, "aspect")
    if not text or not allowed or text in allowed:
        return text
    wish = read_wish(text, "aspect")
    for one in allowed:
        same = read_wish(one)
        if not wish.width and wish.across * same.down == wish.down * same.across:
            return one  # written alike, so that it is made once
    raise PolicyError(f"{text!a} is none of {', '.join(allowed)}", path="aspect")


def _stepped(side: int | None, steps: tuple[int, ...]) -> int | None:
    """The least step that is not below; the greatest where there is none."""
    if side is None or not steps:
        return side
    ordered = sorted(steps)
    return ordered[min(bisect_left(ordered, side), len(ordered) - 1)]


def _formats(text: str) -> tuple[str, ...] | None:
    return (text,) if text else None
