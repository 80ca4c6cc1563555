"""Whether published correlations of metrics with what people see come out of the tables.

    python tests/metrics/published_correlations.py FOLDER

FOLDER holds the tables of the JPEG AIC-4 example data set: `JPEG-AIC_metric_scores.csv`, 300
encodes of 5 pictures by 6 codecs in the range from good quality to lossless, with the distance
that people saw in units of just noticeable differences (JND) and the values of metrics; "mapped"
columns are these fitted to JND by the data set's authors. The pictures are not in it, so our own
implementations cannot be run on them: how near they are to these metrics is told by the other
tests here. Exits 1 where a figure is another one than was published.
"""

# ruff: noqa: T201 - a script that prints
from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import spearmanr

TABLE = "JPEG-AIC_metric_scores.csv"


class Correlation(NamedTuple):
    """How well a metric tells what people saw."""

    rank: float
    """Spearman's, over all encodes."""
    rmse_jnd: float
    """Of the mapped values."""
    near_rank: float
    """Spearman's, over the encodes that differ by less than 1 JND."""


PUBLISHED = {
    "CVVDP": Correlation(0.961, 0.262, 0.839),
    "IW-SSIM": Correlation(0.951, 0.300, 0.868),
    "MS-SSIM": Correlation(0.941, 0.358, 0.868),
    "HDR-VDP-3 Q": Correlation(0.933, 0.401, 0.886),
    "VMAF-neg": Correlation(0.921, 0.403, 0.819),
    "SSIMULACRA2": Correlation(0.913, 0.430, 0.827),
    "PSNR-Y": Correlation(0.816, 0.571, 0.774),
}

ROUNDING = 0.0006
"""Of figures that are told with three digits."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    with (parser.parse_args().folder / TABLE).open(newline="") as file:
        rows = list(csv.DictReader(file))
    print(f"{len(rows)} encodes   published: rank   RMSE   near   here: rank   RMSE   near")
    missed = 0
    for name, published in PUBLISHED.items():
        found = correlation(rows, name)
        missed += max(abs(one - other) for one, other in zip(published, found, strict=True)) > (
            ROUNDING
        )
        print(f"{name:14}        {told(published)}         {told(found)}")
    print("MISSED" if missed else "held")
    return int(missed > 0)


def correlation(rows: list[dict[str, str]], name: str) -> Correlation:
    """Of a column; which way it points does not matter."""
    seen, values, mapped = (
        np.array([float(row[column]) for row in rows])
        for column in ("distortion", name, f"{name} mapped")
    )
    near = seen < 1
    return Correlation(
        rank=abs(float(spearmanr(seen, values).statistic)),
        rmse_jnd=float(np.sqrt(np.mean((seen - mapped) ** 2))),
        near_rank=abs(float(spearmanr(seen[near], values[near]).statistic)),
    )


def told(figures: Correlation) -> str:
    return " ".join(f"{figure:6.3f}" for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
