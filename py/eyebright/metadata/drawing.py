"""What an SVG holds beside its shapes: what tells of its maker, and what runs or loads something.

Read by expat as a stream. No entity of an entity is read, nothing from outside, and of what is
found only the kind is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat  # external entities are not fetched; internal ones: see _entity

from eyebright.values import Reason

DRAWN_NAMESPACES = frozenset(
    {
        "",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/XML/1998/namespace",
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/1998/Math/MathML",
    }
)
"""Namespaces of what is shown (SVG 2, 5.1 and 12). Others are for programs: an editor's settings,
paths of files on its machine."""

MOST_ENTITY_CHARS = 4096
"""Of one entity. Those that editors declare hold a namespace's address, some 50 characters."""

METADATA, COMMENTS, EDITOR, PICTURES = "metadata", "comments", "an editor's data", "pictures"
SCRIPTS, REFERENCES = "scripts", "references to other files"
UNREAD = "what could not be read"

_OUTSIDE_URL = re.compile(r"""url\(\s*["']?\s*(?!["')#\s]|data:)|@import""", re.IGNORECASE)
_PICTURE_URL = re.compile(r"data:image/(?!svg)", re.IGNORECASE)
_HANDLER = re.compile(r"on[a-z]+", re.IGNORECASE)
_LINKS = frozenset({"a"})
"""Elements whose references are followed only when somebody clicks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Kinds, in the order in which they are told."""

    private: tuple[str, ...] = ()
    active: tuple[str, ...] = ()


def contents(data: bytes) -> Contents:
    """What is in a drawing; broken ones are read up to their fault."""
    reader = _Reader()
    try:
        reader.read(data)
    except (expat.ExpatError, ValueError):
        reader.found.add(UNREAD)
    return Contents(
        private=tuple(
            k for k in (METADATA, COMMENTS, EDITOR, PICTURES, UNREAD) if k in reader.found
        ),
        active=tuple(k for k in (SCRIPTS, REFERENCES) if k in reader.found),
    )


def reasons(found: Contents) -> tuple[Reason, ...]:
    """For the report of a drawing that is passed on as it is."""
    told = []
    if found.private:
        text = (
            f"The drawing is unchanged and still holds {_joined(found.private)}, which may tell "
            "who made it, when and with what."
        )
        told.append(Reason(code="metadata-kept", text=text, values={"kinds": list(found.private)}))
    if found.active:
        text = (
            f"The drawing is unchanged and still holds {_joined(found.active)}: they work where it "
            "is opened or put into a page as code, not where it is shown as an image."
        )
        told.append(Reason(code="svg-active", text=text, values={"kinds": list(found.active)}))
    return tuple(told)


def _joined(kinds: tuple[str, ...]) -> str:
    *first, last = kinds
    return f"{', '.join(first)} and {last}" if first else last


class _Reader:
    """Collects kinds in `found` while expat reads."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._is_style = False

    def read(self, data: bytes) -> None:
        """Raises ExpatError for what is not well-formed, ValueError for what is not read here."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = lambda _text: self.found.add(COMMENTS)
        parser.ProcessingInstructionHandler = self._instruction
        parser.EntityDeclHandler = _entity
        parser.Parse(data, True)  # noqa: FBT003  # expat takes it by position

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self._is_style = local == "style"
        if local == "metadata":
            self.found.add(METADATA)
        elif local == "script":
            self.found.add(SCRIPTS)
        if namespace not in DRAWN_NAMESPACES:
            self.found.add(EDITOR)
        for key, value in attributes.items():
            self._attribute(local, key, value)

    def _attribute(self, element: str, key: str, value: str) -> None:
        namespace, _, name = key.rpartition(" ")
        if namespace not in DRAWN_NAMESPACES:
            self.found.add(EDITOR)
        elif name in {"href", "src"}:
            self._reference(element, value.strip())
        elif _HANDLER.fullmatch(name):
            self.found.add(SCRIPTS)
        else:
            self._style(value)

    def _reference(self, element: str, address: str) -> None:
        scheme = re.sub(r"\s", "", address[:32]).lower()
        if scheme.startswith("javascript:"):
            self.found.add(SCRIPTS)
        elif _PICTURE_URL.match(address):
            self.found.add(PICTURES)
        elif address and not scheme.startswith(("#", "data:")) and element not in _LINKS:
            self.found.add(REFERENCES)

    def _style(self, text: str) -> None:
        if _OUTSIDE_URL.search(text):
            self.found.add(REFERENCES)

    def _text(self, text: str) -> None:
        if self._is_style:
            self._style(text)

    def _end(self, _name: str) -> None:
        self._is_style = False

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            self.found.add(REFERENCES)


def _entity(name: str, _parameter: bool, value: str | None, *_rest: object) -> None:  # noqa: FBT001  # expat's signature
    if value is not None and ("&" in value or len(value) > MOST_ENTITY_CHARS):
        raise ValueError(f"the entity {name} is larger than any that names something")
