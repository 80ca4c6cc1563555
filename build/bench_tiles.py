"""What scoring tiles instead of a large picture would save: python build/bench_tiles.py DIR.

Pictures of DIR (all of one size) are stitched to larger ones, 4 by 4, encoded by each encoder and
scored as a whole and by a quarter of their tiles, chosen evenly over their texture. Printed are the
processor's milliseconds per megapixel of a trial's parts, what tiles would save of it, and how far
the tiles' mean and a centre crop are from the whole picture's score. The pipeline scores the whole
always; why, stands at `eyebright.verify.measure`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "py")]

from eyebright.host.base import Pixels  # noqa: E402 - after the path
from eyebright.host.native import decoding, encoding  # noqa: E402 - after the path
from eyebright.metrics import ssimulacra2  # noqa: E402 - after the path
from eyebright.policy.effort import DEFAULT_SPEED  # noqa: E402 - after the path
from eyebright.values import Trial  # noqa: E402 - after the path

PER_SIDE = 4
"""Pictures that are stitched, and every PER_SIDE-th tile of those in the order of texture."""

TILE_PX = 288

WAYS = (("jpeg", 76, ""), ("webp", 80, ""), ("avif", 60, ""), ("jpeg", 80, "quick"))
"""Formats, qualities near SSIMULACRA2 75, and encoders."""


class Trialled(NamedTuple):
    """Milliseconds per megapixel, and scores off the whole picture's."""

    encode: float
    decode: float
    score: float
    tiles: float
    tiles_off: float
    tiles_error: float
    """Standard error of the tiles' mean, by their own spread."""
    centre_off: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=3, help="large pictures")
    options = parser.parse_args()
    parts = [
        np.asarray(Image.open(p).convert("RGB")) for p in sorted(options.folder.glob("*.webp"))
    ]
    parts = [part for part in parts if part.shape == parts[0].shape]
    large = [_stitched(parts, seed) for seed in range(options.count)]
    megapixels = large[0].shape[0] * large[0].shape[1] / 1e6
    print(f"{len(large)} pictures of {megapixels:.1f} megapixels; ms per megapixel, scores")
    print("encoder       encode decode  score  tiles   saved  tiles off  (error)  centre off")
    for name, quality, encoder in WAYS:
        found = [_trialled(picture, name, quality, encoder) for picture in large]
        mean = Trialled(*(statistics.fmean(values) for values in zip(*found, strict=True)))
        saved = (mean.score - mean.tiles) / (mean.encode + mean.decode + mean.score)
        print(
            f"{name:5} {encoder:7}{mean.encode:7.0f}{mean.decode:7.0f}{mean.score:7.0f}"
            f"{mean.tiles:7.0f}{saved:8.1%}{mean.tiles_off:11.2f}{mean.tiles_error:9.2f}"
            f"{mean.centre_off:12.2f}"
        )


def _stitched(parts: list[Pixels], seed: int) -> Pixels:
    chosen = iter(np.random.default_rng(seed).choice(len(parts), PER_SIDE**2, replace=False))
    rows = [np.hstack([parts[next(chosen)] for _ in range(PER_SIDE)]) for _ in range(PER_SIDE)]
    return np.ascontiguousarray(np.vstack(rows))


def _trialled(picture: Pixels, name: str, quality: int, encoder: str) -> Trialled:
    height, width = picture.shape[:2]
    speed = DEFAULT_SPEED[name]
    trial = Trial(
        format=name, width=width, height=height, quality=quality, speed=speed, encoder=encoder
    )
    chosen = _chosen(picture)
    times = [time.process_time()]
    data = encoding.encode(picture, trial)
    times.append(time.process_time())
    back = decoding.decode(data, name).pixels
    times.append(time.process_time())
    whole = ssimulacra2(picture, back)
    times.append(time.process_time())
    scores = [_part(picture, back, y, x) for y, x in chosen]
    times.append(time.process_time())
    centre = (slice(height // 4, 3 * height // 4), slice(width // 4, 3 * width // 4))
    encoded, decoded, scored, tiled = (float(d) * 1e9 / (height * width) for d in np.diff(times))
    return Trialled(
        encoded,
        decoded,
        scored,
        tiled,
        abs(statistics.fmean(scores) - whole),
        statistics.stdev(scores) / len(scores) ** 0.5,
        abs(ssimulacra2(_whole(picture[centre]), _whole(back[centre])) - whole),
    )


def _chosen(picture: Pixels) -> list[tuple[int, int]]:
    """A quarter of the tiles, evenly over their mean step of luma from pixel to pixel."""
    luma = picture.mean(axis=2)
    height, width = luma.shape
    corners = [(y, x) for y in range(0, height, TILE_PX) for x in range(0, width, TILE_PX)]
    steps = np.abs(np.diff(luma, axis=1))
    corners.sort(key=lambda at: steps[at[0] : at[0] + TILE_PX, at[1] : at[1] + TILE_PX].mean())
    return corners[PER_SIDE // 2 :: PER_SIDE]


def _part(picture: Pixels, back: Pixels, y: int, x: int) -> float:
    at = slice(y, y + TILE_PX), slice(x, x + TILE_PX)
    return ssimulacra2(_whole(picture[at]), _whole(back[at]))


def _whole(part: Pixels) -> Pixels:
    return np.ascontiguousarray(part)


if __name__ == "__main__":
    main()
