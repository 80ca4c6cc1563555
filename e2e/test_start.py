"""What starts side by side, what waits for the first picture, and what a second visit finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import samples
from helpers.visitor import WORK_MS, drop, row_of, visit, wait_for_all
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from visits import Held

MANIFEST = Path(__file__).resolve().parent.parent / "models" / "manifest.json"
MODELS = sorted(json.loads(MANIFEST.read_text("utf-8"))["models"])

PYTHON = "**/pyodide-*/python_stdlib.zip"
"""Held back, it keeps the engine from starting."""

PHOTO = {"rocket.jpg": samples.shipped("rocket.jpg")}

REGISTERED = "async () => Boolean(await navigator.serviceWorker.getRegistration())"

KEPT = """async () => {
  const { files } = await (await fetch("site.json")).json();
  for (const { path } of files) if (!(await caches.match(path))) return false;
  return true;
}"""

WITHOUT_WASM = """async () => {
  let count = 0;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (request.url.endsWith(".wasm")) count += await cache.delete(request);
    }
  }
  return count;
}"""
"""Deletes what the service worker kept of WebAssembly; how many files that was."""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def held(visitor: BrowserContext) -> Held:
    return Held(visitor, PYTHON)


def until(page: Page, what: str, names: set[str], asked: list[str]) -> None:
    """Wait until files of these names were asked for."""
    for _ in range(WORK_MS // 100):
        if names <= {url.rpartition("/")[2] for url in asked}:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{what}: {sorted(names)} were not asked for")


def wait_until_kept(page: Page) -> None:
    for _ in range(WORK_MS // 250):
        if page.evaluate(KEPT):
            return
        page.wait_for_timeout(250)
    pytest.fail("the service worker did not keep all of the site")


def seen_by_models(page: Page, name: str) -> None:
    """The row tells what was found, and of nothing that was only roughly looked for."""
    row = row_of(page, name)
    row.locator("details.why > summary").click()
    found = row.locator("dl.measured").first

    expect(found).to_contain_text("First look")
    expect(found).not_to_contain_text("Only roughly looked for")


def test_models_are_fetched_while_python_has_not_started(
    visitor: BrowserContext, site: str, held: Held
) -> None:
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    page = visitor.new_page()
    begun: list[str] = []
    page.on("worker", lambda worker: begun.append(worker.url))
    visit(page, site)
    wanted = {f"{name}.onnx" for name in MODELS} | {"ort-wasm-simd-threaded.wasm"}
    until(page, "before Python", wanted, asked)
    held.wait_until_asked(page)

    expect(page.locator("#startup")).to_be_visible()

    held.let_go()
    drop(page, PHOTO)
    wait_for_all(page, 1)

    seen_by_models(page, "rocket.jpg")
    assert sum(url.endswith("/infer.worker.js") for url in begun) == 1


def test_a_model_that_does_not_come_early_comes_later(visitor: BrowserContext, site: str) -> None:
    asked: list[str] = []

    def cut_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    visitor.route("**/models-*/saliency.onnx", cut_once)
    page = visit(visitor.new_page(), site)
    drop(page, PHOTO)
    wait_for_all(page, 1)

    assert len(asked) >= 2
    seen_by_models(page, "rocket.jpg")


def test_nothing_is_kept_for_offline_while_the_first_picture_waits(
    visitor: BrowserContext, site: str, held: Held
) -> None:
    page = visit(visitor.new_page(), site)
    drop(page, PHOTO)
    held.wait_until_asked(page)
    page.wait_for_timeout(2000)

    assert page.evaluate(REGISTERED) is False

    held.let_go()
    wait_for_all(page, 1)
    wait_until_kept(page)


@pytest.mark.parametrize("empties", ["the browser's own cache", "the service worker's"])
def test_webassembly_is_there_offline_from_either_cache(
    visitor: BrowserContext, site: str, empties: str
) -> None:
    page = visit(visitor.new_page(), site)
    wait_until_kept(page)  # though nobody brought a picture
    if empties == "the service worker's":
        assert page.evaluate(WITHOUT_WASM) > 5
    else:
        visitor.new_cdp_session(page).send("Network.clearBrowserCache")
    page.close()
    visitor.set_offline(True)
    page = visit(visitor.new_page(), site)
    drop(page, PHOTO)
    wait_for_all(page, 1)

    expect(row_of(page, "rocket.jpg")).to_have_attribute("data-state", "done")
    seen_by_models(page, "rocket.jpg")
