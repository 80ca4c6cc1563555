"""The way of one request. Read this page first.

    path -> place -> facts -> plan -> key -> memory | store | an older version's | made

Whoever waits longer than the budget gets a quick variant, while the good one is made. What takes
long happens once for its key, in a process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from eyebright.frozen import Frozen
from eyebright.policy import BUILT_IN, Policies
from eyebright.server.asking import Pairs, asked, goal_of
from eyebright.server.faults import Busy, Changed
from eyebright.server.fitting import Fitting
from eyebright.server.machine import Decided
from eyebright.server.meters import Meters
from eyebright.server.once import Once
from eyebright.server.places import Place
from eyebright.server.recent import Recent
from eyebright.server.settings import Settings
from eyebright.server.shelf import Shelf, opened
from eyebright.server.store import Store
from eyebright.server.variants import Variant, quick_variant, variant_of
from eyebright.server.workshop import Workshop
from eyebright.values import Capabilities, Goal

MOST_ASKED = 20_000
"""Requests whose key is remembered, whatever they hold: 6 MB."""


class Wish(Frozen):
    """What is wanted of one file, by whom."""

    place: Place
    goal: Goal
    able: Capabilities

    @property
    def token(self) -> str:
        """Equal wishes have equal ones."""
        return repr(self)


class Images:
    """One folder of pictures, what was made of them, and the processes that make more."""

    def __init__(
        self, settings: Settings, policies: Policies = BUILT_IN, meters: Meters | None = None
    ) -> None:
        self.settings = settings
        self.policies = policies
        self.meters = meters or Meters()
        store = Store(settings.cache_url, settings.cache_bytes)
        self.shelf = Shelf(store, settings.hot_bytes)
        self.fitting = Fitting(settings, policies)
        self.workshop = Workshop(settings, policies, store, self.meters)
        self._keys: Recent[bytes, str] = Recent(MOST_ASKED)
        self._answers: Once[Variant] = Once()
        self._makes: Once[Variant] = Once()

    async def close(self) -> None:
        """End the processes and all that is under way."""
        await self._answers.close()
        await self._makes.close()
        await self.workshop.close()

    async def variant(self, path: str, query: Mapping[str, str], headers: Pairs) -> Variant:
        """What to send for a request. Raises EyebrightError; `faults.status_of` has its status."""
        place = self.workshop.place(path)
        request = asked(place, query, headers)
        known = self.shelf.held(self._keys.get(request) or "")
        if known is not None:
            return known
        machine = await self.workshop.machine()
        goal = goal_of(query, self.settings, self.policies)
        wish = Wish(place=place, goal=goal, able=machine.receiver(headers))
        good = self._answers.start(wish.token, partial(self._found, wish, request))
        return await self._within_budget(good, wish)

    async def decided(self, place: Place, goal: Goal, able: Capabilities) -> Decided:
        """The plan for a file and its names. Raises EyebrightError."""
        machine = await self.workshop.machine()
        facts = await self.workshop.facts(place)
        # Crops among many lines of text take a tenth of a second: others are answered meanwhile.
        return await asyncio.to_thread(machine.decided, facts, goal, able, self.policies)

    async def _within_budget(self, good: asyncio.Task[Variant], wish: Wish) -> Variant:
        """The good variant, or after the budget whichever comes first.

        Where nobody has time for the good one, a quick one at once. One that fails counts for
        nothing.
        """
        await asyncio.wait({good}, timeout=self.settings.budget_ms / 1000)
        if good.done() and not _is_busy(good):
            return good.result()
        held = self.shelf.held(wish.token)
        if held is not None:
            return held
        quick = self._makes.start(wish.token, partial(self._quick, wish))
        if not good.done():
            await asyncio.wait({good, quick}, return_when=asyncio.FIRST_COMPLETED)
        if _is_busy(good):
            await asyncio.wait({quick})
        is_made = good.done() and not _is_busy(good)
        if quick.done() and quick.exception() is None and not is_made:
            return quick.result()
        return await asyncio.shield(good)

    async def _found(self, wish: Wish, request: bytes) -> Variant:
        """From memory, from the store, an older version's, or made."""
        decided = await self.decided(wish.place, wish.goal, wish.able)
        self._keys.put(request, decided.key)
        found = await self.shelf.find(decided, wish.place)
        if found is not None:
            return found
        making = self._makes.start(decided.key, partial(self._made_once, wish, decided))
        stale = await self.shelf.find_stale(decided, wish.place)
        return await asyncio.shield(making) if stale is None else stale

    async def _made_once(self, wish: Wish, decided: Decided) -> Variant:
        """By this server, or by another that shares the store and began before."""
        with self.workshop.failed.remembered(decided.key):
            find = partial(self.shelf.find, decided, wish.place)
            make = partial(self._made, wish, decided)
            return await self.workshop.claims.once(decided.name, find, make)

    async def _made(self, wish: Wish, decided: Decided) -> Variant:
        """By a working process; kept where another attempt would come to the same."""
        facts = await self.workshop.facts(wish.place)
        self.fitting.check(wish.place.name, facts, wish.goal, wish.able)
        reply = await self.workshop.make(wish.place, wish.goal, wish.able)
        made = await opened(reply.body, wish.place)
        if made.report.source_sha256 != decided.sha256:
            raise Changed(f"{wish.place.name} was changed meanwhile; ask again")
        is_lasting = bool(reply.head["is_lasting"])
        variant = variant_of(made, "made", is_final=is_lasting)
        self.meters.count_made(variant)
        if is_lasting:
            self.shelf.hold(decided.key, variant)
            await self.workshop.keep(decided.name, reply.body)
        return variant

    async def _quick(self, wish: Wish) -> Variant:
        """For those who wait; never kept in the store."""
        reply = await self.workshop.make_quick(wish.place, wish.goal, wish.able)
        variant = quick_variant(reply.head, reply.body)
        self.meters.count_made(variant)
        self.shelf.hold_quick(wish.token, variant)
        return variant


def _is_busy(task: asyncio.Task[Variant]) -> bool:
    """Whether it ended because nobody had time for it."""
    return task.done() and not task.cancelled() and isinstance(task.exception(), Busy)
