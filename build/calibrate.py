"""Measure the policy's tables: python build/calibrate.py DIR... [--site] [--limit N] [--out FILE].

Encodes pictures at a ladder of qualities with this machine's encoders, or with --site with those of
the built site under Node at the browser's speeds, scores them, and prints what
`policy/formats.py` and `policy/classify.py` hold: the quality that reaches a score, bits per pixel,
how much other formats need, and how well drawings are told from photos (by the folder's name).
Results are appended to FILE, so a second run goes on where the first stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any, TextIO

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "models")]

from common.site_codecs import SITE_SPEED, SiteCodecs  # noqa: E402 - after the path
from eyebright.host import default_host  # noqa: E402 - after the path
from eyebright.host.base import Decoded, Host, Pixels  # noqa: E402 - after the path
from eyebright.metrics import ssimulacra2  # noqa: E402 - after the path
from eyebright.pipeline import decode  # noqa: E402 - after the path
from eyebright.policy.classify import is_graphic  # noqa: E402 - after the path
from eyebright.policy.effort import DEFAULT_SPEED  # noqa: E402 - after the path
from eyebright.policy.formats import HAS_LOSSLESS  # noqa: E402 - after the path
from eyebright.values import Trial  # noqa: E402 - after the path

QUALITIES = (30, 42, 54, 64, 72, 80, 87, 93, 97)
SCORES = (50, 60, 70, 75, 80, 85, 90, 95)
LOSSY = ("avif", "webp", "jpeg", "jxl")
RATIO_SCORES = (65, 75, 85)
SUFFIXES = {".webp", ".png", ".jpg", ".jpeg"}

Row = dict[str, Any]


class SiteHost:
    """Encodes as the browser does, with the built site's codecs in a Node process."""

    def __init__(self) -> None:
        self._site = SiteCodecs()
        self._native = default_host()

    async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
        return self._site.encode(pixels, trial)

    async def decode(self, data: bytes, *, source_format: str) -> Decoded:
        return await self._native.decode(data, source_format=source_format)


Encoding = Host | SiteHost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=60, help="pictures per folder")
    parser.add_argument("--site", action="store_true", help="the browser's encoders, under Node")
    parser.add_argument("--out", type=Path, default=ROOT / ".cache" / "calibrate.jsonl")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.touch()
    done = {row["path"] for row in _rows(options.out)}
    speeds = SITE_SPEED if options.site else DEFAULT_SPEED
    with options.out.open("a") as log:
        asyncio.run(_measure(options, done, log, speeds))
    _print_tables(_rows(options.out))


def _rows(out: Path) -> list[Row]:
    return [json.loads(line) for line in out.read_text().splitlines()]


async def _measure(
    options: argparse.Namespace, done: set[str], log: TextIO, speeds: dict[str, int]
) -> None:
    host = SiteHost() if options.site else default_host()
    for path in _pictures(options.folders, options.limit):
        if path.name not in done:
            log.write(json.dumps(await _row(host, path, speeds)) + "\n")
            log.flush()
            print(path.name, file=sys.stderr)


def _pictures(folders: list[Path], limit: int) -> Iterator[Path]:
    """An even choice of each folder's pictures."""
    for folder in folders:
        found = sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES)
        step = max(1, len(found) // limit)
        yield from found[::step][:limit]


async def _row(host: Encoding, path: Path, speeds: dict[str, int]) -> Row:
    from eyebright.analyse.statistics import facts  # noqa: PLC0415 - beside its one use

    source, pixels = await decode(path)
    pixels = np.ascontiguousarray(pixels[..., :3])
    known = facts(source, pixels)
    graphic = is_graphic(known)
    row: Row = {
        "path": path.name,
        "folder": path.parent.name,
        "pixels": known.width * known.height,
        "facts": known.to_dict(),
        "graphic": graphic,
        "curves": {},
        "lossless": {},
    }
    for name in LOSSY:
        row["curves"][name] = [
            await _point(host, pixels, _trial(name, quality, pixels, speeds, graphic=graphic))
            for quality in QUALITIES
        ]
    for name in sorted(HAS_LOSSLESS):
        trial = _trial(name, 100, pixels, speeds, graphic=graphic).replace(lossless=True)
        row["lossless"][name] = len(await host.encode(pixels, trial))
    return row


def _trial(
    name: str, quality: int, pixels: Pixels, speeds: dict[str, int], *, graphic: bool
) -> Trial:
    height, width = pixels.shape[:2]
    return Trial(
        format=name,
        width=width,
        height=height,
        quality=quality,
        subsampling="444" if graphic else "420",
        speed=speeds[name],
    )


async def _point(host: Encoding, pixels: Pixels, trial: Trial) -> tuple[int, int, float]:
    data = await host.encode(pixels, trial)
    decoded = await host.decode(data, source_format=trial.format)
    return trial.quality, len(data), ssimulacra2(pixels, decoded.pixels)


def _print_tables(rows: list[Row]) -> None:
    for kind in (False, True):
        chosen = [row for row in rows if row["graphic"] == kind]
        print(f"\n== {'graphic' if kind else 'photo'}: {len(chosen)} pictures")
        if chosen:
            _print_dials(chosen)
            _print_bits(chosen)
            _print_ratios(chosen)
    _print_confusion(rows)


def _at(curve: list[list[float]], score: float) -> tuple[float, float] | None:
    """(quality, bytes) where the curve reaches the score, interpolated; None outside it."""
    points = sorted(curve, key=lambda p: p[2])
    scores = [p[2] for p in points]
    if not scores[0] <= score <= scores[-1]:
        return None
    quality = float(np.interp(score, scores, [p[0] for p in points]))
    size = float(np.exp(np.interp(score, scores, np.log([p[1] for p in points]))))
    return quality, size


def _print_dials(rows: list[Row]) -> None:
    for name in LOSSY:
        cells = []
        for score in SCORES:
            found = [at[0] for row in rows if (at := _at(row["curves"][name], score))]
            if len(found) >= len(rows) // 4:
                cells.append(f"({score}, {np.median(found):.0f})")
        print(f'"{name}": ({", ".join(cells)}),')


def _print_bits(rows: list[Row]) -> None:
    for name in LOSSY:
        found = [
            (8 * at[1] / row["pixels"], row["facts"]["detail_centibits"])
            for row in rows
            if (at := _at(row["curves"][name], 75))
        ]
        bits = [bit for bit, _ in found]
        logs = np.log([max(20, detail) for _, detail in found])
        slope = np.polyfit(logs, np.log(bits), 1) if len(found) > 2 else (0, 0)
        print(f"bpp at 75 {name}: median {np.median(bits):.2f}; ~ detail^{slope[0]:.2f}")
    for name in sorted(HAS_LOSSLESS):
        bits = [8 * row["lossless"][name] / row["pixels"] for row in rows]
        print(f"bpp lossless {name}: median {np.median(bits):.2f}")
    details = [row["facts"]["detail_centibits"] for row in rows]
    print("detail_centibits: median", np.median(details))


def _print_ratios(rows: list[Row]) -> None:
    """Other's bytes over tried's at the same score: the second percentile and the median."""
    for tried, other in permutations(LOSSY, 2):
        ratios = [
            b[1] / a[1]
            for row in rows
            for score in RATIO_SCORES
            if (a := _at(row["curves"][tried], score)) and (b := _at(row["curves"][other], score))
        ]
        low, middle = np.percentile(ratios, (2, 50))
        print(f'("{tried}", "{other}"): {low:.2f},  # median {middle:.2f}')


def _print_confusion(rows: list[Row]) -> None:
    table: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        table[row["folder"]][int(row["graphic"])] += 1
    print("\nfolder: photo, graphic")
    for folder, (photo, graphic) in sorted(table.items()):
        print(f"{folder}: {photo}, {graphic}")


if __name__ == "__main__":
    main()
