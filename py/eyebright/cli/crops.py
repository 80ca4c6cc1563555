"""`eyebright crops`: ranked regions of a picture, told, saved as files, and as markup."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from eyebright.cli.analyse import look_at
from eyebright.cli.cache import asked_cache
from eyebright.cli.crop_files import Saver
from eyebright.cli.crop_options import read_choices_of, write_choices
from eyebright.cli.failures import Failure, WrongUse, failure_of, printable
from eyebright.cli.measure import not_done, tried
from eyebright.cli.notes import tell_of_bans
from eyebright.cli.policies import read_policies
from eyebright.errors import EyebrightError, PolicyError
from eyebright.policy import Policies
from eyebright.policy.crops import crops
from eyebright.policy.crops.art import Directed, Slot, directed
from eyebright.policy.crops.choices import Choices, Wanted, remember, remembered
from eyebright.policy.markup import Rendition, picture
from eyebright.values import Crop, Facts

Ranked = dict[str, tuple[Crop, ...]]
"""Crops by the shape as it was asked."""


def run_crops(arguments: argparse.Namespace) -> int:
    """0, or 1 where the picture cannot be read or a file cannot be written."""
    _check(arguments)
    policies, choices = read_policies(arguments.policy), read_choices_of(arguments.choices)
    look = partial(look_at, cache=asked_cache(arguments), models=arguments.models)
    facts = tried(arguments.input, look, arguments.limits)
    if isinstance(facts, Failure):
        return not_done([facts], arguments)
    try:
        choices = _with_given(arguments, facts, choices)
        ranked = _ranked(arguments, facts, choices, policies)
        art = directed(
            facts,
            arguments.slot,
            context=arguments.context,
            content=arguments.content,
            chosen=choices.get(facts.sha256),
            policies=policies,
        )
    except PolicyError as exc:
        raise WrongUse(str(exc)) from exc
    first = (*(found[0] for found in ranked.values()), *(one.crop for one in art))
    tell_of_bans(arguments.input.name, (reason for crop in first for reason in crop.reasons))
    if arguments.choices is not None and (arguments.focal or arguments.box):
        write_choices(arguments.choices, choices)
    try:
        saved = _save(arguments, ranked, art, policies)
    except (EyebrightError, OSError) as exc:
        return not_done([failure_of(arguments.input, exc)], arguments)
    _print(arguments, facts, ranked, art, saved)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    if not arguments.aspect and not arguments.slot:
        raise WrongUse("no shape is asked for; give --aspect 16:9, --size 1200x630 or --slot")
    if arguments.markup is not None and not (arguments.slot and arguments.save):
        raise WrongUse("--markup is of the files of --slot that --save writes; give both")
    if arguments.markup is not None and "{name}" not in arguments.markup:
        raise WrongUse("--markup: write the address like /img/{name}; {name} is each file's own")


def _with_given(arguments: argparse.Namespace, facts: Facts, choices: Choices) -> Choices:
    """With what this command line chooses: a region or a point, for each shape."""
    if arguments.box is None and not arguments.focal:
        return choices
    shapes = [*arguments.aspect, *(slot.aspect for slot in arguments.slot)]
    for shape in shapes:
        wanted = Wanted(focal_permille=arguments.focal, box=arguments.box)
        choices = remember(choices, facts, shape, wanted)
    return choices


def _ranked(
    arguments: argparse.Namespace, facts: Facts, choices: Choices, policies: Policies
) -> Ranked:
    found: Ranked = {}
    for aspect in arguments.aspect:
        wanted = remembered(choices, facts.sha256, aspect)
        found[aspect] = crops(
            facts,
            aspect,
            context=arguments.context,
            content=arguments.content,
            n=arguments.n,
            focal_permille=wanted.focal_permille,
            box=wanted.box,
            policies=policies,
        )
    return found


def _save(
    arguments: argparse.Namespace, ranked: Ranked, art: Sequence[Directed], policies: Policies
) -> list[Rendition]:
    """Write every crop, optimised, and every size of each slot; those of slots come back."""
    if arguments.save is None:
        return []
    saver = Saver(arguments, policies)
    saver.crops(ranked)
    return saver.slots(art)


def _print(
    arguments: argparse.Namespace,
    facts: Facts,
    ranked: Ranked,
    art: Sequence[Directed],
    saved: list[Rendition],
) -> None:
    if arguments.markup is not None:
        files = [one.replace(url=arguments.markup.replace("{name}", one.url)) for one in saved]
        print(picture(files, alt=arguments.alt))
    elif arguments.json:
        print(json.dumps(_document(facts, ranked, art), indent=2))
    else:
        print(printable(arguments.input.name))
        for aspect, found in ranked.items():
            print(f"  {aspect}")
            for place, crop in enumerate(found, 1):
                print(f"  {place:3}. {_line(crop)}")
        for one in art:
            sizes = ", ".join(f"{size.width} x {size.height}" for size in one.sizes)
            print(f"  {one.slot.aspect} {one.slot.media or 'otherwise'}: {sizes}")
            print(f"       {_line(one.crop)}")


def _document(facts: Facts, ranked: Ranked, art: Sequence[Directed]) -> dict[str, Any]:
    found = {aspect: [crop.to_dict() for crop in crops] for aspect, crops in ranked.items()}
    document = {"crops": found, "facts": facts.to_dict()}
    return document | {"slots": [one.to_dict() for one in art]} if art else document


def _line(crop: Crop) -> str:
    """The region, whose idea it is, its score, why, and what it breaks."""
    box = crop.box
    region = f"{box.width} x {box.height} at {box.x}, {box.y}"
    told = [crop.reasons[0].text, *(guard.text for guard in crop.guards if not guard.passes)]
    review = f" {crop.review} must choose." if crop.review else ""
    return f"{region}, {crop.strategy}, {crop.score_permille}. {' '.join(told)}{review}"


def slot_of(text: str) -> Slot:
    """Of `ASPECT [WIDTH,...] [MEDIA]`, as a command line has it."""
    aspect, *rest = text.split(maxsplit=2) or [""]
    widths = rest[0].split(",") if rest and rest[0][:1].isdigit() else []
    media = " ".join(rest[1:] if widths else rest)
    if not all(width.isascii() and width.isdigit() for width in widths):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no slot; write it like '4:5 400,800 (max-width: 600px)'"
        )
    return Slot(aspect=aspect, widths=tuple(map(int, widths)), media=media)
