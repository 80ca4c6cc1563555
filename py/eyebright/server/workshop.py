"""What working processes are asked: the machine, the facts of a picture, variants of it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from eyebright.policy import BUILT_IN, Policies
from eyebright.results import DamagedResult, unpack_facts
from eyebright.server.claims import Claims
from eyebright.server.failures import Failures
from eyebright.server.faults import Changed
from eyebright.server.lanes import Lanes, Reply
from eyebright.server.machine import Machine, machine_of
from eyebright.server.meters import Meters
from eyebright.server.once import Once
from eyebright.server.places import Place, Places, hash_of
from eyebright.server.receiving import Received
from eyebright.server.recent import Recent
from eyebright.server.settings import QUICK_LANES, Settings
from eyebright.server.store import Store
from eyebright.values import Capabilities, Facts, Goal

MOST_FACTS = 10_000
"""Facts that are held in memory, a few kilobytes each."""

QUICK_WAITING = 100
"""Tasks in the queue for quick variants: each takes a hundredth to a fifth of a second of an idle
core, so that the last waits 1 to 20 s, and longer where others want that core. Our choice."""

NICENESS = 5
"""Of the processes that make good variants: answers from memory and quick variants, which somebody
waits for, go first. Five steps are a third of the time where both want a core (Linux, sched(7))."""


class Workshop:
    """The processes, and what was learnt of each picture.

    They start with the first task, and end by `close` or with this process.
    """

    def __init__(
        self, settings: Settings, policies: Policies, store: Store, meters: Meters
    ) -> None:
        self._settings = settings
        self._policies = policies
        self._store = store
        self._meters = meters
        lost = meters.workers_lost.inc
        self.lanes = Lanes(
            settings.workers, settings.most_waiting, settings.give_up_s, lost, niceness=NICENESS
        )
        self.quick_lanes = Lanes(QUICK_LANES, QUICK_WAITING, settings.give_up_s, lost)
        meters.waiting.set_function(lambda: self.lanes.waiting + self.quick_lanes.waiting)
        self._places = Places(settings.images)
        self._machine: Machine | None = None
        self._machines: Once[Machine] = Once()
        self._facts: Recent[str, Facts] = Recent(MOST_FACTS)
        self._looks: Once[Facts] = Once()
        self.failed = Failures()
        self.claims = Claims(store.folder)

    async def machine(self) -> Machine:
        """What the processes can do; asked once. Raises ServerFault where they cannot start."""
        if self._machine is None:
            self._machine = await asyncio.shield(self._machines.start("", self._described))
        return self._machine

    async def close(self) -> None:
        """End the processes and all that is under way."""
        await self._looks.close()
        await self._machines.close()
        await self.lanes.close()
        await self.quick_lanes.close()

    def place(self, path: str) -> Place:
        """The file that a request's path names. Raises NoSuchPicture."""
        return self._places.find(path)

    async def facts(self, place: Place) -> Facts:
        """What is known of a picture, found once for its bytes. Raises EyebrightError."""
        sha256 = self._places.known_hash(place)
        if sha256 is None:
            sha256 = await asyncio.to_thread(hash_of, place)
            self._places.remember(place, sha256)
        known = self._facts.get(sha256)
        if known is not None:
            return known
        return await asyncio.shield(self._looks.start(sha256, partial(self._looked, place, sha256)))

    async def make(self, place: Place, goal: Goal, able: Capabilities) -> Reply:
        """A packed variant. Raises EyebrightError."""
        return await self.lanes.ask(self._make(place.path, place.name, goal, able))

    async def make_quick(self, place: Place, goal: Goal, able: Capabilities) -> Reply:
        """One by a quick encoder, unmeasured, see `quick`. Raises EyebrightError."""
        known = self._facts.get(self._places.known_hash(place) or "")
        task = self._make(place.path, place.name, goal, able)
        facts = known.to_dict() if known else None
        return await self.quick_lanes.ask({**task, "task": "quick", "facts": facts})

    async def check(self, received: Received) -> Reply:
        """What `checking.check` tells of an upload. Raises EyebrightError."""
        await self.machine()
        original = str(received.original) if received.original else ""
        told = {"original": original, "record": received.record, "policies": self._told_policies()}
        return await self.lanes.ask({**self._task("check", str(received.file), "file"), **told})

    async def make_upload(self, path: Path, goal: Goal) -> bytes:
        """A packed result of a file that was sent. Raises EyebrightError."""
        able = (await self.machine()).able
        reply = await self.lanes.ask(self._make(str(path), "upload", goal, able))
        return reply.body

    async def _described(self) -> Machine:
        reply = await self.lanes.ask({"task": "describe", "models": self._settings.models})
        return machine_of(reply.head, self._settings)

    async def _looked(self, place: Place, sha256: str) -> Facts:
        """From the store, or found by a process; a file that cannot be read is tried once."""
        name = (await self.machine()).facts_name(sha256)
        with self.failed.remembered(place):
            find = partial(self._kept_facts, name, sha256)
            found = await find()
            if found is not None:
                return found
            return await self.claims.once(name, find, partial(self._seen, place, sha256, name))

    async def _kept_facts(self, name: str, sha256: str) -> Facts | None:
        facts = _unpacked(await self._store.get(name))
        if facts is not None:
            self._facts.put(sha256, facts)
        return facts

    async def _seen(self, place: Place, sha256: str, name: str) -> Facts:
        """By a process; kept where another look would find the same.

        In the store only what a server with more memory would find, too.
        """
        reply = await self.lanes.ask(self._task("look", place.path, place.name))
        facts = unpack_facts(reply.body)
        if facts.sha256 != sha256:
            raise Changed(f"{place.name} was changed meanwhile; ask again")
        if reply.head["is_lasting"]:
            self._facts.put(sha256, facts)
        if reply.head["is_lasting"] and reply.head["is_whole"]:
            await self.keep(name, reply.body)
        return facts

    async def keep(self, name: str, packed: bytes) -> None:
        """A store that takes nothing costs no answer; it is counted."""
        try:
            await self._store.put(name, packed)
        except OSError:
            self._meters.fallbacks.labels("store-unavailable").inc()

    def _make(self, path: str, name: str, goal: Goal, able: Capabilities) -> dict[str, Any]:
        wanted = {"goal": goal.to_dict(), "capabilities": able.to_dict()}
        return {**self._task("make", path, name), **wanted, "policies": self._told_policies()}

    def _task(self, task: str, path: str, name: str) -> dict[str, Any]:
        settings = self._settings
        memory_mb = self._machine.able.memory_mb if self._machine else None
        told = {"task": task, "path": path, "name": name, "memory_mb": memory_mb}
        return {**told, "limits": settings.limits.to_dict(), "models": settings.models}

    def _told_policies(self) -> dict[str, Any] | None:
        return None if self._policies == BUILT_IN else self._policies.to_dict()


def _unpacked(packed: bytes | None) -> Facts | None:
    if packed is None:
        return None
    try:
        return unpack_facts(packed)
    except DamagedResult:
        return None
