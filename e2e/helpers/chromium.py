"""How Chromium is started, by pytest-playwright and by scripts."""

from __future__ import annotations

import os
import shutil
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Headless as root, and silent: the browser's own services would talk to other origins.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch_options() -> dict[str, Any]:
    """For Playwright's launch: the Chromium of the machine, else Playwright's own."""
    found = os.environ.get("EYEBRIGHT_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    return {"args": ARGUMENTS} | ({"executable_path": found} if found else {})
