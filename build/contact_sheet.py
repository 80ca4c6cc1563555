"""Forty held-out pictures with what crops would make of them, on one sheet to look at.

    python build/contact_sheet.py --data ../shared/data --out dist/crops.png [--first 0] [--rows 40]

A row a picture: itself with its faces, text and subject framed, then for each aspect the three
best crops, the best on the left. Grey is margin; a red frame says that a guard fails; below stand
the strategy and the score.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "build"), str(ROOT / "py"), str(ROOT / "models")]

import gallery  # noqa: E402 - after the path
from bench_crops import ASPECTS  # noqa: E402 - after the path
from eyebright import pipeline  # noqa: E402 - after the path
from eyebright.policy.crops import crops  # noqa: E402 - after the path
from eyebright.values import Box, Crop, Facts  # noqa: E402 - after the path

PICTURES, CANDIDATES = 40, 3

CELL_PX, WORDS_PX, GAP_PX = 128, 14, 6
"""Of a crop's square, of the line below it, and between two aspects."""

PAPER, MARGIN, INK, BROKEN = (255, 255, 255), (150, 150, 150), (0, 0, 0), (220, 0, 0)
FACE, TEXT, SUBJECT = (40, 200, 90), (40, 140, 255), (255, 150, 0)


class Seen(NamedTuple):
    picture: Image.Image
    facts: Facts


def main() -> None:
    layout = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rows", type=int, default=PICTURES)
    options = parser.parse_args()
    paths = chosen(options.data)[options.first :][: options.rows]
    drawn = sheet(asyncio.run(_look(paths)))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    drawn.save(options.out)
    print(f"{len(paths)} pictures in {options.out}")


def chosen(data: Path) -> list[Path]:
    """Of the gallery's held-out pictures two of three, so that all its kinds are there."""
    paths = [path for path, _unseen_by in gallery.chosen(data)]
    return [path for number, path in enumerate(paths) if number % 3 < 2][:PICTURES]


async def _look(paths: Sequence[Path]) -> list[Seen]:
    found = []
    for path in paths:
        _source, pixels = await pipeline.decode(path)
        found.append(Seen(Image.fromarray(pixels[..., :3]), await pipeline.analyse(path)))
    return found


def sheet(seen: Sequence[Seen]) -> Image.Image:
    width = CELL_PX + len(ASPECTS) * (CANDIDATES * CELL_PX + GAP_PX)
    drawn = Image.new("RGB", (width, len(seen) * (CELL_PX + WORDS_PX)), PAPER)
    for row, one in enumerate(seen):
        for left, cell in _row(one):
            drawn.paste(cell, (left, row * (CELL_PX + WORDS_PX)))
    return drawn


def _row(one: Seen) -> Iterator[tuple[int, Image.Image]]:
    """Cells with where they begin."""
    yield 0, _cell(_marked(one), one.facts.seen_content, INK)
    for number, aspect in enumerate(ASPECTS):
        for rank, crop in enumerate(crops(one.facts, str(aspect), n=CANDIDATES)):
            left = CELL_PX + GAP_PX + number * (CANDIDATES * CELL_PX + GAP_PX) + rank * CELL_PX
            is_broken = not all(guard.passes for guard in crop.guards)
            words = f"{crop.strategy} {crop.score_permille}{' ?' if crop.review else ''}"
            yield left, _cell(_cut(one.picture, crop), words, BROKEN if is_broken else INK)


def _marked(one: Seen) -> Image.Image:
    """The picture with frames around what was seen."""
    picture, line = one.picture.copy(), max(1, max(one.picture.size) // 150)
    draw = ImageDraw.Draw(picture)
    lines = (Box(x=a.x, y=a.y, width=a.width, height=a.height) for a in one.facts.text_lines)
    subject = one.facts.subject
    for boxes, colour in (
        (lines, TEXT),
        (one.facts.faces, FACE),
        ((subject,) if subject else (), SUBJECT),
    ):
        for box in boxes:
            draw.rectangle(_corners(box), outline=colour, width=line)
    return picture


def _cut(picture: Image.Image, crop: Crop) -> Image.Image:
    """What comes out, margins grey."""
    cut = picture.crop(_corners(crop.box))
    if not crop.pad:
        return cut
    left, top, right, bottom = crop.pad
    whole = Image.new("RGB", (cut.width + left + right, cut.height + top + bottom), MARGIN)
    whole.paste(cut, (left, top))
    return whole


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.x + box.width, box.y + box.height


def _cell(picture: Image.Image, words: str, colour: tuple[int, int, int]) -> Image.Image:
    cell = Image.new("RGB", (CELL_PX, CELL_PX + WORDS_PX), PAPER)
    small = picture.copy()
    small.thumbnail((CELL_PX - 4, CELL_PX - 4))
    at = ((CELL_PX - small.width) // 2, (CELL_PX - small.height) // 2)
    cell.paste(small, at)
    draw = ImageDraw.Draw(cell)
    if colour != INK:
        ends = (at[0] + small.width, at[1] + small.height)
        draw.rectangle((at[0] - 1, at[1] - 1, *ends), outline=colour, width=2)
    draw.text((4, CELL_PX), words, fill=colour)
    return cell


if __name__ == "__main__":
    main()
