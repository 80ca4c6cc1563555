"""What a crop is sought for: the picture, the shape, and what in it must stay whole."""

from __future__ import annotations

from typing import NamedTuple

from eyebright.policy import writing
from eyebright.policy.boxes import grown, largest, moved, rounded, shrunk
from eyebright.policy.crops import mass
from eyebright.policy.crops.spans import Span, Spans, spared
from eyebright.policy.wishes import Wish
from eyebright.values import Box, Facts, TextLine

CROWN_PERMILLE = 100
TEMPLE_PERMILLE = 50
"""Of a face's box, added above it and to each side, so that no head is cut at the brow. The model's
boxes hold the hair (models/faces/card.md); this is for its error of place, our choice. For a box
from brow to chin it is too little: the crown is some 40 % of the brow-to-chin height above the brow
(canon of proportions: eyes at half of the head's height)."""

NEAR_TEXT_PERMILLE = 100
"""Of a window's side: how far it is moved for text on a photo. Our choice."""

SURE_LINE_PERMILLE = 950
"""A line on a photo of which the model is less sure is not spared: most such are lit windows,
fences and the like, found in one of two copies that hardly differ. With .92, first crops of 150
training photos move more often (build/crop_smoothness.py)."""

WRITTEN_PERMILLE = 50
"""Share of the area from which on a photo's lines all count, sure or not: false lines reached 41
(`writing.MUCH_PERMILLE`). Our choice."""

WRITTEN_TO_READ_PERMILLE = 10
"""The same of pictures that are seen as made to be read, where it is enough, too, that one line is
sure: stars and bricks seen as a chart or a drawing had 7 and less. Our choice."""


class Scene(NamedTuple):
    """One picture and one wish."""

    facts: Facts
    wish: Wish
    context: str
    size: tuple[int, int]
    """Width and height of the largest window."""
    heads: tuple[Box, ...]
    subject: Box | None
    """What stands alone on a plain ground, unless that is a page or a drawing."""
    text_counts: bool
    """The picture is there to be read: a crop that cuts a line is no good."""
    lines: tuple[TextLine, ...]
    """What is to stay whole of its text: what surely is some."""

    @property
    def within(self) -> tuple[int, int]:
        return self.facts.width, self.facts.height


def scene_of(facts: Facts, wish: Wish, context: str) -> Scene:
    lines = _lines(facts)
    return Scene(
        facts=facts,
        wish=wish,
        context=context,
        size=largest(facts.width, facts.height, wish),
        heads=tuple(head_of(face, facts) for face in facts.faces),
        subject=None if facts.seen_content in writing.READ else facts.subject,
        text_counts=bool(lines) and writing.counts(facts),
        lines=lines,
    )


def _lines(facts: Facts) -> tuple[TextLine, ...]:
    """Those that are to stay whole."""
    lines = facts.text_lines
    sure = tuple(line for line in lines if line.confidence_permille >= SURE_LINE_PERMILLE)
    if not writing.counts(facts):
        return lines if facts.text_permille >= WRITTEN_PERMILLE else sure
    return lines if sure or facts.text_permille >= WRITTEN_TO_READ_PERMILLE else ()


def head_of(face: Box, facts: Facts) -> Box:
    """The face with what of the head its box may miss, as far as the picture goes."""
    aside = rounded(face.width * TEMPLE_PERMILLE, 1000)
    above = rounded(face.height * CROWN_PERMILLE, 1000)
    return grown(face, (aside, above, aside, 0), (facts.width, facts.height))


def sizes(scene: Scene, permilles: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Window sizes of the wished shape, none smaller than what is to come out."""
    wish = scene.wish
    found = (shrunk(scene.size, wish, permille) for permille in permilles)
    return tuple(size for size in found if size[0] >= wish.width and size[1] >= wish.height)


def densest(scene: Scene, size: tuple[int, int]) -> Box:
    """The window of that size that keeps most of what draws the eye, softly."""
    facts = scene.facts
    x = mass.soft_offset(mass.across(facts, whole(scene)), facts.width, size[0])
    strip = Box(x=x, y=0, width=size[0], height=facts.height)
    y = mass.soft_offset(mass.down(facts, strip), facts.height, size[1])
    return strip.replace(y=y, height=size[1])


def whole(scene: Scene) -> Box:
    return Box(x=0, y=0, width=scene.facts.width, height=scene.facts.height)


def sparing(scene: Scene, box: Box) -> Box:
    """The window moved as little as spares every head, and then lines of text."""
    heads = [_along(head) for head in scene.heads]
    lines = [_along(line) for line in scene.lines]
    box = moved(box, scene.within)
    places: list[int] = []
    for axis, (offset, window) in enumerate(((box.x, box.width), (box.y, box.height))):
        side = scene.within[axis]
        keep = Spans(_core(head[axis], window) for head in heads)
        at = spared(offset, window, side, keep, Spans(()), side)
        other = (box.y, box.y + box.height) if axis == 0 else (places[0], places[0] + box.width)
        avoid = Spans(line[axis] for line in lines if _meet(line[1 - axis], other))
        reach = side if scene.text_counts else rounded(window * NEAR_TEXT_PERMILLE, 1000)
        places.append(spared(at, window, side, keep, avoid, reach))
    return box.replace(x=places[0], y=places[1])


def _along(box: Box | TextLine) -> tuple[tuple[int, int], tuple[int, int]]:
    return (box.x, box.x + box.width), (box.y, box.y + box.height)


def _core(span: Span, window: int) -> Span:
    """Of what is longer than the window the middle, so that most of it is kept."""
    start, end = span
    if end - start <= window:
        return span
    first = (start + end - window) // 2
    return first, first + window


def _meet(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]
