"""What came of one file, how that is judged, and the table of all."""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MB = 1_000_000

FAILURES = ("timeout", "crash", "memory", "untyped", "unclear", "wrong")
"""Outcomes that must not be: too slow, a process that died, too much memory, an error that is none
of eyebright.errors, one that does not say what to do, a result that is not what it says."""

TYPED = frozenset({"UnsupportedFormat", "CorruptImage", "LimitExceeded"})
"""The errors that a file may end in; any other is the host's or the goal's."""

LEAST_MESSAGE = 20
"""Characters: below it no message names the file, what happened and what to do."""

UNCLEAR = ("0x", "Traceback", "object at", "<class", "NoneType", "unexpected")
"""Words of a message that nobody wrote for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may take."""

    seconds: float = 10.0
    memory_bytes: int = 1000 * MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file's end on one host."""

    path: str
    outcome: str
    """kept, cleaned, smaller, refused: NAME, or one of FAILURES."""
    said: str = ""
    """The error's message, or what is wrong."""
    seconds: float = 0.0
    peak_bytes: int = 0
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return self.outcome in FAILURES


def of_error(path: str, name: str, message: str) -> tuple[str, str]:
    """Outcome and words for an error of that name."""
    if name not in TYPED:
        return "untyped", f"{name}: {message}"
    unclear = len(message) < LEAST_MESSAGE or any(word in message for word in UNCLEAR)
    if unclear or path.rpartition("/")[2] not in message or ";" not in message:
        return "unclear", f"{name}: {message}"
    return f"refused: {name}", message


def of_report(report: Mapping[str, Any]) -> str:
    """Outcome of a file that was delivered."""
    if report["kept_original"]:
        return "kept"
    codes = {reason["code"] for reason in report["reasons"]}
    return "cleaned" if "original-cleaned" in codes else "smaller"


def held(found: Found, limits: Limits) -> Found:
    """The same, or its failure where it took more than it may."""
    if found.failed:
        return found
    if found.seconds > limits.seconds:
        said = f"{found.seconds:.1f} s is more than {limits.seconds:g} s ({found.outcome})"
    elif found.peak_bytes > limits.memory_bytes:
        said = f"{found.peak_bytes / MB:.0f} MB is more than {limits.memory_bytes / MB:.0f} MB"
    else:
        return found
    outcome = "timeout" if found.seconds > limits.seconds else "memory"
    return Found(
        path=found.path,
        outcome=outcome,
        said=said,
        seconds=found.seconds,
        peak_bytes=found.peak_bytes,
    )


def table(found: Sequence[Found]) -> str:
    """Outcomes with their number, slowest and largest, then every failure by name."""
    groups: dict[str, list[Found]] = collections.defaultdict(list)
    for one in found:
        groups[one.outcome].append(one)
    lines = [f"{'outcome':<28}{'files':>6}{'slowest s':>11}{'most MB':>9}"]
    for outcome in sorted(groups, key=lambda name: (name in FAILURES, name)):
        group = groups[outcome]
        slowest = max(one.seconds for one in group)
        most = max(one.peak_bytes for one in group) / MB
        lines.append(f"{outcome:<28}{len(group):>6}{slowest:>11.1f}{most:>9.0f}")
    lines.append(f"{'all':<28}{len(found):>6}")
    lines += [f"FAILED {one.path}: {one.outcome}: {one.said}" for one in found if one.failed]
    return "\n".join(lines)


def differences(first: Sequence[Found], second: Sequence[Found]) -> list[str]:
    """Files that end otherwise on the second host, one line each."""
    others = {one.path: one for one in second}
    pairs = [(one, others[one.path]) for one in first if one.path in others]
    return [
        f"{a.path}: {a.outcome} | {b.outcome}  ({a.said or '-'} | {b.said or '-'})"
        for a, b in pairs
        if a.outcome != b.outcome
    ]
