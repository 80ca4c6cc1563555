"""What the models cost: milliseconds by back end, and memory in a tab; `bench.py` prints it.

Each model runs on what its own `prepare` makes of one photo, sessions open and warm; medians. What
is around the networks is measured apart: here for each model, in the page for all of them, as what
analysing the photo takes longer with the models than without.
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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from playwright.sync_api import Browser, Page, Route, sync_playwright

import bench_browser
from check import find_browser
from eyebright.analyse import looks, registry
from eyebright.analyse.looks import View
from eyebright.analyse.proxy import CLOSER_PX, SEEN_PX, proxy
from eyebright.analyse.statistics import facts as statistics_of
from eyebright.host import shipped
from eyebright.host.base import Tensor
from eyebright.host.native import NO_TELEMETRY
from eyebright.intake import read
from serve import SITE, serving
from vendor import members, vendored

if TYPE_CHECKING:
    import onnxruntime

RUNS, WARM_UP = 25, 5

LOOKS_IN_PAGE = 9
"""Of the page at a picture, with the models and without in turn; the first two warm it up."""

FEW_RUNS, FEW_WARM_UP = 3, 1
"""Of WebGPU: a processor that plays a graphics card takes seconds for each."""

AROUND = "native, around it"
"""Making ready what a network takes, and reading what it says."""

WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]

GPU_RUNTIME = "onnxruntime-web-1.30.0.tgz"
"""The site has its WebAssembly part only."""

Row = dict[str, Any]
Inputs = Mapping[str, Tensor]


def rows() -> list[Row]:
    """Milliseconds by model and back end, and of the page's whole look; the memory, in MiB."""
    view = _view()
    inputs = _inputs(view)
    found = [_native(name, given, threads) for name, given in inputs.items() for threads in (1, 2)]
    found += _around(view, inputs)
    jobs = {name: _job(name, given) for name, given in inputs.items()}
    with _chromium() as browser, serving() as address:
        for threads in (1, 2):
            where = f"wasm, {_threads(threads)}"
            found += _in_page(browser, address, jobs, where, "wasm", threads)
        found.append(_in_engine(browser, address))
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
            print(f"the page looks for {row['look_ms']:.0f} ms: proxies, networks and reading")
        if "fault" in row:
            print(f"{row['model']} on {row['where']}: {row['fault']}")


def _cell(ms: float | None) -> str:
    return f"{'-' if ms is None else format(ms, '.1f'):>20}"


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _view() -> View:
    """A photo of one megapixel as the models see it."""
    photo = bench_browser.megapixel_photo()
    pixels = np.asarray(bench_browser.opened(photo))
    return View(pixels, statistics_of(read(photo, name="photo.jpg"), pixels))


def _inputs(view: View) -> dict[str, Inputs]:
    """What each model takes of it."""
    known = registry.entries()
    given = {one.name: one.prepare(view) for one in looks.LOOKS if one.name in known}
    return {name: tensors for name, tensors in given.items() if tensors is not None}


def _around(view: View, inputs: Mapping[str, Inputs]) -> list[Row]:
    """What the models need beside their networks, here: proxies, making ready, reading."""
    proxies = _median_ms(lambda: (proxy(view.pixels, SEEN_PX), proxy(view.pixels, CLOSER_PX)))
    found = [{"model": "proxies", "where": AROUND, "ms": proxies}]
    for look in looks.LOOKS:
        if look.name not in inputs:
            continue
        told = _answer(look.name, inputs[look.name])
        ready = _median_ms(partial(look.prepare, view))
        ms = ready + _median_ms(partial(look.read, told, view))
        found.append({"model": look.name, "where": AROUND, "ms": ms})
    return found


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times[WARM_UP:])


def _answer(name: str, inputs: Inputs) -> Mapping[str, Tensor]:
    session = _session(name, 1)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, dict(inputs)), strict=True))


def _native(name: str, inputs: Inputs, threads: int) -> Row:
    session = _session(name, threads)
    ms = _median_ms(lambda: session.run(None, dict(inputs)))
    return {"model": name, "where": f"native, {_threads(threads)}", "ms": ms}


def _session(name: str, threads: int) -> onnxruntime.InferenceSession:
    os.environ.setdefault(NO_TELEMETRY, "1")
    import onnxruntime  # noqa: PLC0415 - only here

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(
        shipped.model(name), options, providers=["CPUExecutionProvider"]
    )


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


def _in_engine(browser: Browser, address: str) -> Row:
    """The engine's memory without the models, and with all of them open; how long they look."""
    page = browser.new_page()
    page.goto(f"{address}site.json")
    photo = base64.b64encode(bench_browser.megapixel_photo()).decode()
    page.evaluate(_START, address)
    page.evaluate(_LOOK, [photo, False])
    before = _resident_mb(browser, page)
    page.evaluate("() => eyebright.warm()")
    seen = page.evaluate(_LOOK, [photo, True])
    after = _resident_mb(browser, page)
    ms = [page.evaluate(_TIME_LOOK, [photo, models]) for models in (False, True) * LOOKS_IN_PAGE]
    page.close()
    without, with_models = (statistics.median(ms[start::2][2:]) for start in (0, 1))
    return {
        "memory_mb": after - before,
        "models": seen["models"],
        "look_ms": with_models - without,
    }


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

_TIME_LOOK = f"""async (asked) => {{
  const began = performance.now();
  await ({_LOOK})(asked);
  return performance.now() - began;
}}"""


if __name__ == "__main__":
    print(json.dumps(rows(), indent=1))
