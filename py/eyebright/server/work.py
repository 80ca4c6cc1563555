"""The working process: `python -m eyebright.server.work`, one task after another over pipes.

It ends when its input does, so also when the server died. What libraries print goes to stderr.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import warnings
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from eyebright import kernels, pipeline
from eyebright.analyse import registry
from eyebright.errors import EyebrightError, InputError
from eyebright.host.base import Host
from eyebright.host.native import NativeHost
from eyebright.intake import Limits
from eyebright.policy import BUILT_IN, Policies
from eyebright.policy.memory import REDUCED_CODE
from eyebright.results import key_of_facts, may_be_kept, may_facts_be_kept, pack, pack_facts
from eyebright.server.checking import check
from eyebright.server.frames import LENGTHS, pack_frame, read_lengths
from eyebright.server.quick import quick
from eyebright.server.unforeseen import trace_of
from eyebright.values import Capabilities, Goal
from eyebright.version import VERSION

Task = Mapping[str, Any]
Reply = tuple[dict[str, Any], bytes]


class SharingHost(NativeHost):
    """This machine with a share of its memory: others work beside."""

    share_mb: int | None = None

    async def capabilities(self) -> Capabilities:
        able = await super().capabilities()
        return able if self.share_mb is None else able.replace(memory_mb=self.share_mb)


async def describe(host: Host, task: Task) -> Reply:
    """What this machine writes, and every version that may change a result."""
    able = await host.capabilities()
    models = {**registry.fingerprints(), "runtime": await host.runtime_version()}
    versions = {
        "eyebright": VERSION,
        "kernels": kernels.implementation(),
        "models": models if task["models"] else {},
        "encoders": dict(await host.encoder_versions()),
        "decoders": dict(await host.decoder_versions()),
    }
    facts_key = await key_of_facts(b"", host, models=bool(task["models"]))
    told = {"capabilities": able.to_dict(), "versions": versions, "facts_key": facts_key}
    return told, b""


async def look(host: Host, task: Task) -> Reply:
    """The facts of a picture, packed."""
    facts, notes = await pipeline.analyse_noting(
        _read(task),
        name=task["name"],
        host=host,
        limits=Limits.from_dict(task["limits"]),
        models=task["models"],
    )
    others = tuple(note for note in notes if note.code != REDUCED_CODE)
    told = {
        "is_lasting": not task["models"] or may_facts_be_kept(facts, others),
        "is_whole": others == notes,
    }
    return told, pack_facts(facts)


async def make(host: Host, task: Task) -> Reply:
    """A variant with its report, packed."""
    made = await pipeline.optimise(
        _read(task),
        Goal.from_dict(task["goal"]),
        name=task["name"],
        host=host,
        capabilities=Capabilities.from_dict(task["capabilities"]),
        policies=_policies(task),
        limits=Limits.from_dict(task["limits"]),
        models=task["models"],
    )
    return {"is_lasting": may_be_kept(made)}, pack(made)


async def make_quick(host: Host, task: Task) -> Reply:
    """A variant without a score, see `quick`."""
    return await quick(host, _read(task), task, _policies(task))


async def check_upload(host: Host, task: Task) -> Reply:
    """What `checking.check` tells of an upload."""
    return await check(host, task, _policies(task))


TASKS: Mapping[str, Callable[[Host, Task], Awaitable[Reply]]] = {
    "describe": describe,
    "look": look,
    "make": make,
    "quick": make_quick,
    "check": check_upload,
}


async def answer(host: Host, task: Task) -> Reply:
    """What came of a task; an error is part of the reply, never the end of the process."""
    try:
        return await TASKS[task["task"]](host, task)
    except EyebrightError as exc:
        return {"error": {"kind": exc.kind, "message": str(exc)}}, b""
    except Exception as exc:  # noqa: BLE001 - the border: the server tells of it and goes on
        return {"error": {"kind": type(exc).__name__, "trace": trace_of(exc)}}, b""


def _read(task: Task) -> bytes:
    """One byte more than is taken at the most: intake refuses it then."""
    try:
        with Path(task["path"]).open("rb") as file:
            return file.read(int(task["limits"]["max_bytes"]) + 1)
    except OSError as exc:
        raise InputError(f"{task['name']} cannot be read any more; ask again") from exc


def _policies(task: Task) -> Policies:
    return Policies.from_dict(task["policies"]) if task.get("policies") else BUILT_IN


def _receive(pipe: BinaryIO) -> Task | None:
    """The next task; None at the end. Its body is empty: pictures come by their paths."""
    lengths = pipe.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, _body = read_lengths(lengths)
    task: Task = json.loads(pipe.read(head))
    return task


async def work(tasks: BinaryIO, replies: BinaryIO) -> None:
    """Until the input ends. Nothing else runs in this process, so reading may block."""
    host = SharingHost()
    while (task := _receive(tasks)) is not None:
        host.share_mb = task.get("memory_mb")
        head, body = await answer(host, task)
        replies.write(pack_frame(head, body))
        replies.write(body)
        replies.flush()
    await host.close()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's matter
    warnings.filterwarnings("ignore", module=r"PIL\.")  # what matters of it is in our own messages
    with os.fdopen(os.dup(0), "rb") as tasks, os.fdopen(os.dup(1), "wb") as replies:
        os.dup2(sys.stderr.fileno(), 1)
        asyncio.run(work(tasks, replies))


if __name__ == "__main__":
    main()
