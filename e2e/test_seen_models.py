"""The models that look: where one does not, when they come, and when they go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from helpers import scenes
from helpers.engine import Engine, another_engine, reach_python, worker_of
from helpers.shipped import ASKED, LOOKING, MODELS
from helpers.visitor import WORK_MS, drop, row_of, wait_for_all
from helpers.visitor import visit as open_page
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

SCENES = scenes.scenes()

IMPATIENT = """
from eyebright.analyse import foreseeing, seeing
seeing.see.__kwdefaults__.update(budget_ms=1000.0, opening_ms=1000.0)
foreseeing.foresee.__kwdefaults__.update(budget_ms=1000.0)
"""
"""Three seconds in all for models that take too long, instead of thirty-three."""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


# ---- Where a model does not look


def stood_in(engine: Engine, pattern: str, fault: Callable[[Route], None]) -> dict[str, Any]:
    """The report on a picture where files meet a fault, by an engine that has none of them."""
    engine.page.route(pattern, fault)
    try:
        with another_engine(engine.page):
            _data, report = engine.optimise("group.jpg", SCENES["group.jpg"])
    finally:
        engine.page.unroute(pattern)
    return report


def told(report: dict[str, Any]) -> dict[str, str]:
    """Codes by model."""
    notes = [note for note in report["fallbacks"] if note["code"].startswith("model")]
    return {note["values"]["model"]: note["code"] for note in notes}


def cut(route: Route) -> None:
    route.abort()


def exchange(route: Route) -> None:
    route.fulfill(body=b"another model")


@pytest.mark.parametrize(
    ("fault", "code"),
    [(cut, "model-missing"), (exchange, "model-refused")],
    ids=["cut", "exchanged"],
)
def test_models_that_do_not_come_are_replaced_and_told(
    engine: Engine, fault: Callable[[Route], None], code: str
) -> None:
    report = stood_in(engine, "**/models-*/*.onnx", fault)

    assert told(report) == dict.fromkeys(ASKED, code)
    assert report["versions"]["models"] == dict.fromkeys(ASKED, "fallback")
    assert report["score"] >= report["target"]


def test_one_model_that_fails_leaves_the_others(engine: Engine) -> None:
    report = stood_in(engine, "**/models-*/saliency.onnx", cut)
    versions = report["versions"]["models"]

    assert told(report) == {"saliency": "model-missing"}
    assert versions["saliency"] == "fallback"
    assert "fallback" not in {versions[name] for name in ASKED if name != "saliency"}


def test_a_runtime_that_does_not_load_is_told_once(engine: Engine) -> None:
    report = stood_in(engine, "**/onnx-*/*.mjs", cut)
    notes = [note for note in report["fallbacks"] if note["code"].startswith("model")]

    assert [note["code"] for note in notes] == ["models-unloaded"]
    assert sorted(notes[0]["values"]["models"]) == LOOKING
    assert report["versions"]["models"] == dict.fromkeys(LOOKING, "fallback")
    assert report["score"] >= report["target"]


def test_models_that_take_too_long_are_not_waited_for(visitor: BrowserContext, site: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)  # and never answer

    visitor.route("**/onnx-*/*.wasm", hold)
    page = visitor.new_page()
    reach_python(page)
    engine = Engine(page, site)
    worker_of(page).evaluate("code => { self.python.runPython(code); }", IMPATIENT)
    _data, report = engine.optimise("group.jpg", SCENES["group.jpg"])  # comes without an answer
    for route in held:
        route.abort()

    assert held
    assert told(report) == dict.fromkeys(ASKED, "model-slow")


def group_explained(page: Page, site: str) -> Locator:
    """The row of a picture of people, with why it came out so."""
    open_page(page, site)
    drop(page, {"group.jpg": SCENES["group.jpg"]})
    wait_for_all(page, 1)
    row = row_of(page, "group.jpg")
    row.locator("details.why > summary").click()
    return row


def test_the_page_says_what_was_looked_for_by_simpler_means(
    visitor: BrowserContext, site: str
) -> None:
    visitor.route("**/models-*/saliency.onnx", cut)
    page = visitor.new_page()
    row = group_explained(page, site)

    expect(row).to_contain_text("The saliency model did not load, so a simpler way stood in")
    expect(row.locator("dl.measured").first).to_contain_text("Only roughly looked for")


# ---- When they come, and when they go


KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => /models-|onnx-/.test(name));
  const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return all.flat().map(({ url }) => url.split("/").pop());
}"""


def wait_for_kept(page: Page, count: int) -> set[str]:
    """The names of the files that models need, once so many are kept for later."""
    until = time.monotonic() + WORK_MS / 1000
    kept: list[str] = []
    while len(kept) < count and time.monotonic() < until:
        page.wait_for_timeout(250)
        kept = page.evaluate(KEPT)
    return set(kept)


def test_models_come_before_the_first_picture_and_stay_for_offline(
    visitor: BrowserContext, site: str
) -> None:
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    page = visitor.new_page()
    open_page(page, site)
    names = wait_for_kept(page, len(MODELS) + 3)

    assert {f"{name}.onnx" for name in MODELS} <= names
    assert "ort-wasm-simd-threaded.wasm" in names
    assert {f"{name}.onnx" for name in MODELS} <= {url.rpartition("/")[2] for url in asked}

    visitor.set_offline(True)
    page.close()
    page = visitor.new_page()
    row = group_explained(page, site)

    expect(row.locator("dl.measured").first).to_contain_text("First look")
    expect(row.locator("dl.measured").first).not_to_contain_text("Only roughly looked for")


def test_who_saves_data_gets_no_model_before_a_picture(visitor: BrowserContext, site: str) -> None:
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    )
    page = visitor.new_page()
    open_page(page, site)
    expect(page.locator("#startup")).to_be_hidden()
    page.wait_for_timeout(2000)

    assert [url for url in asked if url.endswith((".onnx", "threaded.wasm"))] == []


def test_the_memory_of_the_models_is_given_back_on_request(engine: Engine) -> None:
    begun: list[str] = []
    engine.page.context.on("request", lambda request: begun.append(request.url))
    engine.analyse("chart.png", SCENES["chart.png"])
    engine.page.evaluate("() => eyebright.free()")
    begun.clear()
    again = engine.analyse("chart.png", SCENES["chart.png"])

    assert "fallback" not in again["models"].values()
    assert [url for url in begun if url.endswith("/infer.worker.js")]
