"""`eyebright decide`: the record of a decision for given facts, without any picture."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from eyebright.cli.failures import Failure, WrongUse, failure_of, show
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
from eyebright.policy.goals import check_capabilities, check_facts, check_goal
from eyebright.policy.header_lines import parse_lines
from eyebright.policy.markup import Rendition, picture, sizes_of
from eyebright.records import Record
from eyebright.values import EXTENSION, Candidate, Capabilities, Facts, Goal
from eyebright.version import VERSION

STDIN = "-"

R = TypeVar("R", bound=Record)


def run(arguments: argparse.Namespace) -> int:
    """0, or 1 where a file cannot be used."""
    policies = read_policies(arguments.policy)
    files = (arguments.facts, arguments.goal, arguments.capabilities, arguments.headers)
    if files.count(STDIN) > 1:
        raise WrongUse("only one FILE can be -, the standard input")
    facts = _read(arguments.facts, Facts, check_facts)
    goal: Goal | None = Goal()
    if arguments.goal is not None:
        goal = _read(arguments.goal, Goal, partial(check_goal, policies=policies))
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
        notes = negotiated.notes
        made = record(
            facts, goal, capabilities, policies=policies, notes=notes, versions=_versions(policies)
        )
    except PolicyError as exc:  # the goal against what its kind of content allows
        show(failure_of(arguments.goal or "the goal", exc))
        return 1
    try:
        print(_shown(made, arguments))
    except PolicyError as exc:  # of the markup: a format that no page shows
        show(failure_of(arguments.facts, exc))
        return 1
    return 0


def _shown(made: Decision, arguments: argparse.Namespace) -> str:
    if arguments.markup is not None:
        return _markup(made, arguments)
    return json.dumps(made.to_dict(), indent=2) if arguments.json else _text(made)


def _markup(made: Decision, arguments: argparse.Namespace) -> str:
    """The element for all files that the plan asks for, at addresses by the template."""
    plan = made.plan
    names = dict.fromkeys(c.format for c in plan.candidates) or {made.facts.format: None}
    sizes = [(v.width, v.height) for v in plan.variants] or [(plan.width, plan.height)]
    renditions = [
        Rendition(url=_address(arguments.markup, name, w, h), format=name, width=w, height=h)
        for name in names
        for w, h in sizes
    ]
    return picture(
        renditions,
        alt=arguments.alt,
        sizes=sizes_of(made.goal.layout_widths),
        placeholder=plan.placeholder,
        lqip_url=arguments.lqip,
    )


def _address(template: str, name: str, width: int, height: int) -> str:
    ending = EXTENSION.get(name, f".{name}").removeprefix(".")
    values = {"width": width, "height": height, "format": name, "ext": ending}
    for key, value in values.items():
        template = template.replace(f"{{{key}}}", str(value))
    return template


def _versions(policies: Policies) -> dict[str, str]:
    """Encoders are not asked here: the cache key of a file that is made holds theirs, too."""
    policy = "+".join(filter(None, (POLICY_VERSION, policies.fingerprint)))
    return {"eyebright": VERSION, "policy": policy}


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
