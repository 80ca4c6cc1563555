"""Room in memory, shared by the pictures that are worked on at once: each waits until it fits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    need_mb: int
    budget_mb: int
    turn: asyncio.Future[None]


class Room:
    """Counts megabytes for one event loop. First come, first served: nobody overtakes."""

    def __init__(self) -> None:
        self.taken_mb = 0
        self._inside = 0
        self._queue: deque[_Waiting] = deque()

    @asynccontextmanager
    async def share(self, need_mb: int, budget_mb: int | None) -> AsyncIterator[None]:
        """Hold `need_mb` within the block, once all together stay within `budget_mb` (None: any).

        A picture that is alone always goes ahead: whether it fits at all is the policy's matter.
        """
        if budget_mb is None:
            with self._counted():
                yield
            return
        await self._take(need_mb, budget_mb)
        try:
            with self._counted():
                yield
        finally:
            self.taken_mb -= need_mb
            self._let_in()

    @property
    def is_lone(self) -> bool:
        """Whether at most one picture is worked on, and none waits."""
        return self._inside <= 1 and not self._queue

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def _take(self, need_mb: int, budget_mb: int) -> None:
        mine = _Waiting(need_mb, budget_mb, asyncio.get_running_loop().create_future())
        self._queue.append(mine)
        self._let_in()
        try:
            await mine.turn
        except asyncio.CancelledError:
            if not mine.turn.cancelled():  # it was let in, and is cancelled before it knows
                self.taken_mb -= need_mb
            self._let_in()
            raise

    def _let_in(self) -> None:
        """Those whose turn it is; who was cancelled waits no longer, maybe before it knows."""
        self._queue = deque(waiting for waiting in self._queue if not waiting.turn.done())
        while self._queue and self._fits(self._queue[0]):
            first = self._queue.popleft()
            self.taken_mb += first.need_mb
            first.turn.set_result(None)

    def _fits(self, waiting: _Waiting) -> bool:
        return self.taken_mb == 0 or self.taken_mb + waiting.need_mb <= waiting.budget_mb


_ROOMS: WeakKeyDictionary[asyncio.AbstractEventLoop, Room] = WeakKeyDictionary()


def room() -> Room:
    """The running event loop's."""
    return _ROOMS.setdefault(asyncio.get_running_loop(), Room())
