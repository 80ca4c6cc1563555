"""What a floor under the worst tile's score would turn away, and what it costs in bytes.

    python tests/metrics/worst_tiles.py FOLDER [--every 3] [--targets 65,75,85] [--ratios 1.6,1.8,2]

For every Nth picture below FOLDER, each format and each target: the lowest quality from 50 on (the
general policy's floor) that reaches the target, the score of its worst tile, and for each ratio
the lowest quality whose worst tile is at most that many times as far below 100 as the target, too.
The table tells how many encodes a ratio turns away and how many bytes all take with it.
"""

# ruff: noqa: T201 - a script that prints
from __future__ import annotations

import argparse
import asyncio
import functools
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from eyebright.encode import encode
from eyebright.host import default_host
from eyebright.host.base import Pixels
from eyebright.metrics.score import LocalScore, ssimulacra2_local
from eyebright.values import Trial

FORMATS = ("jpeg", "webp", "avif")
SUFFIXES = (".png", ".webp")

LOWEST, HIGHEST = 50, 98
"""Qualities."""


class Encoded(NamedTuple):
    """What came of one quality."""

    quality: int
    size: int
    score: LocalScore


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=3)
    parser.add_argument("--targets", type=numbers, default=(65.0, 75.0, 85.0))
    parser.add_argument("--ratios", type=numbers, default=(1.6, 1.8, 2.0))
    options = parser.parse_args()
    pictures = sorted(path for path in options.folder.rglob("*") if path.suffix in SUFFIXES)
    rows = []
    for path in pictures[:: options.every]:
        with Image.open(path) as image:
            pixels = np.ascontiguousarray(image.convert("RGB"))
        for name in FORMATS:
            made = maker(pixels, name)
            found = [measured(made, name, target, options.ratios) for target in options.targets]
            rows += [row for row in found if row is not None]
            tell(path.stem, found)
    for target in options.targets:
        report(target, [row for row in rows if row.target == target], options.ratios)


Maker = Callable[[int], Encoded]


class Row(NamedTuple):
    """One picture in one format at one target."""

    format: str
    target: float
    plain: Encoded
    kept: tuple[Encoded | None, ...]
    """Within each ratio; None where no quality is."""


def measured(made: Maker, format_name: str, target: float, ratios: tuple[float, ...]) -> Row | None:
    """None where no quality reaches the target."""
    plain = lowest(made, LOWEST, lambda one: one.score.whole >= target)
    if plain is None:
        return None
    kept = tuple(
        lowest(made, plain.quality, lambda one, r=r: one.score.worst_tile >= least(target, r))
        for r in ratios
    )
    return Row(format_name, target, plain, kept)


def least(target: float, ratio: float) -> float:
    return 100 - ratio * (100 - target)


def tell(name: str, found: list[Row | None]) -> None:
    for row in found:
        if row is not None:
            plain = row.plain
            print(
                f"{name[:28]:28} {row.format:5} {row.target:g}: quality {plain.quality}, "
                f"{plain.size} bytes, {plain.score.whole:.1f}, "
                f"worst tile {plain.score.worst_tile:.1f}",
                flush=True,
            )


def maker(pixels: Pixels, format_name: str) -> Maker:
    """Encodes at a quality, once."""

    @functools.cache
    def made(quality: int) -> Encoded:
        size, shown = asyncio.run(round_trip(pixels, format_name, quality))
        return Encoded(quality, size, ssimulacra2_local(pixels, shown))

    return made


async def round_trip(pixels: Pixels, format_name: str, quality: int) -> tuple[int, Pixels]:
    host = default_host()
    height, width = pixels.shape[:2]
    trial = Trial(format=format_name, width=width, height=height, quality=quality)
    data = await encode(host, pixels, trial)
    return len(data), (await host.decode(data, source_format=format_name)).pixels[..., :3]


def lowest(made: Maker, first: int, holds: Callable[[Encoded], bool]) -> Encoded | None:
    """The lowest quality from `first` on for which it holds, by bisection."""
    if holds(made(first)):
        return made(first)
    low, high = first, HIGHEST
    if not holds(made(high)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(made(middle)) else (middle, high)
    return made(high)


def report(target: float, rows: list[Row], ratios: tuple[float, ...]) -> None:
    print(f"\ntarget {target:g}, {len(rows)} encodes, worst tile at percentiles")
    for name in (*FORMATS, ""):
        chosen = [row for row in rows if row.format.startswith(name)]
        tiles = np.array([row.plain.score.worst_tile for row in chosen])
        shares = " ".join(f"{p}: {np.percentile(tiles, p):6.1f}" for p in (0, 1, 2, 5, 10, 25, 50))
        print(f"  {name or 'all':5} {shares}")
        for k, ratio in enumerate(ratios):
            pairs = [(row.plain.size, kept.size) for row in chosen if (kept := row.kept[k])]
            before, after = (sum(sizes) for sizes in zip(*pairs, strict=True))
            print(
                f"    {ratio:g}: {np.mean(tiles < least(target, ratio)):6.1%} turned away, "
                f"bytes {after / before - 1:+.2%}, {len(chosen) - len(pairs)} within it never"
            )


def numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


if __name__ == "__main__":
    main()
