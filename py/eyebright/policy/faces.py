"""Which crops keep the faces whole enough."""

from __future__ import annotations

from eyebright.policy.boxes import area, largest, shared
from eyebright.policy.wishes import read_wish
from eyebright.values import Box, Facts


def crop_keeps_faces(facts: Facts, crop: Box, min_permille: int) -> bool:
    """Whether each face keeps its share of area inside the crop."""
    return all(shared(face, crop) * 1000 >= min_permille * area(face) for face in facts.faces)


def aspect_keeps_faces(facts: Facts, aspect: str, min_permille: int) -> bool:
    """Whether some largest crop of this aspect keeps its share of every face."""
    width, height = largest(facts.width, facts.height, read_wish(aspect))
    spans_x = [(face.x, face.width) for face in facts.faces]
    spans_y = [(face.y, face.height) for face in facts.faces]
    return any(
        crop_keeps_faces(facts, Box(x=x, y=y, width=width, height=height), min_permille)
        for x in _offsets(spans_x, width, facts.width, min_permille)
        for y in _offsets(spans_y, height, facts.height, min_permille)
    )


def _offsets(spans: list[tuple[int, int]], window: int, side: int, min_permille: int) -> set[int]:
    """Offsets along one axis that are enough to try.

    If any offset keeps the share of every span, the smallest that keeps each one's far end does;
    where the other axis cuts, too, the spans' own ends keep more.
    """
    kept = [start + -(-length * min_permille // 1000) - window for start, length in spans]
    ends = [start + length - window for start, length in spans]
    starts = [start for start, _length in spans]
    found = {max(kept, default=0), max(ends, default=0), min(starts, default=0)}
    return {min(max(0, offset), side - window) for offset in found}
