"""The element on a page, as tests of it drive it."""

from __future__ import annotations

from typing import Any

from helpers.forms import Forms
from helpers.uploads import Part
from playwright.sync_api import Page, expect
from visits import DONE_MS

FORM = """
<form method="post" enctype="multipart/form-data" action="/send">
  <label>Photo <eyebright-input name="photo" {attributes}></eyebright-input></label>
  <input name="title" value="A title">
  <button name="how" value="plainly">Send</button>
</form>
"""
"""Where a test has no form of its own."""


def choose(page: Page, *files: dict[str, Any], field: int = 0) -> None:
    page.locator("eyebright-input input[type=file]:enabled").nth(field).set_input_files(list(files))


def expect_state(page: Page, state: str) -> None:
    expect(page.locator(f"eyebright-input:state({state})")).to_have_count(1)


def send(page: Page, forms: Forms) -> list[Part]:
    """Submit by the button, and what came of it."""
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/send*", timeout=DONE_MS)
    return forms.received.pop()
