"""Try the encoders on all samples and keep what came of it; hours of work, taken up where it ended.

    python models/predictors/measure.py --data DIR [--out .cache/models/predictors] [--processes 1]
        [--wholes test]

A line of JSON for each sample in curves-N.jsonl, one file for each process: its key, size, and for
each encoder [quality, bytes, SSIMULACRA2] at eight qualities. Large samples come first; what
draw.py drew into the same folder is among them. `--most N` samples only; `--wholes` takes the whole
pictures of a split instead. Where an encoder was added since, the samples measured
without it come first, and get a line with it alone. What WHOLES keeps is not measured again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from encoders import ENCODERS, JITTER, Encode, Encoder, Pixels, machines
from samples import DRAWN, SPLITS, Sample, drawing, large, samples, wholes

from eyebright.host.native import decoding
from eyebright.metrics import ssimulacra2

WHOLES = Path(__file__).resolve().parent / "wholes.jsonl"
"""Lines kept in the repository: of whole pictures of the test, so that the card's figures of them
can be made again without measuring."""

Point = tuple[int, int, float]
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description="scores and bytes of encoders at many qualities")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".cache/models/predictors"))
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--most", type=int)
    parser.add_argument("--wholes", choices=SPLITS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    known = measured(options.out)
    split = options.wholes
    drawn = options.out / DRAWN
    made = [*large(options.data, drawn), *samples(options.data, drawn)]
    asked = wholes(options.data, split) if split else made
    left = [
        (sample, missing)
        for sample in asked[: options.most]
        if (missing := _missing(known.get(sample.key)))
    ]
    left.sort(key=lambda one: one[0].key not in known)
    print(f"{len(known)} samples are known, {len(left)} have something left to measure")
    count = options.processes
    workers = [
        multiprocessing.Process(target=_measure, args=(left[i::count], _file(options.out, i)))
        for i in range(count)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def measured(out: Path) -> dict[str, Row]:
    """All samples so far by their key, whoever measured them, and what WHOLES keeps."""
    found: dict[str, Row] = {}
    for file in (WHOLES, *sorted(out.glob("curves-*.jsonl"))):
        for row in _rows(file):
            earlier = found.get(row["key"], row)
            found[row["key"]] = {**row, "curves": {**earlier["curves"], **row["curves"]}}
    return found


def _rows(file: Path) -> list[Row]:
    """Of one file, but for a last line that was not written whole."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def is_whole(row: Row) -> bool:
    """Whether every encoder was tried on a sample."""
    return not _missing(row)


def _missing(row: Row | None) -> list[Encoder]:
    curves = row["curves"] if row else {}
    return [encoder for encoder in ENCODERS if encoder.name not in curves]


def _file(out: Path, number: int) -> Path:
    return out / f"curves-{number}.jsonl"


def _measure(work: list[tuple[Sample, list[Encoder]]], file: Path) -> None:
    made_by = machines()
    with file.open("a") as log:
        for sample, encoders in work:
            log.write(json.dumps(_row(sample, encoders, made_by)) + "\n")
            log.flush()


def _row(sample: Sample, encoders: list[Encoder], made_by: Mapping[str, Encode]) -> Row:
    pixels = sample.pixels()
    height, width = pixels.shape[:2]
    curves = {e.name: _curve(e, pixels, sample.key, made_by[e.where]) for e in encoders}
    return {"key": sample.key, "width": width, "height": height, "curves": curves}


def _curve(encoder: Encoder, pixels: Pixels, key: str, encode: Encode) -> list[Point]:
    rng = drawing(f"{key}/{encoder.name}")
    moved = (q + int(rng.integers(-JITTER, JITTER + 1)) for q in encoder.qualities)
    return [_point(encoder, pixels, quality, encode) for quality in moved]


def _point(encoder: Encoder, pixels: Pixels, quality: int, encode: Encode) -> Point:
    data = encode(pixels, encoder.trial(pixels, quality))
    shown = decoding.decode(data, encoder.format).pixels
    return quality, len(data), round(ssimulacra2(pixels, shown), 3)


if __name__ == "__main__":
    main()
