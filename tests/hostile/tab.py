"""All files one after the other in one tab of Chromium, through the JavaScript API of the site.

A tab or an engine that dies costs the file a failure, and the next file gets a new one.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from helpers.chromium import launch_options
from helpers.engine import BLANK, START, text
from helpers.memory import watch
from playwright.sync_api import Browser, Error, Page, sync_playwright

from hostile.found import Found, Limits, of_error, of_report
from hostile.judge import faults
from serve import SITE, serving

OPTIMISE = """async ([name, base64, ms]) => {
  const started = performance.now();
  const outcome = eyebright.optimise(file(name, base64)).then(
    async ({ blob, report }) => ({ report, base64: await toBase64(blob) }),
    (error) => ({ error: error.name, message: error.message, detail: error.detail ?? "" }),
  );
  const late = new Promise((resolve) => { setTimeout(() => resolve({ late: true }), ms); });
  const ended = await Promise.race([outcome, late]);
  return { ...ended, seconds: (performance.now() - started) / 1000 };
}"""


def run(paths: Sequence[Path], root: Path, limits: Limits) -> Iterator[Found]:
    """What came of each file, in order."""
    with serving(SITE) as address, sync_playwright() as playwright, ProcessPoolExecutor(1) as pool:
        browser = playwright.chromium.launch(**launch_options())
        tab = Tab(browser, address)
        for path in paths:
            found, data, delivered = tab.optimise(path, str(path.relative_to(root)), limits)
            if found.failed:
                tab.renew()
            elif found.report:
                # Outside of this process: the judge's libraries and Playwright share no loop.
                fault = pool.submit(faults, data, delivered, found.report).result()
                found = _wrong(found, fault) if fault else found
            yield found
        browser.close()


class Tab:
    """A page with an engine, which can be had anew."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser, self._site = browser, site
        self._page = self._open()

    def _open(self) -> Page:
        # A context of its own: a page of the same one may get the process that still holds the old.
        page = self._browser.new_context().new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{self._site}{BLANK}")
        page.evaluate(START, self._site)
        return page

    def renew(self) -> None:
        self._page.context.close()
        self._page = self._open()

    def optimise(self, path: Path, name: str, limits: Limits) -> tuple[Found, bytes, bytes]:
        """What the page says of the file, its bytes, and those of the result."""
        data = path.read_bytes()
        started = time.perf_counter()
        try:
            with watch(self._browser) as peak:
                told = self._page.evaluate(OPTIMISE, [path.name, text(data), 1000 * limits.seconds])
        except Error as exc:
            seconds = time.perf_counter() - started
            return Found(path=name, outcome="crash", said=str(exc), seconds=seconds), data, b""
        outcome, said = _outcome(name, told)
        found = Found(
            path=name,
            outcome=outcome,
            said=said,
            seconds=told["seconds"],
            peak_bytes=peak.resident_bytes,
            report=told.get("report") or {},
        )
        return found, data, base64.b64decode(told.get("base64") or "")


def _outcome(name: str, told: dict[str, Any]) -> tuple[str, str]:
    if told.get("late"):
        return "timeout", "no answer"
    if "error" in told:
        outcome, said = of_error(name, told["error"], told["message"])
        return outcome, f"{said} {told['detail']}" if outcome == "untyped" else said
    return of_report(told["report"]), ""


def _wrong(found: Found, said: str) -> Found:
    return Found(
        path=found.path,
        outcome="wrong",
        said=f"{said} ({found.outcome})",
        seconds=found.seconds,
        peak_bytes=found.peak_bytes,
    )
