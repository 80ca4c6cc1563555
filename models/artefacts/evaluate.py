"""Measure the network on pictures that it never saw.

    python models/artefacts/evaluate.py --data DIR [--model FILE.onnx]

Test pictures are those of prepare.py. Without --model it is the file that ships. Takes a minute.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from prepare import TEST_VARIANTS, made, split_files

from eyebright.analyse.artefacts import NOISE_OFFSET

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.rows import Row, show  # noqa: E402 - after the path
from common.runtime import onnxruntime  # noqa: E402

QUALITIES = (30, 95)
"""Qualities whose errors count (METHODS, T7.2); poorer and finer ones are told apart."""

NOISES = (1.0, 25.0)
RELATIVE, ABSOLUTE = 0.10, 0.5
"""An error of sigma is within bounds when it is below either."""

NONE = float("nan")

Floats: TypeAlias = npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description="measure the artefact network")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=HERE / "artefacts.onnx")
    options = parser.parse_args()
    show(rows(options.data, options.model))


def rows(data: Path, model: Path = HERE / "artefacts.onnx") -> list[Row]:
    """The card's figures. `data` is the folder of the data sets."""
    test = made(split_files(data)["test"], TEST_VARIANTS)
    answers = answered(model, test["features"])
    return measured(answers, test["labels"].astype(np.float64), test["recipes"])


def answered(model: Path, features: npt.NDArray[np.float32]) -> Floats:
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    made = [session.run(["faults"], {"features": row[None]})[0][0] for row in features]
    return np.asarray(made, np.float64)


def measured(answers: Floats, labels: Floats, recipes: npt.NDArray[np.str_]) -> list[Row]:
    found: list[Row] = []

    def add(split: str, metric: str, value: float, target: str = "", guess: float = NONE) -> None:
        row = Row(
            model="artefacts",
            split=split,
            metric=metric,
            value=value,
            target=target,
            baseline="" if np.isnan(guess) else "always the median",
            baseline_value=None if np.isnan(guess) else guess,
        )
        found.append(row)

    quality = np.rint(100 * np.clip(answers[:, 0], 0.01, 1))
    truth = np.rint(100 * labels[:, 0])
    usual = (truth >= QUALITIES[0]) & (truth <= QUALITIES[1])
    for recipe, target in (("aligned", "<= 3"), ("unaligned", "<= 5"), ("resaved", "")):
        chosen = usual & (recipes == recipe)
        errors = np.abs(quality - truth)[chosen]
        guess = float(np.abs(np.median(truth[chosen]) - truth[chosen]).mean())
        split = f"JPEG 30-95 {recipe} ({chosen.sum()})"
        add(split, "quality MAE", float(errors.mean()), target, guess)
        rest = ~usual & (recipes == recipe) & ~np.isnan(truth)
        add(f"JPEG <30, >95 {recipe} ({rest.sum()})", "quality MAE", _mae(quality, truth, rest))

    clean = recipes == "clean"
    jpeg = labels[:, 1] == 1
    add(f"clean ({clean.sum()})", "seen as JPEG", float((answers[clean, 1] >= 0.5).mean()))
    add(f"JPEG ({jpeg.sum()})", "seen as JPEG", float((answers[jpeg, 1] >= 0.5).mean()))
    add("JPEG against clean", "AUC", auc(answers[:, 1], jpeg, clean), ">= .97")

    sigma = np.clip(np.exp(answers[:, 3]) - NOISE_OFFSET, 0, None)
    noisy = (labels[:, 3] >= NOISES[0]) & (labels[:, 3] <= NOISES[1])
    error = np.abs(sigma - labels[:, 3])
    within = (error <= ABSOLUTE) | (error <= RELATIVE * labels[:, 3])
    over = np.maximum(ABSOLUTE, RELATIVE * labels[:, 3])
    kept = ~np.isnan(labels[:, 1])  # no JPEG after the noise
    for chosen, name in ((noisy & kept, ""), (noisy & ~kept, ", then JPEG 90-97")):
        split = f"noise sigma 1-25{name} ({chosen.sum()})"
        add(split, "mean error / bound", float((error / over)[chosen].mean()), "<= 1")
        add(split, "within the bound", float(within[chosen].mean()))
        relative = float((error[chosen] / labels[chosen, 3]).mean())
        add(split, "mean relative error", relative)
    add("noise against clean", "AUC", auc(sigma, noisy, clean), ">= .97")

    for place, name in ((2, "blocks"), (4, "blur"), (5, "banding")):
        there = labels[:, place] == 1
        split = f"{name} against clean ({there.sum()})"
        add(split, "AUC", auc(answers[:, place], there, clean), ">= .97")
        add(split, "found at one half", float((answers[there, place] >= 0.5).mean()))
        add(f"clean ({clean.sum()})", f"{name} seen", float((answers[clean, place] >= 0.5).mean()))
    return found


def _mae(told: Floats, truth: Floats, chosen: npt.NDArray[np.bool_]) -> float:
    return float(np.abs(told - truth)[chosen].mean()) if chosen.any() else float("nan")


def auc(scores: Floats, positive: npt.NDArray[np.bool_], negative: npt.NDArray[np.bool_]) -> float:
    """Chance that a positive scores above a negative; ties count half (Mann-Whitney)."""
    yes, no = scores[positive], np.sort(scores[negative])
    below = np.searchsorted(no, yes, "left") + np.searchsorted(no, yes, "right")
    return float(below.mean() / 2 / len(no))


if __name__ == "__main__":
    main()
