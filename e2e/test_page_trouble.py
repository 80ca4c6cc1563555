"""The page where things go wrong or are many: dead engines, slow lines, no network, two tabs."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from pathlib import Path
from typing import Any

import pictures
import pytest
from helpers.engine import reach_python, worker_of
from playwright.sync_api import Browser, Error, Page, expect
from visits import Visit, graphic, payload, photo, slow

from serve import Handler, serving

BYTES_PER_SECOND = 1_000_000
"""A fair mobile line: the first start takes several seconds."""

PIECE_BYTES = 16_384

SECONDS_LONG = (700, 700)
"""Of noise: seconds until it is done, not half a minute."""

MANY = 200
MOST_AT_ONCE = 5
"""Files that the page works on at a time, on a machine of many cores."""


def break_engine(page: Page) -> None:
    """As a fault in the engine would: an error that nobody catches ends it."""
    with contextlib.suppress(Error):  # it may be gone before it answers
        worker_of(page).evaluate("setTimeout(() => { throw new Error('broken on purpose'); })")


def test_files_under_way_when_the_engine_dies_are_done_by_the_next(visit: Visit) -> None:
    noise = payload("slow.jpg", pictures.noise_jpeg(*SECONDS_LONG))
    visit.choose(noise, photo("cat.jpg"), graphic("last.png"))
    expect(visit.row("slow.jpg").locator(".state")).to_contain_text(re.compile("Writing|Comparing"))
    first = worker_of(visit.page)
    break_engine(visit.page)
    visit.expect_state("last.png", "done")
    visit.expect_state("cat.jpg", "done")
    visit.expect_state("slow.jpg", "done")

    assert worker_of(visit.page) != first
    expect(visit.page.get_by_role("alert")).to_be_hidden()


def test_a_file_that_kills_the_engine_twice_is_named_and_given_up(visit: Visit) -> None:
    visit.choose(slow("heavy.jpg"))
    for _ in range(2):
        expect(visit.row("heavy.jpg").locator(".state")).to_contain_text(
            re.compile("Writing|Comparing")
        )
        break_engine(visit.page)
        expect(visit.row("heavy.jpg").locator(".state")).not_to_contain_text(
            re.compile("Writing|Comparing")
        )
    visit.expect_state("heavy.jpg", "failed")
    expect(visit.row("heavy.jpg")).to_contain_text("It stopped twice at this picture")
    visit.choose(graphic("next.png"))

    visit.expect_state("next.png", "done")


@pytest.mark.browser_context_args(service_workers="block")  # it would fetch unseen by the test
def test_python_that_stopped_for_good_is_started_anew(page: Page, site: str) -> None:
    reach_python(page)
    visit = Visit(page, site).open()
    visit.choose(slow("slow.jpg"))
    expect(visit.row("slow.jpg").locator(".state")).to_contain_text("Writing")
    first = worker_of(page)
    first.evaluate(
        "setTimeout(() => { try { self.python._api.fatal_error(new Error('memory')); } catch {} })"
    )
    visit.choose(graphic("next.png"))
    expect(visit.row("slow.jpg").locator(".state")).to_contain_text("Waiting")
    expect(visit.row("slow.jpg").locator(".state")).to_contain_text("Writing")

    assert worker_of(page) != first
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
        "There is no network just now, and this first visit needs one."
    )


def test_two_hundred_files_queue_and_are_cancelled_at_once(visit: Visit) -> None:
    visit.choose(*(slow(f"{n}.jpg") if n < MOST_AT_ONCE else broken(n) for n in range(MANY)))
    expect(visit.page.get_by_role("listitem")).to_have_count(MANY)
    expect(visit.page).to_have_title(re.compile(r"^\d+ % - Eyebright$"))
    visit.page.get_by_role("button", name="Cancel all").click()

    expect(visit.page.locator("#summary-more")).to_have_text(
        re.compile(rf"({MANY}|\d+ could not be used, \d+) cancelled")
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
