"""The built site, served, and a real Chromium: what all end-to-end tests share.

Run `python3 build/start.py --no-serve` first: the tests take dist/site as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.api import start
from helpers.chromium import launch_options
from helpers.engine import Engine
from playwright.sync_api import Browser, Page, expect
from visits import DONE_MS, Visit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "build"))

from helpers.forms import Forms, forms_beside  # noqa: E402  # it needs serve, too

from serve import SITE, serving  # noqa: E402  # build/ is a folder of scripts, no package

expect.set_options(timeout=DONE_MS)  # a deadline for hanging; Playwright's own, 5 s, is a measure

LONGEST = (
    *("test_memory.py", "test_promises.py", "test_adapters_libraries.py", "test_parity.py"),
    *("test_cache.py", "test_adapters.py", "test_page.py", "test_page_trouble.py"),
    *("test_crops.py", "test_element.py", "test_seen_models.py", "test_element_validity.py"),
    *("test_adapters_resumable.py", "test_api_engine.py", "test_pictures.py", "test_seen.py"),
    *("test_element_page.py", "test_page_choices.py", "test_start.py", "test_element_looks.py"),
    *("test_page_many.py", "test_npm.py", "test_crops_frame.py", "test_hosting.py"),
)
"""Files that take half a minute and more, which begin first, so that two processes end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(ROOT / "e2e"):
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else 99)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """For pytest-playwright: the Chromium of the machine, else Playwright's own."""
    return launch_options()


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: tests name whole addresses. The plugin's own is made in a way that pytest gives up."""


@pytest.fixture(scope="session")
def built_site() -> Path:
    if not (SITE / "index.html").exists():
        pytest.fail("dist/site is not there; run python3 build/start.py --no-serve first")
    return SITE


@pytest.fixture(scope="session")
def site(built_site: Path) -> Iterator[str]:
    """Address of the site, served cross-origin isolated."""
    with serving(built_site) as address:
        yield address


@pytest.fixture(scope="session")
def plain_site(built_site: Path) -> Iterator[str]:
    """Address of the site below a sub-path, served without COOP and COEP: one thread only."""
    with serving(built_site, isolated=False, prefix="/some/where/") as address:
        yield address


@pytest.fixture(autouse=True)
def nothing_received(request: pytest.FixtureRequest) -> None:
    """Where tests share a server for forms, what an earlier one sent is not there."""
    if "forms" in request.fixturenames:
        request.getfixturevalue("forms").received.clear()


@pytest.fixture(scope="session")
def engine(browser: Browser, site: str) -> Iterator[Engine]:
    """The JavaScript API on a blank page: one engine for all tests that do not need a new one."""
    page = browser.new_page()
    yield Engine(page, site)
    page.close()


@pytest.fixture(scope="module")
def api(browser: Browser, site: str) -> Iterator[Page]:
    """A blank page of the site with an engine of its own, shared by the tests of a file."""
    page = browser.new_page()
    requests: list[str] = []
    page.context.on("request", lambda request: requests.append(request.url))

    assert start(page, site) is None

    yield page
    page.close()

    assert not [url for url in requests if not url.startswith(site)]


@pytest.fixture
def page(page: Page) -> Page:
    page.set_default_timeout(DONE_MS)
    return page


@pytest.fixture
def first_visit(page: Page, site: str) -> Iterator[Visit]:
    """A visitor who was never here: nothing cached, a new engine."""
    visit = Visit(page, site)
    yield visit.open()

    assert visit.faults == []
    assert visit.elsewhere() == []


@pytest.fixture(scope="session")
def tabs() -> list[Visit]:
    """The page that tests hand on to one another, where there is one; it takes seconds to load."""
    return []


@pytest.fixture
def visit(browser: Browser, site: str, tabs: list[Visit]) -> Iterator[Visit]:
    """The page as on arrival. What a test leaves that cannot be taken back fails that test."""
    visit = tabs.pop() if tabs else Visit(browser.new_page(), site).open()
    yield visit

    assert visit.faults == []
    assert visit.elsewhere() == []
    visit.begin_again()
    tabs.append(visit)


@pytest.fixture(scope="module")
def forms(built_site: Path) -> Iterator[Forms]:
    """Pages with forms beside the site, not isolated."""
    with forms_beside(built_site) as forms:
        yield forms
