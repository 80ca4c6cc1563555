"""Regions of a picture that may stand for the whole, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.records import Record, field
from eyebright.values.facts import Box
from eyebright.values.plan import Reason


class Guard(Record):
    """One thing that a crop must not break, and whether it does."""

    name: str
    """faces, heads, text, product or size."""
    passes: bool
    text: str
    """A sentence for people."""
    values: Mapping[str, Any] = field(default_factory=dict)


class Crop(Record):
    """One region of a picture, ranked among others."""

    box: Box
    """Pixels of the picture as shown."""
    strategy: str
    """saliency, thirds, faces, text, product, composition, centre, whole or user."""
    score_permille: int
    """0 to 1000, only comparable within one answer."""
    reasons: tuple[Reason, ...] = ()
    guards: tuple[Guard, ...] = ()
    pad: tuple[int, ...] = ()
    """Of the whole picture: pixels to the left, top, right and bottom that give it the aspect;
    else, and where it has that aspect, nothing."""
    review: str = ""
    """Who must choose; nobody where empty."""
