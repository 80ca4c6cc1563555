"""Policy files that a command was given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eyebright.cli.failures import WrongUse, failure_of, printable
from eyebright.errors import PolicyError
from eyebright.policy import Policies, load_policy_files


def read_policies(paths: Sequence[str]) -> Policies:
    """The tables of all files, each over those before. Raises WrongUse naming file and key."""
    try:
        return load_policy_files([(path, _text_of(path)) for path in paths])
    except PolicyError as exc:
        raise WrongUse(f"--policy {printable(str(exc))}") from exc


def _text_of(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise WrongUse(f"--policy {printable(path)}: {failure_of(path, exc).message}") from exc
    except UnicodeDecodeError as exc:
        raise WrongUse(f"--policy {printable(path)}: it is no text ({exc})") from exc
