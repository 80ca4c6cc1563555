"""How fast 12 megapixels become 1600 pixels wide, beside others'; `bench.py --resize` prints it.

Here beside Pillow, which is given the planes of light as floats, filters and is turned back; in
Chromium our kernels in Pyodide, which are one thread, beside pica with its workers and WebAssembly,
which filters codes. All take turns in one run; medians. Memory is by how much WebAssembly's grew
over what it was with the source in it, the result included.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bench_browser import ARGUMENTS, LOAD_PYODIDE
from check import find_browser
from eyebright.kernels import srgb
from eyebright.transform import METHODS, resize
from serve import SITE, serving
from vendor import members, vendored

PICA = "10.0.3"
PICA_FILE = "dist/pica.js"
FILTERS = ("mks2013", "lanczos3")
"""Of pica: its own choice, and ours."""

SOURCE = (4000, 3000)
RESULT = (1600, 1200)
RUNS = 5

MAKE = """
import time
import numpy as np
from eyebright.transform import METHODS, resize

y, x = np.mgrid[0:500, 0:500]
tile = np.dstack([x * 13 ^ y * 7, x + y, x * y >> 4]).astype(np.uint8) // 2 + 64
source = np.tile(tile, (6, 8, 1))

def ms(method):
    began = time.perf_counter()
    resize(source, 1600, 1200, method=method)
    return 1e3 * (time.perf_counter() - began)
"""
"""A picture of waves and steps: the site's numpy has no random numbers."""

Row = dict[str, Any]


def rows() -> list[Row]:
    """`where`, `what`, `ms`, and `mb` of memory where it was measured."""
    return [*_native_rows(), *_browser_rows()]


def print_rows(measured: list[Row]) -> None:
    print(f"\n{'12 MP to 1600 x 1200':<32}{'where':<10}{'ms':>8}{'MB':>8}")
    for row in measured:
        memory = f"{row['mb']:8.0f}" if "mb" in row else ""
        print(f"{row['what']:<32}{row['where']:<10}{row['ms']:8.0f}{memory}")


def _native_rows() -> Iterator[Row]:
    space: dict[str, Any] = {}
    exec(MAKE, space)  # noqa: S102 - the very code that Pyodide runs
    source = space["source"]
    calls: dict[str, Callable[[], object]] = {
        **{name: _ours(source, name) for name in METHODS},
        "Pillow, reducing Lanczos, light": lambda: _pillow(source),
    }
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(RUNS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            times[name].append(1e3 * (time.perf_counter() - began))
    for name, took in times.items():
        yield {"where": "CPython", "what": name, "ms": statistics.median(took)}


def _ours(source: npt.NDArray[np.uint8], method: str) -> Callable[[], object]:
    return lambda: resize(source, *RESULT, method=method)


def _pillow(source: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    table = srgb.code_table()
    planes = [
        Image.fromarray(table[source[..., c]]).resize(
            RESULT, Image.Resampling.LANCZOS, reducing_gap=2.0
        )
        for c in range(3)
    ]
    return srgb.to_codes(np.dstack([np.asarray(plane) for plane in planes]))


def _browser_rows() -> list[Row]:
    with _page() as (page, address):
        [(_path, script)] = members(vendored(f"pica-{PICA}.tgz"), [PICA_FILE])
        page.evaluate(script.decode())
        app = next(SITE.glob("app-*")).name
        arguments = [f"{address}{app}/assets.js", MAKE, [*METHODS], [*FILTERS], RUNS]
        found = page.evaluate(_MEASURE, arguments)
    ours = [_row(name, found["ours"][name]) | {"mb": found["mb"]} for name in METHODS]
    return [*ours, *(_row(f"pica {PICA}, {name}", found["pica"][name]) for name in FILTERS)]


def _row(what: str, times: list[float]) -> Row:
    return {"where": "Chromium", "what": what, "ms": statistics.median(times)}


@contextmanager
def _page() -> Iterator[tuple[Page, str]]:
    """A page of the site that starts nothing itself, and may start pica's workers."""
    with sync_playwright() as playwright, serving() as address:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        try:
            page = browser.new_context(bypass_csp=True).new_page()
            page.goto(f"{address}site.json")
            yield page, address
        finally:
            browser.close()


_MEASURE = (
    """async ([assetsAddress, make, methods, filters, runs]) => {"""
    + LOAD_PYODIDE
    + """  pyodide.runPython(make);
  const view = pyodide.globals.get("source").getBuffer("u8");
  const [height, width] = [3000, 4000];
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = view.data[3 * i + c];
  view.release();
  const from = document.createElement("canvas");
  Object.assign(from, { width, height });
  from.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
  const resizer = window.pica({ features: ["js", "wasm", "ww"] });
  const held = pyodide._module.HEAPU8.length;
  const ours = Object.fromEntries(methods.map((name) => [name, []]));
  const pica = Object.fromEntries(filters.map((name) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const name of methods) ours[name].push(pyodide.runPython(`ms("${name}")`));
    for (const filter of filters) {
      const to = Object.assign(document.createElement("canvas"), { width: 1600, height: 1200 });
      const began = performance.now();
      await resizer.resize(from, to, { filter });
      pica[filter].push(performance.now() - began);
      const [red] = to.getContext("2d").getImageData(800, 600, 1, 1).data;
      if (!red) throw new Error("pica drew nothing");
    }
  }
  return { ours, pica, mb: (pyodide._module.HEAPU8.length - held) / 1e6 };
}"""
)
