"""Script and engine of two builds: told at once, before anything large is fetched."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

HEADERS = {
    "Content-Type": "text/javascript",
    "Cross-Origin-Embedder-Policy": "require-corp",  # as the page itself, else it starts no worker
}

START = """async (site) => {
  const api = await import(site + "eyebright.js");
  const error = await api.createEyebright().then(() => null, (error) => error);
  const kinds = ["VersionMismatch", "EngineError", "EyebrightError"];
  return error && { message: error.message, script: error.script, assets: error.assets,
    name: error.name, kinds: kinds.filter((kind) => error instanceof api[kind]) };
}"""


def start_with(page: Page, site: str, worker: str) -> dict[str, Any]:
    """What a start gives where the engine's worker is this script."""
    page.route(
        "**/engine.worker.js",
        lambda route: route.fulfill(body=worker, headers=HEADERS),
    )
    page.goto(f"{site}site.json")
    error: dict[str, Any] = page.evaluate(START, site)
    return error


def test_an_engine_of_another_build_is_refused_by_both_names(page: Page, site: str) -> None:
    error = start_with(page, site, 'self.postMessage({ release: "0.0.1+0123456789" })')

    assert error["name"] == "VersionMismatch"
    assert error["kinds"] == ["VersionMismatch", "EngineError", "EyebrightError"]
    assert error["assets"] == "0.0.1+0123456789"
    for told in (error["script"], error["assets"], "engine.worker.js", "npx eyebright-assets"):
        assert told in error["message"]


def test_an_engine_that_does_not_tell_its_build_is_refused(page: Page, site: str) -> None:
    error = start_with(page, site, "self.postMessage({ ready: true })")

    assert error["name"] == "VersionMismatch"
    assert "an older one, which does not tell" in error["message"]


def test_the_engine_of_a_site_answers_under_an_address_that_stays(page: Page, site: str) -> None:
    page.goto(f"{site}site.json")

    first = page.evaluate(
        """(site) => new Promise((resolve, reject) => {
          const worker = new Worker(site + "engine.worker.js", { type: "module" });
          worker.onerror = reject;
          worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
        })""",
        site,
    )

    assert set(first) == {"release"}
