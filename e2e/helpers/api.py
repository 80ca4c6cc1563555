"""The JavaScript API on a blank page, where progress and errors come back as values."""

from __future__ import annotations

import base64
from typing import Any

from helpers.engine import BLANK, text
from playwright.sync_api import Page

START_MS = 90_000

# Makes an engine, and helpers that let errors cross to the test as values.
SET_UP = """async (site) => {
  const api = await import(site + "eyebright.js");
  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const file = (name, base64) => new File([bytes(base64)], name);
  const toBase64 = async (blob) => {
    const codes = Array.from(new Uint8Array(await blob.arrayBuffer()));
    return btoa(codes.map((code) => String.fromCharCode(code)).join(""));
  };
  const isError = (kind) => api[kind].prototype instanceof Error;
  const kindsOf = (error) => Object.keys(api).filter((k) => isError(k) && error instanceof api[k]);
  const outcome = (promise) => promise.then(
    (value) => ({ value }),
    (error) => ({ error: { name: error.name, message: error.message, kinds: kindsOf(error) } }));
  const boots = [];
  const started = await outcome(api.createEyebright({ onProgress: (boot) => boots.push(boot) }));
  const { createEyebright } = api;
  Object.assign(window, { api, createEyebright, file, toBase64, outcome, boots });
  window.eyebright = started.value;
  return started.error ?? null;
}"""

OPTIMISE = """async ([name, base64, goal]) => {
  const progress = [];
  const onProgress = (step) => progress.push(step);
  const done = await outcome(eyebright.optimise(file(name, base64), goal, { onProgress }));
  if (done.error) return done;
  const { blob, report } = done.value;
  return { type: blob.type, data: await toBase64(blob), report, progress };
}"""


def start(page: Page, site: str) -> Any:
    """Make an engine on a blank page: None, or the error that its start ended with."""
    page.set_default_timeout(START_MS)
    page.goto(f"{site}{BLANK}")
    return page.evaluate(SET_UP, site)


def optimise(
    page: Page, name: str, data: bytes, goal: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The result's `type`, `data`, `report` and `progress`; of a call that fails, the `error`."""
    result: dict[str, Any] = page.evaluate(OPTIMISE, [name, text(data), goal or {}])
    if "data" in result:
        result["data"] = base64.b64decode(result["data"])
    return result
