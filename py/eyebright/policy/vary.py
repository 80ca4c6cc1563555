"""The Vary field: which request headers a response for one address may rest on."""

from __future__ import annotations

from collections.abc import Collection

from eyebright.policy.hints import CANONICAL, HEADERS
from eyebright.policy.negotiate import Negotiated, known_reads
from eyebright.values import Plan


def vary(used: Plan | Negotiated | Collection[str] = HEADERS) -> str:
    """The value of Vary. Send it with every response, also where the source's format is kept.

    A plan never shortens the list: another request for the same address may be decided otherwise,
    and a cache that was told less would serve the first answer to everybody. Where `negotiate` was
    given fewer fields to read, give the same `reads` (or the Negotiated) here.
    """
    if isinstance(used, Plan):
        reads: Collection[str] = HEADERS
    elif isinstance(used, Negotiated):
        reads = used.reads
    else:
        reads = used
    return ", ".join(CANONICAL[name] for name in known_reads(reads))
