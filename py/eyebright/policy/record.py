"""The record of a decision: everything it rested on and all that came of it, as JSON.

`record.schema.json` beside this file is its JSON Schema (draft 2020-12), made from the records'
annotations by `schema.py`; SCHEMA_VERSION rises when an old reader could not read a new record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from eyebright.errors import PolicyError
from eyebright.policy.content import BUILT_IN, Policies
from eyebright.policy.decide import decide
from eyebright.policy.keys import cache_key, canonical_json
from eyebright.policy.vary import vary
from eyebright.records import Record, field
from eyebright.values import Capabilities, Facts, Goal, Plan, Reason

SCHEMA_VERSION = 1
"""Version of the record's form."""

R = TypeVar("R", bound=Record)

MAX_RECORD_CHARS = 1_000_000
"""Longest JSON that is read: a record with every field full has some thousands."""


class Decision(Record):
    """One decision, whole: it can be made again from its own words."""

    schema_version: int = SCHEMA_VERSION
    facts: Facts
    goal: Goal
    capabilities: Capabilities
    plan: Plan
    notes: tuple[Reason, ...] = ()
    """What was ignored in the headers, and why."""
    versions: Mapping[str, Any] = field(default_factory=dict)
    """eyebright, kernels, models{}, encoders{}, where they were known."""
    cache_key: str
    vary: str

    def to_json(self) -> str:
        """Canonical JSON: byte for byte the same on every machine and Python."""
        return canonical_json(self.to_dict())


def record(
    facts: Facts,
    goal: Goal,
    capabilities: Capabilities,
    *,
    policies: Policies = BUILT_IN,
    notes: tuple[Reason, ...] = (),
    versions: Mapping[str, Any] | None = None,
) -> Decision:
    """Decide and write down. Raises PolicyError for what contradicts itself."""
    facts, goal, capabilities = _plain(facts), _plain(goal), _plain(capabilities)
    plan = _plain(decide(facts, goal, capabilities, policies))
    known = dict(versions or {})
    return Decision(
        facts=facts,
        goal=goal,
        capabilities=capabilities,
        plan=plan,
        notes=tuple(_plain(note) for note in notes),
        versions=known,
        cache_key=cache_key(facts.sha256, plan, known),
        vary=vary(plan),
    )


def read_record(text: str) -> Decision:
    """The decision that `to_json` wrote. Raises PolicyError naming the path of the first fault."""
    if len(text) > MAX_RECORD_CHARS:
        raise PolicyError(f"longer than {MAX_RECORD_CHARS} characters; this is no record")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise PolicyError(f"this is no JSON: {exc}") from exc
    decision = Decision.from_dict(data)
    if decision.schema_version != SCHEMA_VERSION:
        raise PolicyError(
            f"version {decision.schema_version} is not {SCHEMA_VERSION}; use the eyebright that "
            "wrote it",
            path="schema_version",
        )
    return decision


def explain(decision: Decision) -> tuple[str, ...]:
    """The decision in sentences, in the order in which it was made."""
    reasons = (*decision.notes, *decision.plan.reasons)
    return tuple(dict.fromkeys(reason.text for reason in reasons))


def _plain(given: R) -> R:
    """As it comes back from JSON: 75 given for a score is 75.0, a tuple inside Any is a list."""
    return type(given).from_dict(given.to_dict())
