"""What the site promises of itself: private, offline, anywhere, and modest with memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pictures
import pytest
from helpers import judge, memory, samples, servers, visitor
from helpers.chromium import ARGUMENTS
from playwright.sync_api import Browser, BrowserContext, Page, expect
from visits import Visit

from serve import Handler, serving

MOST_BYTES = 1_200_000_000
"""Page, engine and the browser's own program included; 0.94e9 to 1.01e9 were measured, and 1.11e9
where other programs kept the browser from collecting garbage in time."""

LARGE_MS = 400_000
"""Longest wait for 24 megapixels: AVIF takes a good part of a minute per trial."""

LARGE = (6000, 4000)

KEPT_FOR_OFFLINE = """async () => {
  const { files } = await (await fetch("site.json")).json();
  await navigator.serviceWorker.ready;
  const missing = [];
  for (const { path } of files) if (!(await caches.match(path))) missing.push(path);
  return missing;
}"""
"""Files that the service worker should keep and does not."""

CHROMIUMS_OWN = ("CONNECT content-autofill.googleapis.com:443 ",)
"""Chromium asks its autofill service about the fields of every form, whatever page has it."""

VIOLATIONS = """
  window.violations = [];
  addEventListener("securitypolicyviolation",
    ({ violatedDirective, blockedURI }) => violations.push(`${violatedDirective} ${blockedURI}`));
"""


def photo() -> dict[str, bytes]:
    return {"rocket.jpg": samples.shipped("rocket.jpg")}


def mixed() -> dict[str, bytes]:
    """Enough to need every part of the site that a picture can need: decoders, Pillow, encoders."""
    cat = samples.photo("chelsea.png", 160, 120)
    round_cat = pictures.transparent()[100:220, 150:310]
    return {
        "photo.jpg": pictures.save(cat, "JPEG", quality=92),
        "clear.png": pictures.save(round_cat, "PNG"),
        "clear.webp": pictures.save(round_cat, "WEBP", lossless=True),
        "still.gif": pictures.save(samples.graphic(160, 160), "GIF"),
        "chart.png": pictures.save(samples.graphic(320, 240), "PNG"),
    }


def do(page: Page, files: dict[str, bytes]) -> None:
    """Drop files and see every one done."""
    visitor.drop(page, files)
    visitor.wait_for_all(page, len(files))

    assert visitor.states(page) == {"done": len(files)}


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who was never here: no cache, no service worker."""
    context = browser.new_context()
    yield context
    context.close()


def test_no_request_leaves_the_origin(browser: Browser, site: str) -> None:
    asked: list[str] = []
    troubles: list[str] = []
    with servers.watchman() as watch:
        context = browser.new_context(proxy={"server": watch.address, "bypass": "127.0.0.1"})
        context.on("request", lambda request: asked.append(request.url))
        context.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
        context.add_init_script(VIOLATIONS)
        page = visitor.visit(context.new_page(), site)
        do(page, mixed())
        violations = page.evaluate("() => violations")
        context.close()

    local = (site, f"blob:{site}", "data:")
    assert [url for url in asked if not url.startswith(local)] == []
    assert [line for line in watch.asked if not line.startswith(CHROMIUMS_OWN)] == []
    assert violations == []
    assert troubles == []


def test_a_request_to_elsewhere_is_stopped_by_the_policy(browser: Browser, site: str) -> None:
    with servers.watchman() as watch:
        context = browser.new_context(proxy={"server": watch.address, "bypass": "127.0.0.1"})
        context.add_init_script(VIOLATIONS)
        page = visitor.visit(context.new_page(), site)
        page.evaluate("() => fetch('http://example.org/').catch(() => null)")
        page.wait_for_function("() => violations.length")  # it is told after the refusal
        violations = page.evaluate("() => violations")
        context.close()

    assert [v.split()[0] for v in violations] == ["connect-src"] * len(violations)
    assert [line for line in watch.asked if not line.startswith(CHROMIUMS_OWN)] == []


def test_the_watchman_sees_what_goes_elsewhere(browser: Browser) -> None:
    with servers.watchman() as watch:
        context = browser.new_context(proxy={"server": watch.address, "bypass": "127.0.0.1"})
        response = context.new_page().goto("http://example.org/")
        context.close()

    assert response is not None
    assert response.status == 502
    assert "GET http://example.org/ HTTP/1.1" in watch.asked


def test_after_the_first_visit_it_works_with_the_server_gone(context: BrowserContext) -> None:
    with servers.program() as server:
        page = visitor.visit(context.new_page(), server.address)
        do(page, photo())
        page.wait_for_function(f"async () => !(await ({KEPT_FOR_OFFLINE})()).length")
        page.close()
        server.end()
        context.set_offline(True)

        assert not server.answers()

        page = visitor.visit(context.new_page(), server.address)
        do(page, mixed())
        found = {
            name: visitor.download(page, visitor.row_of(page, name))[1]
            for name in ("photo.jpg", "clear.png")
        }

    for name, data in found.items():
        assert judge.score(mixed()[name], data) >= 74.5, name


def test_a_second_visit_asks_the_server_for_the_top_files_only(
    context: BrowserContext, built_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Handler, "log_request", note_into(asked))
    with serving(built_site) as address:
        page = visitor.visit(context.new_page(), address)
        do(page, photo())
        page.wait_for_function(f"async () => !(await ({KEPT_FOR_OFFLINE})()).length")
        page.close()
        first = set(asked)
        asked.clear()
        page = visitor.visit(context.new_page(), address)
        do(page, photo())

    assert any("/pyodide-" in path for path in first)
    assert {path for path in asked if path.count("/") > 1} == set()


def test_without_a_service_worker_the_browser_cache_serves_the_second_visit(
    browser: Browser, built_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Handler, "log_request", note_into(asked))
    context = browser.new_context(service_workers="block")
    with serving(built_site) as address:
        visits = []
        for _visit in range(2):
            page = visitor.visit(context.new_page(), address)
            do(page, photo())
            page.close()
            visits.append(list(asked))
            asked.clear()
        context.close()

    assert len(visits[0]) > 20
    assert {path for path in visits[1] if path.count("/") > 1} == set()


def note_into(asked: list[str]) -> Callable[..., None]:
    def note(handler: Handler, *_args: Any) -> None:
        asked.append(handler.path)

    return note


@pytest.mark.parametrize(("isolated", "prefix"), [(False, "/a/b c/"), (True, "/deep/er/")])
def test_it_works_isolated_or_not_below_any_path(
    context: BrowserContext, built_site: Path, *, isolated: bool, prefix: str
) -> None:
    with serving(built_site, isolated=isolated, prefix=prefix) as address:
        visit = Visit(context.new_page(), address.replace(" ", "%20")).open()
        do(visit.page, mixed() if not isolated else photo())
        found = visit.page.evaluate("() => [crossOriginIsolated, typeof SharedArrayBuffer]")

    assert found == [isolated, "function" if isolated else "undefined"]
    assert (visit.faults, visit.elsewhere()) == ([], [])


def test_two_tabs_work_at_once_and_share_the_settings(context: BrowserContext, site: str) -> None:
    first, second = visits = [Visit(context.new_page(), site).open() for _tab in range(2)]
    files = mixed()
    for visit in visits:
        visitor.drop(visit.page, files)
    first.page.get_by_text("Settings", exact=True).click()
    first.page.get_by_label("Maximum width, in pixels").fill("90")
    for visit in visits:
        visitor.wait_for_all(visit.page, len(files))
    states = [visitor.states(visit.page) for visit in visits]
    second.page.reload()

    assert states == [{"done": len(files)}] * 2
    expect(second.page.locator("#options-line")).to_have_text("At most 90 pixels wide")
    assert (first.faults, second.faults) == ([], [])


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from Linux's /proc")
@pytest.mark.slow
def test_24_megapixels_fit_into_the_memory_of_a_tab(
    launch_browser: Callable[..., Browser], site: str, tmp_path: Path
) -> None:
    original = samples.large_jpeg(*LARGE)
    path = tmp_path / "large.jpg"
    path.write_bytes(original)
    browser = launch_browser(args=ARGUMENTS)
    page = visitor.visit(browser.new_page(), site)
    page.set_default_timeout(LARGE_MS)
    do(page, photo())
    with memory.watch(browser) as peak:
        page.locator("#files").set_input_files(path)  # by path, as a person chooses it
        visitor.wait_for_all(page, 2)
    row = visitor.row_of(page, "large.jpg")
    state = row.get_attribute("data-state")
    _saved_as, data = visitor.download(page, row)
    browser.close()

    assert state == "done"
    assert len(data) < len(original)
    assert judge.pixels_of(data).shape == (LARGE[1], LARGE[0], 3)
    assert len(original) < peak.resident_bytes < MOST_BYTES
