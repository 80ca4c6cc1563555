"""Results of a batch: the same bytes are worked on once, and likenesses are told."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eyebright import intake
from eyebright.cli.cache import Cache
from eyebright.deliver import Optimised
from eyebright.duplicates import Duplicate, Fingerprint, find
from eyebright.host.base import Host
from eyebright.intake import Limits
from eyebright.pipeline import optimise
from eyebright.policy import Policies
from eyebright.policy.crops.choices import Choices, applied
from eyebright.results import DAMAGED, DamagedResult, key_of, may_be_kept, noting, pack, unpack
from eyebright.values import Goal, Reason, Report

Earlier = asyncio.Future[tuple[Optimised, Path]]
"""What came of the first file of some bytes, without them, and where they were written."""


class Batch:
    """Makes results for one goal, by the cache and by what the batch has made already."""

    def __init__(  # noqa: PLR0913 - what a batch rests on; the last by their names
        self,
        goal: Goal,
        policies: Policies,
        host: Host,
        cache: Cache | None,
        limits: Limits,
        *,
        models: bool = True,
        choices: Choices | None = None,
    ) -> None:
        self._goal = goal
        self._choices = choices or {}
        self._policies = policies
        self._host = host
        self._cache = cache
        self.limits = limits
        self._models = models
        self._earlier: dict[str, Earlier] = {}

    async def close(self) -> None:
        """Let go of the host: nothing is made afterwards."""
        await self._host.close()

    async def make(self, data: bytes, name: str) -> tuple[Optimised, Earlier | None]:
        """A result; and, for the first file of its bytes, the future that is to be told of it."""
        digest = hashlib.sha256(data).hexdigest()
        known = self._earlier.get(digest)
        if known is not None:
            reused = await _reuse(known, name)
            if reused is not None:
                return reused, None
        mine: Earlier = asyncio.get_running_loop().create_future()
        self._earlier[digest] = mine
        try:
            goal = applied(self._goal, digest, self._choices)
            return await self._one(data, name, goal), mine
        except BaseException:
            mine.cancel()  # whoever waits does the work itself
            raise

    async def _one(self, data: bytes, name: str, goal: Goal) -> Optimised:
        if self._cache is None:
            return await self._made(data, name, goal)
        intake.read(data, name=name, limits=self.limits)  # what is refused is in no cache either
        key = await key_of(data, goal, self._policies, self._host, None, models=self._models)
        note: Reason | None = None
        packed = self._cache.get(key)
        try:
            if packed is not None:
                return unpack(packed, data, name)
        except DamagedResult:
            note = DAMAGED
        made = await self._made(data, name, goal)
        note = _keep(self._cache, key, made) or note
        return noting(made, note) if note else made

    async def _made(self, data: bytes, name: str, goal: Goal) -> Optimised:
        return await optimise(
            data,
            goal,
            name=name,
            host=self._host,
            policies=self._policies,
            limits=self.limits,
            models=self._models,
        )


def _keep(cache: Cache, key: str, made: Optimised) -> Reason | None:
    """Keep a result; the reason why that was not possible, which costs no result."""
    if not may_be_kept(made):
        return None
    try:
        cache.put(key, pack(made))
    except OSError as exc:
        text = f"The result could not be kept in the cache: {exc.strerror or exc}."
        return Reason(code="cache-unavailable", text=text)
    return None


async def _reuse(known: Earlier, name: str) -> Optimised | None:
    """The earlier file's result under another name, or None where it failed."""
    await asyncio.wait([known])
    if known.cancelled():
        return None
    earlier, path = known.result()
    report = earlier.report
    text = f"It has the same bytes as {report.name}, whose result is used again."
    reasons = (*report.reasons, Reason(code="duplicate-exact", text=text))
    named = report.replace(name=name, reasons=reasons)
    return earlier.replace(data=path.read_bytes(), report=named)


def duplicates(reports: Sequence[Report]) -> list[Duplicate]:
    """For each file its first like one before it: by bytes, to the eye, turned or mirrored."""
    prints = [
        Fingerprint(
            sha256=r.source_sha256, pdq=r.pdq or "0", turned=r.pdq_turned, quality=r.pdq_quality
        )
        for r in reports
    ]
    return find(prints)


def told(duplicate: Duplicate, paths: Sequence[Path]) -> dict[str, Any]:
    """A duplicate as it is printed in JSON."""
    return {
        "first": str(paths[duplicate.first]),
        "second": str(paths[duplicate.second]),
        "kind": duplicate.kind,
        "distance": duplicate.distance,
    }
