"""What the working processes can do, and what each answer of theirs rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.frozen import Frozen
from eyebright.policy import Policies, bucketed, cache_key, decide, read_headers
from eyebright.policy.negotiate import Headers
from eyebright.server.settings import QUICK_LANES, Settings
from eyebright.values import Capabilities, Facts, Goal, Plan

KEPT_KEY_CHARS = 16
"""Of the hash of all versions that facts rest on: it only tells a few sets of them apart."""


class Decided(Frozen):
    """What a receiver gets, and under which names that is kept."""

    sha256: str
    """Of the source."""
    plan: Plan
    family: str
    """The same for every version of policy, models and encoders."""
    key: str

    @property
    def folder(self) -> str:
        """Of all versions' results, in the store."""
        return f"variants/{self.family}"

    @property
    def name(self) -> str:
        return f"{self.folder}/{self.key}"


class Machine(Frozen):
    """One description for the life of a server, so that it decides alike at any hour."""

    able: Capabilities
    versions: Mapping[str, Any]
    facts_key: str

    def receiver(self, headers: Headers) -> Capabilities:
        """What the sender of these headers shows and wants. Raises PolicyError for too many."""
        return bucketed(read_headers(headers, self.able).capabilities)

    def facts_name(self, sha256: str) -> str:
        """Under which a picture's facts are kept."""
        return f"facts/{sha256}-{self.facts_key[:KEPT_KEY_CHARS]}"

    def decided(self, facts: Facts, goal: Goal, able: Capabilities, policies: Policies) -> Decided:
        """The plan and its names. Raises PolicyError."""
        plan = decide(facts, goal, able, policies)
        versions = {**self.versions, "policy": plan.policy_version}
        return Decided(
            sha256=facts.sha256,
            plan=plan,
            family=cache_key(facts.sha256, plan.replace(policy_version=""), {}),
            key=cache_key(facts.sha256, plan, versions),
        )


def machine_of(told: Mapping[str, Any], settings: Settings) -> Machine:
    """By what a working process said of itself; each has its share of the memory."""
    able = Capabilities.from_dict(told["capabilities"])
    memory_mb = settings.memory_mb or able.memory_mb
    if memory_mb is not None:
        able = able.replace(memory_mb=max(1, memory_mb // (settings.workers + QUICK_LANES)))
    return Machine(able=able, versions=told["versions"], facts_key=told["facts_key"])
