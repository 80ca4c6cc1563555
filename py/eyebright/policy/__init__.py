"""Pure decisions: standard library only, the same on server, command line and in the browser.

A server that answers one address with what each receiver shows and wants:

    received = read_headers(request.headers, machine)
    plan = decide(facts, goal, bucketed(received.capabilities))
    key = cache_key(facts.sha256, plan, versions)      # look it up, or make the file and store it
    response.headers["Vary"] = vary(received)          # always, also with the original

and, with each page over HTTPS, `Accept-CH: ACCEPT_CH` and `Critical-CH: CRITICAL_CH`.
"""

from eyebright.policy.buckets import bucketed
from eyebright.policy.check_record import Difference, Verification, verify_record
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
from eyebright.policy.search import choose
from eyebright.policy.vary import vary

__all__ = [
    "ACCEPT_CH",
    "CRITICAL_CH",
    "HEADERS",
    "NETWORK_HEADERS",
    "POLICY_VERSION",
    "Decision",
    "Difference",
    "Negotiated",
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
    "negotiate",
    "read_headers",
    "read_record",
    "record",
    "vary",
    "verify_record",
]
