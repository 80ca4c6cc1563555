"""Finished variants, in memory and in the store, under the names that the policy's keys give them.

    variants/<the plan, whatever the versions>/<the plan and all versions>

so that what older versions made can be found and sent while the new one is made.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from eyebright.deliver import Optimised
from eyebright.results import DamagedResult, unpack
from eyebright.server.machine import Decided
from eyebright.server.places import Place
from eyebright.server.recent import Recent
from eyebright.server.store import Store
from eyebright.server.variants import Variant, variant_of


class Shelf:
    """What was made before."""

    def __init__(self, store: Store, hot_bytes: int) -> None:
        self._store = store
        self._hot: Recent[str, Variant] = Recent(hot_bytes)

    def held(self, key: str) -> Variant | None:
        """From memory."""
        return self._hot.get(key)

    def hold(self, key: str, variant: Variant) -> None:
        """The next one finds it in memory."""
        self._hot.put(key, variant.replace(came_from="memory"), len(variant.body))

    def hold_quick(self, token: str, variant: Variant) -> None:
        """Until a better one is there."""
        self._hot.put(token, variant, len(variant.body))

    async def find(self, decided: Decided, place: Place) -> Variant | None:
        """From memory or from the store."""
        held = self._hot.get(decided.key)
        if held is not None:
            return held
        found = await self._kept(decided.name, place, "store")
        if found is not None:
            self.hold(decided.key, found)
        return found

    async def find_stale(self, decided: Decided, place: Place) -> Variant | None:
        """The same plan's result by other versions, the newest."""
        for name in await self._store.names_below(decided.folder):
            found = await self._kept(name, place, "stale")
            if found is not None:
                return found.replace(is_final=False)
        return None

    async def _kept(self, name: str, place: Place, came_from: str) -> Variant | None:
        """None also for what its hash shows to be damaged: it is made again."""
        packed = await self._store.get(name)
        if packed is None:
            return None
        try:
            return variant_of(await opened(packed, place), came_from)
        except DamagedResult:
            return None


async def opened(packed: bytes, place: Place) -> Optimised:
    """A result, checked by its hash. Raises DamagedResult."""
    return await asyncio.to_thread(_open, packed, place)


def _open(packed: bytes, place: Place) -> Optimised:
    """Of an original that was kept, the store holds no second copy."""
    try:
        source = Path(place.path).read_bytes() if packed.find(b"\n") == len(packed) - 1 else b""
    except OSError as exc:
        raise DamagedResult("its original has gone") from exc
    return unpack(packed, source, place.name)
