"""`eyebright decide`: the record of a decision for given facts, without any picture."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from eyebright.cli.failures import Failure, WrongUse, failure_of, show
from eyebright.errors import PolicyError
from eyebright.policy import (
    ACCEPT_CH,
    POLICY_VERSION,
    Decision,
    Negotiated,
    bucketed,
    explain,
    read_headers,
    record,
)
from eyebright.policy.goals import check_capabilities, check_facts, check_goal
from eyebright.policy.header_lines import parse_lines
from eyebright.records import Record
from eyebright.values import Candidate, Capabilities, Facts, Goal
from eyebright.version import VERSION

STDIN = "-"

VERSIONS = {"eyebright": VERSION, "policy": POLICY_VERSION}
"""Encoders are not asked here: the cache key of a file that is made holds theirs, too."""

R = TypeVar("R", bound=Record)


def run(arguments: argparse.Namespace) -> int:
    """0, or 1 where a file cannot be used."""
    files = (arguments.facts, arguments.goal, arguments.capabilities, arguments.headers)
    if files.count(STDIN) > 1:
        raise WrongUse("only one FILE can be -, the standard input")
    facts = _read(arguments.facts, Facts, check_facts)
    goal = Goal() if arguments.goal is None else _read(arguments.goal, Goal, check_goal)
    able: Capabilities | None = Capabilities()
    if arguments.capabilities is not None:
        able = _read(arguments.capabilities, Capabilities, check_capabilities)
    if facts is None or goal is None or able is None:
        return 1
    negotiated = _negotiated(arguments.headers, able)
    if negotiated is None:
        return 1
    capabilities = negotiated.capabilities
    if arguments.bucketed:
        capabilities = bucketed(capabilities)
    try:
        made = record(facts, goal, capabilities, notes=negotiated.notes, versions=VERSIONS)
    except PolicyError as exc:  # the goal against what its kind of content allows
        show(failure_of(arguments.goal or "the goal", exc))
        return 1
    print(json.dumps(made.to_dict(), indent=2) if arguments.json else _text(made))
    return 0


def _negotiated(path: str | None, machine: Capabilities) -> Negotiated | None:
    """What the headers in a file say, or None after telling on stderr why they cannot be used."""
    if path is None:
        return Negotiated(capabilities=machine)
    try:
        lines = parse_lines(_text_of(path))
        found = read_headers(lines.pairs, machine)
    except (OSError, PolicyError) as exc:
        show(failure_of(path, exc))
    except UnicodeDecodeError as exc:
        show(Failure(path=path, kind="PolicyError", message=f"these are no headers: {exc}"))
    else:
        return found.replace(notes=(*lines.notes, *found.notes))
    return None


def _read(path: str, kind: type[R], check: Callable[[R], None]) -> R | None:
    """The sound record in a JSON file, or None after telling on stderr why there is none."""
    try:
        read = kind.from_dict(json.loads(_text_of(path)))
        check(read)
    except (OSError, PolicyError) as exc:
        show(failure_of(path, exc))
    except (ValueError, RecursionError) as exc:  # neither UTF-8 nor JSON, or nested without end
        show(Failure(path=path, kind="PolicyError", message=f"this is no JSON: {exc}"))
    else:
        return read
    return None


def _text_of(path: str) -> str:
    if path == STDIN:
        return sys.stdin.read().removeprefix("\ufeff")
    return Path(path).read_text(encoding="utf-8-sig")


def _text(made: Decision) -> str:
    plan = made.plan
    size = f"{plan.width}x{plan.height}"
    head = f"{plan.content} ({plan.picture_class}), {size}, target {plan.target:g}"
    candidates = [f"  {_candidate(c)}" for c in plan.candidates]
    reasons = [f"- {sentence}" for sentence in explain(made)]
    return "\n".join([head, *candidates, *reasons, f"Vary: {made.vary}", f"Accept-CH: {ACCEPT_CH}"])


def _candidate(candidate: Candidate) -> str:
    how = "lossless" if candidate.lossless else candidate.subsampling
    return f"{candidate.format} {how}, about {candidate.expected_bytes} bytes"
