"""The memory of a tab while something runs in it, as Linux counts it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser

SAMPLE_S = 0.05
"""Seconds between two looks: shorter than any encode of a large picture."""

KIB = 1024

PROC = Path("/proc")


@dataclass(slots=True)
class Peak:
    """Largest memory of some processes since the watch began, in bytes."""

    shared_fairly: int = 0
    """Proportional set size, all processes together, at one moment: shared pages are divided
    among those who map them (Linux, smaps_rollup). Sampled."""
    resident: dict[int, int] = field(default_factory=dict)
    """Resident set size by process, shared pages in full: the kernel's own high-water mark."""


def renderers(browser: Browser) -> list[int]:
    """Process ids of the browser's renderers: the tabs, each with all its workers."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [int(p["id"]) for p in processes if p["type"] == "renderer"]


@contextlib.contextmanager
def watch(pids: list[int]) -> Iterator[Peak]:
    """Follow these processes while the block runs."""
    peak, over = Peak(), threading.Event()
    thread = threading.Thread(target=_follow, args=(pids, peak, over))
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
        peak.resident = {pid: _figure(pid, "status", "VmHWM") for pid in pids}


def _follow(pids: list[int], peak: Peak, over: threading.Event) -> None:
    while not over.wait(SAMPLE_S):
        now = sum(_figure(pid, "smaps_rollup", "Pss") for pid in pids)
        peak.shared_fairly = max(peak.shared_fairly, now)


def _figure(pid: int, file: str, key: str) -> int:
    """Bytes under `key`; 0 for a process that has ended."""
    try:
        lines = (PROC / str(pid) / file).read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    (line,) = (line for line in lines if line.startswith(f"{key}:"))
    return int(line.split()[1]) * KIB
