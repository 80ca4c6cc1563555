"""Measure what an encoder's effort costs and saves: python build/efforts.py DIR [--site].

For each effort of AVIF, WebP, JPEG XL and JPEG, and of the quick encoders: milliseconds per
megapixel (the processor's, of CPython's encoders; with --site the wall's, of the built site's under
Node), and the bytes at SSIMULACRA2 75 by those of the encoder's default, between measured
qualities. The tables of `policy/effort.py` and of the hosts come from here.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "models")]

from PIL import Image  # noqa: E402 - after the path

from common.site_codecs import SiteCodecs  # noqa: E402 - after the path
from eyebright.host.base import Pixels  # noqa: E402 - after the path
from eyebright.host.native import decoding, encoding  # noqa: E402 - after the path
from eyebright.metrics import ssimulacra2  # noqa: E402 - after the path
from eyebright.policy.effort import DEFAULT_SPEED  # noqa: E402 - after the path
from eyebright.values import Trial  # noqa: E402 - after the path

TARGET = 75.0
QUALITIES = {"avif": (52, 62, 72), "webp": (68, 78, 88), "jpeg": (68, 78, 88), "jxl": (62, 72, 82)}
"""About what photos need for the target."""

EFFORTS = {"avif": (9, 8, 7, 6, 5, 4, 3), "webp": (2, 4, 6), "jpeg": (0,), "jxl": (3, 7, 9)}
QUICK = ("jpeg", "webp")

Point = tuple[float, int, float]
"""Seconds, bytes and score of one encode."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=6)
    parser.add_argument("--site", action="store_true", help="the browser's encoders, under Node")
    options = parser.parse_args()
    pictures = list(_pictures(options.folder, options.limit))
    encode = SiteCodecs().encode if options.site else encoding.encode
    clock = time.perf_counter if options.site else time.process_time
    print(
        f"{len(pictures)} pictures\nencoder        ms per MP, bytes at {TARGET:g} by the default's"
    )
    for name, efforts in EFFORTS.items():
        ways = [Trial(format=name, width=0, height=0, speed=speed) for speed in efforts]
        if name in QUICK and not options.site:
            ways.append(ways[0].replace(speed=DEFAULT_SPEED[name], encoder="quick"))
        _print(pictures, ways, encode, clock)


def _pictures(folder: Path, limit: int) -> list[Pixels]:
    found = sorted(p for p in folder.rglob("*") if p.suffix in {".webp", ".png"})
    chosen = found[:: max(1, len(found) // limit)][:limit]
    return [np.ascontiguousarray(np.asarray(Image.open(p).convert("RGB"))) for p in chosen]


def _print(
    pictures: list[Pixels],
    ways: list[Trial],
    encode: Callable[[Pixels, Trial], bytes],
    clock: Callable[[], float],
) -> None:
    megapixels = sum(p.shape[0] * p.shape[1] for p in pictures) / 1e6
    usual = [way for way in ways if way.speed == DEFAULT_SPEED[way.format] and not way.encoder]
    found = {way: [_curve(picture, way, encode, clock) for picture in pictures] for way in ways}
    default = [_bytes_at_target(curve) for curve in found[usual[0]]]
    for way, curves in found.items():
        spent = sum(curve[1][0] for curve in curves) * 1000 / megapixels
        sizes = [_bytes_at_target(curve) for curve in curves]
        share = statistics.median(a / b for a, b in zip(sizes, default, strict=True))
        label = f"{way.format} {way.encoder or way.speed}"
        print(f"{label:14} {spent:11.0f} {share:11.3f}", flush=True)


def _curve(
    picture: Pixels,
    way: Trial,
    encode: Callable[[Pixels, Trial], bytes],
    clock: Callable[[], float],
) -> list[Point]:
    height, width = picture.shape[:2]
    points: list[Point] = []
    for quality in QUALITIES[way.format]:
        trial = way.replace(width=width, height=height, quality=quality)
        began = clock()
        data = encode(picture, trial)
        spent = clock() - began
        back = decoding.decode(data, way.format).pixels
        points.append((spent, len(data), ssimulacra2(picture, back)))
    return points


def _bytes_at_target(curve: list[Point]) -> float:
    """By a straight line of the bytes' logarithm over the score, drawn on beyond the ends."""
    scores, logs = [p[2] for p in curve], [float(np.log(p[1])) for p in curve]
    slope, start = np.polyfit(scores, logs, 1)
    return float(np.exp(start + slope * TARGET))


if __name__ == "__main__":
    main()
