"""The wheel in somebody else's Pyodide: npm's own files, and nothing of the site but the wheel."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pictures
import pytest
from helpers import judge, samples, visitor
from playwright.sync_api import Browser, Page

from eyebright.metrics import METRICS, ssimulacra2
from eyebright.metrics.score import ssimulacra2_local
from serve import serving
from vendor import gather, members, table

WHEELS = "wheels/"
"""Folder of our wheel in the strange page's site: not the one of Pyodide's packages."""

METRIC_TOLERANCE = 0.02

PAGE = "<!doctype html><meta charset='utf-8'><title>Another page</title>"

BOOT = """async () => {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", document.baseURI).href);
  const base = new URL("pyodide/", document.baseURI).href;
  window.pyodide = await loadPyodide({ indexURL: base, packageBaseUrl: base });
  await pyodide.loadPackage("micropip");
}"""

INSTALL = """
import micropip
await micropip.install(address)
import eyebright
eyebright.__version__
"""

RUN = """([code, values]) => {
  for (const [name, value] of Object.entries(values)) pyodide.globals.set(name, value);
  return pyodide.runPythonAsync(code);
}"""

SCORE = """
import base64
import numpy as np
from eyebright.kernels import implementation
from eyebright.metrics import ssimulacra2
shape = (height, width, 3)
a, b = (np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape) for text in (first, second))
import json
json.dumps([implementation(), ssimulacra2(a, b)])
"""

SCORES = """
import base64, json
import numpy as np
from eyebright.metrics import METRICS
from eyebright.metrics.score import ssimulacra2_local
shape = (height, width, 3)
a, b = (np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape) for text in (first, second))
scores = {name: metric.measured(a, b) for name, metric in METRICS.items()}
json.dumps([scores, ssimulacra2_local(a, b).worst_tile])
"""

OPTIMISE = """
import base64, json
from eyebright import Goal, optimise
made = await optimise(base64.b64decode(picture), Goal(target=80), name="small.png")
json.dumps([base64.b64encode(made.data).decode(), made.report.to_dict()])
"""

OPTIMISE_SYNC = """
import base64, json
from eyebright import optimise_sync
made = optimise_sync(base64.b64decode(picture), name="small.png")
json.dumps([base64.b64encode(made.data).decode(), made.report.to_dict()])
"""


@pytest.fixture(scope="module")
def strange_site(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pyodide as npm and its release have it, with its own lock file, and our wheel elsewhere."""
    root = tmp_path_factory.mktemp("strange")
    (root / "index.html").write_text(PAGE)
    (root / "pyodide").mkdir()
    paths = gather(["site"])
    for row in (row for row in table() if row.site == "pyodide"):
        files = members(paths[row.name], row.members) if row.members else [(Path(row.name), None)]
        for name, data in files:
            whole = paths[row.name].read_bytes() if data is None else data
            (root / "pyodide" / name.name).write_bytes(whole)
    (wheel,) = built_site.glob("pyodide-*/eyebright-*.whl")
    (root / WHEELS).mkdir()
    (root / WHEELS / wheel.name).write_bytes(wheel.read_bytes())
    return root


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """Addresses that the strange page asked for."""
    return []


@pytest.fixture(scope="module")
def strange_page(
    browser: Browser, strange_site: Path, requests: list[str]
) -> Iterator[tuple[Page, str]]:
    """A page with its own Pyodide into which micropip put our wheel; and the package's version."""
    (wheel,) = (strange_site / WHEELS).iterdir()
    with serving(strange_site) as address:
        page = browser.new_page()
        page.set_default_timeout(visitor.WORK_MS)
        page.context.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        page.evaluate(BOOT)
        version = page.evaluate(RUN, [INSTALL, {"address": f"{address}{WHEELS}{wheel.name}"}])
        yield page, version
        page.close()

    assert [url for url in requests if not url.startswith(address)] == []


def run(page: Page, code: str, **values: Any) -> Any:
    return json.loads(page.evaluate(RUN, [code, values]))


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_the_package_is_imported_in_the_version_of_the_wheel(
    strange_page: tuple[Page, str], strange_site: Path
) -> None:
    _page, version = strange_page
    (wheel,) = (strange_site / WHEELS).iterdir()

    assert version == wheel.name.split("-")[1]


def test_the_metric_runs_on_compiled_kernels(strange_page: tuple[Page, str]) -> None:
    page, _version = strange_page
    first = samples.photo("coffee.png", 160, 120)
    second = judge.pixels_of(pictures.save(first, "JPEG", quality=60))
    kernels, score = run(
        page,
        SCORE,
        first=text(first.tobytes()),
        second=text(second.tobytes()),
        width=160,
        height=120,
    )

    assert kernels == "compiled"
    assert score == pytest.approx(ssimulacra2(first, second), abs=METRIC_TOLERANCE)


def test_every_metric_gives_there_what_it_gives_on_cpython(
    strange_page: tuple[Page, str],
) -> None:
    page, _version = strange_page
    first = samples.photo("coffee.png", 200, 190)
    second = judge.pixels_of(pictures.save(first, "JPEG", quality=60))
    values = {"first": text(first.tobytes()), "second": text(second.tobytes())}
    scores, worst_tile = run(page, SCORES, **values, width=200, height=190)

    assert {
        name: pytest.approx(metric.measured(first, second), rel=1e-4)
        for name, metric in METRICS.items()
    } == scores
    assert ssimulacra2_local(first, second).worst_tile == pytest.approx(worst_tile, rel=1e-4)


@pytest.mark.parametrize("code", [OPTIMISE, OPTIMISE_SYNC], ids=["awaited", "sync"])
def test_a_picture_is_optimised_with_pillow_alone(
    strange_page: tuple[Page, str], code: str
) -> None:
    page, _version = strange_page
    page.evaluate("() => pyodide.loadPackage('pillow')")
    original = pictures.save(samples.photo("astronaut.png", 160, 120), "PNG")
    encoded, report = run(page, code, picture=text(original))
    data = base64.b64decode(encoded)

    assert len(data) < len(original)
    assert report["format"] == judge.format_of(data)
    assert report["target_reached"]
    assert judge.score(original, data) >= report["target"] - 0.5
    assert report["versions"]["kernels"] == "compiled"
    assert "avif" not in report["versions"]["encoders"]
