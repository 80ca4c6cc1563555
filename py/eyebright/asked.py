"""What a request of the JavaScript side asks, read from its plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from eyebright import intake
from eyebright.errors import PolicyError
from eyebright.policy import BUILT_IN, Policies, load_policy_files
from eyebright.records import Record
from eyebright.values import Box, Goal

Args: TypeAlias = Mapping[str, Any]
Files: TypeAlias = Sequence[Any]
"""Bytes, or JavaScript's byte arrays."""


class CropWish(Record):
    """What `crops` is asked, by the names of the JavaScript side."""

    aspect: str
    n: int = 3
    context: str = ""
    content: str = "auto"
    focal: tuple[int, ...] = ()
    box: Box | None = None


def bytes_of(file: Any) -> bytes:
    """One copy: `bytes()` would ask a JavaScript array for each of its numbers, 140 ms per MB."""
    copied: bytes = file.to_bytes() if hasattr(file, "to_bytes") else bytes(file)
    return copied


def goal_of(args: Args) -> Goal:
    return Goal.from_dict(args.get("goal") or {}, path="goal")


def policies_of(args: Args) -> Policies:
    """Of policy files as {name, text}, each over those before."""
    files = args.get("policies") or ()
    if not files:
        return BUILT_IN
    return load_policy_files((str(file["name"]), str(file["text"])) for file in files)


def limits_of(args: Args) -> intake.Limits:
    return intake.Limits.from_dict(args.get("limits") or {}, path="limits")


def wants_models(args: Args) -> bool:
    wanted = args.get("models")
    if not isinstance(wanted, bool | None):
        raise PolicyError(f"models: expected true or false, got {wanted!r}")
    return wanted is not False
