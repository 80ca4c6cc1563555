"""One computation for each key, however many wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """What is under way, by its key."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[T]] = {}

    def start(self, key: str, make: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        """The running task of this key, started where there is none.

        Wait for it by `asyncio.wait` or `shield`: others may, too, when you no longer do.
        """
        running = self._running.get(key)
        if running is not None:
            return running
        task = asyncio.ensure_future(_awaited(make))
        self._running[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    async def close(self) -> None:
        """Cancel what runs."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, key: str, done: asyncio.Task[T]) -> None:
        del self._running[key]
        if not done.cancelled():
            done.exception()  # known to whoever waited; nobody may have


async def _awaited(make: Callable[[], Awaitable[T]]) -> T:
    return await make()
