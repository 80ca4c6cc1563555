"""Processes that do the work, one task at a time each, and a bounded queue before them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from eyebright.server.faults import Busy, Refused, TookTooLong, WorkerLost
from eyebright.server.frames import LENGTHS, pack_frame, read_lengths
from eyebright.server.unforeseen import logged

COMMAND = (sys.executable, "-m", "eyebright.server.work")

ATTEMPTS = 2
"""A process may have been killed while it waited, or for another's fault; a picture that ends two
is to blame itself."""


class Reply(NamedTuple):
    """What a process answered."""

    head: Mapping[str, Any]
    body: bytes


class Lane:
    """One process, started when it is first needed and again after it died."""

    def __init__(self, limit_s: float, niceness: int = 0) -> None:
        self._limit_s = limit_s
        self._niceness = niceness
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, where one runs."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def ask(self, task: Mapping[str, Any]) -> Reply:
        """The process's reply. Raises WorkerLost or TookTooLong.

        The process is gone then, as it is where the caller was cancelled.
        """
        is_done = False
        try:
            async with asyncio.timeout(self._limit_s):
                reply = await self._asked(task)
            is_done = True
        except TimeoutError as exc:
            raise TookTooLong(
                f"it took more than {self._limit_s:g} s; take a smaller picture, or more time"
            ) from exc
        except (EOFError, ConnectionError) as exc:
            raise WorkerLost("the process that worked on it died; try again") from exc
        finally:
            if not is_done:
                await self.close()
        return reply

    async def close(self) -> None:
        """End the process at once."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await asyncio.shield(process.wait())

    async def _asked(self, task: Mapping[str, Any]) -> Reply:
        if self.pid is None:
            await self.close()
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            _set_niceness(self._process.pid, self._niceness)
        process = self._process
        assert process is not None  # noqa: S101 - for the type checker: started above
        assert process.stdin is not None  # noqa: S101 - as above: both are pipes
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(pack_frame(task))
        await process.stdin.drain()
        head, body = read_lengths(await process.stdout.readexactly(LENGTHS.size))
        told = json.loads(await process.stdout.readexactly(head))
        return Reply(told, await process.stdout.readexactly(body))


def _set_niceness(pid: int, niceness: int) -> None:
    """How far a process lets others go first, no less than this one does.

    Where a system has no such thing, not at all.
    """
    if niceness and hasattr(os, "setpriority"):
        least = os.getpriority(os.PRIO_PROCESS, 0)
        with suppress(ProcessLookupError):  # it ended already: who asks it is told so
            os.setpriority(os.PRIO_PROCESS, pid, max(niceness, least))


class Lanes:
    """Several processes behind one queue."""

    def __init__(
        self,
        count: int,
        most_waiting: int,
        limit_s: float,
        on_lost: Callable[[], None] = lambda: None,
        *,
        niceness: int = 0,
    ) -> None:
        self.lanes = tuple(Lane(limit_s, niceness) for _ in range(count))
        self._idle = list(self.lanes)
        self._free = asyncio.Semaphore(count)
        self._most_waiting = most_waiting
        self._on_lost = on_lost
        self.waiting = 0

    async def ask(self, task: Mapping[str, Any]) -> Reply:
        """What came of a task, done by whichever process is free first.

        Raises Busy where the queue is full, WorkerLost, TookTooLong, Refused with what the
        process has against the file, and Unforeseen, which the log was told of.
        """
        lane = await self._take()
        try:
            reply = await self._tried(lane, task)
        finally:
            self._idle.append(lane)
            self._free.release()
        check(reply.head)
        return reply

    async def close(self) -> None:
        for lane in self.lanes:
            await lane.close()

    async def _take(self) -> Lane:
        if self._free.locked() and self.waiting >= self._most_waiting:
            raise Busy(f"{self.waiting} others wait already; come again later")
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        return self._idle.pop()

    async def _tried(self, lane: Lane, task: Mapping[str, Any], attempts: int = ATTEMPTS) -> Reply:
        try:
            return await lane.ask(task)
        except WorkerLost:
            self._on_lost()
            if attempts == 1:
                raise
        return await self._tried(lane, task, attempts - 1)


def check(head: Mapping[str, Any]) -> None:
    """Raises what a process told instead of a result."""
    error = head.get("error")
    if error and "trace" in error:
        raise logged(error["kind"], error["trace"])
    if error:
        raise Refused(error["kind"], error["message"])
