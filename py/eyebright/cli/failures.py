"""What is told of an input that could not be done: one line for people, one object in JSON."""

from __future__ import annotations

import sys
from pathlib import Path

from eyebright.errors import EyebrightError
from eyebright.records import Record


class WrongUse(Exception):
    """The command line cannot be meant as it stands."""


class Failure(Record):
    """One input and why it was not done."""

    path: str
    kind: str
    """Name of the error: of `eyebright.errors`, or of Python for what the system refused."""
    message: str


def failure_of(path: Path | str, exc: Exception) -> Failure:
    """The failure for whatever was raised while working on `path`."""
    return Failure(path=str(path), kind=type(exc).__name__, message=_message(path, exc))


def show(failure: Failure) -> None:
    """One line on stderr."""
    print(f"eyebright: {printable(failure.path)}: {failure.message}", file=sys.stderr)


def printable(name: str) -> str:
    """A file name on one line, whatever is in it."""
    return "".join(
        c if c.isprintable() or "\udc80" <= c <= "\udcff" else ascii(c)[1:-1] for c in name
    )


def _message(path: Path | str, exc: Exception) -> str:
    if isinstance(exc, OSError) and exc.strerror:
        elsewhere = exc.filename is not None and str(exc.filename) != str(path)
        return f"{exc.strerror}: {printable(str(exc.filename))}" if elsewhere else exc.strerror
    text = " ".join(str(exc).split())
    if isinstance(exc, (EyebrightError, OSError)):
        return text.removeprefix(f"{path}: ").removeprefix(f"{Path(path).name}: ")
    return f"unexpected {type(exc).__name__}: {text}; please report this"
