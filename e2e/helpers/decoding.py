"""What the browser's host makes of files, pixel by pixel: it runs in a worker like the engine's."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser

from eyebright.host.base import Pixels

TIMEOUT_MS = 180_000

Decoding = dict[str, Any]
"""Shape, pixels, profile and codes of notes; or an error."""

File = tuple[str, bytes, bool]
"""Format, bytes, and whether its colours are kept."""

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
  try {
    const { bootPython } = await import(app + "boot.js");
    const pyodide = await bootPython(() => {}).python;
    pyodide.globals.set("files", files);
    self.postMessage({ found: await pyodide.runPythonAsync(code) });
  } catch (error) {
    self.postMessage({ fault: String(error) });
  }
};
"""

START = """([address, message]) => new Promise((resolve, reject) => {
  const worker = new Worker(address, { type: "module" });
  worker.onerror = (event) => reject(new Error(event.message));
  worker.onmessage = ({ data: { fault, found } }) =>
    fault ? reject(new Error(fault)) : resolve(found);
  worker.postMessage(message);
})"""


def decoded_in(
    browser: Browser, site: str, built_site: Path, files: Mapping[str, File], prelude: str = ""
) -> dict[str, Decoding]:
    """Each file decoded; `prelude` is JavaScript that changes the worker's browser beforehand."""
    page = browser.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.context.route(
        "**/decoding.worker.js",
        lambda route: route.fulfill(
            body=prelude + WORKER,
            content_type="text/javascript",
            headers={"Cross-Origin-Embedder-Policy": "require-corp"},
        ),
    )
    (app,) = built_site.glob("app-*")
    encoded = {
        name: (kind, base64.b64encode(data).decode(), keeps)
        for name, (kind, data, keeps) in files.items()
    }
    message = {"app": f"{site}{app.name}/", "files": json.dumps(encoded), "code": DECODE}
    page.goto(f"{site}site.json")
    found = page.evaluate(START, [f"{site}decoding.worker.js", message])
    page.close()
    made: dict[str, Decoding] = json.loads(found)
    return made


def pixels_of(found: Decoding) -> Pixels:
    data = np.frombuffer(base64.b64decode(found["pixels"]), np.uint8)
    return data.reshape(found["shape"])
