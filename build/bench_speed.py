"""Speed and memory of what is ours, by the same code here and in Pyodide; `bench.py` prints it.

SSIMULACRA2 compares two pictures of noise; its memory is what it takes beside them. The import of
`eyebright.policy` is timed in fresh processes, the standard library's part included: wall time, and
the processor's, which other work on the machine disturbs less. All are medians.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import bench_measure

ROOT = Path(__file__).resolve().parent.parent

IMPORTS = 15
"""Fresh processes for the import."""

TIMED_IMPORT = """
import time
wall, processor = time.perf_counter(), time.process_time()
import eyebright.policy
print(time.perf_counter() - wall, time.process_time() - processor)
"""

IN_PYODIDE = """
import json, sys, time, types
wall = time.perf_counter()
import eyebright.policy
imported = {"where": "Pyodide", "what": "import eyebright.policy"}
imported["ms"] = 1e3 * (time.perf_counter() - wall)
module = sys.modules["bench_measure"] = types.ModuleType("bench_measure")
exec(%r, module.__dict__)
json.dumps([*module.rows(), imported])
"""

Row = dict[str, Any]


def rows() -> list[Row]:
    """Rows of `bench_measure` and of the import, from here and from Pyodide in Chromium."""
    from bench_browser import pyodide_rows  # noqa: PLC0415 - needs Chromium

    source = Path(bench_measure.__file__).read_text("utf-8")
    return [*bench_measure.rows(), _imported(), *pyodide_rows(IN_PYODIDE % source)]


def _imported() -> Row:
    times = [_import_s() for _ in range(IMPORTS)]
    wall, processor = (statistics.median(column) for column in zip(*times, strict=True))
    return {
        "where": "CPython",
        "what": "import eyebright.policy",
        "ms": 1e3 * wall,
        "cpu_ms": 1e3 * processor,
    }


def _import_s() -> tuple[float, float]:
    command = [sys.executable, "-c", TIMED_IMPORT]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / "py")
    wall, processor = done.stdout.split()
    return float(wall), float(processor)


def print_rows(measured: list[Row]) -> None:
    print(f"\n{'':<26}{'where':<9}{'px a side':>10}{'ms/MP':>9}{'ms':>9}{'bytes/px':>10}")
    for row in measured:
        cells = (row.get(key) for key in ("side_px", "ms_per_mp", "ms", "bytes_per_px"))
        print(f"{row['what']:<26}{row['where']:<9}" + "".join(map(_cell, cells, (10, 9, 9, 10))))


def _cell(value: float | None, width: int) -> str:
    if value is None:
        return " " * width
    return f"{value:>{width}}" if isinstance(value, int) else f"{value:>{width}.2f}"
