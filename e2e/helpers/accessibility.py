"""What axe-core finds wrong on a page."""

from __future__ import annotations

from playwright.sync_api import Page

from vendor import members, vendored


def faults_of_accessibility(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands: rule and element."""
    [(_path, axe)] = members(vendored("axe-core-4.10.3.tgz"), ["axe.min.js"])
    page.evaluate(axe.decode())
    found = page.evaluate("axe.run()")

    assert len(found["passes"]) > 20
    return [f"{v['id']}: {n['html']}" for v in found["violations"] for n in v["nodes"]]
