"""The files of crops: each made once, and named by what it shows."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence

from eyebright.cli.failures import printable
from eyebright.cli.files import Job, Writer, read_file
from eyebright.deliver import Optimised
from eyebright.pipeline import optimise
from eyebright.policy import Policies
from eyebright.policy.crops.art import Directed, Size, goal_for
from eyebright.policy.formats import SHOWN_BY_ALL
from eyebright.policy.markup import Rendition
from eyebright.policy.wishes import Wish, read_wish
from eyebright.values import Crop, Goal, Report

WHY_OTHERWISE = frozenset(
    {
        "animated",
        "animation-unreadable",
        "crop-not-made",
        "guard-text",
        "icon-kept",
        "no-format-left",
        "nothing-passed",
        "original-smaller",
        "size-kept",
        "svg-kept",
    }
)
"""Codes of what makes a file another one than was asked for."""


class Saver:
    """Makes and writes crops of one picture, and says on stderr where one is not as asked."""

    def __init__(self, arguments: argparse.Namespace, policies: Policies) -> None:
        self._asked, self._policies = arguments, policies
        self._data = read_file(arguments.input, arguments.limits)
        self._writer = Writer([_job(arguments, "")], force=arguments.force)
        self._written: dict[tuple[str, bytes], Rendition] = {}
        self._jobs: dict[str, Job] = {}
        self._told: set[str] = set()

    def crops(self, ranked: Mapping[str, Sequence[Crop]]) -> None:
        """Write every crop of each shape. Raises EyebrightError, OSError."""
        for aspect, found in ranked.items():
            for place, crop in enumerate(found, 1):
                made = self._optimised(crop, _exact(aspect, crop))
                file = self._write(_ending(aspect, made.report, str(place)), made)
                self._tell(aspect, read_wish(aspect), crop, made.report, file)

    def slots(self, art: Sequence[Directed]) -> list[Rendition]:
        """Write every size of each slot. Raises EyebrightError, OSError."""
        for one in art:
            self._tell_narrow(one)
        files = (file for one in art for size in one.sizes for file in self._slot(one, size))
        return list(dict.fromkeys(files))  # where a slot stays whole, its sizes are one file

    def _slot(self, one: Directed, size: Size) -> Iterator[Rendition]:
        """The file, and for markup one that every browser shows, where the first is none."""
        made = self._optimised(one.crop, size)
        yield self._slot_file(one, size, made)
        report = made.report
        if self._asked.markup is None or report.format in SHOWN_BY_ALL or report.frames > 1:
            return
        other = self._optimised(one.crop, size, formats=SHOWN_BY_ALL)
        if other.report.format in SHOWN_BY_ALL:
            yield self._slot_file(one, size, other, is_other=True)

    def _slot_file(
        self, one: Directed, size: Size, made: Optimised, *, is_other: bool = False
    ) -> Rendition:
        aspect = one.slot.aspect
        file = self._write(_ending(aspect, made.report, ""), made, is_other=is_other)
        wish = read_wish(aspect).replace(width=size.width, height=size.height)
        self._tell(aspect, wish, one.crop, made.report, file)
        return file.replace(media=one.slot.media)

    def _tell_narrow(self, one: Directed) -> None:
        """Of widths that the region does not have: its own is made instead."""
        has = one.crop.box.width
        wider = ", ".join(str(width) for width in one.slot.widths if width > has)
        if wider:
            text = f"{wider} pixels across are wanted, the region has {has}"
            line = f"eyebright: {self._asked.input.name}: {one.slot.aspect}: {text}"
            print(printable(line), file=sys.stderr)

    def _optimised(
        self, crop: Crop, size: Size | None, formats: tuple[str, ...] | None = None
    ) -> Optimised:
        asked = self._asked
        work = optimise(
            self._data,
            goal_for(
                crop, Goal(content=asked.content, context=asked.context, formats=formats), size
            ),
            name=asked.input.name,
            policies=self._policies,
            limits=asked.limits,
            models=asked.models,
        )
        return asyncio.run(work)

    def _write(self, ending: str, made: Optimised, *, is_other: bool = False) -> Rendition:
        """The file; one of the same name and content is written once.

        The other format of a file that is there has its name.
        """
        known = self._written.get((ending, made.data))
        if known is not None:
            return known
        report = made.report
        if not (is_other and ending in self._jobs):
            self._jobs[ending] = _job(self._asked, ending)
        path = self._writer.write(self._jobs[ending], report.format, made.data)
        file = Rendition(
            url=path.name, format=report.format, width=report.width, height=report.height
        )
        self._written[ending, made.data] = file
        return file

    def _tell(self, aspect: str, wish: Wish, crop: Crop, report: Report, file: Rendition) -> None:
        for text in _notes(wish, crop, report):
            line = f"eyebright: {self._asked.input.name}: {aspect}: {file.url}: {text}"
            if line not in self._told:
                self._told.add(line)
                print(printable(line), file=sys.stderr)


def _notes(wish: Wish, crop: Crop, report: Report) -> Iterator[str]:
    """What is not as asked, and who must choose."""
    size = f"{report.width} x {report.height} pixels"
    has_shape = _has_shape(wish, report)
    has_size = not wish.width or (report.width, report.height) == (wish.width, wish.height)
    if not has_shape:
        yield f"not cropped, the whole picture, {size}"
    elif not has_size:
        yield f"{size} of the {wish.width} x {wish.height} that are wanted"
    why = {"text-small"} if has_shape and has_size else {"text-small", *WHY_OTHERWISE}
    yield from (reason.text for reason in report.reasons if reason.code in why)
    if crop.review:
        yield f"{crop.review} must choose"


def _ending(aspect: str, report: Report, place: str) -> str:
    """Of a file's name: the shape and its place or width; what it is, where that is another."""
    wish, size = read_wish(aspect), f"{report.width}x{report.height}"
    if not _has_shape(wish, report):
        return f"-whole-{size}"
    is_smaller = place and wish.width and (report.width, report.height) != (wish.width, wish.height)
    shape = size if is_smaller else aspect.replace(":", "by")
    return f"-{shape}-{place or report.width}"


def _has_shape(wish: Wish, report: Report) -> bool:
    """To the pixel."""
    off = abs(report.width * wish.down - report.height * wish.across)
    return off <= max(wish.across, wish.down)


def _exact(aspect: str, crop: Crop) -> Size | None:
    """The pixels that were asked for, where the crop has as many."""
    wish = read_wish(aspect)
    if not wish.width or crop.box.width < wish.width or crop.box.height < wish.height:
        return None
    return Size(width=wish.width, height=wish.height)


def _job(arguments: argparse.Namespace, ending: str) -> Job:
    folder, path = arguments.save, arguments.input
    return Job(path=path, folder=folder, stem=path.stem + ending)
