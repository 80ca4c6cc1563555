"""Fit what people think of crops by where a person stands in them, without the picture.

    python build/composition.py --data ../shared/data

Data: GAICD's crops, each with its mean opinion from 1 to 5, and the boxes of persons that
Human-Centric Image Cropping adds; its own split. A picture's crops are compared with one another
only. Curves are sums of straight pieces between fixed knots, by ridge regression, so that they are
a table of `policy/crops/composition.py`. Prints the table, and how well it and others rank the
crops of the test's pictures with persons: Spearman's correlation, the mean over pictures.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

RIDGE = 10.0
"""Of the squared values at the knots, in hundredths of a grade; 1 to 100 do alike."""

Floats = npt.NDArray[np.float64]

KNOTS: Mapping[str, tuple[float, ...]] = {
    "aside": (0, 0.1, 0.2, 0.3, 0.4, 0.5),
    "above": (-0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.6),
    "share": (0.4, 0.5, 0.6, 0.7, 0.8),
    "middle": (-0.4, -0.2, -0.1, 0, 0.1, 0.2, 0.4),
    "kept": (0.4, 0.6, 0.8, 0.9, 1),
    "below": (-0.4, -0.2, 0, 0.1, 0.2, 0.4),
}
"""`aside`: how far the person's middle is from the crop's, of its width; `above`: how far the
person's top is below the crop's, of its height; `share`: the crop's area of the picture's. These
three need only a person's head. The others need the whole: `middle`: how far its middle is below
the crop's; `kept`: the share of it inside; `below`: how far its end is above the crop's."""

TABLE = ("aside", "above", "share")

COMPARED: Mapping[str, tuple[str, ...]] = {
    "area alone": ("share",),
    "the table: head and area": TABLE,
    "with the whole person": tuple(KNOTS),
}


class Rated(NamedTuple):
    """One picture's crops."""

    features: Mapping[str, Floats]
    grades: Floats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    train, test = (rated(options.data, part) for part in ("train", "test"))
    print(f"{len(train)} pictures with persons to learn from, {len(test)} to test on")
    for what, names in COMPARED.items():
        print(f"{what:<26} SRCC {agreement(test, names, fitted(train, names)):.3f}")
    for name, values in table(fitted(train, TABLE)).items():
        print(name, values)


def rated(data: Path, part: str) -> list[Rated]:
    """GAICD's pictures of that part of its split that have a person's box."""
    crops, persons, split = (
        _read(data / "crop" / "gaicd" / f"{name}.json.xz")
        for name in ("image_crop", "human_bboxes", "original_data_split")
    )
    return [
        Rated(
            features(np.array(crops[name]["bbox"], float), persons[name]),
            np.array(crops[name]["score"], float),
        )
        for name in split[part]
        if name in persons
    ]


def _read(path: Path) -> Any:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def features(crops: Floats, person: Sequence[float]) -> Mapping[str, Floats]:
    """Of each crop (n, 4: left, top, right, bottom), by the names of KNOTS.

    The picture's sides are those of GAICD's grid of crops, which is symmetric.
    """
    wide, high = (crops[:, axis].min() + crops[:, axis + 2].max() for axis in (0, 1))
    left, top, right, bottom = crops.T
    width, height = right - left, bottom - top
    inside = np.maximum(0, np.minimum(right, person[2]) - np.maximum(left, person[0]))
    inside *= np.maximum(0, np.minimum(bottom, person[3]) - np.maximum(top, person[1]))
    return {
        "aside": np.abs((person[0] + person[2]) / 2 - (left + right) / 2) / width,
        "above": (person[1] - top) / height,
        "share": width * height / (wide * high),
        "middle": ((person[1] + person[3]) / 2 - (top + bottom) / 2) / height,
        "kept": inside / ((person[2] - person[0]) * (person[3] - person[1])),
        "below": (bottom - person[3]) / height,
    }


def fitted(train: Sequence[Rated], names: Sequence[str]) -> Floats:
    """Values at all the knots of these curves, grades, differences within a picture only."""
    known = np.concatenate([_pieces(one, names) for one in train])
    grades = np.concatenate([one.grades - one.grades.mean() for one in train])
    square = known.T @ known + RIDGE * np.eye(known.shape[1])
    values: Floats = np.linalg.solve(square, known.T @ grades)
    return values


def agreement(test: Sequence[Rated], names: Sequence[str], values: Floats) -> float:
    """Spearman's correlation of the curves' sum with the grades, the mean over pictures."""
    found = [spearmanr(_pieces(one, names) @ values, one.grades).statistic for one in test]
    return float(np.mean(found))


def table(values: Floats) -> dict[str, tuple[tuple[int, int], ...]]:
    """Knots per thousand with hundredths of a grade, the best of each curve 0."""
    found, at = {}, 0
    for name in TABLE:
        knots = KNOTS[name]
        own = values[at : at + len(knots)]
        at += len(knots)
        centi = np.rint(100 * (own - own.max())).astype(int).tolist()
        found[name] = tuple(
            (round(1000 * knot), value) for knot, value in zip(knots, centi, strict=True)
        )
    return found


def _pieces(one: Rated, names: Sequence[str]) -> Floats:
    """How near each crop is to each knot, of the two around it, less the picture's mean."""
    parts = [
        np.stack(
            [np.interp(one.features[name], KNOTS[name], peak) for peak in np.eye(len(KNOTS[name]))],
            axis=1,
        )
        for name in names
    ]
    together = np.concatenate(parts, axis=1)
    apart: Floats = together - together.mean(axis=0)
    return apart


if __name__ == "__main__":
    main()
