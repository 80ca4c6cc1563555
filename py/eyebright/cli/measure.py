"""`eyebright score`: how far one picture is from another."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from eyebright import pipeline
from eyebright.cli.failures import Failure, failure_of, show
from eyebright.cli.files import read_file
from eyebright.cli.notes import tell_of_looking
from eyebright.errors import CapabilityMissing, EyebrightError
from eyebright.host.base import Pixels
from eyebright.intake import DEFAULT_LIMITS, Limits
from eyebright.metrics import METRICS, ssimulacra2_attended
from eyebright.metrics.catalogue import all_scores, finite

ATTENDED = "ssimulacra2-attended"
"""Weighs errors by where people look, which a model tells; so `all` leaves it out."""

ALL = "all"

ASKED_METRICS = (*METRICS, ATTENDED, ALL)
"""What can be asked for, the default first."""

SCORE_DIGITS = 4
"""Decimals shown: implementations agree to about two."""


def run_score(arguments: argparse.Namespace) -> int:
    """0, or 1 where a picture cannot be read or the two cannot be compared."""
    reference = tried(arguments.reference, pipeline.decode)
    distorted = tried(arguments.distorted, pipeline.decode)
    failed = [one for one in (reference, distorted) if isinstance(one, Failure)]
    if failed:
        return not_done(failed, arguments)
    try:
        scores = _scores(reference[1], distorted[1], arguments)
    except (EyebrightError, OSError) as exc:
        return not_done([failure_of(arguments.distorted, exc)], arguments)
    if arguments.json:
        print(json.dumps(_document(scores, arguments), indent=2))
    elif arguments.metric != ALL:
        print(f"{scores[arguments.metric]:.{SCORE_DIGITS}f}")
    else:
        print("\n".join(_table(scores)))
    return 0


def _document(scores: dict[str, float], arguments: argparse.Namespace) -> dict[str, Any]:
    """Numbers without a bound, as the PSNR of twice the same picture, are null."""
    rounded = {name: finite(round(score, SCORE_DIGITS)) for name, score in scores.items()}
    files = {"reference": str(arguments.reference), "distorted": str(arguments.distorted)}
    if arguments.metric != ALL:
        return {"metric": arguments.metric, "score": rounded[arguments.metric], **files}
    told = {name: {"score": rounded[name], **METRICS[name].described()} for name in scores}
    return {"metric": ALL, "scores": told, **files}


def _table(scores: dict[str, float]) -> list[str]:
    width = max(map(len, scores))
    return [
        f"{name:{width}}  {score:{SCORE_DIGITS + 6}.{SCORE_DIGITS}f} {METRICS[name].unit}, "
        f"{METRICS[name].better} is better"
        for name, score in scores.items()
    ]


def _scores(
    reference: Pixels, distorted: Pixels, arguments: argparse.Namespace
) -> dict[str, float]:
    """By name. Raises EyebrightError, OSError."""
    name: str = arguments.metric
    if name == ALL:
        return all_scores(reference, distorted)
    if name == ATTENDED:
        return {name: _attended(reference, distorted, arguments.reference)}
    return {name: METRICS[name].measured(reference, distorted)}


def _attended(reference: Pixels, distorted: Pixels, path: Path) -> float:
    """Raises CapabilityMissing where this build knows no attention."""
    data = read_file(path, DEFAULT_LIMITS)
    facts, notes = asyncio.run(pipeline.analyse_noting(data, name=path.name))
    tell_of_looking(notes)
    if not facts.saliency:
        raise CapabilityMissing(
            f"{ATTENDED} needs the saliency model, which is not in this build; "
            f"take --metric {ASKED_METRICS[0]}, or install an eyebright with its models"
        )
    return ssimulacra2_attended(reference, distorted, facts.saliency)


def tried(
    path: Path,
    read: Callable[..., Coroutine[Any, Any, Any]],
    limits: Limits = DEFAULT_LIMITS,
) -> Any:
    """What `read` gives, or the Failure that says why there is nothing."""
    if os.path.isdir(path):
        return failure_of(path, IsADirectoryError("this is a folder; give a picture"))
    try:
        return asyncio.run(read(read_file(path, limits), name=path.name, limits=limits))
    except (EyebrightError, OSError) as exc:
        return failure_of(path, exc)


def not_done(failed: list[Failure], arguments: argparse.Namespace) -> int:
    """1, after telling why: on stderr, and where JSON is asked for, in it, as `optimise` does."""
    for failure in failed:
        show(failure)
    if arguments.json:
        print(json.dumps({"errors": [failure.to_dict() for failure in failed]}, indent=2))
    return 1
