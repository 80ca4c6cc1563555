"""`eyebright score` and `eyebright analyse`: what is measured, nothing written."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from eyebright import pipeline
from eyebright.cli.failures import failure_of, printable, show
from eyebright.cli.files import read_file
from eyebright.errors import EyebrightError, MetricError
from eyebright.host.base import Pixels
from eyebright.intake import DEFAULT_LIMITS, Limits
from eyebright.metrics import ssimulacra2

METRICS: dict[str, Callable[[Pixels, Pixels], float]] = {"ssimulacra2": ssimulacra2}
"""Metrics by name, the default first."""

SCORE_DIGITS = 4
"""Decimals shown: implementations agree to about two."""


def run_score(arguments: argparse.Namespace) -> int:
    """0, or 1 where a picture cannot be read or the two cannot be compared."""
    reference = _try(arguments.reference, pipeline.decode)
    distorted = _try(arguments.distorted, pipeline.decode)
    if reference is None or distorted is None:
        return 1
    try:
        score = METRICS[arguments.metric](reference[1], distorted[1])
    except MetricError as exc:
        show(failure_of(arguments.distorted, exc))
        return 1
    score = round(float(score), SCORE_DIGITS)
    document = {
        "metric": arguments.metric,
        "score": score,
        "reference": str(arguments.reference),
        "distorted": str(arguments.distorted),
    }
    print(json.dumps(document, indent=2) if arguments.json else f"{score:.{SCORE_DIGITS}f}")
    return 0


def run_analyse(arguments: argparse.Namespace) -> int:
    """0, or 1 where the picture cannot be read."""
    facts = _try(arguments.input, pipeline.analyse, arguments.limits)
    if facts is None:
        return 1
    values = facts.to_dict()
    if arguments.json:
        print(json.dumps(values, indent=2))
        return 0
    print(printable(arguments.input.name))
    for key, value in values.items():
        shown = ", ".join(str(one) for one in value) if isinstance(value, list) else value
        print(f"  {key}: {shown}")
    return 0


def _try(
    path: Path,
    read: Callable[..., Coroutine[Any, Any, Any]],
    limits: Limits = DEFAULT_LIMITS,
) -> Any:
    """What `read` gives, or None after telling on stderr why there is nothing."""
    try:
        return asyncio.run(read(read_file(path, limits), name=path.name, limits=limits))
    except (EyebrightError, OSError) as exc:
        show(failure_of(path, exc))
        return None
