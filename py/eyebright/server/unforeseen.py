"""Errors that nobody foresaw: an id for the client, where it happened for the log, nothing private.

Messages of such errors may name files and hold values of theirs, so none is kept: the log tells the
kind and the lines of code.
"""

from __future__ import annotations

import json
import logging
import traceback
import uuid
from collections.abc import Sequence
from pathlib import PurePath

from eyebright.server.faults import Unforeseen

LOG = logging.getLogger("eyebright.server")

ID_CHARS = 12
"""Of a random number: enough to find one line in a log."""

NAMED_PARTS = 3
"""Of a source file's path; what is above may name whoever installed it."""


def trace_of(exc: BaseException) -> list[str]:
    """Where it was raised, the outermost first; then the same of what caused it."""
    lines = [
        f"{'/'.join(PurePath(frame.filename).parts[-NAMED_PARTS:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(exc.__traceback__)
    ]
    cause = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    return lines if cause is None else [*lines, type(cause).__name__, *trace_of(cause)]


def logged(kind: str, trace: Sequence[str]) -> Unforeseen:
    """What clients are told, after it was told to the log, which happens once for each error."""
    fault = Unforeseen(uuid.uuid4().hex[:ID_CHARS])
    LOG.error(json.dumps({"fault": fault.id, "kind": kind, "trace": list(trace)}))
    return fault
