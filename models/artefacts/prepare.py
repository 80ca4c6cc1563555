"""Make the training and test pictures' features: known faults in the pristine pictures.

    python models/artefacts/prepare.py --data DIR [--out .cache/models/artefacts] [--variants 24]

Test pictures are gb82_photo, a source of its own, and a fifth of the others by the hash of their
names. Writes train.npz and test.npz: features, labels (NaN: not asked), recipes, names.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from degrade import LABELS, RECIPES
from PIL import Image

from eyebright.analyse import artefacts

SOURCES = ("cid22_512_training", "clic2025_validation_640px", "gb82_photo", "gb82_screen")
TEST_SOURCES = ("gb82_photo",)
TEST_SHARE = 5
"""One picture in so many of the other sources is for testing, too."""

VARIANTS = 24
TEST_VARIANTS = 40
SEED = 5

SIDES_PX = (192, 513)
"""Half of the variants are cropped to sides in this range."""

EXPECTED = {"train": (2832, "49b073d8b7eb24d1"), "test": (2440, "4f6976027d5230db")}
"""Rows, and the start of the SHA-256 of the labels, with --variants as it is."""

Arrays: TypeAlias = dict[str, npt.NDArray[Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description="features of pictures with known faults")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".cache/models/artefacts"))
    parser.add_argument("--variants", type=int, default=VARIANTS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    others = []
    for split, files in split_files(options.data).items():
        variants = options.variants if split == "train" else TEST_VARIANTS
        arrays = made(files, variants)
        save(options.out / f"{split}.npz", arrays)
        digest = hashlib.sha256(np.nan_to_num(arrays["labels"], nan=-1).tobytes()).hexdigest()
        found = len(arrays["names"]), digest[:16]
        print(f"{split}: {len(files)} pictures, {found[0]} rows, {found[1]}")
        others += [split] if found != EXPECTED[split] else []
    if others:
        sys.exit(f"artefacts: other data than expected: {', '.join(others)}; see EXPECTED")


def save(file: Path, arrays: Mapping[str, Any]) -> None:
    np.savez_compressed(file, **arrays)


def split_files(data: Path) -> dict[str, list[Path]]:
    split: dict[str, list[Path]] = {"train": [], "test": []}
    for source in SOURCES:
        for file in sorted((data / "pristine" / source).glob("*.webp")):
            split["test" if source in TEST_SOURCES or is_test(file) else "train"].append(file)
    return split


def is_test(file: Path) -> bool:
    """Whether a picture of a source that trains, too, is for testing; as in models/text."""
    return hashlib.sha256(file.stem.encode()).digest()[0] % TEST_SHARE == 0


def made(files: list[Path], variants: int) -> Arrays:
    """`variants` of each file, by recipes in their shares; the same ones in every run."""
    names, shares = list(RECIPES), [share for _, share in RECIPES.values()]
    rows: dict[str, list[object]] = {"features": [], "labels": [], "recipes": [], "names": []}
    for file in files:
        rng = np.random.default_rng([SEED, int(hashlib.sha256(file.stem.encode()).hexdigest(), 16)])
        pristine = np.asarray(Image.open(file).convert("RGB"))
        for _ in range(variants):
            recipe = names[int(rng.choice(len(names), p=shares))]
            pixels, labels = RECIPES[recipe][0](_cropped(pristine, rng), rng)
            rows["features"].append(artefacts.prepare(pixels)["features"][0])
            rows["labels"].append([labels[label] for label in LABELS])
            rows["recipes"].append(recipe)
            rows["names"].append(file.stem)
    kinds = {"features": np.float32, "labels": np.float32, "recipes": np.str_, "names": np.str_}
    return {key: np.asarray(values, kinds[key]) for key, values in rows.items()}


def _cropped(pixels: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    if rng.random() < 0.5:
        return pixels
    tall, wide = (min(side, int(rng.integers(*SIDES_PX))) for side in pixels.shape[:2])
    y = int(rng.integers(pixels.shape[0] - tall + 1))
    x = int(rng.integers(pixels.shape[1] - wide + 1))
    return pixels[y : y + tall, x : x + wide]


if __name__ == "__main__":
    main()
