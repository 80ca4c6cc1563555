"""Cache keys: equal when, and only when, the output would be equal.

A key holds the source's hash, the versions of policy, models and encoders, and of the plan exactly
what the search and the stages read. A plan that keeps the original reads less of it: the source
alone where no byte may change, else also what of the metadata goes out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from eyebright.values import Plan

KEY_SCHEME = "eb3"
"""Prefix of every key; raised when the key's own make-up changes."""

TOLD_ONLY = frozenset(
    {
        "content",
        "keep_original",
        "keep_bytes",
        "reasons",
        "reviewers",
        "restore",
        "crops",
        "variants",
        "placeholder",
    }
)
"""Parts of a plan that are told to people and pages and change no byte of this file."""

LIMITED_ONLY = frozenset({"min_width", "min_height"})
"""Parts that count only under a byte limit."""

DIGEST_CHARS = 32
"""128 bits of SHA-256: enough that no two of all the world's pictures meet by chance."""


def cache_key(source_sha256: str, plan: Plan, versions: Mapping[str, Any]) -> str:
    """A readable prefix and a hash, the same on every machine and Python.

    `versions` is a report's: eyebright, policy, kernels, models, and by format encoders and the
    decoders of the source and of what is tried; encoders of formats that the plan does not try are
    left out.
    """
    if plan.keep_original:
        return f"{KEY_SCHEME}-original-{_digest(_original(source_sha256, plan, versions))}"
    decided = output_of(plan)
    text = {"source": source_sha256, "plan": decided, "versions": _used(versions, plan)}
    formats = ".".join(dict.fromkeys(candidate.format for candidate in plan.candidates))
    prefix = f"{KEY_SCHEME}-{plan.width}x{plan.height}-{formats}-{plan.target:g}"
    return f"{prefix}-{_digest(text)}"


def _original(source_sha256: str, plan: Plan, versions: Mapping[str, Any]) -> dict[str, Any]:
    if plan.keep_bytes:
        return {"source": source_sha256}
    cleaned = {"metadata": plan.metadata, "eyebright": versions.get("eyebright", "")}
    return {"source": source_sha256, **cleaned}


def output_of(plan: Plan) -> dict[str, Any]:
    """What of a plan can change the output, as plain JSON values."""
    left_out = TOLD_ONLY if plan.max_bytes is not None else TOLD_ONLY | LIMITED_ONLY
    return {key: value for key, value in plan.to_dict().items() if key not in left_out}


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, ASCII only, and no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _used(versions: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    tried = {f"{c.format}-{c.encoder}" if c.encoder else c.format for c in plan.candidates}
    encoders = {name: v for name, v in versions.get("encoders", {}).items() if name in tried}
    return {**versions, "encoders": encoders}


def _digest(value: Any) -> str:
    import hashlib  # noqa: PLC0415 - 3 ms, which `decide` alone does not need

    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:DIGEST_CHARS]
