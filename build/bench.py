"""Measure Eyebright: python build/bench.py with one or more of these.

--json FILE    write all rows there, too

--images DIR   bytes, scores, encodes and times of Eyebright's modes and of each format, beside
               fixed qualities, a binary search and what is possible (`bench_pictures`)
--speed        here and in Pyodide: SSIMULACRA2 by numpy and compiled (milliseconds per megapixel,
               bytes per pixel), `decide` and the import of `eyebright.policy` (milliseconds)
--models       each model's milliseconds, here and in Chromium, and the memory of all (Chromium)
--page         cold and warm time to the first result, bytes transferred, peak memory (Chromium),
               and --stages
--stages       where a picture's time goes, here and in Chromium, and the bytes copied between
               JavaScript and Python
--peers        with --images: browser-image-compression and compressorjs in the same Chromium
--resize       12 megapixels to 1600 pixels by each method, here and in Chromium, beside Pillow and
               pica (`bench_resize`)
--crops        with --data DIR, the data sets: what crops keep of fixations, faces and text, beside
               the centre's, libvips' and smartcrop.js's (`bench_crops`)

Medians are reported; times are only comparable within one run, since machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "build"), str(ROOT / "py")]

import bench_pictures  # noqa: E402 - after the path
import bench_speed  # noqa: E402 - after the path

SUFFIXES = {".webp", ".png", ".jpg", ".jpeg", ".avif"}

SECTIONS = ("images", "speed", "models", "page", "stages", "resize", "crops")
"""Options of which each is something to measure."""

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
        paths = list(_pictures(options.images, options.limit))
        rows = bench_pictures.rows(paths)
        if options.peers:
            from bench_browser import peer_rows  # noqa: PLC0415 - needs Chromium

            rows += peer_rows(paths)
        result["pictures"] = rows
        bench_pictures.print_rows(rows)
    if options.page:
        import bench_browser  # noqa: PLC0415 - needs Chromium

        result["page"] = bench_browser.page_rows()
        bench_browser.print_page(result["page"])
    if options.stages or options.page:
        import bench_stages  # noqa: PLC0415 - needs Chromium

        result["stages"] = bench_stages.rows()
        bench_stages.print_rows(result["stages"])
    if options.resize:
        import bench_resize  # noqa: PLC0415 - needs Chromium

        result["resize"] = bench_resize.rows()
        bench_resize.print_rows(result["resize"])
    if options.crops:
        import bench_crops  # noqa: PLC0415 - needs Node and the data sets

        result["crops"] = bench_crops.rows(options.data)
        bench_crops.print_rows(result["crops"])
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
    parser.add_argument("--stages", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--resize", action="store_true")
    parser.add_argument("--crops", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    wanted = [name for name in SECTIONS if getattr(options, name)]
    if not wanted:
        parser.error(f"nothing to measure; give one of --{', --'.join(SECTIONS)}")
    if options.crops and not options.data:
        parser.error("--crops needs the data sets; give --data DIR")
    return options


def _pictures(folder: Path, limit: int) -> Iterator[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
    if not found:
        sys.exit(f"no pictures in {folder}; give a folder with PNG, JPEG, WebP or AVIF files")
    yield from found[:: max(1, len(found) // limit)][:limit]


if __name__ == "__main__":
    main()
