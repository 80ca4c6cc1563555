"""What the models cost: milliseconds by back end, and memory in a tab; `bench.py` prints it.

Each model runs on what its own `prepare` makes of one photo, sessions open and warm; medians.
WebGPU is whatever adapter Chromium has: on a machine without a graphics card it is SwiftShader,
which computes on the processor. Memory is how much the resident set of the tab grows when all
models have been opened and have looked.
"""

from __future__ import annotations

import base64
import json
import os
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, Route, sync_playwright

import bench_browser
from check import find_browser
from eyebright.analyse import looks, registry
from eyebright.analyse.looks import View
from eyebright.analyse.statistics import facts as statistics_of
from eyebright.host import shipped
from eyebright.host.base import Tensor
from eyebright.host.native import NO_TELEMETRY
from eyebright.intake import read
from serve import SITE, serving
from vendor import members, vendored

RUNS, WARM_UP = 25, 5

FEW_RUNS, FEW_WARM_UP = 3, 1
"""Of WebGPU: a processor that plays a graphics card takes seconds for each."""

WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]

GPU_RUNTIME = "onnxruntime-web-1.30.0.tgz"
"""The site has its WebAssembly part only."""

Row = dict[str, Any]
Inputs = Mapping[str, Tensor]


def rows() -> list[Row]:
    """Milliseconds by model and back end, then the memory of all together, in MiB."""
    inputs = _inputs()
    found = [_native(name, given, threads) for name, given in inputs.items() for threads in (1, 2)]
    jobs = {name: _job(name, given) for name, given in inputs.items()}
    with _chromium() as browser, serving() as address:
        for threads in (1, 2):
            where = f"wasm, {_threads(threads)}"
            found += _in_page(browser, address, jobs, where, "wasm", threads)
        found.append(_memory(browser, address))
    with _chromium(*WEBGPU) as browser, serving() as address:
        found += _in_page(browser, address, jobs, "WebGPU", "webgpu", 1)
    return found


def print_rows(measured: list[Row]) -> None:
    places = list(dict.fromkeys(row["where"] for row in measured if "ms" in row))
    models = list(dict.fromkeys(row["model"] for row in measured if "ms" in row))
    ms = {(row["model"], row["where"]): row["ms"] for row in measured if "ms" in row}
    print(f"\n{'milliseconds':<14}" + "".join(f"{place:>20}" for place in places))
    for model in models:
        cells = (_cell(ms.get((model, place))) for place in places)
        print(f"{model:<14}" + "".join(cells))
    sums = [sum(ms.get((m, place)) or 0 for m in models) for place in places]
    print(f"{'together':<14}" + "".join(_cell(total) for total in sums))
    for row in measured:
        if "memory_mb" in row:
            print(f"the tab grows by {row['memory_mb']:.0f} MiB with all of them")
        if "fault" in row:
            print(f"{row['model']} on {row['where']}: {row['fault']}")


def _cell(ms: float | None) -> str:
    return f"{'-' if ms is None else format(ms, '.1f'):>20}"


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _inputs() -> dict[str, Inputs]:
    """What each model takes of a photo of one megapixel."""
    photo = bench_browser.megapixel_photo()
    pixels = np.asarray(bench_browser.opened(photo))
    facts = statistics_of(read(photo, name="photo.jpg"), pixels)
    view = View(pixels, facts)
    known = registry.entries()
    given = {one.name: one.prepare(view) for one in looks.LOOKS if one.name in known}
    return {name: tensors for name, tensors in given.items() if tensors is not None}


def _native(name: str, inputs: Inputs, threads: int) -> Row:
    os.environ.setdefault(NO_TELEMETRY, "1")
    import onnxruntime  # noqa: PLC0415 - only here

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        shipped.model(name), options, providers=["CPUExecutionProvider"]
    )
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        session.run(None, dict(inputs))
        times.append((time.perf_counter() - began) * 1e3)
    where = f"native, {_threads(threads)}"
    return {"model": name, "where": where, "ms": statistics.median(times[WARM_UP:])}


def _job(name: str, inputs: Inputs) -> Row:
    return {
        "model": base64.b64encode(shipped.model(name)).decode(),
        "inputs": [
            {
                "name": key,
                "type": tensor.dtype.name,
                "shape": list(tensor.shape),
                "bytes": base64.b64encode(np.ascontiguousarray(tensor).tobytes()).decode(),
            }
            for key, tensor in inputs.items()
        ],
    }


@contextmanager
def _chromium(*more: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = [*bench_browser.ARGUMENTS, *more]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def _in_page(
    browser: Browser,
    address: str,
    jobs: Mapping[str, Row],
    where: str,
    provider: str,
    threads: int,
) -> list[Row]:
    """One page for one back end: it is set once, before the first session."""
    page = browser.new_page()
    page.route("**/ort-gpu/*", _gpu_runtime)
    page.goto(f"{address}site.json")
    found = []
    is_gpu = provider == "webgpu"
    folder = f"{address}ort-gpu/" if is_gpu else f"{address}{_onnx()}/"
    file = "ort.webgpu.min.mjs" if is_gpu else "ort.wasm.min.mjs"
    runs, warm_up = (FEW_RUNS, FEW_WARM_UP) if is_gpu else (RUNS, WARM_UP)
    for name, job in jobs.items():
        told = page.evaluate(_TIME, [folder, file, provider, threads, job, runs])
        row = {"model": name, "where": where}
        if "fault" in told:
            found.append(row | {"fault": told["fault"]})
        else:
            found.append(row | {"ms": statistics.median(told["ms"][warm_up:])})
    page.close()
    return found


def _onnx() -> str:
    return next(SITE.glob("onnx-*")).name


def _gpu_runtime(route: Route) -> None:
    """A file of the runtime with WebGPU, straight from its package."""
    name = route.request.url.rpartition("/")[2]
    [(_path, content)] = members(vendored(GPU_RUNTIME), [f"dist/{name}"])
    kind = "application/wasm" if name.endswith(".wasm") else "text/javascript"
    isolated = {"Cross-Origin-Embedder-Policy": "require-corp"}
    route.fulfill(body=content, content_type=kind, headers=isolated)


_TIME = """async ([folder, file, provider, threads, job, runs]) => {
  const toBytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const kinds = { uint8: Uint8Array, float32: Float32Array, int32: Int32Array };
  try {
    const ort = await import(folder + file);
    ort.env.wasm.wasmPaths = folder;
    ort.env.wasm.numThreads = threads;
    const options = { executionProviders: [provider] };
    const session = await ort.InferenceSession.create(toBytes(job.model), options);
    const feeds = Object.fromEntries(job.inputs.map(({ name, type, shape, bytes }) =>
      [name, new ort.Tensor(type, new kinds[type](toBytes(bytes).buffer), shape)]));
    const ms = [];
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      for (const output of Object.values(await session.run(feeds))) await output.getData();
      ms.push(performance.now() - began);
    }
    await session.release();
    return { ms };
  } catch (error) {
    return { fault: String(error.message).slice(0, 200) };
  }
}"""


def _memory(browser: Browser, address: str) -> Row:
    """The engine without the models, then with all of them open."""
    page = browser.new_page()
    page.goto(f"{address}site.json")
    photo = base64.b64encode(bench_browser.megapixel_photo()).decode()
    page.evaluate(_START, address)
    page.evaluate(_LOOK, [photo, False])
    before = _resident_mb(browser, page)
    page.evaluate("() => eyebright.warm()")
    seen = page.evaluate(_LOOK, [photo, True])
    after = _resident_mb(browser, page)
    page.close()
    return {"memory_mb": after - before, "models": seen["models"]}


def _resident_mb(browser: Browser, page: Page) -> float:
    page.wait_for_timeout(1000)
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return max(_resident_kb(int(p["id"])) for p in processes if p["type"] == "renderer") / 1024


def _resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


_START = """async (site) => {
  const { createEyebright } = await import(site + "eyebright.js");
  window.eyebright = await createEyebright();
}"""

_LOOK = """async ([base64, models]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return eyebright.analyse(new Blob([bytes]), { models });
}"""


if __name__ == "__main__":
    print(json.dumps(rows(), indent=1))
