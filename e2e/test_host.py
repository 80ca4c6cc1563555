"""The browser's host keeps the contract of tests/contract, inside Pyodide on the built site."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from helpers.decoding import START
from playwright.sync_api import Browser

TESTS = Path(__file__).resolve().parent.parent / "tests"
TIMEOUT_MS = 180_000
MODULES = ("checks.py", "alpha_checks.py", "crop_checks.py", "orientation_checks.py")

# Runs every check on the host and answers with what came of each, as JSON.
RUN_CHECKS = """
import json, sys, traceback
sys.path.insert(0, ".")
import alpha_checks, checks, crop_checks, orientation_checks
from eyebright.host import default_host
host = default_host()
model = open("double.onnx", "rb").read()
results = {}
modules = (checks, alpha_checks, crop_checks, orientation_checks)
for check in (*(c for m in modules for c in m.CHECKS), *checks.MODEL_CHECKS):
    try:
        await (check(host, model) if check in checks.MODEL_CHECKS else check(host))
        results[check.__name__] = "kept"
    except Exception:
        results[check.__name__] = traceback.format_exc()
json.dumps([host.name, results])
"""

# A worker like the engine's, made of the site's own modules.
WORKER = """
self.onmessage = async ({ data: { app, modules, model, code } }) => {
  try {
    const { bootPython } = await import(app + "boot.js");
    const pyodide = await bootPython(() => {}).python;
    for (const [name, text] of Object.entries(modules)) pyodide.FS.writeFile(name, text);
    pyodide.FS.writeFile("double.onnx", Uint8Array.from(atob(model), (c) => c.charCodeAt(0)));
    self.postMessage({ found: await pyodide.runPythonAsync(code) });
  } catch (error) {
    self.postMessage({ fault: String(error) });
  }
};
"""


def test_the_host_in_the_browser_keeps_the_contract(
    browser: Browser, site: str, built_site: Path
) -> None:
    page = browser.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.context.route(
        "**/contract.worker.js",
        lambda route: route.fulfill(
            body=WORKER,
            content_type="text/javascript",
            headers={"Cross-Origin-Embedder-Policy": "require-corp"},
        ),
    )
    (app,) = built_site.glob("app-*")
    message = {
        "app": f"{site}{app.name}/",
        "modules": {name: (TESTS / "contract" / name).read_text("utf-8") for name in MODULES},
        "model": base64.b64encode((TESTS / "golden" / "double.onnx").read_bytes()).decode(),
        "code": RUN_CHECKS,
    }
    page.goto(f"{site}site.json")

    name, results = json.loads(page.evaluate(START, [f"{site}contract.worker.js", message]))
    page.close()

    assert name == "browser"
    assert results
    assert [trace for trace in results.values() if trace != "kept"] == []
