"""How far off one shot is: figures on pictures that were not learnt from.

    python models/predictors/evaluate.py [--out DIR] [--of folds|samples|wholes]

Of the networks of train.py --folds, each telling whole pictures, or samples of pictures, that it
never saw; or of the file that ships, on the test's whole pictures. All read what prepare.py packed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from encoders import ENCODERS
from prepare import TARGETS, middle, score_at
from samples import is_picture

from common.rows import Row, show
from common.runtime import onnxruntime

HERE = Path(__file__).resolve().parent

Pictures: TypeAlias = Literal["folds", "samples", "wholes"]

NAMES: dict[Pictures, str] = {
    "folds": "whole pictures in folds",
    "samples": "samples in folds",
    "wholes": "whole pictures of the test",
}

ASKED = (60, 65, 70, 75, 80, 85)
"""Targets at which one shot is judged, SSIMULACRA2."""

MOST = {"jpeg": 1.2, "avif": 1.2, "webp": 2.0, "jxl": 2.0}
"""Mean error of the score asked for, by format."""

MOST_BYTES = 0.08
COVERED = ".87 to .93"

Floats = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shots:
    """One encoder at all samples and targets that it reaches."""

    errors: Floats
    """Scores of one shot less the target."""
    constant: Floats
    """The same, with the median quality of all pictures."""
    sizes: Floats
    """Bytes told over bytes needed, less 1."""
    inside: Floats
    """Whether the score is within what was told."""


def main() -> None:
    parser = argparse.ArgumentParser(description="figures of the predictor")
    parser.add_argument("--out", type=Path, default=Path(".cache/models/predictors"))
    parser.add_argument("--of", choices=get_args(Pictures), default="folds")
    options = parser.parse_args()
    show(rows_of(options.out, options.of))


def rows(packed: Path) -> list[Row]:
    """The card's figures. `packed` is the folder that prepare.py and train.py write to."""
    return [*rows_of(packed, "folds"), *rows_of(packed, "wholes")]


def rows_of(packed: Path, pictures: Pictures) -> list[Row]:
    """The same of some of the pictures."""
    data, told = measured_and_told(packed, pictures)
    name = f"{len(told)} {NAMES[pictures]}"
    every = [shots(data, told, e) for e in range(len(ENCODERS))]
    return [
        *(_row(number, one, name) for number, one in enumerate(every)),
        *_of_all(every, name),
    ]


def measured_and_told(packed: Path, pictures: Pictures) -> tuple[dict[str, Floats], Floats]:
    """What prepare.py packed, and (n, 3, encoders, targets) of what was told of it unseen."""
    if pictures == "wholes":
        with np.load(packed / "wholes.npz") as file:
            data = dict(file)
        return data, _shipped(data["features"]).reshape(-1, 3, *data["quality"].shape[1:])
    with np.load(packed / "data.npz") as file, np.load(packed / "folds.npz") as folds:
        chosen = np.asarray([is_picture(str(key)) for key in file["keys"]])
        chosen = chosen if pictures == "folds" else ~chosen
        return {k: v[chosen] for k, v in file.items()}, folds["told"][chosen]


def _shipped(features: Floats) -> Floats:
    file = HERE / "predictors.onnx"
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"features": row[None]})[0] for row in features])


def shots(data: dict[str, Floats], told: Floats, encoder: int) -> Shots:
    """One shot of an encoder at every sample and asked target."""
    found = np.asarray([*_each(data, told, encoder)], np.float64).T
    return Shots(errors=found[0], constant=found[1], sizes=found[2], inside=found[3])


def _each(data: dict[str, Floats], told: Floats, e: int) -> Iterator[tuple[float, ...]]:
    for target in ASKED:
        t = TARGETS.index(target)
        median = np.nanmedian(data["quality"][:, e, t])
        for i in np.flatnonzero(~np.isnan(data["quality"][:, e, t])):
            curve = data["curves"][i, e]
            error = score_at(curve, _dial(told[i, 0, e, t], e)) - target
            usual = score_at(curve, _dial(median, e)) - target
            size = 2 ** (told[i, 1, e, t] - data["bits"][i, e, t]) - 1
            yield error, usual, size, float(abs(error) <= told[i, 2, e, t])


def _row(number: int, shots: Shots, pictures: str) -> Row:
    encoder = ENCODERS[number]
    return Row(
        model="predictors",
        split=f"{encoder.name}, {pictures}",
        metric="score of one shot off by, mean",
        value=float(np.abs(shots.errors).mean()),
        target=f"<= {MOST[encoder.format]}",
        baseline="one quality for all",
        baseline_value=float(np.abs(shots.constant).mean()),
    )


def _of_all(every: list[Shots], pictures: str) -> Iterator[Row]:
    split = f"{len(every)} encoders, {pictures}"
    sizes = np.mean([np.abs(one.sizes).mean() for one in every])
    inside = np.mean([one.inside.mean() for one in every])
    yield Row(
        model="predictors",
        split=split,
        metric="bytes off by, mean",
        value=float(sizes),
        target=f"<= {MOST_BYTES}",
    )
    yield Row(
        model="predictors",
        split=split,
        metric="scores inside of the interval",
        value=float(inside),
        target=COVERED,
    )


def _dial(quality: float, encoder: int) -> float:
    return middle(ENCODERS[encoder].name, min(100.0, max(1.0, float(quality))))


if __name__ == "__main__":
    main()
