"""Features and labels of the measured samples: what each encoder needs for each score.

    python models/predictors/prepare.py --data DIR [--out .cache/models/predictors]

Reads what measure.py has written so far. Writes data.npz of the samples and the whole pictures that
may be learnt from, and wholes.npz of the test's whole pictures, each where any are measured:
`features` (n, f); `keys`, `splits`;
`quality`, `bits` (log2 of bits per pixel) and `slope` (SSIMULACRA2 per step of quality) of shape
(n, encoders, targets), NaN where the encoder was not seen to reach the target; and the curves.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from encoders import ENCODERS
from measure import Row, is_whole, measured
from samples import DRAWN, SPLITS, Sample, large, samples, wholes

from eyebright.analyse import texture
from eyebright.policy.dials import DIALS, PLAIN

TARGETS = tuple(range(50, 100, 5))
"""SSIMULACRA2."""

LEAST_RISE = 0.05
"""Least slope that is told, where a dial moves next to nothing."""

Floats = npt.NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description="features and labels of the measured samples")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".cache/models/predictors"))
    options = parser.parse_args()
    rows = {key: row for key, row in measured(options.out).items() if is_whole(row)}
    drawn = options.out / DRAWN
    learnt = [whole for split in ("train", "validation") for whole in wholes(options.data, split)]
    _pack(
        options.out / "data.npz",
        [*samples(options.data, drawn), *learnt, *large(options.data, drawn)],
        rows,
    )
    _pack(options.out / "wholes.npz", wholes(options.data, "test"), rows)


def _pack(file: Path, asked: list[Sample], rows: dict[str, Row]) -> None:
    """Write one file of those that are measured."""
    chosen = [s for s in asked if s.key in rows]
    if not chosen:
        print(f"{file.name}: nothing is measured for it yet, see measure.py")
        return
    known = _known(file)
    found = [known[s.key] if s.key in known else texture.features(s.pixels()) for s in chosen]
    labels = np.stack([_labels(rows[s.key]) for s in chosen])
    np.savez_compressed(
        file,
        features=np.stack(found),
        keys=[s.key for s in chosen],
        splits=[s.split for s in chosen],
        pixels=[rows[s.key]["width"] * rows[s.key]["height"] for s in chosen],
        curves=np.stack([_curves(rows[s.key]) for s in chosen]),
        quality=labels[..., 0],
        bits=labels[..., 1],
        slope=labels[..., 2],
    )
    counts = {split: sum(s.split == split for s in chosen) for split in SPLITS}
    pictures = len({s.path for s in chosen})
    print(f"{file.name}: {len(chosen)} samples of {pictures} pictures: {counts}")


def _known(file: Path) -> dict[str, Any]:
    """Features of an earlier run, where the code that makes them is the same."""
    if not file.exists():
        return {}
    with np.load(file) as old:
        return dict(zip(old["keys"].tolist(), old["features"], strict=True))


def _curves(row: dict[str, Any]) -> Floats:
    """(encoders, points, 3): quality, bytes, score, in the order of quality.

    The quality is the middle of those that make the same file (`eyebright.policy.dials`).
    """
    found = np.asarray([sorted(row["curves"][e.name]) for e in ENCODERS], np.float64)
    for encoder, curve in zip(ENCODERS, found, strict=True):
        curve[:, 0] = [middle(encoder.name, quality) for quality in curve[:, 0]]
    return found


def middle(encoder: str, quality: float) -> float:
    """The middle of the qualities that make the file that is nearest to one."""
    dial = DIALS.get(encoder, PLAIN)
    return dial.middle(dial.nearest(quality))


def _labels(row: dict[str, Any]) -> Floats:
    """(encoders, targets, 3): quality, log2 of bits per pixel, slope."""
    pixels = row["width"] * row["height"]
    return np.stack([at_targets(curve, pixels) for curve in _curves(row)])


def at_targets(curve: Floats, pixels: int) -> Floats:
    """(targets, 3) of one encoder's curve; NaN outside of what it reached."""
    quality, size = curve[:, 0], np.log2(8 * curve[:, 1] / pixels)
    score = np.maximum.accumulate(curve[:, 2]) + 1e-6 * np.arange(len(curve))
    targets = np.asarray(TARGETS, np.float64)
    found = np.stack(
        [
            np.interp(targets, score, quality),
            np.interp(targets, score, size),
            np.maximum(LEAST_RISE, _slopes(targets, score, quality)),
        ],
        axis=1,
    )
    found[(targets < score[0]) | (targets > score[-1])] = np.nan
    return found


def _slopes(targets: Floats, score: Floats, quality: Floats) -> Floats:
    part = np.clip(np.searchsorted(score, targets), 1, len(score) - 1)
    rise = (score[part] - score[part - 1]) / (quality[part] - quality[part - 1])
    return np.asarray(rise)


def score_at(curve: Floats, quality: float) -> float:
    """What one encoder's curve tells of a quality, the ends drawn on straight."""
    qualities, scores = curve[:, 0], curve[:, 2]
    if quality <= qualities[0] or quality >= qualities[-1]:
        a, b = (0, 1) if quality <= qualities[0] else (-2, -1)
        rise = (scores[b] - scores[a]) / (qualities[b] - qualities[a])
        return float(scores[a] + rise * (quality - qualities[a]))
    return float(np.interp(quality, qualities, scores))


if __name__ == "__main__":
    main()
