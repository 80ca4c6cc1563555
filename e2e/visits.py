"""A visit to the page, as the tests of the page make it."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pictures
import pytest
import skimage.data
from playwright.sync_api import BrowserContext, Download, Locator, Page, Route, ViewportSize, expect

DONE_MS = 120_000
"""Encoders on a busy machine with two cores; a small picture takes two seconds on a free one."""

WORKER_BLOCKED = "Service Worker registration blocked by Playwright"
"""What the console says where a test asked for it."""

# Playwright's own file payloads.
Payload = dict[str, Any]

DROP = """([event, files]) => {
  const transfer = new DataTransfer();
  for (const { name, mimeType, text } of files) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type: mimeType }));
  }
  const options = { bubbles: true, cancelable: true };
  document.body.dispatchEvent(event === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent(event, { ...options, dataTransfer: transfer }));
}"""

SCREEN: ViewportSize = {"width": 1280, "height": 720}
"""Playwright's own, in pixels."""

MOST_DOWNLOADS = 6
"""After so many the page is loaded anew for the next test: headless Chromium refuses every eleventh
download of a page, and one test makes at most four."""

NOTHING_RUNS = """() => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  document.getElementById("cancel-all").click();
  return !document.querySelector("#list > [data-state=waiting], #list > [data-state=working]");
}"""

AS_ON_ARRIVAL = """() => {
  for (const button of ["clear", "policy-remove"]) document.getElementById(button).click();
  for (const opened of document.querySelectorAll("details[open]")) opened.open = false;
  for (const box of document.querySelectorAll("dialog [type=checkbox]")) {
    if (box.checked !== box.defaultChecked) box.click();
  }
  document.getElementById("options-form").reset();
  document.getElementById("content").dispatchEvent(new Event("input", { bubbles: true }));
  document.getElementById("live").textContent = "";
  document.activeElement.blur();
  localStorage.clear();
}"""

FORBIDDEN_WORDS = ("undefined", "NaN", "[object", "JsProxy", "None")
"""What a visitor must never read: values that were not turned into words."""


class Visit:
    """One visit to the page: its console and its requests are watched."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        page.set_default_timeout(DONE_MS)
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.downloads = 0
        page.on("download", self._on_download)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._on_console)
        page.context.on("request", lambda request: self.requests.append(request.url))

    def _on_console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and message.text != WORKER_BLOCKED:
            self.faults.append(message.text)

    def _on_download(self, _download: Download) -> None:
        self.downloads += 1

    def open(self) -> Visit:
        self.page.goto(self.site)
        return self

    def begin_again(self) -> None:
        """Make the page as it was on arrival, by its own means: for the next test.

        What runs is cancelled, the list cleared, every setting and the policy file taken back,
        nothing kept. Only the engine is not new.
        """
        page = self.page
        page.wait_for_function(NOTHING_RUNS, timeout=DONE_MS)
        page.evaluate(AS_ON_ARRIVAL)
        page.set_viewport_size(SCREEN)
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        if self.downloads >= MOST_DOWNLOADS:
            page.reload()
            self.downloads = 0
        expect(page.locator("#results")).to_be_hidden()
        expect(page.get_by_role("alert")).to_be_hidden()
        expect(page.locator("#policy-name")).to_be_empty()
        expect(page.locator("#options-line")).to_have_text(re.compile("^Automatic"))
        self.faults.clear()
        self.requests.clear()

    def choose(self, *files: Payload) -> None:
        self.page.set_input_files("#files", list(files))

    def hand_over(self, event: str, *files: Payload) -> None:
        """As if dropped or pasted."""
        sent = [{**f, "text": base64.b64encode(f.pop("buffer")).decode()} for f in map(dict, files)]
        self.page.evaluate(DROP, [event, sent])

    def row(self, name: str) -> Locator:
        return self.page.get_by_role("listitem").filter(
            has=self.page.get_by_role("heading", name=name, exact=True)
        )

    def expect_state(self, name: str, state: str) -> None:
        expect(self.row(name)).to_have_attribute("data-state", state)

    def download(self, name: str) -> tuple[str, bytes]:
        """The suggested name and the bytes of a result."""
        with self.page.expect_download() as waiting:
            self.row(name).get_by_role("link", name="Download").click()
        return read(waiting.value)

    def elsewhere(self) -> list[str]:
        """Requests that left the site's origin."""
        own = (self.site, "blob:", "data:")
        return [url for url in self.requests if not url.startswith(own)]


def read(download: Download) -> tuple[str, bytes]:
    return download.suggested_filename, Path(download.path()).read_bytes()


def payload(name: str, data: bytes, kind: str = "image/jpeg") -> Payload:
    return {"name": name, "mimeType": kind, "buffer": data}


def photo(name: str, size: int = 256) -> Payload:
    """A part of a real photo, a good original."""
    return payload(name, pictures.save(skimage.data.astronaut()[:size, :size], "JPEG", quality=95))


def graphic(name: str) -> Payload:
    return payload(name, pictures.save(skimage.data.page()[:128, :256], "PNG"), "image/png")


def slow(name: str) -> Payload:
    """Noise: each trial takes seconds, so that there is time to cancel or to reload."""
    return payload(name, pictures.noise_jpeg(1400, 1400))


class Held:
    """Requests for one file wait here until a test lets them go on; those that come later pass."""

    def __init__(self, where: Page | BrowserContext, pattern: str) -> None:
        self._pattern = pattern
        self._waiting: list[Route] = []
        self._is_open = False
        where.route(pattern, self._meet)

    def _meet(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self._waiting.append(route)

    def wait_until_asked(self, page: Page) -> None:
        for _ in range(DONE_MS // 50):
            if self._waiting:
                return
            page.wait_for_timeout(50)
        pytest.fail(f"{self._pattern} was never asked for")

    def let_go(self) -> None:
        self._is_open = True  # not by unroute: what is asked for while that is under way is lost
        for route in self._waiting:
            route.continue_()


def open_without(visit: Visit, pattern: str) -> Held:
    """Open the page with one file held back until the test lets it go."""
    held = Held(visit.page, pattern)
    visit.open()
    held.wait_until_asked(visit.page)
    return held
