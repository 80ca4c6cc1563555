"""Options that several commands have, and what their values are read from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from eyebright.cli.cache import DEFAULT_MAX_BYTES
from eyebright.intake import DEFAULT_LIMITS, Limits
from eyebright.policy.content import CONTENTS, CONTEXTS

OTHER_NAMES = {"jpg": "jpeg", "tif": "tiff"}
"""What people call formats beside their names here."""


def add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--policy",
        metavar="FILE",
        action="append",
        default=[],
        help="a policy file (TOML); given again, each lies over those before it",
    )


def add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-models",
        dest="models",
        action="store_false",
        help="look at pictures by statistics alone, without the models",
    )


def add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache", metavar="DIR", type=path, help="remember results here and use them again"
    )
    parser.add_argument(
        "--cache-bytes",
        metavar="N",
        type=positive,
        help=f"most that the cache may hold (default: {DEFAULT_MAX_BYTES})",
    )
    parser.add_argument("--clear-cache", action="store_true", help="empty the cache first")


def add_limit(parser: argparse.ArgumentParser) -> None:
    known = ", ".join(f"{name}={value}" for name, value in DEFAULT_LIMITS.to_dict().items())
    parser.add_argument(
        "--limit",
        metavar="NAME=N",
        dest="limits",
        action=_Limit,
        default=DEFAULT_LIMITS,
        help=f"what a file may claim before it is decoded, once for each; the defaults: {known}",
    )


class _Limit(argparse.Action):
    """Moves one limit of those gathered so far."""

    def __call__(
        self,
        _parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        _option: str | None = None,
    ) -> None:
        name, equals, number = str(values).partition("=")
        limits: Limits = namespace.limits
        if not equals:
            example = f"max_pixels={DEFAULT_LIMITS.max_pixels}"
            raise argparse.ArgumentError(self, f"{name!r} is no NAME=N; write it like {example}")
        if name not in limits.to_dict():
            known = ", ".join(limits.to_dict())
            raise argparse.ArgumentError(self, f"{name!r} is no limit; there are {known}")
        try:
            namespace.limits = limits.replace(**{name: positive(number)})
        except argparse.ArgumentTypeError as exc:
            raise argparse.ArgumentError(self, f"{name}: {exc}") from exc


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def path(text: str) -> Path:
    if not text:  # which would be the current folder
        raise argparse.ArgumentTypeError("the name is empty; name a file or a folder")
    return Path(text)


def names(text: str) -> tuple[str, ...]:
    names = (name.strip().lower() for name in text.split(","))
    return tuple(OTHER_NAMES.get(name, name) for name in names if name)


def positive(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text or 'nothing'} is not a positive whole number")
    return value


def whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text or 'nothing'} is not a whole number") from None


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text or 'nothing'} is not a number") from None


def add_kind(parser: argparse.ArgumentParser) -> None:
    """--content and --context: what is shown, and where it will stand."""
    parser.add_argument(
        "--content",
        metavar="KIND",
        default="auto",
        help=f"what is shown: {', '.join(CONTENTS)}, or of a policy file (default: %(default)s)",
    )
    parser.add_argument(
        "--context",
        metavar="PLACE",
        default="",
        help=f"where it will stand: {', '.join(CONTEXTS)}, or of a policy file",
    )
