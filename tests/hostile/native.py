"""Each file in a process of its own on CPython: what it took, and whether it lived."""

from __future__ import annotations

import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from hostile.found import Found, Limits, of_error, of_report

RESERVE = 4
"""Address space that a process may ask for, in shares of its memory: much of it is never used."""

KIB = 1024 if sys.platform != "darwin" else 1
"""Unit of ru_maxrss, bytes (getrusage(2))."""

GRACE_S = 20.0
"""For judging the result, after the time that the file may take."""


def run(paths: Sequence[Path], root: Path, limits: Limits, jobs: int) -> Iterator[Found]:
    """What came of each file, in order; `jobs` processes at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["eyebright", "eyebright.pipeline", "PIL.Image", "hostile.judge"]
    )
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda path: _one(context, path, root, limits), paths)


def _one(context: Any, path: Path, root: Path, limits: Limits) -> Found:
    """Starts, waits, and takes what the process says in its two messages."""
    name = str(path.relative_to(root))
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, str(path), limits), daemon=True)
    process.start()
    theirs.close()
    try:
        # The start of the process is not the file's.
        ours.recv()
        return _listen(ours, name, limits)
    except EOFError:
        process.join(1)
        code = process.exitcode
        said = signal.Signals(-code).name if code is not None and code < 0 else f"exit {code}"
        return Found(path=name, outcome="crash", said=f"the process died: {said}")
    finally:
        process.kill()
        process.join()
        ours.close()


def _listen(ours: Connection, name: str, limits: Limits) -> Found:
    if not ours.poll(limits.seconds):
        return Found(path=name, outcome="timeout", said="no answer", seconds=limits.seconds)
    outcome, said, seconds, peak, report = ours.recv()
    found = Found(
        path=name, outcome=outcome, said=said, seconds=seconds, peak_bytes=peak, report=report
    )
    if not report:
        return found
    if not ours.poll(GRACE_S):
        return _wrong(found, "it could not be judged in time")
    fault = ours.recv()
    return _wrong(found, fault) if fault else found


def _wrong(found: Found, said: str) -> Found:
    return Found(
        path=found.path,
        outcome="wrong",
        said=f"{said} ({found.outcome})",
        seconds=found.seconds,
        peak_bytes=found.peak_bytes,
    )


def _work(theirs: Connection, path: str, limits: Limits) -> None:
    """In the new process: optimise, say what it took, judge the result, say that."""
    from eyebright.errors import EyebrightError  # noqa: PLC0415 - loaded in the server of processes
    from eyebright.pipeline import optimise_sync  # noqa: PLC0415
    from hostile.judge import faults  # noqa: PLC0415

    most = RESERVE * limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    data = Path(path).read_bytes()
    theirs.send("started")
    started, said, report, delivered = time.perf_counter(), "", {}, b""
    try:
        made = optimise_sync(data, name=Path(path).name)
        report, delivered = made.report.to_dict(), made.data
        outcome = of_report(report)
    except EyebrightError as exc:
        outcome, said = of_error(path, exc.kind, str(exc))
    except Exception as exc:  # noqa: BLE001 - whatever it is, it is a finding
        outcome, said = "untyped", f"{type(exc).__name__}: {exc}"
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB
    theirs.send((outcome, said, seconds, peak, report))
    if report:
        theirs.send(faults(data, delivered, report))


def default_jobs() -> int:
    return max(1, multiprocessing.cpu_count())
