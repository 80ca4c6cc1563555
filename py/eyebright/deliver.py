"""A choice in, the delivered bytes and their report out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.duplicates import Fingerprint
from eyebright.frozen import Frozen
from eyebright.metadata import Kept
from eyebright.metadata.told import reasons as told_of
from eyebright.policy import Decision, cache_key
from eyebright.policy.cutting import not_made
from eyebright.records import Record
from eyebright.values import MIME, Choice, Facts, Plan, Reason, Report, Source


class Optimised(Record):
    """What `optimise` returns: the file's bytes and the report on them."""

    data: bytes
    report: Report
    record: Decision | None = None
    """Why, whole: it can be kept, explained and made again (`policy.verify_record`). None only for
    what came from a cache that held none."""


class Run(Frozen):
    """What the pipeline measured on the way to a choice."""

    encodes: int
    timings_ms: Mapping[str, float]
    versions: Mapping[str, Any]
    fallbacks: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    metadata: Kept
    is_cleaned: bool
    """The original is delivered without its private metadata."""
    fingerprint: Fingerprint


def deliver(
    source: Source, facts: Facts, plan: Plan, choice: Choice, data: bytes, run: Run
) -> Optimised:
    """Bind the chosen bytes (the original's own where the choice is None) to their report."""
    outcome = choice.outcome
    chosen = outcome.trial if outcome else None
    name = chosen.format if chosen else source.format
    is_original = chosen is None and not run.is_cleaned
    told = told_of(run.metadata, source.metadata, is_original=is_original)
    left_out = () if is_original else _left_out(source)
    planned = not_made(plan.reasons) if plan.reshapes and not chosen else plan.reasons
    report = Report(
        name=source.name,
        format=name,
        mime=MIME[name],
        width=chosen.width if chosen else facts.width,
        height=chosen.height if chosen else facts.height,
        bytes=len(data),
        original_bytes=source.size_bytes,
        original_format=source.format,
        score=outcome.score if outcome else 100.0,
        target=plan.target,
        target_reached=choice.target_reached,
        quality=chosen.quality if chosen and not chosen.lossless else None,
        lossless=chosen.lossless if chosen else run.is_cleaned,
        kept_original=is_original,
        encodes=run.encodes,
        content=plan.content,
        reasons=(*run.notes, *planned, *choice.reasons, *_cleaned(run), *left_out, *told),
        fallbacks=run.fallbacks,
        timings_ms={stage: round(time, 1) for stage, time in run.timings_ms.items()},
        versions=run.versions,
        cache_key=cache_key(source.sha256, plan, run.versions),
        frames=source.frames,
        crop=plan.crop if chosen else None,
        source_sha256=source.sha256,
        pdq=run.fingerprint.pdq,
        pdq_turned=run.fingerprint.turned,
        pdq_quality=run.fingerprint.quality,
        facts=facts,
    )
    return Optimised(data=data, report=report)


def _cleaned(run: Run) -> tuple[Reason, ...]:
    if not run.is_cleaned:
        return ()
    text = "The picture is the original's own, bit by bit; only metadata was taken out."
    return (Reason(code="original-cleaned", text=text),)


def _left_out(source: Source) -> tuple[Reason, ...]:
    """Of a file with several still pictures the first is taken; icons are kept whole."""
    if source.pictures == 1:
        return ()
    text = f"The file holds {source.pictures} pictures; only the first was taken."
    return (Reason(code="pictures-left-out", text=text, values={"number": source.pictures - 1}),)
