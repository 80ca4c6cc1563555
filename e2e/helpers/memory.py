"""The memory of a tab while something runs in it, as Linux counts it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

KIB = 1024

SAMPLE_S = 0.05
"""Seconds between two looks: shorter than any step on a large picture."""

PROC = Path("/proc")


@dataclass(slots=True)
class Peak:
    """Most bytes that one process held: page, engine and codec workers are one.

    The kernel's high-water mark of the resident set (VmHWM), pages shared with other processes in
    full, nothing subtracted, set back when the watch begins. Looked at again and again, for on some
    kernels the mark falls.
    """

    resident_bytes: int = 0


@contextlib.contextmanager
def watch(browser: Browser) -> Iterator[Peak]:
    """Follow the renderers while the block runs; the largest at any moment counts."""
    peak, over, pids = Peak(), threading.Event(), _renderers(browser)
    for pid in pids:
        _set_back(pid)
    thread = threading.Thread(target=_follow, args=(pids, peak, over))
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _renderers(browser: Browser) -> list[int]:
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [int(p["id"]) for p in processes if p["type"] == "renderer"]


def _set_back(pid: int) -> None:
    """The mark to what is held now (proc_pid_clear_refs(5)); where it cannot be, it stays."""
    with contextlib.suppress(OSError):
        (PROC / str(pid) / "clear_refs").write_text("5")


def _follow(pids: list[int], peak: Peak, over: threading.Event) -> None:
    ended = False
    while not ended:
        ended = over.wait(SAMPLE_S)
        peak.resident_bytes = max(peak.resident_bytes, *(_high_water_mark(pid) for pid in pids))


def _high_water_mark(pid: int) -> int:
    """Bytes; 0 for a process that has ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * KIB for line in lines if line.startswith("VmHWM:")), 0)
