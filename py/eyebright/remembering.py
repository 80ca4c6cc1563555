"""Finished results and facts from the host's cache, or made and kept there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from eyebright.deliver import Optimised
from eyebright.errors import HostError
from eyebright.host.base import Remembering
from eyebright.results import (
    DAMAGED,
    DamagedResult,
    may_be_kept,
    may_facts_be_kept,
    noting,
    pack,
    pack_facts,
    unpack,
    unpack_facts,
)
from eyebright.values import Facts, Reason


async def remembered(
    host: Remembering,
    key: str,
    most_bytes: int,
    source: tuple[bytes, str],
    make: Callable[[], Awaitable[Optimised]],
) -> Optimised:
    """The kept result, else a new one, which is kept. A cache that fails costs time only."""
    note: Reason | None = None
    try:
        packed = await host.recall(key)
        if packed is not None:
            return unpack(packed, *source)
    except DamagedResult:
        note = DAMAGED
    except HostError as exc:
        return noting(await make(), _unavailable(exc))
    made = await make()
    try:
        if may_be_kept(made):
            await host.keep(key, pack(made), most_bytes)
    except HostError as exc:
        note = _unavailable(exc)
    return noting(made, note) if note else made


async def remembered_facts(
    host: Remembering,
    key: str,
    most_bytes: int,
    look: Callable[[], Awaitable[tuple[Facts, Sequence[Reason]]]],
) -> Facts:
    """The kept facts, else new ones, which are kept.

    A cache that fails costs time only, and is not told: facts hold no notes.
    """
    with suppress(HostError, DamagedResult):
        packed = await host.recall(key)
        if packed is not None:
            return unpack_facts(packed)
    facts, notes = await look()
    if may_facts_be_kept(facts, notes):
        with suppress(HostError):
            await host.keep(key, pack_facts(facts), most_bytes)
    return facts


def _unavailable(exc: HostError) -> Reason:
    text = f"Results cannot be kept in this browser for the next time: {exc}."
    return Reason(code="cache-unavailable", text=text)
