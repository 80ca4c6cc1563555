"""Draw what the sets have few of: screens, windows, charts, diagrams, line art, documents.

    python models/predictors/draw.py --data DIR [--out .cache/models/predictors] [--chromium FILE]

Made as the pictures that the content model learns from (models/content), with numbers of their own.
Needs Chromium and the groups e2e and pictures (pyproject.toml). What lies in OUT/drawn already is
not drawn again. The photos in pages are of OSIE, none of them the test's.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from samples import DRAWN, split_of

from common.modules import load
from common.pictures import mixed

SEED = 1906

EACH = 48
"""Pictures of each kind, and pages of each sort of them."""

PHOTOS = "saliency/osie700"

Draw = Callable[[np.random.Generator], Image.Image]


def main() -> None:
    parser = argparse.ArgumentParser(description="draw pictures to learn from")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".cache/models/predictors"))
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium")
    options = parser.parse_args()
    makers = load("content", "makers")
    makers.prepare_fonts()
    for number, (name, draw) in enumerate(makers.DRAWN.items()):
        keep(options.out / DRAWN, name, drawn(draw, SEED + number))
    photos = _photos(options.data)
    for number, (name, sort) in enumerate(
        {"screen": makers.SCREENS, "page": makers.PAPERS}.items()
    ):
        shots = makers.shots(sort, EACH, photos, SEED + number, options.chromium)
        keep(options.out / DRAWN, name, shots)


def keep(folder: Path, name: str, pictures: Iterator[Image.Image]) -> None:
    """Write EACH pictures as PNG, unless they are there."""
    files = [folder / f"{name}-{number:03}.png" for number in range(EACH)]
    if all(file.exists() for file in files):
        return
    folder.mkdir(parents=True, exist_ok=True)
    for file, picture in zip(files, pictures, strict=True):
        picture.convert("RGB").save(file)
    print(f"{name}: {EACH} drawn")


def drawn(draw: Draw, seed: int) -> Iterator[Image.Image]:
    """EACH pictures, each by random numbers of its own."""
    for number in range(EACH):
        yield draw(np.random.default_rng([seed, number]))


def _photos(data: Path) -> list[Path]:
    found = sorted((data / PHOTOS).rglob("*.webp"), key=mixed)
    return [photo for photo in found if split_of(photo) != "test"]


if __name__ == "__main__":
    main()
