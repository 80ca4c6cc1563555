"""Both hosts show the same colours, whatever profile, chunk or code point tells them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import colour_files
import numpy as np
import pytest
from helpers import here, samples
from helpers.engine import Engine
from PIL import Image
from playwright.sync_api import Browser, Page

from eyebright.host.base import Pixels
from eyebright.host.native import NativeHost
from eyebright.metadata import read
from eyebright.metrics.delta_e import delta_e, lab

MEAN_DELTA_E, MAX_DELTA_E = 0.5, 3.0
"""CIEDE2000 between the hosts, pixel by pixel."""

ONLY_NATIVE = frozenset({"grey-as-rgb", "depth-reduced"})
"""Notes of what a browser does not tell: that it repeats grey, and reduces JPEG XL to 8 bits."""

TIMEOUT_MS = 180_000

DECODE = """
import base64, json, traceback
from eyebright.errors import EyebrightError
from eyebright.host import default_host
host, found = default_host(), {}
for name, (kind, data, keeps) in json.loads(files).items():
    try:
        made = await host.decode(base64.b64decode(data), source_format=kind, keep_colours=keeps)
        found[name] = {
            "shape": made.pixels.shape,
            "pixels": base64.b64encode(made.pixels.tobytes()).decode(),
            "profile": base64.b64encode(made.profile).decode(),
            "notes": [note.code for note in made.notes],
        }
    except Exception:
        found[name] = {"error": traceback.format_exc()}
json.dumps(found)
"""

WORKER = """
self.onmessage = async ({ data: { app, files, code } }) => {
  const { bootPython } = await import(app + "boot.js");
  const pyodide = await bootPython(() => {});
  pyodide.globals.set("files", files);
  self.postMessage(await pyodide.runPythonAsync(code));
};
"""

START = """([address, message]) => new Promise((resolve, reject) => {
  const worker = new Worker(address, { type: "module" });
  worker.onerror = (event) => reject(new Error(event.message));
  worker.onmessage = ({ data }) => resolve(data);
  worker.postMessage(message);
})"""

KEEPS = "kept "


def cases() -> dict[str, tuple[str, bytes, bool]]:
    """Every file twice: converted, and with its colours kept."""
    made = {name: (kind, make()) for name, (kind, make) in colour_files.FILES.items()}
    converted = {name: (*file, False) for name, file in made.items()}
    return converted | {KEEPS + name: (*file, True) for name, file in made.items()}


@pytest.fixture(scope="module")
def in_browser(
    browser: Browser, site: str, built_site: Path
) -> Iterator[dict[str, dict[str, Any]]]:
    page = browser.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.context.route(
        "**/colour.worker.js",
        lambda route: route.fulfill(
            body=WORKER,
            content_type="text/javascript",
            headers={"Cross-Origin-Embedder-Policy": "require-corp"},
        ),
    )
    (app,) = built_site.glob("app-*")
    files = {
        name: (kind, base64.b64encode(data).decode(), keeps)
        for name, (kind, data, keeps) in cases().items()
    }
    message = {"app": f"{site}{app.name}/", "files": json.dumps(files), "code": DECODE}
    page.goto(f"{site}site.json")
    yield json.loads(page.evaluate(START, [f"{site}colour.worker.js", message]))
    page.close()


def pixels_of(found: dict[str, Any]) -> Pixels:
    data = np.frombuffer(base64.b64decode(found["pixels"]), np.uint8)
    return data.reshape(found["shape"])


@pytest.mark.parametrize("name", cases())
def test_both_hosts_show_the_same_colours(in_browser: dict[str, dict[str, Any]], name: str) -> None:
    kind, data, keeps = cases()[name]
    ours = here.run(NativeHost().decode(data, source_format=kind, keep_colours=keeps))
    assert "error" not in in_browser[name], in_browser[name]["error"]

    theirs = pixels_of(in_browser[name])
    assert ours.pixels.shape == theirs.shape

    apart = delta_e(*(lab(p[..., :3].reshape(-1, 3).astype(float)) for p in (ours.pixels, theirs)))

    assert apart.mean() <= MEAN_DELTA_E
    assert apart.max() <= MAX_DELTA_E
    assert ours.profile == base64.b64decode(in_browser[name]["profile"])
    told = [note.code for note in ours.notes if note.code not in ONLY_NATIVE]
    assert told == [code for code in in_browser[name]["notes"] if code not in ONLY_NATIVE]
    if kind == "png":
        assert np.array_equal(ours.pixels[..., 3:], theirs[..., 3:])


@pytest.mark.parametrize("name", ["avif", "webp", "jpeg"])
def test_the_page_keeps_colours_with_their_profile(page: Page, site: str, name: str) -> None:
    engine = Engine(page, site)
    photo = colour_files.saved(
        Image.fromarray(samples.photo("astronaut.png", 200, 200)),
        "PNG",
        icc_profile=colour_files.P3_PROFILE,
    )
    data, report = engine.optimise("wide.png", photo, {"colour": "keep", "formats": [name]})

    assert report["format"] == name
    assert read(data, name).icc == colour_files.P3_PROFILE
    assert "colours-kept" in {reason["code"] for reason in report["reasons"]}
