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


COMPILING_LATE = "--js-flags=--wasm-tiering-budget=800000000"
"""For V8: a function of WebAssembly runs about sixty times as long as usual (13,000,000) before it
is compiled a second time, better. Tests begin many engines that do little: the second compiling
was 45 % of the processor time of a start with one photo (5.4 s instead of 9.8 s; after sixteen
pictures 14.5 s instead of 17.8 s). What the code does is the same."""


def launch_options() -> dict[str, Any]:
    """For Playwright's launch: the Chromium of the machine, else Playwright's own."""
    found = os.environ.get("EYEBRIGHT_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    return {"args": [*ARGUMENTS, COMPILING_LATE]} | ({"executable_path": found} if found else {})
