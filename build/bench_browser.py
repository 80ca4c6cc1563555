"""The measurements that need Chromium; `bench.py` prints them.

Times are from navigation to the first finished row of the page, on the built site served from
this machine. Bytes are the compressed bodies that the server sent until then. Memory is the peak
resident size of the tab's process, from the kernel.
"""

from __future__ import annotations

import base64
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    Worker,
    sync_playwright,
)

from eyebright.metrics import ssimulacra2

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_pictures import TARGET
from check import find_browser
from serve import SITE, serving
from vendor import members, vendored

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PEERS = {"browser-image-compression": "2.0.2", "compressorjs": "1.3.0"}
"""What people use today, at their default or documented settings."""

PEER_FILES = {
    "browser-image-compression": "dist/browser-image-compression.js",
    "compressorjs": "dist/compressor.js",
}

PAGE_GOALS = {
    "eyebright in the page": {"target": TARGET},
    "eyebright page fast": {"target": TARGET, "mode": "fast"},
}

RUNS = 3

REST_MS = 3000
"""A browser is busy with itself after its start (a second of processor time in Chromium 156); those
of visitors were started long before."""

RESULT_MS = 120_000

Row = dict[str, Any]


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = find_browser()
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


# ---- The page


def page_rows() -> dict[str, Any]:
    """Cold and warm: seconds to the first result on a 1 MP photo, bytes, peak memory.

    Each visit has a browser of its own, at rest; the warm one finds the profile of the cold one.
    """
    photo = megapixel_photo()
    cold: list[Row] = []
    warm: list[Row] = []
    sent: list[int] = []

    def count(_path: str, size: int) -> None:
        sent.append(size)

    with serving(on_sent=count) as address:
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
                for rows in (cold, warm):
                    with _visitor(profile) as context:
                        rows.append(_visit(context, address, photo, sent))
                        _wait_for_cache(context.pages[-1])
    return {"cold": _medians(cold), "warm": _medians(warm)}


@contextmanager
def _visitor(profile: str) -> Iterator[BrowserContext]:
    """A browser as visitors have it: private windows, as Playwright's, keep no compiled code."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=find_browser(), args=ARGUMENTS
        )
        try:
            yield context
        finally:
            context.close()


@contextmanager
def _fresh(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    try:
        yield context
    finally:
        context.close()


def _visit(context: BrowserContext, address: str, photo: bytes, sent: list[int]) -> Row:
    page = context.new_page()
    page.wait_for_timeout(REST_MS)
    sent.clear()
    began = time.perf_counter()
    page.goto(address)
    upload: FilePayload = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo}
    page.locator("#files").set_input_files([upload])
    page.locator('[data-state="done"]').first.wait_for(timeout=RESULT_MS)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "bytes": sum(sent), "peak_mb": _peak_mb(context.browser)}


def _wait_for_cache(page: Page) -> None:
    """A visit is over when the service worker has everything."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(3000)


def _peak_mb(browser: Browser | None) -> float:
    """The largest peak of the browser's tab processes (VmHWM), in MiB."""
    if browser is None:
        raise ValueError("this Playwright tells no browser of a profile; install the pinned one")
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    peaks = [_high_water_kb(int(p["id"])) for p in processes if p["type"] == "renderer"]
    return max(peaks, default=0) / 1024


def _high_water_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def _medians(rows: list[Row]) -> Row:
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def print_page(rows: dict[str, Any]) -> None:
    for visit, row in rows.items():
        print(
            f"page {visit}: first result after {row['seconds']:.2f} s, "
            f"{row['bytes'] / 1e6:.2f} MB transferred, peak {row['peak_mb']:.0f} MiB"
        )


def megapixel_photo() -> bytes:
    """A JPEG of coffee."""
    from skimage import data  # noqa: PLC0415 - only here

    image = Image.fromarray(data.coffee())  # type: ignore[no-untyped-call]  # skimage has no types
    image = image.resize((1224, 816), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def opened(photo: bytes) -> Image.Image:
    return Image.open(io.BytesIO(photo)).convert("RGB")


# ---- One picture by its stages


def stage_rows(photos: list[tuple[str, str, int | None]], runs: int) -> list[Row]:
    """The `timings` of each (name, base64 of a JPEG, largest width).

    And the median of a picture's bytes that were copied `into` Python and `out_of` it.
    """
    with open_browser() as browser, serving() as address, _fresh(browser) as context:
        page = context.new_page()
        page.goto(f"{address}site.json")  # a page of the site that starts nothing itself
        page.evaluate(_START, f"{address}eyebright.js")
        engine = next(worker for worker in page.workers if "engine.worker" in worker.url)
        return [_staged(page, engine, data, width, runs) for _name, data, width in photos]


def _staged(page: Page, engine: Worker, data: str, width: int | None, runs: int) -> Row:
    timings, into, out_of = [], [], []
    page.evaluate(_MAKE, [data, width])
    for _ in range(runs):
        before = engine.evaluate(_CROSSED)
        timings.append(page.evaluate(_MAKE, [data, width]))
        after = engine.evaluate(_CROSSED)
        into.append(after["intoPython"] - before["intoPython"])
        out_of.append(after["outOfPython"] - before["outOfPython"])
    return {
        "timings": timings,
        "into": statistics.median(into),
        "out_of": statistics.median(out_of),
    }


_START = """async (address) => {
  const { createEyebright } = await import(address);
  window.bench = await createEyebright();
}"""

_CROSSED = """async () => {
  const { crossed } = await import(new URL("crossings.js", self.location.href));
  return { ...crossed };
}"""

_MAKE = """async ([data, width]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const file = new File([bytes], "photo.jpg", { type: "image/jpeg" });
  const { report } = await window.bench.optimise(file, width ? { max_width: width } : {});
  return report.timings_ms;
}"""


# ---- A bare Pyodide


def pyodide_rows(code: str) -> list[Row]:
    """What `code`, which ends in JSON, prints in the site's Pyodide, with numpy and our package."""
    with open_browser() as browser, serving() as address, _fresh(browser) as context:
        page = context.new_page()
        page.goto(f"{address}site.json")  # a page of the site that starts nothing itself
        app = next(SITE.glob("app-*")).name
        rows: str = page.evaluate(_PYODIDE, [f"{address}{app}/assets.js", code])
    found: list[Row] = json.loads(rows)
    return found


LOAD_PYODIDE = """
  const { assets } = await import(assetsAddress);
  const { loadPyodide } = await import(`${assets.pyodide}pyodide.mjs`);
  const pyodide = await loadPyodide({
    indexURL: assets.pyodide,
    packageBaseUrl: assets.pyodide,
    lockFileURL: `${assets.pyodide}pyodide-lock.json`,
    packages: ["numpy", "eyebright"],
  });
"""
"""In an async function that was given `assetsAddress`: afterwards `pyodide` is there."""

_PYODIDE = f"""async ([assetsAddress, code]) => {{{LOAD_PYODIDE}
  return pyodide.runPython(code);
}}"""


# ---- Peers


def peer_rows(paths: list[Path]) -> list[Row]:
    """Every picture through the peers and through Eyebright's page, in one Chromium.

    Peers know no target: they run as their documentation shows.
    """
    rows: list[Row] = []
    with open_browser() as browser, serving() as address, _fresh(browser) as context:
        # The peers draw on blob: addresses and load from no policy-bound page of ours.
        page = context.new_page()
        page.goto(address)
        ours = context.new_page()
        ours.goto(address)
        ours.evaluate(
            "async () => { const { createEyebright } = await import('./eyebright.js');"
            " window.bench = await createEyebright(); }"
        )
        for name in PEERS:
            page.evaluate(_peer_script(name))
        for path in paths:
            rows += _compare(page, ours, path)
    return rows


def _peer_script(name: str) -> str:
    """The peer's bundle, at its pinned hash, as a script that sets its global."""
    [(_path, data)] = members(vendored(f"{name}-{PEERS[name]}.tgz"), [PEER_FILES[name]])
    return data.decode()


def _compare(page: Page, ours: Page, path: Path) -> list[Row]:
    pixels = np.asarray(Image.open(path).convert("RGB"))
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    data = base64.b64encode(out.getvalue()).decode()
    made = {
        "browser-image-compression": page.evaluate(_PEER_CALLS["browser-image-compression"], data),
        "compressorjs": page.evaluate(_PEER_CALLS["compressorjs"], data),
        **{
            tool: ours.evaluate(_PEER_CALLS["eyebright"] % json.dumps(goal), data)
            for tool, goal in PAGE_GOALS.items()
        },
    }
    return [_peer_row(tool, path, pixels, result) for tool, result in made.items()]


def _peer_row(tool: str, path: Path, pixels: np.ndarray, result: dict[str, Any]) -> Row:
    delivered = base64.b64decode(result["data"])
    decoded = np.asarray(Image.open(io.BytesIO(delivered)).convert("RGB"))
    return {
        "tool": tool,
        "picture": path.name,
        "bytes": len(delivered),
        "score": ssimulacra2(pixels, decoded) if decoded.shape == pixels.shape else float("nan"),
        "encodes": result.get("encodes") or 1,
        "seconds": result["ms"] / 1e3,
        **({"stages": result["stages"]} if "stages" in result else {}),
    }


_AROUND = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const file = new File([bytes], "picture.png", { type: "image/png" });
  const began = performance.now();
  const { blob, ...told } = await (%s)(file);
  const ms = performance.now() - began;
  const made = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of made) text += String.fromCharCode(byte);
  return { data: btoa(text), ms, ...told };
}"""

_PEER_CALLS = {
    "browser-image-compression": _AROUND
    % """async (file) => ({ blob: await window.imageCompression(file,
      { useWebWorker: false, fileType: "image/webp", initialQuality: 0.75 }) })""",
    "compressorjs": _AROUND
    % """(file) => new Promise((success, error) => new window.Compressor(file, {
      quality: 0.75, mimeType: "image/webp", error, success: (blob) => success({ blob }) }))""",
    "eyebright": _AROUND
    % """async (file) => { const { blob, report } = await window.bench.optimise(file, %s);
      return { blob, encodes: report.encodes, stages: report.timings_ms }; }""",
}


if __name__ == "__main__":
    print(json.dumps(page_rows(), indent=1))
