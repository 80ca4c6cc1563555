"""Encodes that the policy will surely ask for, made beside the one that it asks for now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from eyebright.steps import Steps
from eyebright.values import Outcome, Trial

Made = tuple[Outcome, bytes]
Attempt = Callable[[Trial, Steps], Awaitable[Made]]

MOST_PIXELS = 4_000_000
"""Of a picture with encodes beside one another: the memory that was reserved for it holds one
encode (28 bytes a pixel: `policy.memory`), and so much more, 112 MB, is to be had. Our choice."""


class Ahead:
    """One encode, in order, beside the one that is asked for; what is not begun the asker makes."""

    def __init__(
        self, trials: Iterable[Trial], attempt: Attempt, quiet: Callable[[], Steps]
    ) -> None:
        self._waiting = list(trials)
        self._begun: dict[Trial, tuple[asyncio.Future[Made], Steps]] = {}
        self._news = asyncio.Event()
        self._attempt, self._quiet = attempt, quiet
        self._worker = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._waiting:
            trial, steps = self._waiting.pop(0), self._quiet()
            making = asyncio.ensure_future(self._attempt(trial, steps))
            self._begun[trial] = making, steps
            making.add_done_callback(lambda _made: self._news.set())
            while trial in self._begun and not making.done():
                self._news.clear()
                await self._news.wait()  # once this one is asked for, the next is beside it

    async def made(self, trial: Trial, steps: Steps) -> Made:
        """What came of a trial. `steps` hears of it as of one that was made now."""
        if trial not in self._begun:
            if trial in self._waiting:
                self._waiting.remove(trial)
            return await self._attempt(trial, steps)
        making, its_steps = self._begun.pop(trial)
        self._news.set()
        steps.start("encode", trial)
        made = await making
        steps.adopt(its_steps)
        return made

    async def close(self) -> None:
        """End what nobody will ask for any more."""
        under_way = [making for making, _steps in self._begun.values()]
        self._worker.cancel()
        for making in under_way:
            making.cancel()
        await asyncio.gather(self._worker, *under_way, return_exceptions=True)


@asynccontextmanager
async def ahead(
    trials: Iterable[Trial], attempt: Attempt, quiet: Callable[[], Steps]
) -> AsyncIterator[Ahead]:
    """Make `trials` by `attempt`, beside those asked for within the block; `quiet` makes Steps."""
    work = Ahead(trials, attempt, quiet)
    try:
        yield work
    finally:
        await work.close()
