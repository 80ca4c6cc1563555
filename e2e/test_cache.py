"""Results kept in the browser: used again, bounded, forgotten on request, never needed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import metadata_samples as samples
import pytest
from helpers.engine import BLANK, Engine, text
from helpers.visitor import WORK_MS, drop, keep_results, row_of, visit, wait_for_all
from playwright.sync_api import Browser, BrowserContext, Page, expect

CALL = """async ([site, setting, files, own]) => {
  const { createEyebright } = await import(site + "eyebright.js");
  const eyebright = await createEyebright({ cache: setting });
  const told = [];
  let forgotten = null;
  for (const given of files) {
    if (given === null) {
      forgotten = await eyebright.clearCache();
      continue;
    }
    const [name, base64] = given;
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const file = new File([bytes], name);
    const { blob, report } = await eyebright.optimise(file, { formats: ["webp"] }, own);
    const made = new Uint8Array(await blob.arrayBuffer());
    told.push([btoa(String.fromCharCode(...made)), report]);
  }
  eyebright.close();
  return [told, forgotten];
}"""

SIZES = """async () => (await indexedDB.databases()).length && new Promise((resolve, reject) => {
  const opened = indexedDB.open("eyebright.results");
  opened.onerror = () => reject(opened.error);
  opened.onsuccess = () => {
    const asked = opened.result.transaction("entries").objectStore("entries").getAll();
    asked.onsuccess = () => {
      opened.result.close();
      resolve(asked.result.map(({ size }) => size));
    };
  };
})"""

FORGET = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.deleteDatabase("eyebright.results");
  asked.onsuccess = () => resolve();
  asked.onerror = () => reject(asked.error);
})"""

REMEMBERED = "() => JSON.parse(localStorage['eyebright.settings'] ?? '{}').keep_results"
"""Whether Python, which may still have been starting, has heard of the wish."""

PHOTO = samples.jpeg()

CLEAR = None
"""Among the files of a call: what was kept until then is forgotten."""


@pytest.fixture
def visitor(browser: Browser) -> Any:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def blank(engine: Engine) -> Iterator[Page]:
    """A page on which an engine runs: others start there in a moment. Nothing is kept before."""
    engine.page.evaluate(FORGET)
    yield engine.page
    engine.page.evaluate(FORGET)


def new_page(context: BrowserContext, site: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(WORK_MS)
    page.goto(f"{site}{BLANK}")
    return page


def call(
    page: Page,
    site: str,
    *files: tuple[str, bytes] | None,
    cache: Any = True,
    own: Any = None,
) -> tuple[list[tuple[bytes, dict[str, Any]]], int | None, list[int]]:
    """By a new engine: results, how many were forgotten, and the sizes of what is kept then."""
    named = [file and [file[0], text(file[1])] for file in files]
    told, forgotten = page.evaluate(CALL, [site, cache, named, own or {}])
    sizes = page.evaluate(SIZES) or []
    return [(base64.b64decode(made), report) for made, report in told], forgotten, sizes


def codes(report: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in (*report["reasons"], *report["fallbacks"])}


def test_facts_of_an_earlier_visit_are_used_again(blank: Page, site: str) -> None:
    ask = """async ([site, base64]) => {
      const { createEyebright } = await import(site + "eyebright.js");
      const eyebright = await createEyebright({ cache: true });
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const facts = await eyebright.analyse(new Blob([bytes]));
      eyebright.close();
      return facts;
    }"""
    first, kept = blank.evaluate(ask, [site, text(PHOTO)]), blank.evaluate(SIZES)
    second, still = blank.evaluate(ask, [site, text(PHOTO)]), blank.evaluate(SIZES)

    assert first == second
    assert kept == still
    assert len(kept) == 1


def test_a_later_visit_is_answered_from_what_was_kept(visitor: BrowserContext, site: str) -> None:
    page = new_page(visitor, site)
    [(made, first)], _, sizes = call(page, site, ("cup.jpg", PHOTO))
    page.close()
    page = new_page(visitor, site)
    [(again, second)], forgotten, left = call(page, site, ("mug.jpg", PHOTO), CLEAR)
    [(_, third)], _, _ = call(page, site, ("cup.jpg", PHOTO))

    assert made == again
    assert ["cached" in codes(report) for report in (first, second, third)] == [False, True, False]
    assert second["name"] == "mug.jpg"
    assert (len(sizes), forgotten, left) == (1, 1, [])


def test_the_least_recently_used_makes_room(blank: Page, site: str) -> None:
    photos = [(f"{size}.jpg", samples.jpeg(size=(size, size))) for size in (150, 151, 152)]
    _, _, sizes = call(blank, site, *photos)
    most = sum(sizes) - min(sizes) // 2  # room for two: a report's times make it longer or shorter

    cache = {"maxBytes": most}
    call(blank, site, CLEAR, *photos[:2], photos[0], cache=cache)  # the second rests longest
    _, _, kept = call(blank, site, photos[2], cache=cache)
    again, _, _ = call(blank, site, photos[0], photos[2], photos[1], cache=cache)

    assert sum(kept) <= most
    assert ["cached" in codes(report) for _, report in again] == [True, True, False]


def test_nothing_is_kept_unasked(blank: Page, site: str) -> None:
    call(blank, site, ("cup.jpg", PHOTO), cache=False)

    assert blank.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)") == []


def test_a_call_may_keep_what_others_do_not_and_leave_what_they_keep(
    blank: Page, site: str
) -> None:
    _, _, left = call(blank, site, ("cup.jpg", PHOTO), own={"cache": False})
    _, _, kept = call(blank, site, ("cup.jpg", PHOTO), cache={"maxBytes": 1}, own={"cache": True})

    assert (len(left), len(kept)) == (0, 1)


def test_the_page_keeps_results_only_where_asked_and_remembers_that(page: Page, site: str) -> None:
    asked = page.get_by_label("Keep results on this device")
    visit(page, site)
    page.locator("#options > summary").click()
    expect(asked).not_to_be_checked()
    asked.check()
    page.reload()
    page.locator("#options > summary").click()
    expect(asked).to_be_checked()
    asked.uncheck()

    drop(page, {"cup.jpg": PHOTO})
    wait_for_all(page, 1)

    names = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    assert "eyebright.results" not in names


def test_without_storage_all_works_and_says_so(visitor: BrowserContext, site: str) -> None:
    """The worker's storage is denied, as some private modes do."""
    visitor.route(
        "**/results*.js",
        lambda route: route.fulfill(
            body="Object.defineProperty(self, 'indexedDB', { value: { open() { "
            "throw new DOMException('denied', 'SecurityError'); } } });\n" + route.fetch().text(),
            content_type="text/javascript",
        ),
    )

    page = new_page(visitor, site)
    told, _ = page.evaluate(CALL, [site, True, [["cup.jpg", text(PHOTO)]], {}])

    report = told[0][1]
    assert not report["kept_original"]
    assert "cache-unavailable" in codes(report)


def test_two_tabs_share_what_is_kept(visitor: BrowserContext, site: str) -> None:
    first, second = visitor.new_page(), visitor.new_page()
    for page in (first, second):
        visit(page, site)
    keep_results(first)
    first.wait_for_function(REMEMBERED)
    second.reload()  # settings are shared, too
    drop(first, {"cup.jpg": PHOTO})
    wait_for_all(first, 1)
    drop(second, {"mug.jpg": PHOTO})
    wait_for_all(second, 1)

    row = row_of(second, "mug.jpg")
    row.get_by_text("Why this result").click()
    expect(row).to_contain_text("was made before")


def test_the_page_forgets_on_request_and_kept_nothing_private(page: Page, site: str) -> None:
    visit(page, site)
    keep_results(page)
    drop(page, {"cup.jpg": PHOTO, "broken.jpg": PHOTO[:300]})
    wait_for_all(page, 2)
    kept = page.evaluate(
        """() => new Promise((resolve) => {
          const opened = indexedDB.open("eyebright.results");
          opened.onsuccess = () => {
            const asked = opened.result.transaction("bytes").objectStore("bytes").getAll();
            asked.onsuccess = () => { opened.result.close(); resolve(asked.result.map(
              (bytes) => new TextDecoder("latin1").decode(bytes))); };
          };
        })"""
    )

    page.get_by_role("button", name="Forget kept results").click()

    expect(page.locator("#forgotten")).to_contain_text("1 kept result deleted")
    assert len(kept) == 1
    assert samples.PRIVATE not in json.dumps(kept)
    assert "cup.jpg" not in json.dumps(kept)
    assert page.evaluate(SIZES) == []
