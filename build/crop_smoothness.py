"""How far first crops move when their picture hardly changes.

    python build/crop_smoothness.py --data ../shared/data [--count 100] [--training | --lossless]

Held-out photos with fixations or faces (or, for tuning, those learnt from), most of them 320 pixels
long, or lossless pictures of 512 to 640 pixels; each re-encoded as JPEG 90 and 80 and made 2 %
smaller. An edge's move is told as a share of the picture's side.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "build"), str(ROOT / "py"), str(ROOT / "models")]

from bench_crops import ASPECTS  # noqa: E402 - after the path
from crop_peers import Aspect  # noqa: E402 - after the path
from crop_pictures import (  # noqa: E402 - after the path
    HELD_OUT,
    TRAINED_ON,
    Picture,
    facts_of,
    gathered,
)
from eyebright.policy.crops import crops  # noqa: E402 - after the path
from eyebright.values import Box, Facts  # noqa: E402 - after the path

FAR = 0.02
"""Of the picture's side: how far a first crop may move where the picture hardly changes."""

SMALLER = 0.98


def jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def smaller(image: Image.Image) -> bytes:
    out = io.BytesIO()
    width, height = (round(SMALLER * side) for side in image.size)
    image.resize((width, height), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


CHANGES: dict[str, Callable[[Image.Image], bytes]] = {
    "JPEG 90": lambda image: jpeg(image, 90),
    "JPEG 80": lambda image: jpeg(image, 80),
    "2 % smaller": smaller,
}


def lossless(data: Path, count: int) -> list[Picture]:
    """Pictures of the metrics' and predictors' sets, mixed by the hash of their names."""
    found = []
    for path in (data / "pristine").rglob("*.webp"):
        content = path.read_bytes()
        with Image.open(path) as image:
            size = image.size
        found.append(Picture(name=path.name, kind="lossless", data=content, size=size))
    return _mixed(found)[:count]


def chosen(data: Path, folds: Sequence[int], count: int) -> list[Picture]:
    """Photos of these folds, mixed by the hash of their names."""
    return _mixed([one for one in gathered(data, folds) if one.kind != "lines"])[:count]


def _mixed(pictures: list[Picture]) -> list[Picture]:
    """As if by chance, the same everywhere."""
    return sorted(pictures, key=lambda one: hashlib.sha256(one.name.encode()).hexdigest())


def changed(picture: Picture, how: str) -> Picture:
    data = CHANGES[how](Image.fromarray(picture.pixels()))
    return dataclasses.replace(picture, name=f"{picture.name} {how}", data=data)


def move(before: Facts, after: Facts, aspect: Aspect) -> float:
    """The farthest move of an edge of the first crop."""
    first, second = (_edges(facts, aspect) for facts in (before, after))
    return max(abs(a - b) for a, b in zip(first, second, strict=True))


def _edges(facts: Facts, aspect: Aspect) -> tuple[float, ...]:
    """Left, right, top, bottom in 0..1."""
    box: Box = crops(facts, str(aspect), n=1)[0].box
    across, down = (box.x, box.x + box.width), (box.y, box.y + box.height)
    return (*(at / facts.width for at in across), *(at / facts.height for at in down))


def main() -> None:
    layout = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--training", action="store_true")
    which.add_argument("--lossless", action="store_true")
    options = parser.parse_args()
    if options.lossless:
        pictures = lossless(options.data, options.count)
    else:
        folds = TRAINED_ON if options.training else HELD_OUT
        pictures = chosen(options.data, folds, options.count)
    before = facts_of(pictures)
    print(
        f"{len(pictures)} pictures; share of first crops that move more than {FAR:.0%}, median move"
    )
    print(f"{'':<14}" + "".join(f"{aspect!s:>16}" for aspect in ASPECTS))
    for how in CHANGES:
        after = facts_of([changed(picture, how) for picture in pictures])
        cells = []
        for aspect in ASPECTS:
            pairs = zip(before, after, strict=True)
            moves = sorted(move(one, other, aspect) for one, other in pairs)
            far = sum(one > FAR for one in moves) / len(moves)
            cells.append(f"{far:>8.2f} {moves[len(moves) // 2]:>7.4f}")
        print(f"{how:<14}" + "".join(cells))


if __name__ == "__main__":
    main()
