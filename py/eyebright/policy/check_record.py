"""A server's check of a decision that a client recorded: made again, compared part by part."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from eyebright.errors import PolicyError
from eyebright.policy.content import BUILT_IN, Policies
from eyebright.policy.keys import canonical_json
from eyebright.policy.record import Decision, record
from eyebright.records import Record, is_deep, shown
from eyebright.values import Capabilities, Facts, Goal, Reason

MAX_DIFFERENCES = 100
"""More are counted, not listed: a record from outside may hold anything."""

MISSING = "(missing)"
"""Stands for a value that is not there."""

COMPARED = ("facts", "goal", "capabilities", "plan", "cache_key", "vary")
"""Parts that both sides must agree on; notes and versions are the client's own story."""


class Difference(Record):
    """One place where the record and the recomputed decision differ."""

    path: str
    """Such as plan.candidates[0].format."""
    recorded: Any
    recomputed: Any


class Verification(Record):
    """What came of recomputing a record."""

    same: bool
    """Not one value differs."""
    acceptable: bool
    """The same, or made by another policy or record version from the same facts, goal and
    capabilities: not the client's fault, so no upload fails for it."""
    differences: tuple[Difference, ...] = ()
    reasons: tuple[Reason, ...] = ()


def verify_record(
    recorded: Decision | Mapping[str, Any],
    facts: Facts,
    goal: Goal,
    capabilities: Capabilities,
    policies: Policies = BUILT_IN,
) -> Verification:
    """Decide again and tell exactly where the record differs.

    `recorded` may be the parsed JSON of a client of another version, so nothing in it is trusted
    or required. Raises PolicyError where it is no object, or where the goal contradicts itself.
    """
    given = recorded.to_dict() if isinstance(recorded, Decision) else recorded
    if not isinstance(given, Mapping):
        raise PolicyError(f"expected a decision's JSON object, got {type(given).__name__}")
    ours = record(facts, goal, capabilities, policies=policies, versions=_versions(given)).to_dict()
    found = [d for part in COMPARED for d in _compare(given.get(part, MISSING), ours[part], part)]
    foreign = _foreign(given, ours)
    return Verification(
        same=not found and not foreign,
        acceptable=not found or (bool(foreign) and not any(_is_input(d) for d in found)),
        differences=tuple(found[:MAX_DIFFERENCES]),
        reasons=(*foreign, *_told(found)),
    )


def _is_input(difference: Difference) -> bool:
    """The inputs are facts of this upload, whatever the version."""
    return difference.path.split(".")[0] in {"facts", "goal", "capabilities"}


def _versions(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The client's own, for its cache key; what a key cannot hold counts as nothing."""
    versions = given.get("versions")
    if not isinstance(versions, Mapping) or not isinstance(versions.get("encoders", {}), Mapping):
        return {}
    if is_deep(versions):
        return {}
    try:
        canonical_json(dict(versions))
    except (TypeError, ValueError):
        return {}
    return versions


def _foreign(given: Mapping[str, Any], ours: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Why the record could not have come out the same: another policy or another form."""
    plan = given.get("plan")
    policy = plan.get("policy_version", MISSING) if isinstance(plan, Mapping) else MISSING
    form = given.get("schema_version", MISSING)
    pairs = (
        ("policy-version", "policy", policy, ours["plan"]["policy_version"]),
        ("record-version", "record form", form, ours["schema_version"]),
    )
    return tuple(
        Reason(
            code=code,
            text=f"It was decided by {what} version {shown(theirs)[:20]}, here is {ours}.",
            values={"recorded": shown(theirs)[:20], "here": str(ours)},
        )
        for code, what, theirs, ours in pairs
        if theirs != ours
    )


def _told(found: list[Difference]) -> tuple[Reason, ...]:
    if not found:
        return ()
    paths = [difference.path for difference in found[:MAX_DIFFERENCES]]
    text = f"The record differs in {len(found)} places, first in {paths[0]}."
    if len(found) == 1:
        text = f"The record differs in {paths[0]}."
    return (Reason(code="record-differs", text=text, values={"count": len(found)}),)


def _compare(recorded: Any, recomputed: Any, path: str) -> Iterator[Difference]:
    """Differences in the order of the record; an int equals the same float, True equals no 1."""
    if isinstance(recorded, Mapping) and isinstance(recomputed, Mapping):
        for key in dict.fromkeys([*recomputed, *recorded]):
            pair = recorded.get(key, MISSING), recomputed.get(key, MISSING)
            yield from _compare(*pair, f"{path}.{key}")
    elif isinstance(recorded, list) and isinstance(recomputed, list):
        for index in range(max(len(recorded), len(recomputed))):
            yield from _compare(_at(recorded, index), _at(recomputed, index), f"{path}[{index}]")
    elif recorded != recomputed or isinstance(recorded, bool) != isinstance(recomputed, bool):
        yield Difference(path=path, recorded=_short(recorded), recomputed=recomputed)


def _at(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else MISSING


def _short(value: Any) -> Any:
    """A foreign value as JSON can hold it, bounded."""
    is_plain = value is None or isinstance(value, bool | int)
    if is_plain or (isinstance(value, float) and math.isfinite(value)):
        return value
    return shown(value)
