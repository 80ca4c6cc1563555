"""Lanes without processes, for tests: they count, wait on command, and fail on command."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from eyebright.errors import EyebrightError
from eyebright.host import default_host
from eyebright.server import work
from eyebright.server.lanes import Reply, check


class InProcess:
    """Does tasks at once, or, while `gate` is not set, later."""

    waiting = 0

    def __init__(self, fault: EyebrightError | None = None) -> None:
        self.asked: Counter[str] = Counter()
        self.gate = asyncio.Event()
        self.gate.set()
        self.reached = asyncio.Event()
        """Set once something is to be made."""
        self.ended = asyncio.Event()
        """Set once that has failed."""
        self.fault = fault
        self.broken = False
        """Whether tasks meet a fault of the program."""
        self._host = default_host()

    async def ask(self, task: Mapping[str, Any]) -> Reply:
        self.asked[task["task"]] += 1
        if task["task"] in {"make", "quick"}:
            self.reached.set()
            await self.gate.wait()
            if self.fault:
                self.ended.set()
                raise self.fault
        given = {"task": task["task"]} if self.broken else json.loads(json.dumps(task))
        head, body = await work.answer(self._host, given)
        check(head)
        return Reply(head, body)

    async def close(self) -> None:
        await self._host.close()
