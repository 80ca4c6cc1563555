"""Adapters in their example pages, built by Vite from the installed package: what a server gets.

Every page is served under the site's own Content-Security-Policy, without `unsafe-eval`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.packaged import build_app, make_app
from helpers.uploads import Uploads, taking_uploads
from playwright.sync_api import Page


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example pages: building them takes seconds."""
    return build_app(make_app(tmp_path_factory.mktemp("vite") / "app"))


@pytest.fixture
def uploads(built: Path) -> Iterator[Uploads]:
    with taking_uploads(built) as came:
        yield came


@pytest.fixture
def opened(page: Page) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen, the policy's refusals among it."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
    yield page

    assert faults == []


def is_fault(said: Any) -> bool:
    expected = (
        "Failed to load resource",
        "net::ERR_",
        "[Uppy]",
    )  # where a test breaks something off
    return said.type == "error" and not any(text in said.text for text in expected)
