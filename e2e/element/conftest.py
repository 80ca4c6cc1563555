"""What the tests of `<eyebright-input>` share: one visitor for each file of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One visitor, whose browser keeps the engine's files between the tests."""
    context = browser.new_context()
    yield context
    context.close()
