"""What kind of picture is it? Rules on integer statistics, until models say more.

The thresholds separate the photos from the charts, diagrams and screenshots of this project's
training pictures; `python build/calibrate.py DIR...` prints the confusion table.
"""

from __future__ import annotations

from eyebright.values import Facts, Reason

FLAT_GRAPHIC_PERMILLE = 300
"""From this share of perfectly flat 8x8 blocks on, a picture is drawn, not photographed."""

FEW_COLOURS = 96
"""At most this many colours (4 bits per channel) and some flatness is drawn, too."""

SOME_FLAT_PERMILLE = 100


DRAWN_FORMAT = "svg"
"""The one format of drawings: it tells what it is, also where nobody has drawn it yet."""


def is_graphic(facts: Facts) -> bool:
    if facts.format == DRAWN_FORMAT:
        return True
    if facts.flat_permille >= FLAT_GRAPHIC_PERMILLE:
        return True
    return facts.colours <= FEW_COLOURS and facts.flat_permille >= SOME_FLAT_PERMILLE


def content_of(facts: Facts) -> tuple[str, Reason]:
    """The content policy for `auto`, and why. Doubt falls towards general."""
    if facts.format == DRAWN_FORMAT:
        text = "It is a drawing (SVG), so text and edges are protected."
        return "screenshot", Reason(code="content-detected", text=text, values={"format": "svg"})
    values = {"flat_permille": facts.flat_permille, "colours": facts.colours}
    if is_graphic(facts):
        text = "It looks drawn (flat areas, few colours), so text and edges are protected."
        return "screenshot", Reason(code="content-detected", text=text, values=values)
    text = "It looks like a photo."
    return "general", Reason(code="content-detected", text=text, values=values)
