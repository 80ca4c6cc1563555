"""The JavaScript API on a blank page of the site, called from Python."""

from __future__ import annotations

import base64
from typing import Any

from helpers.visitor import WORK_MS
from playwright.sync_api import Page

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
  Object.assign(window, { file, toBase64, eyebright: await createEyebright() });
}"""

OPTIMISE = """async ([name, base64, goal, capabilities]) => {
  const options = { capabilities: capabilities ?? undefined };
  const { blob, report } = await eyebright.optimise(file(name, base64), goal, options);
  return [await toBase64(blob), report];
}"""


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
