"""The queue of the page and what is known of each file. No browser in here.

Runs on MicroPython: no dataclasses, no typing; annotations are not evaluated there.
"""

from typing import Any

WAITING, WORKING, DONE, FAILED, CANCELLED = "waiting", "working", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)

NEAR_BITS = 31
LEAST_QUALITY = 50
"""Bits of 256 that perceptual hashes of like pictures differ in at most, and the least quality of a
hash that tells anything; both as in `eyebright.duplicates`."""

AT_ONCE = 2
"""Files under way at a time: one in Python while the other is in its codecs; memory bounds it."""


class Item:
    """One file: where it came from, how far it is, what came of it."""

    def __init__(self, file: Any, *, name: str, path: str, size_bytes: int) -> None:
        self.file = file
        self.name = name
        self.path = path
        self.size_bytes = size_bytes
        self.abort: Any = None
        self.reset()

    def reset(self) -> None:
        """Back to the queue, as if never started."""
        self.state = WAITING
        self.progress: dict[str, Any] = {"stage": "", "format": "", "trial": 0, "fraction": 0.0}
        self.blob: Any = None
        self.report: dict[str, Any] = {}
        self.saved_as = ""
        self.goal = ""
        self.like = ""
        self.error = {"name": "", "message": ""}

    def start(self, abort: Any) -> None:
        self.state = WORKING
        self.abort = abort

    def advance(self, stage: str, kind: str, trial: int, fraction: float) -> None:
        self.progress = {"stage": stage, "format": kind, "trial": trial, "fraction": fraction}

    def finish(self, blob: Any, report: dict[str, Any], saved_as: str) -> None:
        self.state = DONE
        self.blob, self.report, self.saved_as = blob, report, saved_as

    def fail(self, name: str, message: str) -> None:
        self.state = FAILED
        self.error = {"name": name, "message": message}

    def cancel(self) -> None:
        self.state = CANCELLED


def likeness(first: dict[str, Any], second: dict[str, Any]) -> str:
    """How two sources are alike: bytes, to the eye, turned or mirrored; not at all is ""."""
    if first.get("source_sha256", "") and first["source_sha256"] == second.get("source_sha256"):
        return "Same file as"
    if min(first.get("pdq_quality", 0), second.get("pdq_quality", 0)) < LEAST_QUALITY:
        return ""
    if _bits_apart(first["pdq"], second["pdq"]) <= NEAR_BITS:
        return "Looks like"
    turned = (_bits_apart(turn, second["pdq"]) for turn in first.get("pdq_turned", []))
    return "Looks, turned or mirrored, like" if any(bits <= NEAR_BITS for bits in turned) else ""


def _bits_apart(first: str, second: str) -> int:
    apart = int(first, 16) ^ int(second, 16)
    return bin(apart).count("1")  # noqa: FURB161  # MicroPython has no bit_count


class Queue:
    """The files in the order of their coming."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def add(self, item: Item) -> None:
        self.items.append(item)

    def remove(self, item: Item) -> None:
        self.items.remove(item)

    def count(self, *states: str) -> int:
        return sum(1 for item in self.items if item.state in states)

    def having(self, *states: str) -> list[Item]:
        return [item for item in self.items if item.state in states]

    def next_to_start(self) -> Item | None:
        """The first that waits, as long as another may be under way."""
        if self.count(WORKING) >= AT_ONCE:
            return None
        waiting = self.having(WAITING)
        return waiting[0] if waiting else None

    def twins(self, item: Item, goal: str) -> list[Item]:
        """Finished items of the same length and goal: they may have the same bytes."""
        return [
            other
            for other in self.having(DONE)
            if other is not item and other.size_bytes == item.size_bytes and other.goal == goal
        ]

    def likeness(self, item: Item) -> str:
        """What an earlier picture of the list has in common with this one, as a sentence or ""."""
        for other in self.items:
            if other is item:
                return ""
            if other.state == DONE:
                kind = likeness(other.report, item.report)
                if kind:
                    return f"{kind} {other.name}"
        return ""

    def fraction(self) -> float:
        """How far all of it is, 0 to 1."""
        if not self.items:
            return 0.0
        whole = self.count(*ENDED)
        parts = sum(item.progress["fraction"] for item in self.having(WORKING))
        return float((whole + parts) / len(self.items))

    def names_taken(self) -> set[str]:
        return {item.saved_as for item in self.items if item.saved_as}

    def sizes(self) -> tuple[int, int]:
        """Bytes of the finished files, before and after."""
        done = self.having(DONE)
        before = sum(item.report["original_bytes"] for item in done)
        return before, sum(item.report["bytes"] for item in done)
