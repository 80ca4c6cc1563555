"""The commands and their options."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any, NoReturn

from eyebright.cli import decide, optimise
from eyebright.cli.analyse import run_analyse
from eyebright.cli.cache import DEFAULT_MAX_BYTES
from eyebright.cli.measure import ALL, ASKED_METRICS, ATTENDED, run_score
from eyebright.intake import DEFAULT_LIMITS, Limits
from eyebright.policy.content import CONTENTS, CONTEXTS
from eyebright.policy.goals import ANIMATIONS, COLOURS, DRAWINGS, METADATA_MODES, MODES
from eyebright.values import FORMATS
from eyebright.version import VERSION

WRONG_USE = 2
"""Exit code."""

MOST_JOBS = 4
"""Files at once by default: each holds its decoded pictures, and the codecs use threads already."""

BESIDE_CORES = 1
"""Files at once beyond the cores, where there are several: one waits for its codec's last rows."""

OTHER_NAMES = {"jpg": "jpeg", "tif": "tiff"}
"""What people call formats beside their names here."""


class Parser(argparse.ArgumentParser):
    """Tells wrong use in one line, as everything else is told; the usage is in --help."""

    def error(self, message: str) -> NoReturn:
        text = message.removeprefix("argument ")
        self.exit(WRONG_USE, f"eyebright: {text} (see {self.prog} --help)\n")


def build_parser() -> Parser:
    """A parser whose result has `run`, the command's function."""
    parser = Parser(prog="eyebright", description="Makes images as small as the eye allows.")
    parser.add_argument("--version", action="version", version=f"eyebright {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_optimise(commands.add_parser("optimise", help="write smaller files that look the same"))
    _add_score(commands.add_parser("score", help="tell how alike two pictures look"))
    _add_analyse(commands.add_parser("analyse", help="show the facts that decisions rest on"))
    _add_decide(commands.add_parser("decide", help="show the plan for facts and a goal"))
    return parser


def _add_optimise(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Writes each picture to DIR under its own name with the new format's ending. Folders are "
        "walked. What cannot be made smaller is copied as it is, and the reason is shown."
    )
    parser.add_argument("inputs", metavar="IN", nargs="+", type=_path, help="a picture or a folder")
    parser.add_argument(
        "-o", "--output", metavar="DIR", required=True, type=_path, help="folder for the results"
    )
    parser.add_argument(
        "--target", metavar="SCORE", type=_number, help="SSIMULACRA2 to reach, 0 to 100"
    )
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
    _add_policy(parser)
    parser.add_argument("--max-width", metavar="PX", type=_whole, help="scale down to this width")
    parser.add_argument("--max-height", metavar="PX", type=_whole, help="scale down to this height")
    parser.add_argument("--max-bytes", metavar="N", type=_whole, help="largest file allowed")
    parser.add_argument(
        "--max-memory-mb",
        metavar="MB",
        type=_whole,
        help="memory that pictures may take at once, 10^6 bytes (default: half of the machine's)",
    )
    parser.add_argument(
        "--formats", metavar="LIST", type=_names, help=f"some of {','.join(FORMATS)}"
    )
    parser.add_argument(
        "--mode",
        choices=MODES,
        default="auto",
        help="fast tries quick encoders once, best all formats for minutes (default: %(default)s)",
    )
    parser.add_argument(
        "--metadata",
        choices=METADATA_MODES,
        default="rights",
        help="what of it goes into the new file (default: %(default)s)",
    )
    parser.add_argument(
        "--mark-edited", action="store_true", help="say in the file that a machine edited it"
    )
    parser.add_argument(
        "--keep-provenance",
        action="store_true",
        help="copy files with content credentials (C2PA) as they are",
    )
    parser.add_argument(
        "--colour",
        choices=COLOURS,
        default="srgb",
        help="keep leaves Display P3 and the like in their own profile (default: %(default)s)",
    )
    parser.add_argument(
        "--animation",
        choices=ANIMATIONS,
        default="auto",
        help="keep leaves animations as they are (default: %(default)s)",
    )
    parser.add_argument(
        "--svg",
        choices=DRAWINGS,
        default="keep",
        help="rasterise draws SVG as pixels, as large as --max-width allows (default: %(default)s)",
    )
    parser.add_argument(
        "--record",
        action="store_true",
        help="write the record of each decision beside its result, as NAME.json",
    )
    _add_models(parser)
    _add_limit(parser)
    parser.add_argument("--force", action="store_true", help="overwrite existing results")
    _add_cache(parser)
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=_positive,
        default=_default_jobs(),
        help="files worked on at once (default: %(default)s)",
    )
    _add_json(parser)
    parser.set_defaults(run=optimise.run)


def _default_jobs() -> int:
    """By the cores there are; memory bounds it besides (`eyebright.room`)."""
    cores = os.cpu_count() or 1
    return min(MOST_JOBS, cores + BESIDE_CORES) if cores > 1 else 1


def _add_score(parser: argparse.ArgumentParser) -> None:
    parser.description = "SSIMULACRA2: 90 looks identical, 70 is high quality, 50 medium."
    parser.add_argument("reference", metavar="REFERENCE", type=_path)
    parser.add_argument("distorted", metavar="DISTORTED", type=_path)
    parser.add_argument(
        "--metric",
        choices=ASKED_METRICS,
        default=ASKED_METRICS[0],
        metavar="NAME",
        help=f"{', '.join(ASKED_METRICS)} (default: %(default)s); {ATTENDED} counts errors most "
        f"where people look in REFERENCE, {ALL} gives every other one with its unit",
    )
    _add_json(parser)
    parser.set_defaults(run=run_score)


def _add_analyse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="IN", type=_path)
    parser.add_argument(
        "--overlay",
        metavar="OUT.png",
        type=_path,
        help="also draw the picture with attention, faces, text and kind, as a PNG file",
    )
    _add_models(parser)
    _add_limit(parser)
    _add_cache(parser)
    _add_json(parser)
    parser.set_defaults(run=run_analyse)


def _add_decide(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "FILE is JSON as `analyse --json` and the API write it, for --headers `Name: value` lines; "
        "- is stdin. --json prints the whole record of the decision."
    )
    parser.add_argument("--facts", metavar="FILE", required=True, help="facts of the picture")
    parser.add_argument("--goal", metavar="FILE", help="what is wanted (default: the defaults)")
    parser.add_argument("--capabilities", metavar="FILE", help="what can be shown and written")
    parser.add_argument("--headers", metavar="FILE", help="request headers of the receiver")
    _add_policy(parser)
    parser.add_argument(
        "--markup",
        metavar="URL",
        help="print the HTML for the plan's files instead; {width}, {height}, {format} and {ext} "
        "in the address stand for each file's own",
    )
    parser.add_argument("--alt", metavar="TEXT", default="", help="what the picture shows")
    parser.add_argument(
        "--lqip", metavar="URL", default="", help="address of the tiny picture that stands in"
    )
    parser.add_argument(
        "--bucketed", action="store_true", help="round hints to their class, as behind a cache"
    )
    _add_json(parser)
    parser.set_defaults(run=decide.run)


def _add_policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--policy",
        metavar="FILE",
        action="append",
        default=[],
        help="a policy file (TOML); given again, each lies over those before it",
    )


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-models",
        dest="models",
        action="store_false",
        help="look at pictures by statistics alone, without the models",
    )


def _add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache", metavar="DIR", type=_path, help="remember results here and use them again"
    )
    parser.add_argument(
        "--cache-bytes",
        metavar="N",
        type=_positive,
        help=f"most that the cache may hold (default: {DEFAULT_MAX_BYTES})",
    )
    parser.add_argument("--clear-cache", action="store_true", help="empty the cache first")


def _add_limit(parser: argparse.ArgumentParser) -> None:
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
            namespace.limits = limits.replace(**{name: _positive(number)})
        except argparse.ArgumentTypeError as exc:
            raise argparse.ArgumentError(self, f"{name}: {exc}") from exc


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _path(text: str) -> Path:
    if not text:  # which would be the current folder
        raise argparse.ArgumentTypeError("the name is empty; name a file or a folder")
    return Path(text)


def _names(text: str) -> tuple[str, ...]:
    names = (name.strip().lower() for name in text.split(","))
    return tuple(OTHER_NAMES.get(name, name) for name in names if name)


def _positive(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text or 'nothing'} is not a positive whole number")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text or 'nothing'} is not a whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text or 'nothing'} is not a number") from None
