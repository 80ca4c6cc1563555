"""`eyebright optimise`: many files, one line each, a failed one never stops the others."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eyebright import intake
from eyebright.cli.batch import Batch, Earlier, duplicates, told
from eyebright.cli.cache import Cache, asked_cache
from eyebright.cli.crop_options import read_choices_of
from eyebright.cli.failures import Failure, WrongUse, failure_of, printable, show
from eyebright.cli.files import Job, Writer, plan_jobs, read_file
from eyebright.cli.notes import tell_of_bans, tell_of_looking
from eyebright.cli.policies import read_policies
from eyebright.duplicates import Duplicate
from eyebright.errors import PolicyError
from eyebright.host import default_host
from eyebright.policy import Policies, check_goal
from eyebright.values import Goal, Report

TO_KNOW = ("provenance-removed", "pictures-left-out", "review-")
"""Beginnings of the codes of what somebody must know of a result before it is used."""

BESIDE = ("metadata-", "svg-active", *TO_KNOW)
"""Beginnings of the codes of reasons that do not settle which file is delivered."""

HELD = frozenset({"metadata-kept", "svg-active"})
"""Codes of what an original that is delivered unchanged still holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One input, where its result lies, and the report."""

    path: Path
    output: Path
    report: Report

    def to_dict(self) -> dict[str, Any]:
        return {"path": str(self.path), "output": str(self.output)} | self.report.to_dict()


def run(arguments: argparse.Namespace) -> int:
    """0, or 1 where some input failed."""
    policies = read_policies(arguments.policy)
    goal = _goal(arguments, policies)
    cache = asked_cache(arguments)
    jobs = plan_jobs(arguments.inputs, arguments.output)
    if not jobs:
        raise WrongUse("there is no picture in what was given; name files or other folders")
    _make_folder(arguments.output)
    writer = Writer(jobs, force=arguments.force)
    done, failed = asyncio.run(_run(jobs, (goal, policies), writer, arguments, cache))
    if arguments.json:
        _print_json(done, failed)
    elif len(jobs) > 1:
        _print_duplicates(done)
        print(_total(done, failed))
    return 1 if failed else 0


def _make_folder(output: Path) -> None:
    """Raises WrongUse where results cannot lie there: better once than for each file."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=output).close()
    except OSError as exc:
        why = "it is a file" if isinstance(exc, FileExistsError) else exc.strerror
        text = f"-o {printable(str(output))}: {why}; give a folder that files can be written to"
        raise WrongUse(text) from exc


def _goal(arguments: argparse.Namespace, policies: Policies) -> Goal:
    goal = Goal(
        content=arguments.content,
        context=arguments.context,
        target=arguments.target,
        max_width=arguments.max_width,
        max_height=arguments.max_height,
        max_bytes=arguments.max_bytes,
        max_memory_mb=arguments.max_memory_mb,
        formats=arguments.formats,
        metadata=arguments.metadata,
        mark_edited=arguments.mark_edited,
        keep_provenance=arguments.keep_provenance,
        animation=arguments.animation,
        colour=arguments.colour,
        svg=arguments.svg,
        mode=arguments.mode,
        scaling=arguments.scaling,
        crop=arguments.crop,
        crop_box=arguments.box,
        pad=arguments.pad,
        focal_permille=arguments.focal,
    )
    try:
        check_goal(goal, policies)
    except PolicyError as exc:
        option = exc.path.partition("[")[0].removesuffix("_permille").replace("_", "-")
        raise WrongUse(f"--{option}: {exc.message}") from exc
    return goal


async def _run(
    jobs: list[Job],
    wanted: tuple[Goal, Policies],
    writer: Writer,
    arguments: argparse.Namespace,
    cache: Cache | None,
) -> tuple[list[Done], list[Failure]]:
    done: list[Done] = []
    failed: list[Failure] = []
    told_of_models: set[str] = set()
    host, models = default_host(), arguments.models
    choices = read_choices_of(arguments.choices)
    batch = Batch(*wanted, host, cache, arguments.limits, models=models, choices=choices)
    async with aclosing(_results(jobs, batch, writer, arguments)) as results:
        async for result in results:
            if isinstance(result, Failure):
                failed.append(result)
                show(result)
                continue
            done.append(result)
            tell_of_bans(result.path.name, result.report.reasons)
            if not arguments.json:
                print(_line(result), flush=True)
                tell_of_looking(result.report.fallbacks, told_of_models)
    return done, failed


async def _results(
    jobs: list[Job], batch: Batch, writer: Writer, arguments: argparse.Namespace
) -> AsyncGenerator[Done | Failure]:
    """What came of each job, in the order of the jobs; some of them are worked on at once."""
    free = asyncio.Semaphore(arguments.jobs)

    async def work(job: Job) -> Done | Failure:
        async with free:
            return await _one(job, writer, batch, keeps_record=arguments.record)

    tasks = [asyncio.ensure_future(work(job)) for job in jobs]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await batch.close()


async def _one(job: Job, writer: Writer, batch: Batch, *, keeps_record: bool) -> Done | Failure:
    first: Earlier | None = None
    try:
        data = read_file(job.path, batch.limits)
        # What cannot be used reserves no name.
        intake.read(data, name=job.path.name, limits=batch.limits)
        writer.check_name(job)
        made, first = await batch.make(data, job.path.name)
        record = made.record.to_json() + "\n" if made.record and keeps_record else ""
        output = writer.write(job, made.report.format, made.data, record=record)
        if first is not None:
            first.set_result((made.replace(data=b""), output))
    except Exception as exc:  # noqa: BLE001 - whatever happens to one file, the others are done
        writer.release(job)
        if first is not None:
            first.cancel()  # whoever waits does the work itself
        return failure_of(job.path, exc)
    return Done(path=job.path, output=output, report=made.report)


def _print_json(done: list[Done], failed: list[Failure]) -> None:
    document = {
        "results": [one.to_dict() for one in done],
        "errors": [failure.to_dict() for failure in failed],
        "duplicates": [told(d, [one.path for one in done]) for d in _duplicates(done)],
    }
    print(json.dumps(document, indent=2))


def _duplicates(done: list[Done]) -> list[Duplicate]:
    return duplicates([one.report for one in done])


def _print_duplicates(done: list[Done]) -> None:
    like = {
        "exact": "has the same bytes as",
        "near": "looks the same as",
        "turned": "looks, turned or mirrored, the same as",
    }
    for found in _duplicates(done):
        first, second = (printable(str(done[i].path)) for i in (found.first, found.second))
        print(f"{second} {like[found.kind]} {first}.")


def _line(done: Done) -> str:
    report = done.report
    change = f"{size(report.original_bytes)} -> {size(report.bytes)}"
    share = percent(report.original_bytes, report.bytes)
    what = f"{report.format} {report.width}x{report.height}, score {report.score:.1f}"
    return f"{printable(done.path.name)}: {change} ({share}), {what}. {_why(report)}"


def _why(report: Report) -> str:
    """What was not done as asked, the reason that settled it, what to know, and what is left."""
    told = [r for r in report.reasons if not r.code.startswith(BESIDE)]
    known = [r for r in report.reasons if r.code.startswith(TO_KNOW)]
    held = [r for r in report.reasons if r.code in HELD and report.kept_original]
    chosen = [r for r in told if r.values.get("bytes") == report.bytes]
    settled = told[-1:] if report.kept_original else (chosen[:1] or told[-1:])
    missed = [] if report.target_reached else [r for r in told if r.code == "bytes-not-met"]
    by_brand = [] if report.kept_original else [r for r in told if r.values.get("by") == "brand"]
    scaled = [*(r for r in told if r.code == "size-kept"), *by_brand]
    return " ".join(dict.fromkeys(r.text for r in (*missed, *scaled, *settled, *known, *held)))


def _total(done: list[Done], failed: list[Failure]) -> str:
    before = sum(one.report.original_bytes for one in done)
    after = sum(one.report.bytes for one in done)
    files = f"{len(done)} file{'' if len(done) == 1 else 's'}"
    missing = f", {len(failed)} failed" if failed else ""
    return f"Total: {files}, {size(before)} -> {size(after)} ({percent(before, after)}){missing}"


def size(count: int) -> str:
    """Bytes for people, in powers of 1000: 999 B, 1.2 kB, 3.4 MB."""
    if count < 1000:
        return f"{count} B"
    if count < 999_950:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def percent(before: int, after: int) -> str:
    """The change in size in whole per cent, never overstated: -74 %."""
    if not before:
        return "0 %"
    change = int(100 * (after - before) / before)
    return f"{change:+d} %" if change else "0 %"
