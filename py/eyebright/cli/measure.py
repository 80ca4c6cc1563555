"""`eyebright score` and `eyebright analyse`: what is measured, nothing written."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from eyebright import intake, pipeline
from eyebright.cli.cache import Cache, asked_cache
from eyebright.cli.failures import Failure, WrongUse, failure_of, printable, show
from eyebright.cli.files import read_file
from eyebright.cli.notes import tell_of_models
from eyebright.errors import CapabilityMissing, EyebrightError
from eyebright.host import default_host
from eyebright.host.base import Pixels
from eyebright.intake import DEFAULT_LIMITS, Limits
from eyebright.metrics import METRICS, ssimulacra2_attended
from eyebright.metrics.catalogue import finite
from eyebright.results import (
    DamagedResult,
    key_of_facts,
    may_facts_be_kept,
    pack_facts,
    unpack_facts,
)
from eyebright.values import Facts

ATTENDED = "ssimulacra2-attended"
"""Weighs errors by where people look, which a model tells; so `all` leaves it out."""

ALL = "all"

ASKED_METRICS = (*METRICS, ATTENDED, ALL)
"""What can be asked for, the default first."""

SCORE_DIGITS = 4
"""Decimals shown: implementations agree to about two."""

OVERLAY_SUFFIX = ".png"

MOST_SHOWN = 16
"""Values of a list that stand on one line."""


def run_score(arguments: argparse.Namespace) -> int:
    """0, or 1 where a picture cannot be read or the two cannot be compared."""
    reference = _try(arguments.reference, pipeline.decode)
    distorted = _try(arguments.distorted, pipeline.decode)
    failed = [one for one in (reference, distorted) if isinstance(one, Failure)]
    if failed:
        return _not_done(failed, arguments)
    names = tuple(METRICS) if arguments.metric == ALL else (arguments.metric,)
    try:
        scores = {name: _score(name, reference[1], distorted[1], arguments) for name in names}
    except (EyebrightError, OSError) as exc:
        return _not_done([failure_of(arguments.distorted, exc)], arguments)
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


def _score(name: str, reference: Pixels, distorted: Pixels, arguments: argparse.Namespace) -> float:
    """Raises EyebrightError, OSError; CapabilityMissing where this build knows no attention."""
    if name != ATTENDED:
        return float(METRICS[name].measured(reference, distorted))
    path: Path = arguments.reference
    data = read_file(path, DEFAULT_LIMITS)
    facts, notes = asyncio.run(pipeline.analyse_noting(data, name=path.name))
    tell_of_models(notes)
    if not facts.saliency:
        raise CapabilityMissing(
            f"{name} needs the saliency model, which is not in this build; "
            f"take --metric {ASKED_METRICS[0]}, or install an eyebright with its models"
        )
    return ssimulacra2_attended(reference, distorted, facts.saliency)


def run_analyse(arguments: argparse.Namespace) -> int:
    """0, or 1 where the picture cannot be read."""
    if arguments.overlay and not arguments.models:
        raise WrongUse("--overlay draws what models see, --no-models looks without; drop one")
    if arguments.overlay and arguments.overlay.suffix.lower() != OVERLAY_SUFFIX:
        name = printable(str(arguments.overlay))
        raise WrongUse(f"--overlay {name}: the drawing is a PNG file; give a name ending in .png")
    look = partial(_facts, cache=asked_cache(arguments), models=arguments.models)
    facts = _try(arguments.input, look, arguments.limits)
    if isinstance(facts, Failure):
        return _not_done([facts], arguments)
    if arguments.overlay:
        failure = _draw(arguments, facts)
        if failure is not None:
            return _not_done([failure], arguments)
    values = facts.to_dict()
    if arguments.json:
        print(json.dumps(values, indent=2))
        return 0
    print(printable(arguments.input.name))
    for key, value in values.items():
        print(f"  {key}: {_shown(value)}")
    return 0


def _shown(value: Any) -> str:
    """On one line; --json has the long ones whole."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    if not isinstance(value, list):
        return str(value)
    if len(value) > MOST_SHOWN or any(isinstance(one, dict) for one in value):
        return f"{len(value)} (--json tells them)"
    return ", ".join(str(one) for one in value)


def _draw(arguments: argparse.Namespace, facts: Facts) -> Failure | None:
    """Write the picture with what was seen in it; what failed."""
    from eyebright.cli import overlay  # noqa: PLC0415 - Pillow, which nothing else here needs

    decoded = _try(arguments.input, pipeline.decode, arguments.limits)
    if isinstance(decoded, Failure):
        return decoded
    drawing = overlay.drawn(decoded[1], facts)
    try:
        with arguments.overlay.open("xb") as file:
            file.write(drawing)
    except FileExistsError:
        exc = FileExistsError("it exists already and is not overwritten; give another name")
        return failure_of(arguments.overlay, exc)
    except OSError as exc:
        return failure_of(arguments.overlay, exc)
    return None


async def _facts(
    data: bytes, *, name: str, limits: Limits, cache: Cache | None, models: bool
) -> Facts:
    """By the cache where there is one.

    That it keeps nothing is told on stderr, as is what stood in for a model.
    """
    host = default_host()
    look = partial(
        pipeline.analyse_noting, data, name=name, host=host, limits=limits, models=models
    )
    if cache is None:
        facts, notes = await look()
        tell_of_models(notes)
        return facts
    intake.read(data, name=name, limits=limits)  # what is refused is in no cache either
    key = await key_of_facts(data, host, models=models)
    packed = cache.get(key)
    with suppress(DamagedResult):
        if packed is not None:
            return unpack_facts(packed)
    facts, notes = await look()
    tell_of_models(notes)
    if not may_facts_be_kept(facts, notes):
        return facts
    try:
        cache.put(key, pack_facts(facts))
    except OSError as exc:
        print(f"eyebright: the cache did not take the facts: {exc.strerror}", file=sys.stderr)
    return facts


def _try(
    path: Path,
    read: Callable[..., Coroutine[Any, Any, Any]],
    limits: Limits = DEFAULT_LIMITS,
) -> Any:
    """What `read` gives, or the Failure that says why there is nothing."""
    try:
        return asyncio.run(read(read_file(path, limits), name=path.name, limits=limits))
    except (EyebrightError, OSError) as exc:
        return failure_of(path, exc)


def _not_done(failed: list[Failure], arguments: argparse.Namespace) -> int:
    """1, after telling why: on stderr, and where JSON is asked for, in it, as `optimise` does."""
    for failure in failed:
        show(failure)
    if arguments.json:
        print(json.dumps({"errors": [failure.to_dict() for failure in failed]}, indent=2))
    return 1
