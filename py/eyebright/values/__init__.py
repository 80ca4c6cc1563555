"""The records that flow from stage to stage. Nothing here is edited in place.

Scores are SSIMULACRA2 (at most 100, 90 visually lossless, 70 high, may be negative).
Sizes ending in `_bytes` are bytes, `_px` pixels, `_ms` milliseconds. Everything that decides is an
integer or a string, so that two machines with slightly different floats decide alike.
Standard library only: pixels are carried by `pixels.Pixels`.
"""

from __future__ import annotations

from eyebright.values.crop import Crop, Guard
from eyebright.values.facts import Box, Facts, Source
from eyebright.values.forecast import FORECAST_TARGETS, Forecast
from eyebright.values.formats import COLOURS_NOT_CONVERTED, EXTENSION, FORMATS, MIME
from eyebright.values.goal import Capabilities, Goal
from eyebright.values.plan import Candidate, Limits, Placeholder, Plan, Reason, Variant
from eyebright.values.report import Choice, Outcome, Progress, Report, Trial
from eyebright.values.seen import (
    CONTENTS_SEEN,
    GRID_CELLS,
    MOST_ATTENTION,
    Artefacts,
    Attention,
    Seen,
    TextLine,
    Writing,
)

__all__ = [
    "COLOURS_NOT_CONVERTED",
    "CONTENTS_SEEN",
    "EXTENSION",
    "FORECAST_TARGETS",
    "FORMATS",
    "GRID_CELLS",
    "MIME",
    "MOST_ATTENTION",
    "Artefacts",
    "Attention",
    "Box",
    "Candidate",
    "Capabilities",
    "Choice",
    "Crop",
    "Facts",
    "Forecast",
    "Goal",
    "Guard",
    "Limits",
    "Outcome",
    "Placeholder",
    "Plan",
    "Progress",
    "Reason",
    "Report",
    "Seen",
    "Source",
    "TextLine",
    "Trial",
    "Variant",
    "Writing",
]
