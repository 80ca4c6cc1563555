"""Markers planted in every private tag are nowhere in the browser but in the files themselves."""

from __future__ import annotations

import json
from typing import Any

import metadata_samples as samples
from helpers.visitor import drop, keep_results, visit, wait_for_all
from playwright.sync_api import Page

STORED = """async () => {
  const database = await new Promise((resolve, reject) => {
    const opened = indexedDB.open("eyebright.results");
    opened.onsuccess = () => resolve(opened.result);
    opened.onerror = () => reject(opened.error);
  });
  const latin = new TextDecoder("latin1");
  const results = await new Promise((resolve) => {
    const asked = database.transaction("bytes").objectStore("bytes").getAll();
    asked.onsuccess = () => resolve(asked.result.map((bytes) => latin.decode(bytes)));
  });
  database.close();
  const cached = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    cached.push(name, ...(await cache.keys()).map(({ url }) => url));
  }
  return { results, cached, local: { ...localStorage }, session: { ...sessionStorage } };
}"""


CACHED = """async () => {
  const addresses = [];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) addresses.push(url);
  }
  return addresses;
}"""


def test_no_private_value_is_shown_logged_or_kept(page: Page, site: str) -> None:
    logged: list[str] = []
    page.on("console", lambda message: logged.append(message.text))
    page.on("pageerror", lambda error: logged.append(str(error)))
    files = _files()
    visit(page, site)
    keep_results(page)

    drop(page, files)
    wait_for_all(page, len(files))
    for closed in page.get_by_text("Why this result").all():
        if closed.is_visible():
            closed.click()
    stored: dict[str, Any] = page.evaluate(STORED)

    assert len(stored["results"]) >= len(samples.SOURCES)
    assert "Copyright" in page.content()  # names of tags are told
    for told in (page.content(), json.dumps(logged), json.dumps(stored)):
        assert samples.PRIVATE not in told


def test_nothing_of_a_picture_stays_unless_asked_for(page: Page, site: str) -> None:
    visit(page, site)

    drop(page, {"cup.jpg": samples.jpeg()})
    wait_for_all(page, 1)
    page.locator("#options > summary").click()
    page.get_by_label("What is in the pictures").select_option("art")  # settings are kept
    databases = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    local: dict[str, str] = page.evaluate("() => ({ ...localStorage })")
    cached: list[str] = page.evaluate(CACHED)

    assert "eyebright.results" not in databases
    assert list(local) == ["eyebright.settings"]
    assert "cup" not in local["eyebright.settings"]
    assert [address for address in cached if not address.startswith(site)] == []


def _files() -> dict[str, bytes]:
    """Every kind whole, and cut short: what fails tells of itself, too."""
    made = {name: make() for name, make in samples.SOURCES.items()} | {"tiff": samples.tiff()}
    whole = {f"cup.{name}": data for name, data in made.items()}
    return whole | {f"cut.{name}": data[: len(data) // 2] for name, data in made.items()}
