"""The commands and their options."""

from __future__ import annotations

import argparse
import os
from typing import NoReturn

from eyebright.cli import decide, optimise
from eyebright.cli.analyse import run_analyse
from eyebright.cli.crop_options import add_choice_options
from eyebright.cli.crops import run_crops, slot_of
from eyebright.cli.measure import ALL, ASKED_METRICS, ATTENDED, run_score
from eyebright.cli.options import (
    add_cache,
    add_json,
    add_kind,
    add_limit,
    add_models,
    add_policy,
    names,
    number,
    path,
    positive,
    whole,
)
from eyebright.cli.serve import add_serve
from eyebright.policy.goals import (
    ANIMATIONS,
    COLOURS,
    DRAWINGS,
    METADATA_MODES,
    MODES,
    SCALINGS,
)
from eyebright.values import FORMATS
from eyebright.version import VERSION

WRONG_USE = 2
"""Exit code."""

MOST_JOBS = 4
"""Files at once by default: each holds its decoded pictures, and the codecs use threads already."""

BESIDE_CORES = 1
"""Files at once beyond the cores, where there are several: one waits for its codec's last rows."""


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
    _add_crops(commands.add_parser("crops", help="rank regions that may stand for a picture"))
    _add_decide(commands.add_parser("decide", help="show the plan for facts and a goal"))
    add_serve(commands.add_parser("serve", help="send pictures over HTTP, negotiated"))
    return parser


def _add_optimise(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Writes each picture to DIR under its own name with the new format's ending. Folders are "
        "walked. What cannot be made smaller is copied as it is, and the reason is shown."
    )
    parser.add_argument("inputs", metavar="IN", nargs="+", type=path, help="a picture or a folder")
    parser.add_argument(
        "-o", "--output", metavar="DIR", required=True, type=path, help="folder for the results"
    )
    parser.add_argument(
        "--target", metavar="SCORE", type=number, help="SSIMULACRA2 to reach, 0 to 100"
    )
    add_kind(parser)
    add_policy(parser)
    parser.add_argument("--max-width", metavar="PX", type=whole, help="scale down to this width")
    parser.add_argument("--max-height", metavar="PX", type=whole, help="scale down to this height")
    parser.add_argument("--max-bytes", metavar="N", type=whole, help="largest file allowed")
    parser.add_argument(
        "--crop", metavar="SHAPE", default="", help="cut to an aspect (16:9) or a size (1200x630)"
    )
    parser.add_argument(
        "--pad",
        metavar="COLOUR",
        default="",
        help="auto or #rrggbb: margins where no part of that shape will do",
    )
    add_choice_options(parser)
    parser.add_argument(
        "--max-memory-mb",
        metavar="MB",
        type=whole,
        help="memory that pictures may take at once, 10^6 bytes (default: half of the machine's)",
    )
    parser.add_argument(
        "--formats", metavar="LIST", type=names, help=f"some of {','.join(FORMATS)}"
    )
    parser.add_argument(
        "--mode",
        choices=MODES,
        default="auto",
        help="fast tries quick encoders once, best all formats for minutes (default: %(default)s)",
    )
    parser.add_argument(
        "--scaling",
        choices=SCALINGS,
        default="auto",
        help="learned keeps more of the large picture in the small one (default: %(default)s)",
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
    add_models(parser)
    add_limit(parser)
    parser.add_argument("--force", action="store_true", help="overwrite existing results")
    add_cache(parser)
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=positive,
        default=_default_jobs(),
        help="files worked on at once (default: %(default)s)",
    )
    add_json(parser)
    parser.set_defaults(run=optimise.run)


def _default_jobs() -> int:
    """By the cores there are; memory bounds it besides (`eyebright.room`)."""
    cores = os.cpu_count() or 1
    return min(MOST_JOBS, cores + BESIDE_CORES) if cores > 1 else 1


def _add_score(parser: argparse.ArgumentParser) -> None:
    parser.description = "SSIMULACRA2: 90 looks identical, 70 is high quality, 50 medium."
    parser.add_argument("reference", metavar="REFERENCE", type=path)
    parser.add_argument("distorted", metavar="DISTORTED", type=path)
    parser.add_argument(
        "--metric",
        choices=ASKED_METRICS,
        default=ASKED_METRICS[0],
        metavar="NAME",
        help=f"{', '.join(ASKED_METRICS)} (default: %(default)s); {ATTENDED} counts errors most "
        f"where people look in REFERENCE, {ALL} gives every other one with its unit",
    )
    add_json(parser)
    parser.set_defaults(run=run_score)


def _add_analyse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="IN", type=path)
    parser.add_argument(
        "--overlay",
        metavar="OUT.png",
        type=path,
        help="also draw the picture with attention, faces, text and kind, as a PNG file",
    )
    add_models(parser)
    add_limit(parser)
    add_cache(parser)
    add_json(parser)
    parser.set_defaults(run=run_analyse)


def _add_crops(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Tells regions of each shape, the best first, why they may stand for the picture and what "
        "they would cut. What you choose (--box, --focal) comes first."
    )
    parser.add_argument("input", metavar="IN", type=path)
    for option, metavar, said in (
        ("--aspect", "A:B", "a shape; given again, each is told"),
        ("--size", "WxH", "a shape and the pixels that are to come out"),
    ):
        parser.add_argument(
            option, metavar=metavar, dest="aspect", action="append", default=[], help=said
        )
    parser.add_argument("--n", metavar="N", type=positive, default=3, help="crops of each shape")
    add_kind(parser)
    add_choice_options(parser)
    parser.add_argument(
        "--slot",
        metavar="SLOT",
        type=slot_of,
        action="append",
        default=[],
        help="a place in a layout, as 'ASPECT WIDTHS MEDIA': '4:5 400,800 (max-width: 600px)'",
    )
    parser.add_argument(
        "--save", metavar="DIR", type=path, help="write the crops there, made small"
    )
    parser.add_argument(
        "--markup",
        metavar="URL",
        help="print the <picture> of the slots' files; {name} in the address is each file's own",
    )
    parser.add_argument("--alt", metavar="TEXT", default="", help="what the picture shows")
    parser.add_argument("--force", action="store_true", help="overwrite existing files")
    add_policy(parser)
    add_models(parser)
    add_limit(parser)
    add_cache(parser)
    add_json(parser)
    parser.set_defaults(run=run_crops)


def _add_decide(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "FILE is JSON as `analyse --json` and the API write it, for --headers `Name: value` lines; "
        "- is stdin. --json prints the whole record of the decision."
    )
    parser.add_argument("--facts", metavar="FILE", required=True, help="facts of the picture")
    parser.add_argument("--goal", metavar="FILE", help="what is wanted (default: the defaults)")
    parser.add_argument("--capabilities", metavar="FILE", help="what can be shown and written")
    parser.add_argument("--headers", metavar="FILE", help="request headers of the receiver")
    add_policy(parser)
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
    add_json(parser)
    parser.set_defaults(run=decide.run)
