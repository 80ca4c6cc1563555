"""What `bench_speed.py` measures, here and in Pyodide: nothing but numpy and our own package."""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from eyebright.host.base import Pixels
from eyebright.kernels import Implementation, using
from eyebright.metrics import ssimulacra2
from eyebright.policy import decide
from eyebright.values import Capabilities, Facts, Goal

SIDES_PX = (512, 1024, 2048)
IMPLEMENTATIONS: tuple[Implementation, ...] = ("compiled", "numpy")
SCORES, DECISIONS = 5, 200
"""Repetitions, of which the median counts."""

Row = dict[str, Any]

FACTS = Facts(format="jpeg", width=4000, height=3000, size_bytes=6_000_000, sha256="0" * 64)
CAPABILITIES = Capabilities(throughput_kbps=5000, rtt_ms=50)


def rows() -> list[Row]:
    """Each with what was measured and where."""
    where = "Pyodide" if sys.platform == "emscripten" else "CPython"
    measured = [_metric(path, side) for path in IMPLEMENTATIONS for side in SIDES_PX]
    return [{"where": where, **row} for row in (*measured, _decide())]


def _metric(path: Implementation, side: int) -> Row:
    first = _noise(side)
    second = first ^ np.uint8(3)
    with using(path):
        ms = _median_ms(lambda: ssimulacra2(first, second), SCORES)
        tracemalloc.start()
        ssimulacra2(first, second)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return {
        "what": f"SSIMULACRA2, {path}",
        "side_px": side,
        "ms_per_mp": ms / (side * side / 1e6),
        "bytes_per_px": peak / (side * side),
    }


def _noise(side: int) -> Pixels:
    """By a multiplicative hash: the site's numpy has no random numbers."""
    count = np.arange(side * side * 3, dtype=np.uint32)
    mixed = (count * np.uint32(2654435761)) ^ (count >> np.uint32(7))
    pixels: Pixels = (mixed * np.uint32(2246822519) >> np.uint32(24)).astype(np.uint8)
    return pixels.reshape(side, side, 3)


def _decide() -> Row:
    goal = Goal(purpose="upload")
    decide(FACTS, goal, CAPABILITIES)
    return {
        "what": "decide",
        "ms": _median_ms(lambda: decide(FACTS, goal, CAPABILITIES), DECISIONS),
    }


def _median_ms(work: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return 1e3 * statistics.median(found)
