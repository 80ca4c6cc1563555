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

ANIMATED = ("gif", "png", "webp")
"""Formats whose frames the engine cuts, all alike (`eyebright.policy.motion.SOURCES`)."""

BESIDE_CORES = 1
"""Files under way beyond the cores: one is in Python while the others are in their codecs."""

MOST_AT_ONCE = 5
"""One more than the codecs' workers (web/pool.js). What fits into memory the engine sees to."""


def at_once(cores: int) -> int:
    """Files under way at a time on a machine of so many cores."""
    return min(max(1, cores) + BESIDE_CORES, MOST_AT_ONCE)


class Item:
    """One file: where it came from, how far it is, what came of it."""

    def __init__(self, file: Any, *, name: str, path: str, size_bytes: int) -> None:
        self.file = file
        self.name = name
        self.path = path
        self.size_bytes = size_bytes
        self.abort: Any = None
        self.crashes = 0
        self.crop: dict[str, Any] | None = None
        """What the visitor wants of it: shape, box or None for the best one, and what matters most
        (per thousand) or (); None for all of it."""
        self.reset()

    def reset(self) -> None:
        """Back to the queue, as if never started."""
        self.state = WAITING
        self.progress: dict[str, Any] = {"stage": "", "format": "", "trial": 0, "fraction": 0.0}
        self.blob: Any = None
        self.report: dict[str, Any] = {}
        self.seen: dict[str, Any] = {}
        """Facts newer than the report's."""
        self.record = ""
        self.saved_as = ""
        self.goal = ""
        self.like = ""
        self.earlier: dict[str, Any] | None = None
        """The crop that these bytes were given before, if it is not theirs now."""
        self.keeps_own = False
        self.is_decided = False
        self.is_saved = False
        self.error = {"name": "", "message": ""}

    def start(self, abort: Any) -> None:
        self.state = WORKING
        self.abort = abort

    def advance(self, stage: str, kind: str, trial: int, fraction: float) -> None:
        self.progress = {"stage": stage, "format": kind, "trial": trial, "fraction": fraction}

    def finish(self, blob: Any, report: dict[str, Any], saved_as: str, *, record: str = "") -> None:
        """Take a result, its report, and the JSON record of the decision."""
        self.state, self.record = DONE, record
        self.blob, self.report, self.saved_as = blob, report, saved_as

    def decide(self, *, keeps_own: bool, saved_as: str) -> None:
        """The visitor takes the own file instead of the result, or the result after all."""
        self.keeps_own, self.saved_as = keeps_own, saved_as
        self.is_decided, self.is_saved = True, False

    def facts(self) -> dict[str, Any]:
        """What is known of it, once it is done."""
        return self.seen or self.report["facts"]

    def can_be_cropped(self) -> bool:
        """Whether it is done and made of pixels, still or of frames that the engine makes anew."""
        facts = self.report.get("facts")
        if not facts or facts["format"] == "svg":
            return False
        return facts["frames"] == 1 or facts["format"] in ANIMATED

    def delivered(self) -> Any:
        """The file to download."""
        return self.file if self.keeps_own else self.blob

    def delivered_bytes(self) -> int:
        return self.size_bytes if self.keeps_own else int(self.report["bytes"])

    def fail(self, name: str, message: str) -> None:
        """What rules forbid to crop is made whole, if it is tried again."""
        self.state = FAILED
        self.crop = None if name == "PolicyError" else self.crop
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


def _called(other: Item, *, beside: Item) -> str:
    """What tells an earlier file from this one: its name, else its folder, else where it stands."""
    if other.name != beside.name:
        return other.name
    return other.path if other.path != beside.path else f"the {other.name} above"


class Queue:
    """The files in the order of their coming."""

    def __init__(self, most: int) -> None:
        self.items: list[Item] = []
        self.most = most
        """Files under way at a time."""

    def add(self, item: Item) -> None:
        self.items.append(item)

    def remove(self, item: Item) -> None:
        self.items.remove(item)

    def count(self, *states: str) -> int:
        return sum(1 for item in self.items if item.state in states)

    def having(self, *states: str) -> list[Item]:
        return [item for item in self.items if item.state in states]

    def next_to_start(self) -> Item | None:
        """The first that waits, as long as another may be under way.

        What was under way when an engine died runs alone, so that the guilty one is found.
        """
        working, waiting = self.having(WORKING), self.having(WAITING)
        if not waiting or len(working) >= self.most:
            return None
        suspect = waiting[0].crashes or any(item.crashes for item in working)
        return None if working and suspect else waiting[0]

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
                    return f"{kind} {_called(other, beside=item)}"
        return ""

    def fraction(self) -> float:
        """How far all of it is, 0 to 1."""
        if not self.items:
            return 0.0
        whole = self.count(*ENDED)
        parts = sum(item.progress["fraction"] for item in self.having(WORKING))
        return float((whole + parts) / len(self.items))

    def names_taken(self, *, without: Item | None = None) -> set[str]:
        return {item.saved_as for item in self.items if item.saved_as and item is not without}

    def stale(self, wish: Any) -> list[Item]:
        """Finished items that were made for another goal than `wish` now gives for them."""
        return [item for item in self.having(DONE) if item.goal != wish(item)]

    def unmade(self, may_end_otherwise: Any) -> list[Item]:
        """Cancelled items, and failed ones whose error's name `may_end_otherwise` is true of."""
        failed = [i for i in self.having(FAILED) if may_end_otherwise(i.error["name"])]
        return self.having(CANCELLED) + failed

    def undecided(self, is_loss: Any) -> list[Item]:
        """Finished items whose report `is_loss` is true of, and about which nobody has decided."""
        return [i for i in self.having(DONE) if not i.is_decided and is_loss(i.report)]

    def may_be_left(self) -> bool:
        """Whether nothing would be lost if the page went away."""
        unsaved = [item for item in self.having(DONE) if not item.is_saved]
        return not unsaved and self.count(WAITING, WORKING) == 0

    def sizes(self) -> tuple[int, int]:
        """Bytes of the finished files, before and after."""
        done = self.having(DONE)
        before = sum(item.report["original_bytes"] for item in done)
        return before, sum(item.delivered_bytes() for item in done)
