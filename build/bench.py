"""Measure Eyebright: python build/bench.py [--images DIR] [--speed] [--models] [--page] [--peers].

--json FILE    write all rows there, too

--images DIR   bytes, score, encodes and seconds of every picture, beside fixed qualities
--speed        here and in Pyodide: SSIMULACRA2 by numpy and compiled (milliseconds per megapixel,
               bytes per pixel), `decide` and the import of `eyebright.policy` (milliseconds)
--models       each model's milliseconds, here and in Chromium, and the memory of all (Chromium)
--page         cold and warm time to the first result, bytes transferred, peak memory (Chromium)
--peers        with --images: browser-image-compression and compressorjs in the same Chromium

Medians are reported; times are only comparable within one run, since machines are noisy.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "build"), str(ROOT / "py")]

import bench_speed  # noqa: E402 - after the path
from eyebright import Goal, optimise  # noqa: E402 - after the path
from eyebright.host import default_host  # noqa: E402 - after the path
from eyebright.host.base import Host, Pixels  # noqa: E402 - after the path
from eyebright.metrics import ssimulacra2  # noqa: E402 - after the path
from eyebright.pipeline import decode  # noqa: E402 - after the path
from eyebright.policy.effort import DEFAULT_SPEED  # noqa: E402 - after the path
from eyebright.values import Trial  # noqa: E402 - after the path

TARGET = 75.0
FIXED = (("jpeg", 75), ("webp", 75), ("avif", 50))
"""What people set by hand."""

LADDER = range(40, 100, 4)
"""Qualities among which the safe fixed one is sought."""

SAFE_SHARE = 0.95
"""Share of the pictures that a safe fixed quality must hold at the target."""

SUFFIXES = {".webp", ".png", ".jpg", ".jpeg", ".avif"}

Row = dict[str, Any]


def main() -> None:
    options = _options()
    result: dict[str, Any] = {}
    if options.speed:
        result["speed"] = bench_speed.rows()
        bench_speed.print_rows(result["speed"])
    if options.models:
        import bench_models  # noqa: PLC0415 - needs Chromium

        result["models"] = bench_models.rows()
        bench_models.print_rows(result["models"])
    if options.images:
        rows = asyncio.run(_picture_rows(list(_pictures(options.images, options.limit))))
        if options.peers:
            from bench_browser import peer_rows  # noqa: PLC0415 - needs Chromium

            rows += peer_rows(list(_pictures(options.images, options.limit)), TARGET)
        result["pictures"] = rows
        _print_pictures(rows)
    if options.page:
        import bench_browser  # noqa: PLC0415 - needs Chromium

        result["page"] = bench_browser.page_rows()
        bench_browser.print_page(result["page"])
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))


def _options() -> argparse.Namespace:
    layout = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--images", type=Path)
    parser.add_argument("--limit", type=int, default=24)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--models", action="store_true")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not (options.images or options.speed or options.models or options.page):
        parser.error("nothing to measure; give --images DIR, --speed, --models or --page")
    return options


def _pictures(folder: Path, limit: int) -> Iterator[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
    if not found:
        sys.exit(f"no pictures in {folder}; give a folder with PNG, JPEG, WebP or AVIF files")
    yield from found[:: max(1, len(found) // limit)][:limit]


async def _picture_rows(paths: list[Path]) -> list[Row]:
    host = default_host()
    rows: list[Row] = []
    curves: dict[str, list[dict[int, tuple[int, float]]]] = {name: [] for name, _ in FIXED}
    for path in paths:
        _, pixels = await decode(path, host=host)
        pixels = np.ascontiguousarray(pixels[..., :3])
        rows.append(await _ours(host, path, "auto", None))
        for name, quality in FIXED:
            rows.append(await _ours(host, path, f"{name} to target", (name,)))
            rows.append(await _fixed(host, path, pixels, name, quality))
            curves[name].append(await _ladder(host, pixels, name))
        print(path.name, file=sys.stderr)
    for name, found in curves.items():
        rows += _safe_rows(name, found, paths)
    return rows


async def _ours(host: Host, path: Path, label: str, formats: tuple[str, ...] | None) -> Row:
    began = time.perf_counter()
    report = (await optimise(path, Goal(target=TARGET, formats=formats), host=host)).report
    return {
        "tool": f"eyebright {label}",
        "picture": path.name,
        "bytes": report.bytes,
        "score": report.score,
        "encodes": report.encodes,
        "seconds": time.perf_counter() - began,
    }


async def _fixed(host: Host, path: Path, pixels: Pixels, name: str, quality: int) -> Row:
    began = time.perf_counter()
    size, score, encoding_s = await _encode(host, pixels, name, quality)
    return {
        "tool": f"{name} {quality}",
        "picture": path.name,
        "bytes": size,
        "score": score,
        "encodes": 1,
        "seconds": encoding_s,
        "with_scoring_s": time.perf_counter() - began,
    }


async def _encode(host: Host, pixels: Pixels, name: str, quality: int) -> tuple[int, float, float]:
    height, width = pixels.shape[:2]
    trial = Trial(
        format=name, width=width, height=height, quality=quality, speed=DEFAULT_SPEED[name]
    )
    began = time.perf_counter()
    data = await host.encode(pixels, trial)
    took = time.perf_counter() - began
    decoded = await host.decode(data, source_format=name)
    return len(data), ssimulacra2(pixels, decoded.pixels), took


async def _ladder(host: Host, pixels: Pixels, name: str) -> dict[int, tuple[int, float]]:
    return {q: (await _encode(host, pixels, name, q))[:2] for q in LADDER}


def _safe_rows(
    name: str, curves: list[dict[int, tuple[int, float]]], paths: list[Path]
) -> list[Row]:
    """The smallest fixed quality that holds the target on 95 % of the pictures."""
    for quality in LADDER:
        held = sum(curve[quality][1] >= TARGET for curve in curves) / len(curves)
        if held >= SAFE_SHARE:
            return [
                {
                    "tool": f"{name} safe {quality}",
                    "picture": path.name,
                    "bytes": curve[quality][0],
                    "score": curve[quality][1],
                    "encodes": 1,
                    "seconds": 0.0,
                }
                for path, curve in zip(paths, curves, strict=True)
            ]
    print(
        f"{name}: no fixed quality up to {LADDER[-1]} holds {TARGET:g} on {SAFE_SHARE:.0%} of the "
        "pictures, so it has no row",
        file=sys.stderr,
    )
    return []


def _print_pictures(rows: list[Row]) -> None:
    tools = dict.fromkeys(row["tool"] for row in rows)
    count = len({row["picture"] for row in rows})
    print(f"\n{count} pictures, target {TARGET:g}; bytes in sum, the others as medians")
    heads = ("bytes", 10), ("score", 8), ("lowest", 8), ("SD", 6), ("encodes", 9), ("seconds", 9)
    print(f"{'tool':<28}" + "".join(f"{head:>{width}}" for head, width in heads))
    for tool in tools:
        mine = [row for row in rows if row["tool"] == tool]
        scores = [row["score"] for row in mine]
        print(
            f"{tool:<28}{sum(row['bytes'] for row in mine):>10}"
            f"{statistics.median(scores):>8.1f}{min(scores):>8.1f}{statistics.pstdev(scores):>6.1f}"
            f"{statistics.median(row['encodes'] for row in mine):>9.1f}"
            f"{statistics.median(row['seconds'] for row in mine):>9.2f}"
        )


if __name__ == "__main__":
    main()
