"""`eyebright decide`: the plan for given facts, without any picture."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TypeVar

from eyebright.cli.failures import Failure, WrongUse, failure_of, show
from eyebright.errors import PolicyError
from eyebright.policy import decide
from eyebright.records import Record
from eyebright.values import Candidate, Capabilities, Facts, Goal, Plan

STDIN = "-"

R = TypeVar("R", bound=Record)


def run(arguments: argparse.Namespace) -> int:
    """0, or 1 where a file cannot be used."""
    if arguments.headers is not None:
        raise WrongUse("--headers is not supported yet; give --capabilities FILE instead")
    facts = _read(arguments.facts, Facts)
    goal = _read(arguments.goal, Goal) if arguments.goal else Goal()
    able = _read(arguments.capabilities, Capabilities) if arguments.capabilities else Capabilities()
    if facts is None or goal is None or able is None:
        return 1
    try:
        plan = decide(facts, goal, able)
    except PolicyError as exc:
        show(failure_of(arguments.goal or "the goal", exc))
        return 1
    print(json.dumps(plan.to_dict(), indent=2) if arguments.json else _text(plan))
    return 0


def _read(path: str, kind: type[R]) -> R | None:
    """The record in a JSON file, or None after telling on stderr why there is none."""
    try:
        text = sys.stdin.read() if path == STDIN else Path(path).read_text(encoding="utf-8")
        return kind.from_dict(json.loads(text))
    except (OSError, PolicyError) as exc:
        show(failure_of(path, exc))
    except ValueError as exc:  # neither UTF-8 nor JSON
        show(Failure(path=path, kind="PolicyError", message=f"this is no JSON: {exc}"))
    return None


def _text(plan: Plan) -> str:
    size = f"{plan.width}x{plan.height}"
    head = f"{plan.content} ({plan.picture_class}), {size}, target {plan.target:g}"
    return "\n".join([head, *(f"  {_candidate(c)}" for c in plan.candidates), *_reasons(plan)])


def _candidate(candidate: Candidate) -> str:
    how = "lossless" if candidate.lossless else candidate.subsampling
    return f"{candidate.format} {how}, about {candidate.expected_bytes} bytes"


def _reasons(plan: Plan) -> list[str]:
    return [f"- {reason.text}" for reason in plan.reasons]
