"""HTML for a responsive picture: <picture> or <img> with srcset, sizes, width and height.

Width and height are always written, so that the page does not shift while the picture loads.
Everything from outside is escaped; addresses are percent-encoded where srcset would split them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from eyebright.errors import PolicyError
from eyebright.policy.formats import SHOWN_BY_ALL
from eyebright.records import Record
from eyebright.values import MIME, Placeholder

SOURCE_ORDER = ("jxl", "avif", "webp", "png", "jpeg")
"""Browsers take the first <source> that they show: the smaller formats come first, and the last
format there is becomes the <img> that all of them show."""

UNSAFE_IN_SRCSET = re.compile(r"[\s,\x00-\x1f\x7f]")
"""Spaces and commas part srcset's candidates (HTML, image candidate strings)."""


class Rendition(Record):
    """One finished file and where it lies."""

    url: str
    format: str
    width: int
    height: int
    media: str = ""
    """The media query under which it is shown, where shapes differ by it; empty: otherwise."""


def picture(
    renditions: Sequence[Rendition],
    *,
    alt: str,
    sizes: str | Mapping[str, str] = "100vw",
    placeholder: Placeholder | None = None,
    lqip_url: str = "",
    lazy: bool = True,
) -> str:
    """The element for a set of renditions. Raises PolicyError for an empty or unknown one.

    `alt` is what a screen reader says; give "" for a picture that only decorates. `lqip_url` is the
    tiny picture's address, usually a data: one, where the placeholder is an lqip. Renditions of
    other shapes have media queries, asked in the order in which they come; `sizes` may differ by
    these. The <img> is of those without one, else of the last. Of JPEG and PNG, if both are there,
    only the one that is given first is written: everything shows it, and nothing took the other.
    """
    groups = [group for shape in _by_media(renditions) for group in _by_format(shape)]
    image = _img(groups[-1], alt, sizes, _style(placeholder, lqip_url), lazy=lazy)
    if len(groups) == 1:
        return image
    sources = "".join(_source(group, sizes) for group in groups[:-1])
    return f"<picture>{sources}{image}</picture>"


def _by_media(renditions: Sequence[Rendition]) -> list[list[Rendition]]:
    """In the order of their queries, those without one last."""
    if not renditions:
        raise PolicyError("no renditions; give at least one finished file", path="renditions")
    for index, rendition in enumerate(renditions):
        if rendition.format not in SOURCE_ORDER:
            known = ", ".join(SOURCE_ORDER)
            raise PolicyError(
                f"unknown {rendition.format!r}; use one of {known}",
                path=f"renditions[{index}].format",
            )
    queries = sorted(dict.fromkeys(r.media for r in renditions), key=lambda query: not query)
    return [[r for r in renditions if r.media == query] for query in queries]


def srcset(renditions: Sequence[Rendition]) -> str:
    """The attribute's value, not yet escaped for HTML, ascending by width."""
    ordered = sorted(renditions, key=lambda r: r.width)
    return ", ".join(f"{address(r.url)} {r.width}w" for r in ordered)


def sizes_of(layout_widths: Sequence[int]) -> str:
    """The sizes attribute for slots of these CSS pixels: each while the viewport is no wider."""
    if not layout_widths:
        return "100vw"
    *narrow, widest = sorted(set(layout_widths))
    queries = [f"(max-width: {width}px) {width}px" for width in narrow]
    return ", ".join([*queries, f"{widest}px"])


def address(url: str) -> str:
    """The address with everything percent-encoded that would end it early inside srcset."""
    return UNSAFE_IN_SRCSET.sub(lambda found: f"%{ord(found[0]):02X}", url)


def _by_format(renditions: Sequence[Rendition]) -> list[list[Rendition]]:
    first = next((r.format for r in renditions if r.format in SHOWN_BY_ALL), "")
    names = (name for name in SOURCE_ORDER if name == first or name not in SHOWN_BY_ALL)
    groups = ([r for r in renditions if r.format == name] for name in names)
    return [group for group in groups if group]


def _source(group: list[Rendition], sizes: str | Mapping[str, str]) -> str:
    """With width and height where shapes differ: those of the <img> are another's."""
    media, mime = group[0].media, MIME[group[0].format]
    attributes = [
        _attribute("media", media) if media else "",
        _attribute("type", mime),
        _candidates(group, sizes),
        _dimensions(group) if media else "",
    ]
    return f"<source{''.join(attributes)}>"


def _dimensions(group: list[Rendition]) -> str:
    widest = max(group, key=lambda r: r.width)
    return _attribute("width", widest.width) + _attribute("height", widest.height)


def _img(
    group: list[Rendition], alt: str, sizes: str | Mapping[str, str], style: str, *, lazy: bool
) -> str:
    widest = max(group, key=lambda r: r.width)
    attributes = [
        _attribute("src", address(widest.url)),
        _candidates(group, sizes) if len(group) > 1 else "",
        _dimensions(group),
        _attribute("alt", alt),
        _attribute("loading", "lazy") if lazy else "",
        _attribute("decoding", "async"),
        _attribute("style", style) if style else "",
    ]
    return f"<img{''.join(attributes)}>"


def _candidates(group: list[Rendition], sizes: str | Mapping[str, str]) -> str:
    told = sizes if isinstance(sizes, str) else sizes.get(group[0].media, "100vw")
    return _attribute("srcset", srcset(group)) + _attribute("sizes", told)


def _style(placeholder: Placeholder | None, lqip_url: str) -> str:
    if placeholder is None:
        return ""
    if placeholder.kind == "lqip" and lqip_url:
        quoted = re.sub(r"[\"'()\\\s<>]", lambda found: f"%{ord(found[0]):02X}", lqip_url)
        image = f'url("{quoted}") center/cover'
        return (
            f"background:{placeholder.colour} {image}"
            if placeholder.colour
            else f"background:{image}"
        )
    return f"background:{placeholder.colour}" if placeholder.colour else ""


def _attribute(name: str, value: object) -> str:
    return f' {name}="{html.escape(str(value), quote=True)}"'
