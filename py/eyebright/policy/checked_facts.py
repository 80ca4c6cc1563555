"""Whether facts can be those of a picture: they may come from another machine, or a model."""

from __future__ import annotations

import math

from eyebright.errors import PolicyError
from eyebright.policy.bounds import one_of, positive, within
from eyebright.values import (
    CONTENTS_SEEN,
    GRID_CELLS,
    MOST_ATTENTION,
    Artefacts,
    Box,
    Facts,
    TextLine,
)

SUBSAMPLINGS = ("", "444", "422", "420", "440", "411", "410", "grey", "other")

MOST_NOISE_CENTI = 25_500
"""Hundredths of an 8-bit step, all of them."""

CELLS = frozenset(range(MOST_ATTENTION + 1))
"""What a cell of attention can be."""

MAX_SIDE_PX = 1_000_000
"""Longer sides are a mistake in the facts, not a picture."""


def check_facts(facts: Facts) -> None:
    """Raise PolicyError for facts that no picture has."""
    for key in ("width", "height", "size_bytes", "frames", "pictures", "bit_depth"):
        positive(getattr(facts, key), key)
    for key in ("width", "height"):
        within(getattr(facts, key), 1, MAX_SIDE_PX, key)
    for key in ("transparent_permille", "flat_permille", "edge_permille"):
        within(getattr(facts, key), 0, 1000, key)
    within(facts.content_confidence_permille, 0, 1000, "content_confidence_permille")
    within(facts.colours, 0, 4096, "colours")
    within(facts.profile_bytes, 0, math.inf, "profile_bytes")
    within(facts.source_quality, 0, 100, "source_quality")
    one_of(facts.source_subsampling, SUBSAMPLINGS, "source_subsampling")
    within(facts.detail_centibits, 0, 10_000, "detail_centibits")
    for index, height in enumerate(facts.text_heights_px):
        positive(height, f"text_heights_px[{index}]")
    for key in ("faces", "text_lines"):
        for index, box in enumerate(getattr(facts, key)):
            check_inside(box, facts, f"{key}[{index}]")
    if facts.subject is not None:
        check_inside(facts.subject, facts, "subject")
    _check_rgb(facts.dominant_rgb)
    _check_seen(facts)


def check_inside(box: Box | TextLine, facts: Facts, path: str) -> None:
    """Raise PolicyError for a box that is empty or not within the picture."""
    check_box(box, path)
    inside = box.x + box.width <= facts.width and box.y + box.height <= facts.height
    if min(box.x, box.y) < 0 or min(box.width, box.height) < 1 or not inside:
        raise PolicyError(
            "does not lie inside the picture; give pixels of the upright picture", path=path
        )


def check_box(box: object, path: str) -> None:
    """Raise PolicyError for what is no box of whole pixels."""
    if not isinstance(box, (Box, TextLine)):
        raise PolicyError(
            f"{box!r:.80} is no Box; give Box(x=0, y=0, width=640, height=480)", path=path
        )
    for key in ("x", "y", "width", "height"):
        value = getattr(box, key)
        if not isinstance(value, int):
            raise PolicyError(
                f"{value!r:.80} is not a whole number of pixels", path=f"{path}.{key}"
            )


def _check_seen(facts: Facts) -> None:
    """What models tell, which may come from another machine."""
    one_of(facts.seen_content, ("", *CONTENTS_SEEN), "seen_content")
    for key in ("spread_permille", "text_permille"):
        within(getattr(facts, key), 0, 1000, key)
    if len(facts.saliency) not in {0, GRID_CELLS**2}:
        raise PolicyError(
            f"{len(facts.saliency)} cells; give {GRID_CELLS} rows of {GRID_CELLS}", path="saliency"
        )
    if not CELLS.issuperset(facts.saliency):  # naming each cell's path would take most of the time
        index, cell = next(one for one in enumerate(facts.saliency) if one[1] not in CELLS)
        raise PolicyError(
            f"{cell!r} is not a whole number from 0 to {MOST_ATTENTION}", path=f"saliency[{index}]"
        )
    if len(facts.focal_permille) not in {0, 2}:
        raise PolicyError(f"{facts.focal_permille} is not x and y", path="focal_permille")
    for index, value in enumerate(facts.focal_permille):
        within(value, 0, 1000, f"focal_permille[{index}]")
    for index, line in enumerate(facts.text_lines):
        path = f"text_lines[{index}]"
        positive(line.x_height_px, f"{path}.x_height_px")
        within(line.confidence_permille, 0, 1000, f"{path}.confidence_permille")
    if facts.artefacts is not None:
        _check_artefacts(facts.artefacts)


def _check_artefacts(artefacts: Artefacts) -> None:
    within(artefacts.jpeg_quality, 0, 100, "artefacts.jpeg_quality")
    within(artefacts.noise_centi, 0, MOST_NOISE_CENTI, "artefacts.noise_centi")
    for key in ("blockiness_permille", "blur_permille", "banding_permille"):
        within(getattr(artefacts, key), 0, 1000, f"artefacts.{key}")


def _check_rgb(rgb: tuple[int, ...]) -> None:
    if rgb and (len(rgb) != 3 or not all(0 <= value <= 255 for value in rgb)):
        raise PolicyError(f"{rgb} is not three values from 0 to 255", path="dominant_rgb")
