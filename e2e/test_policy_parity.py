"""The policy decides byte for byte alike on CPython and in the site's Pyodide.

200 generated cases, and the golden file with its searches; all 2,000 with EYEBRIGHT_ALL_CASES=1.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import golden_searches
import parity_cases
import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden" / "decisions.json"

ALL_CASES, USUAL_CASES = 2_000, 200
COUNT = ALL_CASES if os.environ.get("EYEBRIGHT_ALL_CASES") else USUAL_CASES

# Any file that runs no script of its own is a blank page.
BLANK = "site.json"

# A bare Pyodide with the site's wheel unpacked: the policy needs nothing else, numpy neither.
START = """async (site) => {
  const files = (await (await fetch(site + "site.json")).json()).files.map((file) => file.path);
  const { assets } = await import(site + files.find((path) => path.endsWith("/assets.js")));
  const { loadPyodide } = await import(assets.pyodide + "pyodide.mjs");
  window.pyodide = await loadPyodide({ indexURL: assets.pyodide });
  const wheel = await (await fetch(assets.pyodide + assets.wheel)).arrayBuffer();
  pyodide.unpackArchive(wheel, "wheel", { extractDir: "/home/pyodide/site" });
  pyodide.runPython("import sys; sys.path.insert(0, '/home/pyodide/site')");
  return pyodide.runPython("sys.version");
}"""

RUN = """([sources, count, golden]) => {
  for (const [name, text] of Object.entries(sources))
    pyodide.FS.writeFile("/home/pyodide/site/" + name, text);
  pyodide.globals.set("count", count);
  pyodide.globals.set("golden", golden);
  return pyodide.runPython("import parity_cases; '\\\\n'.join(parity_cases.lines(count, golden))");
}"""

TIME = """() => pyodide.runPython(`
import time
from eyebright.policy import decide
draws = map(parity_cases.Draw, range(99))
cases = [(parity_cases.facts(draw), parity_cases.machine(draw)) for draw in draws]
times = []
for facts, machine in cases:
    start = time.perf_counter()
    decide(facts, parity_cases.Goal(), machine)
    times.append(time.perf_counter() - start)
sorted(times)[len(times) // 2] * 1000
`)"""

DECIDE_MS = 5.0
"""A decision takes less in Pyodide, at the median."""


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Any:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(site + BLANK)
        version = page.evaluate(START, site)
        assert version.startswith("3.14")
        yield page


def sources() -> dict[str, str]:
    files = [Path(module.__file__ or "") for module in (parity_cases, golden_searches)]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def test_pyodide_decides_byte_for_byte_alike(page: Page) -> None:
    golden = GOLDEN.read_text(encoding="utf-8")
    there = page.evaluate(RUN, [sources(), COUNT, golden]).split("\n")
    here = list(parity_cases.lines(COUNT, golden))
    recorded = json.loads(golden)
    assert len(there) == COUNT + len(recorded["decisions"]) + len(recorded["searches"])
    assert here == there


def test_a_decision_takes_little_time_in_pyodide(page: Page) -> None:
    page.evaluate(RUN, [sources(), 0, '{"decisions": [], "searches": []}'])

    assert page.evaluate(TIME) < DECIDE_MS
