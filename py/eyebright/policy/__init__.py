"""Pure decisions: standard library only, the same on server, command line and in the browser."""

from eyebright.policy.decide import POLICY_VERSION, check_goal, decide
from eyebright.policy.keys import cache_key, canonical_json
from eyebright.policy.search import choose

__all__ = ["POLICY_VERSION", "cache_key", "canonical_json", "check_goal", "choose", "decide"]
