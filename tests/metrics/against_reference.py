"""Compare both SSIMULACRA2 paths and Butteraugli with scores of the reference implementation.

    python tests/metrics/against_reference.py FOLDER [--pictures FOLDER]

FOLDER holds `reference.csv` with the columns reference, encode, pixels_sha256, ssimulacra2 and
butteraugli_3norm (scores of libjxl's own tools), and the encodes; the pictures lie in `pristine`
beside it unless told otherwise. Pairs that decode to other pixels here are reported apart.
Exits 1 where the accuracy that Eyebright promises is missed.
"""

# ruff: noqa: T201 - a script that prints
from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image
from scipy.stats import spearmanr

from eyebright import kernels
from eyebright.metrics import norms, score
from eyebright.metrics.butteraugli import butteraugli_3norm
from eyebright.metrics.norms import Pixels

MEAN_LIMIT, P95_LIMIT = 0.15, 0.5
"""Against the reference, whose float32 recursion is worth 0.085 and 0.35 by itself."""

BUTTERAUGLI_LIMIT, RANK_LIMIT = 0.05, 0.95
"""Largest relative difference from the reference, and least rank correlation with it."""

PATHS_LIMIT = 0.02
"""Largest difference between the compiled path and the float64 oracle."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    pictures = options.pictures or options.folder.parent / "pristine"
    with (options.folder / "reference.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    same, other = [], []
    for row in rows:
        reference, encode = (
            decode(pictures / row["reference"]),
            decode(options.folder / row["encode"]),
        )
        theirs = float(row["ssimulacra2"]), float(row["butteraugli_3norm"])
        found = [*theirs, butteraugli_3norm(reference, encode), *all_scores(reference, encode)]
        (same if is_as_listed(encode, row["pixels_sha256"]) else other).append(
            (row["encode"], found)
        )
    return report(same, other)


def decode(path: Path) -> Pixels:
    if path.suffix == ".jxl":
        return np.asarray(imagecodecs.jpegxl_decode(path.read_bytes()))[..., :3]
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def is_as_listed(pixels: Pixels, sha256: str) -> bool:
    return not sha256 or hashlib.sha256(np.ascontiguousarray(pixels)).hexdigest() == sha256


def all_scores(reference: Pixels, encode: Pixels) -> tuple[float, float, float, float]:
    """Of the compiled path, the numpy path, the float64 oracle, and it with the light maps left."""
    with kernels.using("compiled"):
        compiled = score.ssimulacra2(reference, encode)
    with kernels.using("numpy"):
        numpy = score.ssimulacra2(reference, encode)
    height, width = reference.shape[:2]
    plan = norms.full_plan(width, height)
    a, b = np.ascontiguousarray(reference), np.ascontiguousarray(encode)
    full = norms.error_norms(a, b, background=0.1, plan=plan, dtype=np.float64)
    light = np.where(score.WEIGHTS < score.SMALLEST_WEIGHT, 0, full.ravel()).reshape(full.shape)
    return compiled, numpy, score.score_of(full), score.score_of(light)


Scored = list[tuple[str, list[float]]]


def report(same: Scored, other: Scored) -> int:
    table = np.array([scores for _, scores in same])
    libjxl, distance, ours, compiled, numpy, oracle, light = table.T
    print(f"{len(same)} pairs                  mean    p95     max")
    against = show("compiled - libjxl", compiled - libjxl)
    show("numpy    - libjxl", numpy - libjxl)
    show("oracle   - libjxl", oracle - libjxl)
    between = show("compiled - oracle", compiled - oracle)
    show("numpy    - oracle", numpy - oracle)
    show("light maps left out", light - oracle)
    apart = show("Butteraugli, relative", ours / distance - 1)
    rank = float(spearmanr(ours, distance).statistic)
    print(f"Butteraugli, rank correlation {rank:.4f}")
    for name, scores in other:
        print(f"decodes otherwise here: {name}: {scores[0]:.3f} there, {scores[3]:.3f} here")
    missed = against[0] > MEAN_LIMIT or against[1] > P95_LIMIT or between[2] > PATHS_LIMIT
    missed = missed or apart[2] > BUTTERAUGLI_LIMIT or rank < RANK_LIMIT
    print("MISSED" if missed else "held")
    return int(missed)


def show(name: str, difference: np.ndarray) -> tuple[float, float, float]:
    size = np.abs(difference)
    found = float(size.mean()), float(np.percentile(size, 95)), float(size.max())
    print(f"{name:24}" + "".join(f"{value:8.4f}" for value in found))
    return found


if __name__ == "__main__":
    sys.exit(main())
