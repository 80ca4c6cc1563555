"""Pure decisions: standard library only, the same on server, command line and in the browser.

A server that answers one address with what each receiver shows and wants:

    received = read_headers(request.headers, machine)
    plan = decide(facts, goal, bucketed(received.capabilities))
    key = cache_key(facts.sha256, plan, versions)      # look it up, or make the file and store it
    response.headers["Vary"] = vary(received)          # always, also with the original

and, with each page over HTTPS, `Accept-CH: ACCEPT_CH` and `Critical-CH: CRITICAL_CH`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from eyebright.policy.buckets import bucketed
from eyebright.policy.check_record import Difference, Verification, verify_record
from eyebright.policy.choice import choose
from eyebright.policy.content import BUILT_IN, Policies
from eyebright.policy.decide import POLICY_VERSION, check_goal, decide
from eyebright.policy.hints import (
    ACCEPT_CH,
    CRITICAL_CH,
    HEADERS,
    NETWORK_HEADERS,
    from_network_information,
    from_window,
)
from eyebright.policy.keys import cache_key, canonical_json
from eyebright.policy.negotiate import Negotiated, negotiate, read_headers
from eyebright.policy.record import Decision, explain, read_record, record
from eyebright.policy.vary import vary

if TYPE_CHECKING:
    from eyebright.policy.files import load_policies, load_policy_files

__all__ = [
    "ACCEPT_CH",
    "BUILT_IN",
    "CRITICAL_CH",
    "HEADERS",
    "NETWORK_HEADERS",
    "POLICY_VERSION",
    "Decision",
    "Difference",
    "Negotiated",
    "Policies",
    "Verification",
    "bucketed",
    "cache_key",
    "canonical_json",
    "check_goal",
    "choose",
    "decide",
    "explain",
    "from_network_information",
    "from_window",
    "load_policies",
    "load_policy_files",
    "negotiate",
    "read_headers",
    "read_record",
    "record",
    "vary",
    "verify_record",
]


def __getattr__(name: str) -> Any:
    """Policy files are read by few, and their TOML parser takes milliseconds to load."""
    if name not in {"load_policies", "load_policy_files"}:
        raise AttributeError(f"module 'eyebright.policy' has no attribute {name!r}")
    return getattr(importlib.import_module("eyebright.policy.files"), name)
