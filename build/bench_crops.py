"""How much of what matters crops keep, beside others' crops; `bench.py --crops` prints it.

Held-out pictures at five aspects (`crop_pictures`). Fixations: the mean share of a picture's that
are inside. Faces: the share of all hand-drawn heads that are whole, the same of the most that any
one of the largest windows holds, and the share that are cut. Lines: the share of those labelled
that are cut. Area: the mean share of the picture that is kept, lest keeping more by taking more be
hidden; padded: how often margins came first, both by the kind of picture. `possible` is the
largest window that is best for what is counted, known beforehand; that by `half of the viewers` is
best for their fixations, and judged by the other half's.

Eyebright's first crop counts. Where that is the whole picture with margins it keeps everything, so
a row tells its first crop that does cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import crop_counts
from crop_counts import COLUMNS, Counts
from crop_peers import Aspect, peers
from crop_pictures import Picture, facts_of, gathered
from eyebright.policy.crops import crops
from eyebright.policy.crops.art import USUAL_ASPECTS
from eyebright.values import Box, Crop, Facts

ASPECTS = tuple(Aspect(*map(int, aspect.split(":"))) for aspect in USUAL_ASPECTS)

OURS, OURS_CUTTING = "Eyebright", "Eyebright, first that cuts"
POSSIBLE, OTHERS = "possible", "half of the viewers"

Row = dict[str, Any]


class Cut(NamedTuple):
    tool: str
    aspect: Aspect
    box: Box
    is_padded: bool = False


def rows(data: Path) -> list[Row]:
    """A row a tool and aspect."""
    pictures = gathered(data)
    found: dict[tuple[str, Aspect], list[Counts]] = {}
    for picture, cut in _all_cuts(pictures):
        counted = crop_counts.counts(picture, cut.box, cut.aspect, is_padded=cut.is_padded)
        found.setdefault((cut.tool, cut.aspect), []).append(counted)
    return [
        {"tool": tool, "aspect": str(aspect), **crop_counts.summed(counted)}
        for (tool, aspect), counted in found.items()
    ]


def our_cuts(facts: Facts, aspect: Aspect) -> Iterator[Cut]:
    """The first crop, and the first that is not the whole picture with margins."""
    ranked = crops(facts, str(aspect))
    yield _ours(OURS, aspect, ranked[0])
    yield _ours(OURS_CUTTING, aspect, next((one for one in ranked if not one.pad), ranked[0]))


def _ours(tool: str, aspect: Aspect, crop: Crop) -> Cut:
    return Cut(tool, aspect, crop.box, bool(crop.pad))


def _all_cuts(pictures: Sequence[Picture]) -> Iterator[tuple[Picture, Cut]]:
    with peers(ASPECTS) as cutters:
        for picture, facts in zip(pictures, facts_of(pictures), strict=True):
            pixels = picture.pixels()
            for aspect in ASPECTS:
                for cut in our_cuts(facts, aspect):
                    yield picture, cut
                yield picture, Cut(POSSIBLE, aspect, crop_counts.best(picture, aspect))
                if len(picture.looks):
                    rest, box = crop_counts.by_others(picture, aspect)
                    yield rest, Cut(OTHERS, aspect, box)
            for tool, cutter in cutters.items():
                for aspect, box in zip(ASPECTS, cutter(pixels), strict=True):
                    yield picture, Cut(tool, aspect, box)


def print_rows(found: Sequence[Row]) -> None:
    for aspect in dict.fromkeys(row["aspect"] for row in found):
        print(f"\n{aspect:<28}" + "".join(f"{head:>19}" for head in COLUMNS))
        for row in found:
            if row["aspect"] == aspect:
                print(f"{row['tool']:<28}" + "".join(_cell(row[head]) for head in COLUMNS))


def _cell(value: float | None) -> str:
    return f"{'-' if value is None else format(value, '.3f'):>19}"
