"""Where the time of one picture goes, stage by stage, here and in Chromium; `bench.py` prints it.

Two photos: 12 megapixels on its way to 1600 pixels, and one megapixel as it is; nothing else is
asked for. Each is made RUNS times after a first time that counts for nothing; medians. In Chromium
the bytes are told, too, that were copied between JavaScript and Python, as web/crossings.js counts.
"""

from __future__ import annotations

import asyncio
import base64
import io
import statistics
from typing import Any

import numpy as np
from PIL import Image

from eyebright import Goal, optimise
from eyebright.host import default_host

RUNS = 5
GRAIN = 2.0
"""Standard deviation of the grain on the enlarged photo, steps of 8 bits: a sensor's."""

PHOTOS = {"12 MP to 1600 px": (4000, 3000, 1600), "1 MP": (1224, 816, None)}
"""Width, height and the largest width that is asked for."""

STAGES = ("decode", "encode", "analyse", "transform", "verify")
CODING = ("decode", "encode")

Row = dict[str, Any]


def rows() -> list[Row]:
    """Milliseconds by stage, here and in Chromium."""
    from bench_browser import stage_rows  # noqa: PLC0415 - needs Chromium

    photos = {name: photo(width, height) for name, (width, height, _most) in PHOTOS.items()}
    found = [_native(name, data, PHOTOS[name][2]) for name, data in photos.items()]
    asked = [
        (name, base64.b64encode(data).decode(), PHOTOS[name][2]) for name, data in photos.items()
    ]
    for name, told in zip(photos, stage_rows(asked, RUNS), strict=True):
        megabytes = {key: told[key] / 1e6 for key in ("into", "out_of")}
        found.append(_row("Chromium", name, told["timings"]) | megabytes)
    return found


def photo(width: int, height: int) -> bytes:
    """A JPEG of coffee, enlarged and with grain."""
    from skimage import data  # noqa: PLC0415 - only here

    image = Image.fromarray(data.coffee())  # type: ignore[no-untyped-call]  # skimage has no types
    pixels = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS), np.float32)
    grain = np.random.default_rng(0).normal(0, GRAIN, pixels.shape)
    out = io.BytesIO()
    Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=92)
    return out.getvalue()


def _native(name: str, data: bytes, max_width: int | None) -> Row:
    return _row("CPython", name, asyncio.run(_timings(data, Goal(max_width=max_width))))


async def _timings(data: bytes, goal: Goal) -> list[dict[str, float]]:
    host = default_host()
    await optimise(data, goal, host=host)
    made = [await optimise(data, goal, host=host) for _ in range(RUNS)]
    await host.close()
    return [dict(one.report.timings_ms) for one in made]


def _row(where: str, name: str, timings: list[dict[str, float]]) -> Row:
    medians = {s: statistics.median(t.get(s, 0.0) for t in timings) for s in (*STAGES, "total")}
    rest = medians["total"] - sum(medians[stage] for stage in STAGES)
    coding = sum(medians[stage] for stage in CODING) / medians["total"]
    return {"what": name, "where": where, **medians, "rest": rest, "coding": coding}


def print_rows(measured: list[Row]) -> None:
    columns = (*STAGES, "rest", "total")
    print(f"\n{'ms by stage':<20}{'where':<10}" + "".join(f"{c:>10}" for c in columns), end="")
    print(f"{'coding':>9}{'MB in':>8}{'MB out':>8}")
    for row in measured:
        times = "".join(f"{row[column]:>10.0f}" for column in columns)
        crossed = "".join(f"{row[key]:>8.1f}" for key in ("into", "out_of") if key in row)
        print(f"{row['what']:<20}{row['where']:<10}{times}{row['coding']:>8.0%} {crossed}")
