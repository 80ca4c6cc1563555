"""Every method of resizing makes the same pixels in the site's Pyodide as on CPython."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

import scaling_cases

BLANK = "site.json"
"""Any file that runs no script of its own is a blank page."""

RUN = """async ([site, source]) => {
  const files = (await (await fetch(site + "site.json")).json()).files.map((file) => file.path);
  const { assets } = await import(site + files.find((path) => path.endsWith("/assets.js")));
  const { loadPyodide } = await import(assets.pyodide + "pyodide.mjs");
  const pyodide = await loadPyodide({
    indexURL: assets.pyodide,
    packageBaseUrl: assets.pyodide,
    lockFileURL: `${assets.pyodide}pyodide-lock.json`,
    packages: ["numpy", "eyebright"],
  });
  pyodide.FS.writeFile("/home/pyodide/scaling_cases.py", source);
  return pyodide.runPython(`
import json
import scaling_cases
from eyebright import kernels
json.dumps([kernels.implementation(), scaling_cases.as_json()])
`);
}"""

HERE = dict(scaling_cases.made())


@pytest.fixture(scope="module")
def found(browser: Browser, site: str) -> dict[str, bytes]:
    source = Path(scaling_cases.__file__).read_text(encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(site + BLANK)
        implementation, made = json.loads(page.evaluate(RUN, [site, source]))
    assert implementation == "compiled"
    return {name: base64.b64decode(data) for name, data in json.loads(made).items()}


@pytest.mark.parametrize("name", HERE)
def test_pixels_are_the_same_within_a_code(found: dict[str, bytes], name: str) -> None:
    expected = HERE[name]
    there = np.frombuffer(found[name], expected.dtype).reshape(expected.shape)
    off = np.abs(expected.astype(int) - there)

    assert off.max() <= 1
