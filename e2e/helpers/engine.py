"""The JavaScript API on a blank page of the site, called from Python."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from typing import Any

from helpers.visitor import WORK_MS
from playwright.sync_api import Page, Route, Worker

BLANK = "site.json"
"""Any file that runs no script of its own is a blank page."""

START = """async (site) => {
  const { createEyebright } = await import(site + "eyebright.js");
  const toBytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const toBase64 = async (blob) => (await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  })).split(",")[1];
  const file = (name, base64) => new File([toBytes(base64)], name);
  Object.assign(window, { file, toBase64, createEyebright, eyebright: await createEyebright() });
}"""

OPTIMISE = """async ([name, base64, goal, capabilities]) => {
  const options = { capabilities: capabilities ?? undefined };
  const { blob, report } = await eyebright.optimise(file(name, base64), goal, options);
  return [await toBase64(blob), report];
}"""


def reach_python(page: Page) -> None:
    """Let engines that start on this page have their Python as `self.python`."""

    def hand_out(route: Route) -> None:
        response = route.fetch()
        reachable = response.text().replace(
            "pyodide._api.on_fatal", "self.python = pyodide; pyodide._api.on_fatal"
        )
        assert "self.python" in reachable
        route.fulfill(response=response, body=reachable)

    page.route("**/engine.worker.js", hand_out)


def worker_of(page: Page) -> Worker:
    """The engine's; the newest: one that has just died may still be on the list."""
    return [worker for worker in page.workers if worker.url.endswith("engine.worker.js")][-1]


@contextlib.contextmanager
def another_engine(page: Page) -> Iterator[None]:
    """A new engine in place of the one of the page: it starts in a moment, as that one runs."""
    page.evaluate(
        "async () => { window.first = eyebright; window.eyebright = await createEyebright(); }"
    )
    try:
        yield
    finally:
        page.evaluate("() => { eyebright.close(); window.eyebright = first; }")


class Engine:
    """One engine; each call waits for its answer and raises what the promise rejects with."""

    def __init__(self, page: Page, site: str) -> None:
        page.set_default_timeout(WORK_MS)
        page.goto(f"{site}{BLANK}")
        page.evaluate(START, site)
        self.page = page

    def optimise(
        self, name: str, data: bytes, goal: Any = None, capabilities: Any = None
    ) -> tuple[bytes, dict[str, Any]]:
        arguments = [name, text(data), goal or {}, capabilities]
        encoded, report = self.page.evaluate(OPTIMISE, arguments)
        return base64.b64decode(encoded), report

    def score(self, reference: bytes, distorted: bytes) -> float:
        found = self.page.evaluate(
            "async ([a, b]) => (await eyebright.score(file('a', a), file('b', b))).score",
            [text(reference), text(distorted)],
        )
        return float(found)

    def analyse(self, name: str, data: bytes) -> dict[str, Any]:
        facts: dict[str, Any] = self.page.evaluate(
            "([name, data]) => eyebright.analyse(file(name, data))", [name, text(data)]
        )
        return facts

    def decide(self, facts: Any, goal: Any, capabilities: Any) -> dict[str, Any]:
        plan: dict[str, Any] = self.page.evaluate(
            "([facts, goal, capabilities]) => eyebright.decide(facts, goal, capabilities)",
            [facts, goal, capabilities],
        )
        return plan

    def capabilities(self) -> dict[str, Any]:
        able: dict[str, Any] = self.page.evaluate("() => eyebright.capabilities()")
        return able


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()
