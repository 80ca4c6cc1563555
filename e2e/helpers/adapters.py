"""The adapters' example pages as their tests drive them, and the forms that come of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers.uploads import Part, Uploads
from playwright.sync_api import Page, expect
from visits import DONE_MS, payload

ENGINE = "**/eyebright/engine.worker.js"

NOTES = payload("notes.txt", b"no picture", "text/plain")


def choose(page: Page, uploads: Uploads, name: str, *files: Any) -> None:
    """Payloads of Playwright, or paths."""
    page.goto(f"{uploads.address}{name}.html")
    add(page, name, *files)


def add(page: Page, name: str, *files: Any) -> None:
    """Choose more on a page that is open."""
    field = page.locator(".dz-hidden-input" if name == "dropzone" else "input[type=file]").first
    field.set_input_files(list(files))
    if name == "fetch":
        page.get_by_role("button", name="Send").click()


def told(page: Page, text: str) -> None:
    """Wait until the page says so."""
    expect(page.locator("#told")).to_contain_text(text)


def field(form: list[Part], name: str) -> Any:
    """A field's JSON."""
    (found,) = (part for part in form if part.name == name)
    return json.loads(found.data)


def file_of(form: list[Part]) -> Part:
    """The only file among the fields."""
    (found,) = (part for part in form if part.filename is not None)
    return found


def names_sent(uploads: Uploads) -> list[str]:
    """Of files as they were chosen."""
    return [field(form, "eyebright")["original_name"] for form in uploads.forms]


def wait_for_forms(page: Page, uploads: Uploads, count: int) -> None:
    """Fails the test where fewer come."""
    for _ in range(DONE_MS // 50):
        if len(uploads.forms) >= count:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{count} forms were to come, {len(uploads.forms)} came")
