"""Cache keys: equal when, and only when, the output would be equal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from eyebright.values import Plan

KEY_SCHEME = "eb1"
"""Prefix of every key; raised when the key's own make-up changes."""


def cache_key(source_sha256: str, plan: Plan, versions: Mapping[str, Any]) -> str:
    """A readable prefix and a hash over source, plan and versions, the same on every machine."""
    decided = plan.to_dict()
    del decided["reasons"]
    text = canonical_json({"source": source_sha256, "plan": decided, "versions": dict(versions)})
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{KEY_SCHEME}-{plan.content}-{plan.width}x{plan.height}-{digest[:32]}"


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, ASCII only, and no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
