"""Pictures to learn from and to be judged on, and random pieces of them at random ratios.

Test pictures are gb82_photo, a source of its own, and a fifth of the others by the hash of their
names. Nothing is written: pieces are cut while training, and a seed says which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from eyebright.downscale import Views, views
from eyebright.kernels import srgb

Pixels: TypeAlias = npt.NDArray[np.uint8]

PHOTOS = (
    "pristine/cid22_512_training",
    "pristine/clic2025_validation_640px",
    "pristine/gb82_photo",
)
DRAWN = (
    "pristine/gb82_screen",
    "content/chart_vegalite",
    "content/diagram_sysdesign",
    "content/screenshot_sysinternals",
)

TEST_SOURCES = ("gb82_photo",)
TEST_SHARE = 5
"""One picture in so many of the other sources is for testing, too."""

DRAWN_SHARE = 0.3
"""Of the pieces that are cut."""

SIDES_PX = 144, 384
"""Of a piece: so large that the metric has all its scales, so small that it is fast."""

RESULT_PX = 56
"""Least side of a piece's result, as far as SIDES_PX allow it."""

MOST_SHRINK = 3.0
"""log2 of the largest ratio."""

USUAL_SHRINK = 0.2, 2.0
USUAL_SHARE = 0.7
"""Of the pieces, whose log2 of the ratio lies there."""


GRATING_PX = 40
GRATING_SHRINK = 0.3, 3.0
"""Side of a grating's result, and log2 of its ratio."""

FINEST_PASSED = 0.55
"""Cycles for a pixel of the result from which on a wave is not to show: half a cycle could."""


class Piece(NamedTuple):
    source: Pixels
    seen: Views


def split_files(data: Path, folders: Sequence[str]) -> dict[str, list[Path]]:
    split: dict[str, list[Path]] = {"train": [], "test": []}
    for folder in folders:
        for file in sorted((data / folder).glob("*.webp")):
            split["test" if is_test(file) else "train"].append(file)
    return split


def is_test(file: Path) -> bool:
    if file.parent.name in TEST_SOURCES:
        return True
    return hashlib.sha256(file.stem.encode()).digest()[0] % TEST_SHARE == 0


def read(file: Path) -> Pixels:
    return np.asarray(Image.open(file).convert("RGB"))


class Pieces:
    """Random pieces of the pictures for training; the same in every run of one seed."""

    def __init__(self, data: Path, seed: int, share: float = 1.0) -> None:
        self._rng = np.random.default_rng(seed)
        self._sets = []
        for folders in (PHOTOS, DRAWN):
            files = split_files(data, folders)["train"]
            kept = np.random.default_rng(0).permutation(len(files))[: round(share * len(files))]
            self._sets.append([read(files[k]) for k in sorted(kept)])

    def drawn(self, least: float, most: float) -> float:
        """A random number, even in its logarithm where `least` is above 0."""
        if least <= 0:
            return float(self._rng.uniform(least, most))
        return float(np.exp(self._rng.uniform(np.log(least), np.log(most))))

    def next(self) -> Piece:
        rng = self._rng
        pictures = self._sets[int(rng.random() < DRAWN_SHARE)]
        picture = pictures[int(rng.integers(len(pictures)))]
        usual = rng.random() < USUAL_SHARE
        ratio = 2 ** rng.uniform(*(USUAL_SHRINK if usual else (0.0, MOST_SHRINK)))
        side = int(np.clip(RESULT_PX * ratio, *SIDES_PX))
        tall, wide = (min(side, length) for length in picture.shape[:2])
        y = int(rng.integers(picture.shape[0] - tall + 1))
        x = int(rng.integers(picture.shape[1] - wide + 1))
        source = _turned(picture[y : y + tall, x : x + wide], int(rng.integers(8)))
        height, width = (max(1, round(length / ratio)) for length in source.shape[:2])
        return Piece(source, views(source, width, height))

    def grating(self) -> Views:
        """Waves too fine for the result, even in light; half of them black and white."""
        rng = self._rng
        ratio = 2 ** rng.uniform(*GRATING_SHRINK)
        side = round(GRATING_PX * ratio)
        wave = rng.uniform(FINEST_PASSED / ratio, 0.5)
        y, x = np.mgrid[:side, :side]
        angle, phase = rng.uniform(0, 2 * np.pi, 2)
        swing = np.cos(2 * np.pi * wave * (np.cos(angle) * x + np.sin(angle) * y) + phase)
        ends = rng.uniform(0, 1, (2, 3)) if rng.random() < 0.5 else np.array([[0.0] * 3, [1.0] * 3])
        light = ends.mean(0) + swing[..., None] * (ends[1] - ends[0]) / 2
        codes = np.searchsorted(srgb.threshold_table(), light, side="right").astype(np.uint8)
        return views(codes, GRATING_PX, GRATING_PX)


def _turned(pixels: Pixels, way: int) -> Pixels:
    """One of the eight ways to turn and mirror."""
    turned = np.rot90(pixels, way % 4)
    return np.ascontiguousarray(turned[:, ::-1] if way >= 4 else turned)
