"""Hosts that serve the engine's files wrongly: it works, or says at once what to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pictures
import pytest
from helpers.engine import Engine
from helpers.uploads import taking_uploads
from playwright.sync_api import Page, Route

from serve import TYPES

PYTHON = "**/pyodide-*/pyodide.asm.wasm"

SOON_MS = 20_000
"""Far less than the 60 s after which silence counts as a failure."""

HANGING_MS = 61_000

START = """async (site) => {
  const api = await import(site + "eyebright.js");
  const error = await api.createEyebright().then(() => null, (error) => error);
  return error && [error.name, error.message];
}"""

BEGIN = """async (site) => {
  const api = await import(site + "eyebright.js");
  await new Promise((held) => {
    const onProgress = ({ awaits }) => {
      if (awaits.length === 1 && awaits[0].endsWith(".wasm")) held();
    };
    window.started = api.createEyebright({ onProgress }).then(() => null, (error) => error.message);
  });
}"""
"""Returns once WebAssembly is waited for, and for a moment nothing else."""


def refusal(page: Page, site: str) -> list[str]:
    """Name and message of the error that a start soon gives."""
    page.set_default_timeout(SOON_MS)
    page.goto(f"{site}site.json")
    error: list[str] = page.evaluate(f"(site) => Promise.race([({START})(site), {LATE}])", site)
    return error


LATE = f"new Promise((late) => setTimeout(() => late(['late', '']), {SOON_MS}))"


def answer_with(**changes: Any) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        got = route.fetch()
        kind = changes.get("content_type")
        headers = got.headers | ({"content-type": kind} if kind else {})
        route.fulfill(
            response=got,
            status=changes.get("status", 200),
            headers=headers,
            body=changes.get("body", got.body()),
        )

    return answer


def test_a_policy_that_refuses_webassembly_is_named_with_its_remedy(
    page: Page, built_site: Path
) -> None:
    with taking_uploads(built_site, policy="default-src 'self'") as came:
        name, message = refusal(page, came.address)

    assert name == "EngineError"
    assert "the engine did not start: WebAssembly is refused by the Content-Sec" in message
    assert "add 'wasm-unsafe-eval' to its script-src" in message


@pytest.mark.parametrize("kind", ["text/plain", "application/wasm; charset=utf-8"])
def test_webassembly_of_another_media_type_works(
    page: Page, site: str, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setitem(TYPES, ".wasm", kind)
    kinds: set[str] = set()
    page.on(
        "response", lambda came: kinds.add(f"{came.url[-5:]} {came.headers.get('content-type')}")
    )
    engine = Engine(page, site)
    _, report = engine.optimise("photo.jpg", pictures.astronaut_jpeg())

    assert {told for told in kinds if told.startswith(".wasm")} == {f".wasm {kind}"}
    assert report["format"] == "avif"
    assert report["fallbacks"] == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"status": 404}, "the server answered 404"),
        ({"body": b"<!doctype html>", "content_type": "text/html"}, "text/html"),
    ],
)
def test_webassembly_that_is_not_there_is_named(
    page: Page, site: str, changes: dict[str, Any], told: str
) -> None:
    page.route(PYTHON, answer_with(**changes))
    name, message = refusal(page, site)

    assert name == "EngineError"
    assert "/pyodide.asm.wasm does not start as WebAssembly" in message
    assert told in message


def test_a_file_that_never_answers_is_named(page: Page, site: str) -> None:
    page.route(PYTHON, lambda _route: None)
    page.clock.install()
    page.goto(f"{site}site.json")
    page.evaluate(BEGIN, site)
    page.clock.fast_forward(HANGING_MS)
    message = page.evaluate("window.started")

    assert "no sign of life for 60 s, waiting for pyodide/pyodide.asm.wasm" in message
