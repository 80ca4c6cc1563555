"""Eyebright on pictures beside what people do by hand; `bench.py --images` prints it.

Every other way uses Eyebright's own encoders at their defaults, so that only the choice of quality
differs: fixed qualities; the smallest one that holds the target on 95 % of the pictures; and the
binary search between 50 and 95 that guides recommend, scored by the same metric. An oracle knows
each picture's least quality that reaches the target; `over` is the bytes above its in the format
that was delivered, `regret` above that of the best format. Times have encoding, decoding and
scoring in them, and are of the wall: only those of one run are comparable.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from eyebright import Goal, optimise
from eyebright.host import default_host
from eyebright.host.base import Host, Pixels
from eyebright.metrics import ssimulacra2
from eyebright.pipeline import decode
from eyebright.policy.effort import DEFAULT_SPEED
from eyebright.policy.formats import CHROMA
from eyebright.policy.stops import AIM_ABOVE
from eyebright.values import Trial

TARGET = 75.0
FIXED = (("jpeg", 75), ("webp", 75), ("avif", 50))
"""What people set by hand."""

GUIDED = 50, 95
GUIDED_STEPS = 7
"""The binary search of guides for automatic quality: from, to, and at most so many encodes."""

SAFE = 40, 99
"""Qualities among which the safe fixed one is sought."""

SAFE_SHARE = 0.95
"""Share of the pictures that a safe fixed quality must hold at the target."""

HELD = 0.5
"""SSIMULACRA2 below the target from which on bytes are not compared: they are of another thing."""

Row = dict[str, Any]


def rows(paths: Sequence[Path]) -> list[Row]:
    """One for each picture and way."""
    return asyncio.run(_rows(paths))


async def _rows(paths: Sequence[Path]) -> list[Row]:
    host = default_host()
    found: list[Row] = []
    everything: dict[str, list[Encodes]] = {name: [] for name, _quality in FIXED}
    for path in paths:
        _source, pixels = await decode(path, host=host)
        pixels = np.ascontiguousarray(pixels[..., :3])
        encodes = {name: Encodes(host, pixels, name) for name in everything}
        oracle = {name: await encodes[name].least_bytes() for name in encodes}
        mine = [await _ours(host, path, mode, mode, None) for mode in ("auto", "fast", "best")]
        for name, quality in FIXED:
            mine.append(await _ours(host, path, f"{name} to target", "auto", (name,)))
            mine.append(await _fixed(encodes[name], f"{name} {quality}", quality))
            mine.append(await _guided(encodes[name]))
            everything[name].append(encodes[name])
        found += [_compared(row, path, oracle) for row in mine]
        print(path.name, file=sys.stderr)
    for name, made in everything.items():
        found += await _safe_rows(name, made, paths)
    return found


class Made(NamedTuple):
    """One encode, measured."""

    bytes: int
    score: float
    seconds: float


class Encodes:
    """One picture's encodes in one format by quality, each made once."""

    def __init__(self, host: Host, pixels: Pixels, name: str) -> None:
        self.name = name
        self._host, self._pixels = host, pixels
        self._made: dict[int, Made] = {}

    async def at(self, quality: int) -> Made:
        if quality not in self._made:
            self._made[quality] = await self._make(quality)
        return self._made[quality]

    async def _make(self, quality: int) -> Made:
        height, width = self._pixels.shape[:2]
        trial = Trial(
            format=self.name,
            width=width,
            height=height,
            quality=quality,
            subsampling=CHROMA.get(self.name, "420"),
            speed=DEFAULT_SPEED[self.name],
        )
        began = time.perf_counter()
        data = await self._host.encode(self._pixels, trial)
        decoded = await self._host.decode(data, source_format=self.name)
        score = ssimulacra2(self._pixels, decoded.pixels)
        return Made(len(data), score, time.perf_counter() - began)

    async def search(self, low: int, high: int, steps: int) -> tuple[list[Made], Made | None]:
        """Of a binary search all encodes, and the least that reaches the target."""
        tried: list[Made] = []
        best = None
        while low <= high and len(tried) < steps:
            middle = (low + high) // 2
            tried.append(await self.at(middle))
            if tried[-1].score >= TARGET:
                best, high = tried[-1], middle - 1
            else:
                low = middle + 1
        return tried, best

    async def least_bytes(self) -> int | None:
        """At the least quality that reaches the target; None where none does."""
        _tried, best = await self.search(1, 100, 100)
        return best.bytes if best else None


class Watched:
    """A host that keeps the first encode of each format."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.first: dict[str, tuple[Pixels, bytes]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
        data = await self._host.encode(pixels, trial)
        self.first.setdefault(trial.format, (pixels, data))
        return data


async def _ours(
    host: Host, path: Path, label: str, mode: str, formats: tuple[str, ...] | None
) -> Row:
    watched = Watched(host)
    goal = Goal(target=TARGET, mode=mode, formats=formats)
    began = time.perf_counter()
    report = (await optimise(path, goal, host=cast(Host, watched))).report
    row = {
        "tool": f"eyebright {label}",
        "format": report.format,
        "bytes": report.bytes,
        "score": report.score,
        "encodes": report.encodes,
        "seconds": time.perf_counter() - began,
        "stages": dict(report.timings_ms),
    }
    if mode == "auto" and report.format in watched.first:
        pixels, data = watched.first[report.format]
        decoded = await host.decode(data, source_format=report.format)
        row["one_shot"] = abs(ssimulacra2(pixels, decoded.pixels) - TARGET - AIM_ABOVE)
    return row


async def _fixed(encodes: Encodes, tool: str, quality: int) -> Row:
    return _row(tool, encodes.name, await encodes.at(quality), [await encodes.at(quality)])


async def _guided(encodes: Encodes) -> Row:
    """Where nothing reaches the target, the highest quality is what guides end with."""
    tried, best = await encodes.search(*GUIDED, GUIDED_STEPS)
    return _row(f"{encodes.name} binary search", encodes.name, best or tried[-1], tried)


def _row(tool: str, name: str, best: Made, tried: Sequence[Made]) -> Row:
    return {
        "tool": tool,
        "format": name,
        "bytes": best.bytes,
        "score": best.score,
        "encodes": len(tried),
        "seconds": sum(made.seconds for made in tried),
    }


def _compared(row: Row, path: Path, oracle: dict[str, int | None]) -> Row:
    """With the bytes over the oracle's, where the target is held and there is one."""
    row = {"picture": path.name, **row}
    least = [size for size in oracle.values() if size]
    own = oracle.get(row["format"])
    if row["score"] < TARGET - HELD or not least:
        return row
    over = {} if own is None else {"over": row["bytes"] / own - 1}
    return {**row, **over, "regret": row["bytes"] / min(least) - 1}


async def _safe_rows(name: str, made: Sequence[Encodes], paths: Sequence[Path]) -> list[Row]:
    """The smallest fixed quality that holds the target on 95 % of the pictures."""
    low, high = SAFE
    while low < high:
        middle = (low + high) // 2
        held = [(await encodes.at(middle)).score >= TARGET for encodes in made]
        low, high = (low, middle) if sum(held) >= SAFE_SHARE * len(held) else (middle + 1, high)
    found = [await _fixed(encodes, f"{name} safe {low}", low) for encodes in made]
    if sum(row["score"] >= TARGET for row in found) < SAFE_SHARE * len(found):
        print(f"{name}: no fixed quality holds {TARGET:g}, so it has no row", file=sys.stderr)
        return []
    return [{"picture": path.name, **row} for row, path in zip(found, paths, strict=True)]


# ---- What is printed


def print_rows(found: Sequence[Row]) -> None:
    tools = {tool: [r for r in found if r["tool"] == tool] for tool in _names(found, "tool")}
    count = len(_names(found, "picture"))
    print(
        f"\n{count} pictures, target {TARGET:g}; bytes in sum, score and seconds as medians, over,"
    )
    print("regret, encodes and one-shot, the error of the first quality's score, as means")
    heads = ("bytes", "score", "lowest", "SD", "over", "regret", "encodes", "one-shot", "seconds")
    print(f"{'tool':<28}" + "".join(f"{head:>9}" for head in heads))
    for tool, mine in tools.items():
        scores = [row["score"] for row in mine]
        print(
            f"{tool:<28}{sum(row['bytes'] for row in mine):>9}"
            f"{statistics.median(scores):>9.1f}{min(scores):>9.1f}{statistics.pstdev(scores):>9.2f}"
            f"{_mean(mine, 'over', '.1%')}{_mean(mine, 'regret', '.1%')}"
            f"{_mean(mine, 'encodes', '.2f')}{_mean(mine, 'one_shot', '.2f')}"
            f"{statistics.median(row['seconds'] for row in mine):>9.2f}"
        )
    _print_against_search(tools)
    _print_stages(tools)


def _names(found: Sequence[Row], key: str) -> list[str]:
    return list(dict.fromkeys(row[key] for row in found))


def _mean(mine: Sequence[Row], key: str, how: str) -> str:
    """A dash where not every picture has one."""
    values = [row[key] for row in mine if key in row]
    told = format(statistics.fmean(values), how) if len(values) == len(mine) else "-"
    return f"{told:>9}"


def _print_against_search(tools: dict[str, list[Row]]) -> None:
    print("\nby the binary search, medians over the pictures: bytes; time, as a whole and without")
    print("looking, planning and scaling, which the search does not do")
    pairs = [(f"eyebright {name} to target", f"{name} binary search") for name, _ in FIXED]
    for ours, theirs in (*pairs, ("eyebright auto", "webp binary search")):
        if ours in tools and theirs in tools:
            told = "".join(f"{r:9.3f}" for r in _ratios(tools[ours], tools[theirs]))
            print(f"{ours:<28} against {theirs:<20}{told}")


def _ratios(mine: Sequence[Row], other: Sequence[Row]) -> tuple[float, float, float]:
    pairs = list(zip(mine, other, strict=True))
    return (
        statistics.median(a["bytes"] / b["bytes"] for a, b in pairs),
        statistics.median(a["seconds"] / b["seconds"] for a, b in pairs),
        statistics.median(_working_s(a) / b["seconds"] for a, b in pairs),
    )


def _working_s(row: Row) -> float:
    stages: dict[str, float] = row["stages"]
    return (stages.get("encode", 0.0) + stages.get("verify", 0.0)) / 1000


def _print_stages(tools: dict[str, list[Row]]) -> None:
    """Of the sum of all stages' milliseconds, over all pictures."""
    staged = {tool: mine for tool, mine in tools.items() if all("stages" in row for row in mine)}
    if not staged:
        return
    stages = ("intake", "analyse", "decide", "transform", "encode", "verify", "deliver")
    print(f"\n{'share of time':<28}" + "".join(f"{stage:>10}" for stage in stages))
    for tool, mine in staged.items():
        total = sum(row["stages"]["total"] for row in mine)
        parts = [sum(row["stages"].get(stage, 0.0) for row in mine) / total for stage in stages]
        print(f"{tool:<28}" + "".join(f"{part:>10.1%}" for part in parts))
