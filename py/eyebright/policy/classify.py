"""What kind of picture is it? What the model sees, where it is sure; else rules on statistics.

The thresholds separate the photos from the charts, diagrams and screenshots of this project's
training pictures; `python build/calibrate.py DIR...` prints the confusion table.

`is_graphic` stays the statistics' rule where a model looked, though the model tells drawn from
photographed better (models/content/card.md): first qualities, floors and costs were measured on
what this rule calls drawn, and would have to be measured again with the model's answers.
"""

from __future__ import annotations

from eyebright.values import Facts, Reason

FLAT_GRAPHIC_PERMILLE = 300
"""From this share of perfectly flat 8x8 blocks on, a picture is drawn, not photographed."""

FEW_COLOURS = 96
"""At most this many colours (4 bits per channel) and some flatness is drawn, too."""

SOME_FLAT_PERMILLE = 100


SURE_PERMILLE = 700
"""A model less sure of the content than this does not decide, and asks a person: our choice, until
the review queue's own corrections say better."""

BY_KIND = {
    "photo": ("general", "It is seen as a photo."),
    "product": ("product", "It is seen as a product on plain ground, so its colours are held."),
    "screenshot": ("screenshot", "It is seen as a screenshot, so text and edges are protected."),
    "chart": ("screenshot", "It is seen as a chart, so text and edges are protected."),
    "drawing": ("screenshot", "It is seen as a drawing, so text and edges are protected."),
    "document": ("screenshot", "It is seen as a document, so text and edges are protected."),
}
"""By what the model sees (values.CONTENTS_SEEN): the content policy, and why. What is drawn or
printed loses the same things under lossy encoding, edges and coloured letters, so it shares one."""

DRAWN_IN_DOUBT = "and it has flat areas or few colours, so text and edges are protected."

NAMED = {"product": "product on plain ground"}
"""What is seen, where its name alone does not say it."""

DRAWN_FORMAT = "svg"
"""The one format of drawings: it tells what it is, also where nobody has drawn it yet."""


def is_graphic(facts: Facts) -> bool:
    return facts.format == DRAWN_FORMAT or is_drawn(facts.flat_permille, facts.colours)


def is_drawn(flat_permille: int, colours: int) -> bool:
    """By statistics alone, of which Facts tells the units."""
    if flat_permille >= FLAT_GRAPHIC_PERMILLE:
        return True
    return colours <= FEW_COLOURS and flat_permille >= SOME_FLAT_PERMILLE


def content_of(facts: Facts) -> tuple[str, Reason]:
    """The content policy for `auto`, and why. Doubt falls towards general."""
    if facts.format == DRAWN_FORMAT:
        text = "It is a drawing (SVG), so text and edges are protected."
        return "screenshot", Reason(code="content-detected", text=text, values={"format": "svg"})
    if _is_sure(facts):
        return _as_seen(facts)
    return _by_statistics(facts)


def _is_sure(facts: Facts) -> bool:
    sure = facts.content_confidence_permille
    return bool(facts.seen_content) and sure is not None and sure >= SURE_PERMILLE


def _by_statistics(facts: Facts) -> tuple[str, Reason]:
    """What a model says otherwise, too unsure to decide, is named beside it."""
    values: dict[str, object] = {"flat_permille": facts.flat_permille, "colours": facts.colours}
    drawn = is_graphic(facts)
    content = "screenshot" if drawn else "general"
    sure = facts.content_confidence_permille
    if sure is not None and facts.seen_content and BY_KIND[facts.seen_content][0] != content:
        kind = NAMED.get(facts.seen_content, facts.seen_content)
        so = DRAWN_IN_DOUBT if drawn else "so it is treated as a photo."
        text = f"It may be a {kind}, but at {sure / 10:g} % that is too unsure to decide, {so}"
        values |= {"seen": facts.seen_content, "confidence_permille": sure}
    elif drawn:
        text = "It looks drawn (flat areas, few colours), so text and edges are protected."
    else:
        text = "It looks like a photo."
    return content, Reason(code="content-detected", text=text, values=values)


def _as_seen(facts: Facts) -> tuple[str, Reason]:
    content, text = BY_KIND[facts.seen_content]
    sure = facts.content_confidence_permille
    values = {"seen": facts.seen_content, "confidence_permille": sure}
    return content, Reason(code="content-detected", text=text, values=values)
