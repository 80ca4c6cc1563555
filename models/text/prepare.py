"""Draw the pages that the text model is trained and tested on.

    python models/text/prepare.py --data ../shared/data [--out .cache/models/text] [--pages 4800]

Training and test pages differ in fonts, photos behind them and words. Photos that show writing of
their own are left out, for it would be unlabelled text.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from canvas import Page, Studio
from labels import label_maps
from PIL import Image
from render import page
from scripts import RANGES

SIDE_PX = 320
"""Of a training page; training takes crops of it."""

TEST_SIZE_PX = (512, 416)

TEST_PAGES_A_SCRIPT = 10

EXPECTED = {
    "test": "5a6e3c395c4a26eb3faa106d9c5b8e7b9c765e9033b02ec41223d5dc0eb856bd",
    "train": "aa11b15dc601db7201b890331df70fb049265c5a1039c7f52eecbe7944374ad9",
}
"""SHA-256 of the arrays as Pillow 13.0 with FreeType 2.14 and raqm 0.11 draws them."""

HASHED_PAGES = 700
"""Of the training pages, the first ones."""

SETS = ("cid22_512_training", "clic2025_validation_640px", "gb82_photo")

WITH_WRITING = frozenset(
    (
        "1454613116",
        "14768480444_bc0a1b4a2e_o",
        "1570264",
        "1618269",
        "162511",
        "1943411",
        "207691",
        "209864",
        "21169144185_3f7977cb5a_o",
        "2272939",
        "26103251787_d8635e260d_o",
        "3214023",
        "35875869841_0b10e41e57_o",
        "3DPieChart",
        "5097354",
        "5184684",
        "5739122",
        "5894435",
        "6763758",
        "7062197",
        "7256805",
        "AgilityCourseElements",
        "Beam-Space-Processing",
        "Boxplot",
        "EPICA_Delta_D_Plot",
        "No-interference",
        "StockQuoteGraph-20120521",
        "Temperament-pie-chart-according-to-Eysenck",
        "Verkehrstote_Deutschland_1953-2012",
        "adriankierman-report-page",
        "akfcrc022",
        "klepas-Gentle-giants-of-the-sea-3",
        "newplot",
        "newplot_(1)",
        "pexels-photo-1130297",
        "pexels-photo-2802032",
        "pexels-photo-3193731",
        "ularapi_Semarang_City_Logo",
        "0c49a5cce349020b",
        "100a02c269c59483",
        "22ea12c903e41583",
        "3140d643a1f57e80",
        "4cd6910a0b7b3936",
        "afe3676bbfcf7183",
        "b939ac34faa94b5d",
        "ef576c4ed599d75d",
        "guitar-lossless",
        "mies-lossless",
        "night-lossless",
        "pixel-lossless",
        "prudential-lossless",
    )
)
"""Pictures of these sets with letters, figures or signs in them, found by looking."""


def grounds(data: Path, *, test: bool) -> tuple[Image.Image, ...]:
    """Pictures without writing of one split: every fifth by the hash of its name is for tests."""
    files = [
        file
        for name in SETS
        for file in sorted((data / "pristine" / name).glob("*.webp"))
        if file.stem not in WITH_WRITING and is_test(file) == test
    ]
    return tuple(Image.open(file).convert("RGB") for file in files)


def is_test(file: Path) -> bool:
    return hashlib.sha256(file.stem.encode()).digest()[0] % 5 == 0


def training(data: Path, pages: int, seed: int) -> dict[str, npt.NDArray[np.uint8]]:
    """Pictures (N, 320, 320, 3), and what `labels` tells of each (N, 160, 160, ...)."""
    studio = Studio(folder=data / "fonts", photos=grounds(data, test=False), test=False)
    draw = random.Random(seed)  # noqa: S311 - pictures, not secrets
    made = [page(studio, draw, (SIDE_PX, SIDE_PX)) for _ in range(pages)]
    labels = [label_maps(one.lines, SIDE_PX, SIDE_PX) for one in made]
    return {
        "pictures": np.stack([one.picture for one in made]),
        "shares": np.stack([one.shares for one in labels]),
        "heights": np.stack([one.heights for one in labels]),
        "weights": np.stack([one.weights for one in labels]),
    }


def testing(data: Path, seed: int) -> dict[str, npt.NDArray[np.generic]]:
    """pictures, and a row a line: page, eight coordinates, height, x-height, script's index."""
    studio = Studio(folder=data / "fonts", photos=grounds(data, test=True), test=True)
    draw = random.Random(seed)  # noqa: S311 - pictures, not secrets
    made: list[Page] = [
        page(studio, draw, TEST_SIZE_PX, script)
        for script in RANGES
        for _ in range(TEST_PAGES_A_SCRIPT * (4 if script == "latin" else 1))
    ]
    names = list(RANGES)
    lines = [
        (
            index,
            *line.quad.ravel().tolist(),
            line.height,
            line.x_height,
            names.index(line.script),
        )
        for index, one in enumerate(made)
        for line in one.lines
    ]
    return {
        "pictures": np.stack([one.picture for one in made]),
        "lines": np.array(lines, np.float32),
    }


def digest(arrays: Mapping[str, npt.NDArray[np.generic]]) -> str:
    whole = hashlib.sha256()
    for name in sorted(arrays):
        whole.update(np.ascontiguousarray(arrays[name]).tobytes())
    return whole.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".cache/models/text"))
    parser.add_argument("--pages", type=int, default=4800)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    others = []
    for split in ("test", "train"):
        arrays = (
            testing(args.data, args.seed + 1)
            if split == "test"
            else training(args.data, args.pages, args.seed)
        )
        np.savez(args.out / f"{split}.npz", allow_pickle=False, **arrays)
        pages = None if split == "test" else HASHED_PAGES
        found = digest({name: array[:pages] for name, array in arrays.items()})
        print(split, {name: array.shape for name, array in arrays.items()}, found)
        others += [split] if found != EXPECTED[split] else []
    if others:
        sys.exit(f"text: other pages than expected: {', '.join(others)}; see EXPECTED")


if __name__ == "__main__":
    main()
