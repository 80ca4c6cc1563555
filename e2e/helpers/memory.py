"""The memory of a tab, as Linux counts it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

KIB = 1024

PROC = Path("/proc")


def peak_of_the_tab(browser: Browser) -> int:
    """Most bytes that the largest renderer ever held: page, engine and codec workers together.

    The kernel's high-water mark of the resident set (VmHWM) since the process began: pages shared
    with other processes count in full, nothing is subtracted.
    """
    return max(_high_water_mark(pid) for pid in _renderers(browser))


def _renderers(browser: Browser) -> list[int]:
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [int(p["id"]) for p in processes if p["type"] == "renderer"]


def _high_water_mark(pid: int) -> int:
    lines = (PROC / str(pid) / "status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) * KIB
