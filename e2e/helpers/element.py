"""The element on a page, as tests of it drive it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from visits import DONE_MS


def choose(page: Page, *files: dict[str, Any], field: int = 0) -> None:
    page.locator("eyebright-input input[type=file]:enabled").nth(field).set_input_files(list(files))


def expect_state(page: Page, state: str) -> None:
    expect(page.locator(f"eyebright-input:state({state})")).to_have_count(1, timeout=DONE_MS)
