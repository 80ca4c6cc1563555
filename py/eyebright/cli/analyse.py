"""`eyebright analyse`: the facts that decisions rest on, in words, as JSON and drawn."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

from eyebright import intake, pipeline
from eyebright.cli.cache import Cache, asked_cache
from eyebright.cli.failures import Failure, WrongUse, failure_of, printable
from eyebright.cli.measure import not_done, tried
from eyebright.cli.notes import tell_of_looking
from eyebright.cli.told_facts import told_facts
from eyebright.host import default_host
from eyebright.intake import Limits
from eyebright.results import (
    DamagedResult,
    key_of_facts,
    may_facts_be_kept,
    pack_facts,
    unpack_facts,
)
from eyebright.values import Facts

OVERLAY_SUFFIX = ".png"

EXISTS = "it exists already and is not overwritten; give another name"


def run_analyse(arguments: argparse.Namespace) -> int:
    """0, or 1 where the picture cannot be read."""
    if arguments.overlay:
        _check_overlay(arguments)
    look = partial(look_at, cache=asked_cache(arguments), models=arguments.models)
    facts = tried(arguments.input, look, arguments.limits)
    if isinstance(facts, Failure):
        return not_done([facts], arguments)
    if arguments.overlay:
        failure = _draw(arguments, facts)
        if failure is not None:
            return not_done([failure], arguments)
    if arguments.json:
        print(json.dumps(facts.to_dict(), indent=2))
        return 0
    print(printable(arguments.input.name))
    for line in told_facts(facts):
        print(f"  {line}")
    return 0


def _check_overlay(arguments: argparse.Namespace) -> None:
    """Raise WrongUse for what cannot be drawn, or not there: better before the work than after."""
    target: Path = arguments.overlay
    given = f"--overlay {printable(str(target))}"
    if not arguments.models:
        raise WrongUse("--overlay draws what models see, --no-models looks without; drop one")
    if target.suffix.lower() != OVERLAY_SUFFIX:
        raise WrongUse(f"{given}: the drawing is a PNG file; give a name ending in .png")
    if os.path.lexists(target):
        raise WrongUse(f"{given}: {EXISTS}")
    try:
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as exc:
        text = f"{given}: {exc.strerror}; give a name in a folder that files can be written to"
        raise WrongUse(text) from exc


def _draw(arguments: argparse.Namespace, facts: Facts) -> Failure | None:
    """Write the picture with what was seen in it; what failed."""
    from eyebright.cli import overlay  # noqa: PLC0415 - Pillow, which nothing else here needs

    decoded = tried(arguments.input, pipeline.decode, arguments.limits)
    if isinstance(decoded, Failure):
        return decoded
    drawing = overlay.drawn(decoded[1], facts)
    try:
        with arguments.overlay.open("xb") as file:
            file.write(drawing)
    except FileExistsError:
        return failure_of(arguments.overlay, FileExistsError(EXISTS))
    except OSError as exc:
        return failure_of(arguments.overlay, exc)
    return None


async def look_at(
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
        tell_of_looking(notes)
        return facts
    intake.read(data, name=name, limits=limits)  # what is refused is in no cache either
    key = await key_of_facts(data, host, models=models)
    packed = cache.get(key)
    with suppress(DamagedResult):
        if packed is not None:
            return unpack_facts(packed)
    facts, notes = await look()
    tell_of_looking(notes)
    if not may_facts_be_kept(facts, notes):
        return facts
    try:
        cache.put(key, pack_facts(facts))
    except OSError as exc:
        print(f"eyebright: the cache did not take the facts: {exc.strerror}", file=sys.stderr)
    return facts
