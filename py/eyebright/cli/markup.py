"""`eyebright decide --markup`: the HTML for a plan's files, at addresses by a template."""

from __future__ import annotations

import argparse
import re
import sys

from eyebright.cli.failures import WrongUse
from eyebright.policy import Decision
from eyebright.policy.markup import Rendition, picture, sizes_of
from eyebright.values import EXTENSION

NAMES = ("width", "height", "format", "ext")
"""What may stand in braces in the template."""

BRACED = re.compile(r"\{([^{}]*)\}")


def check_markup(arguments: argparse.Namespace) -> None:
    """Raises WrongUse for options that cannot be meant together, and for a bad template."""
    template: str | None = arguments.markup
    if template is None:
        for option in ("alt", "lqip"):
            if getattr(arguments, option):
                raise WrongUse(f"--{option} needs --markup, the address of the plan's files")
        return
    if arguments.json:
        raise WrongUse("--markup prints HTML and --json a record; give one of the two")
    if not template:
        raise WrongUse("--markup: the address is empty; write it like photo-{width}.{ext}")
    known = ", ".join(f"{{{name}}}" for name in NAMES)
    for name in BRACED.findall(template):
        if name not in NAMES:
            raise WrongUse(f"--markup: {{{name}}} stands for nothing; use {known}")
    if set("{}").intersection(BRACED.sub("", template)):
        raise WrongUse(f"--markup: a brace in {template} is without its other; use {known}")


def markup(made: Decision, arguments: argparse.Namespace) -> str:
    """The element for all files that the plan asks for.

    Raises WrongUse where two files would have one address, or the goal asks for no tiny picture,
    and PolicyError for a format that no page shows.
    """
    plan = made.plan
    if arguments.lqip and made.goal.placeholder != "lqip":
        raise WrongUse('--lqip: the goal asks for no tiny picture; give it "placeholder": "lqip"')
    if arguments.lqip and plan.placeholder is None:
        why = next(r.text for r in plan.reasons if r.code == "placeholder-transparent")
        print(f"eyebright: --lqip: {why}", file=sys.stderr)
    names = dict.fromkeys(c.format for c in plan.candidates) or {made.facts.format: None}
    sizes = [(v.width, v.height) for v in plan.variants] or [(plan.width, plan.height)]
    renditions = [
        Rendition(url=_address(arguments.markup, name, w, h), format=name, width=w, height=h)
        for name in names
        for w, h in sizes
    ]
    _check_addresses(renditions)
    return picture(
        renditions,
        alt=arguments.alt,
        sizes=sizes_of(made.goal.layout_widths),
        placeholder=plan.placeholder,
        lqip_url=arguments.lqip,
    )


def _address(template: str, name: str, width: int, height: int) -> str:
    ending = EXTENSION.get(name, f".{name}").removeprefix(".")
    values = {"width": str(width), "height": str(height), "format": name, "ext": ending}
    return BRACED.sub(lambda found: values[found[1]], template)


def _check_addresses(renditions: list[Rendition]) -> None:
    seen: dict[str, Rendition] = {}
    for rendition in renditions:
        first = seen.setdefault(rendition.url, rendition)
        if first is not rendition:
            missing = "{ext}" if first.format != rendition.format else "{width}"
            raise WrongUse(
                f"--markup: {rendition.url} would be the address of two files; "
                f"put {missing} into it"
            )
