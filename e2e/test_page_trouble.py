"""The page where things go wrong or are many: dead engines, slow lines, no network, two tabs."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Worker, expect
from visits import DONE_MS, Visit, graphic, payload, photo, slow

from serve import Handler, serving

BYTES_PER_SECOND = 1_000_000
"""A fair mobile line: the first start takes several seconds."""

PIECE_BYTES = 16_384

MANY = 200
MOST_AT_ONCE = 5
"""Files that the page works on at a time, on a machine of many cores."""


def engine_of(page: Page) -> Worker:
    """The newest: one that has just died may still be on the list."""
    return [worker for worker in page.workers if worker.url.endswith("engine.worker.js")][-1]


def break_engine(page: Page) -> None:
    """As a fault in the engine would: an error that nobody catches ends it."""
    with contextlib.suppress(Error):  # it may be gone before it answers
        engine_of(page).evaluate("setTimeout(() => { throw new Error('broken on purpose'); })")


def test_files_under_way_when_the_engine_dies_are_done_by_the_next(visit: Visit) -> None:
    visit.choose(slow("slow.jpg"), photo("cat.jpg"), graphic("last.png"))
    expect(visit.row("slow.jpg").locator(".state")).to_contain_text(
        re.compile("Writing|Comparing"), timeout=DONE_MS
    )
    first = engine_of(visit.page)
    break_engine(visit.page)
    visit.expect_state("last.png", "done")
    visit.expect_state("cat.jpg", "done")
    visit.expect_state("slow.jpg", "done")

    assert engine_of(visit.page) != first
    expect(visit.page.get_by_role("alert")).to_be_hidden()


def test_a_file_that_kills_the_engine_twice_is_named_and_given_up(visit: Visit) -> None:
    visit.choose(slow("heavy.jpg"))
    for _ in range(2):
        expect(visit.row("heavy.jpg").locator(".state")).to_contain_text(
            re.compile("Writing|Comparing"), timeout=DONE_MS
        )
        break_engine(visit.page)
        expect(visit.row("heavy.jpg").locator(".state")).not_to_contain_text(
            re.compile("Writing|Comparing"), timeout=DONE_MS
        )
    visit.expect_state("heavy.jpg", "failed")
    expect(visit.row("heavy.jpg")).to_contain_text("It stopped twice at this picture")
    visit.choose(graphic("next.png"))

    visit.expect_state("next.png", "done")


@pytest.mark.browser_context_args(service_workers="block")  # it would fetch unseen by the test
def test_python_that_stopped_for_good_is_started_anew(page: Page, site: str) -> None:
    def handed_out(route: Any) -> None:
        """The engine, with a way to its Python for this test."""
        response = route.fetch()
        reachable = response.text().replace(
            "pyodide._api.on_fatal", "self.python = pyodide; pyodide._api.on_fatal"
        )
        assert "self.python" in reachable
        route.fulfill(response=response, body=reachable)

    page.route("**/engine.worker.js", handed_out)
    visit = Visit(page, site).open()
    visit.choose(slow("slow.jpg"))
    expect(visit.row("slow.jpg").locator(".state")).to_contain_text("Writing", timeout=DONE_MS)
    first = engine_of(page)
    first.evaluate(
        "setTimeout(() => { try { self.python._api.fatal_error(new Error('memory')); } catch {} })"
    )
    visit.choose(graphic("next.png"))
    expect(visit.row("slow.jpg").locator(".state")).to_contain_text("Waiting", timeout=DONE_MS)
    expect(visit.row("slow.jpg").locator(".state")).to_contain_text("Writing", timeout=DONE_MS)

    assert engine_of(page) != first
    visit.row("slow.jpg").locator(".cancel").click()
    visit.expect_state("next.png", "done")


class SlowLine:
    """A connection's way out: all connections together send so many bytes in a second."""

    taking_turns = threading.Lock()

    def __init__(self, line: Any) -> None:
        self._line = line

    def write(self, data: bytes) -> None:
        for start in range(0, len(data), PIECE_BYTES):
            with self.taking_turns:
                time.sleep(PIECE_BYTES / BYTES_PER_SECOND)
            self._line.write(data[start : start + PIECE_BYTES])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)


class SlowHandler(Handler):
    def setup(self) -> None:
        super().setup()
        self.wfile: Any = SlowLine(self.wfile)


@pytest.mark.browser_context_args(service_workers="block")  # it would load everything at once
def test_a_slow_line_shows_the_page_at_once_and_how_far_it_is(
    page: Page, built_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve.Handler", SlowHandler)
    with serving(built_site) as address:
        visit = Visit(page, address).open()
        visit.choose(photo("early.jpg"))
        expect(page.locator("#boot-sizes")).to_have_text(re.compile(r"^\d+\.\d of \d+\.\d MB$"))
        shown = page.locator("#boot-sizes").inner_text()
        loaded, total = (float(number) for number in re.findall(r"\d+\.\d", shown))

        assert loaded < total
        visit.expect_state("early.jpg", "done")
        assert visit.faults == []


@pytest.mark.browser_context_args(service_workers="block")  # nothing is kept from before
def test_a_first_visit_that_loses_its_network_says_so_plainly(page: Page, site: str) -> None:
    page.route("**/pyodide-*/**", lambda route: route.abort("internetdisconnected"))
    page.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    visit = Visit(page, site).open()

    expect(visit.page.get_by_role("alert")).to_contain_text(
        "There is no network just now, and this first visit needs one.", timeout=DONE_MS
    )


def test_two_tabs_work_side_by_side_and_share_the_settings(page: Page, site: str) -> None:
    first, second = Visit(page, site).open(), Visit(page.context.new_page(), site).open()
    for number, visit in enumerate((first, second)):
        visit.choose(photo(f"{number}.jpg", 128 + number))
    first.page.get_by_text("Settings", exact=True).click()
    first.page.get_by_label("Maximum width, in pixels").fill("90")
    first.expect_state("0.jpg", "done")
    second.expect_state("1.jpg", "done")
    second.page.reload()

    expect(second.page.locator("#options-line")).to_have_text("At most 90 pixels wide")
    assert (first.faults, second.faults) == ([], [])


def test_two_hundred_files_queue_and_are_cancelled_at_once(visit: Visit) -> None:
    visit.choose(*(slow(f"{n}.jpg") if n < MOST_AT_ONCE else broken(n) for n in range(MANY)))
    expect(visit.page.get_by_role("listitem")).to_have_count(MANY, timeout=DONE_MS)
    expect(visit.page).to_have_title(re.compile(r"^\d+ % - Eyebright$"))
    visit.page.get_by_role("button", name="Cancel all").click()

    expect(visit.page.locator("#summary-more")).to_have_text(
        re.compile(rf"({MANY}|\d+ could not be used, \d+) cancelled"), timeout=DONE_MS
    )
    expect(visit.page).to_have_title(re.compile("^Eyebright"))
    expect(visit.page.get_by_role("button", name="Cancel all")).to_be_hidden()


def broken(number: int) -> dict[str, Any]:
    return payload(f"{number}.jpg", b"\xff\xd8\xff" + number.to_bytes(2, "big"))


def test_leaving_is_asked_about_only_while_something_would_be_lost(
    browser: Browser, site: str
) -> None:
    context = browser.new_context()
    visit = Visit(context.new_page(), site).open()
    prevented = """() => {
      const event = new Event("beforeunload", { cancelable: true });
      dispatchEvent(event);
      return event.defaultPrevented;
    }"""

    assert not visit.page.evaluate(prevented)
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    assert visit.page.evaluate(prevented)
    visit.download("cat.jpg")
    assert not visit.page.evaluate(prevented)
    context.close()
