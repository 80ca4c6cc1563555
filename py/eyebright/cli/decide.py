"""`eyebright decide`: the record of a decision for given facts, without any picture."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from eyebright.cli.failures import WrongUse, failure_of, printable
from eyebright.cli.markup import check_markup, markup
from eyebright.cli.optimise import size
from eyebright.cli.policies import read_policies
from eyebright.errors import PolicyError
from eyebright.policy import (
    ACCEPT_CH,
    POLICY_VERSION,
    Decision,
    Negotiated,
    Policies,
    bucketed,
    explain,
    read_headers,
    record,
)
from eyebright.policy.checked_facts import check_facts
from eyebright.policy.goals import check_capabilities, check_goal
from eyebright.policy.header_lines import parse_lines
from eyebright.records import Record
from eyebright.values import Candidate, Capabilities, Facts, Goal
from eyebright.version import VERSION

STDIN = "-"

NO_TEXT = (
    "this is no JSON, nor any text; the facts of a picture are what `analyse IN --json` prints"
)
"""Said of the picture itself, too, which is given easily in place of its facts."""

R = TypeVar("R", bound=Record)


def run(arguments: argparse.Namespace) -> int:
    """0. Raises WrongUse, naming the file, where one cannot be used."""
    check_markup(arguments)
    policies = read_policies(arguments.policy)
    files = (arguments.facts, arguments.goal, arguments.capabilities, arguments.headers)
    if files.count(STDIN) > 1:
        raise WrongUse("only one FILE can be -, the standard input")
    facts = _read(arguments.facts, Facts, check_facts)
    # Whose headers these are, it is served to; unless the goal says otherwise.
    defaults = {"purpose": "convert" if arguments.headers is None else "serve"}
    goal = Goal.from_dict(defaults)
    if arguments.goal is not None:
        goal = _read(arguments.goal, Goal, partial(check_goal, policies=policies), defaults)
    able = Capabilities()
    if arguments.capabilities is not None:
        able = _read(arguments.capabilities, Capabilities, check_capabilities)
    negotiated = _negotiated(arguments.headers, able)
    capabilities = negotiated.capabilities
    if arguments.bucketed:
        capabilities = bucketed(capabilities)
    versions, notes = _versions(policies), negotiated.notes
    try:
        made = record(facts, goal, capabilities, policies=policies, notes=notes, versions=versions)
    except PolicyError as exc:  # the goal against what its kind of content allows
        raise _unusable(arguments.goal or "the goal", exc) from exc
    try:
        print(_shown(made, arguments))
    except PolicyError as exc:  # of the markup: a format that no page shows
        raise _unusable(arguments.facts, exc) from exc
    return 0


def _shown(made: Decision, arguments: argparse.Namespace) -> str:
    if arguments.markup is not None:
        return markup(made, arguments)
    return json.dumps(made.to_dict(), indent=2) if arguments.json else _text(made)


def _versions(policies: Policies) -> dict[str, str]:
    """Encoders are not asked here: the cache key of a file that is made holds theirs, too."""
    policy = "+".join(filter(None, (POLICY_VERSION, policies.fingerprint)))
    return {"eyebright": VERSION, "policy": policy}


def _negotiated(path: str | None, machine: Capabilities) -> Negotiated:
    """What the headers in a file say. Raises WrongUse where they cannot be used."""
    if path is None:
        return Negotiated(capabilities=machine)
    try:
        lines = parse_lines(_text_of(path))
        found = read_headers(lines.pairs, machine)
    except (OSError, PolicyError) as exc:
        raise _unusable(path, exc) from exc
    except UnicodeDecodeError as exc:
        raise WrongUse(f"{printable(path)}: these are no headers: {exc}") from exc
    return found.replace(notes=(*lines.notes, *found.notes))


def _read(
    path: str, kind: type[R], check: Callable[[R], None], defaults: Mapping[str, Any] | None = None
) -> R:
    """The sound record in a JSON file, with defaults of its own. Raises WrongUse without one."""
    try:
        document = json.loads(_text_of(path))
        given = {**(defaults or {}), **document} if isinstance(document, dict) else document
        read = kind.from_dict(given)
        check(read)
    except (OSError, PolicyError) as exc:
        raise _unusable(path, exc) from exc
    except UnicodeDecodeError as exc:
        raise WrongUse(f"{printable(path)}: {NO_TEXT}") from exc
    except (ValueError, RecursionError) as exc:  # no JSON, or nested without end
        raise WrongUse(f"{printable(path)}: this is no JSON: {exc}") from exc
    return read


def _unusable(path: str, exc: Exception) -> WrongUse:
    return WrongUse(f"{printable(path)}: {failure_of(path, exc).message}")


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
    how = "lossless" if candidate.lossless else ":".join(candidate.subsampling)
    return f"{candidate.format} {how}, about {size(candidate.expected_bytes)}"
