"""What an SVG holds beside its shapes: what tells of its maker, and what runs or loads something.

Read by expat as a stream. No entity of an entity is read, nothing from outside, and of what is
found only the kind is told.
"""

from __future__ import annotations

import re
import sys
from xml.parsers import expat  # external entities are not fetched; internal ones: see _entity

from eyebright.frozen import Frozen
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
DOCUMENTS = "documents of another kind"

_OUTSIDE_URL = re.compile(
    r"""url\(\s*+["']?+\s*+(?!["')#]|data:)|@import|image-set\(|\b(image|src)\(\s*+["']""",
    re.IGNORECASE,
)
"""Possessive, so that no run of spaces is tried in every way of cutting it. What takes addresses as
bare strings (CSS Images 4, 2.4 and 2.5; CSS Values 4, 4.5) counts whatever they are."""

_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
"""A character in CSS by its number, or itself (CSS Syntax 3, 4.3.7)."""

_NOT_A_CHARACTER = "\ufffd"

_PICTURE_URL = re.compile(r"data:image/(?!svg)", re.IGNORECASE)
_DOCUMENT_URL = re.compile(
    r"data:(image/svg|text/(ht|x)ml|application/(xhtml\+)?xml)", re.IGNORECASE
)
"""What may hold scripts of its own."""

_HANDLER = re.compile(r"on[a-z]+", re.IGNORECASE)
_BLANKS = re.compile(r"\s")
_ADDRESSES = frozenset({"href", "src", "data", "poster", "action", "formaction"})
"""Attributes that hold an address: SVG 2's, and those of the HTML that it may embed."""

_DESCRIPTOR = re.compile(r"[\d.]+[wxh]")
"""What follows an address in srcset (HTML 4.8.4.2.1)."""

_ANIMATIONS = frozenset({"set", "animate"})
_TAKEN_VALUES = frozenset({"to", "from", "by", "values"})
"""What an animation puts into the attribute that it names (SVG animations 2.2)."""

_ADDRESS_START_CHARS = 64
"""Of an address, without blanks: enough for every scheme and media type above."""

_LINKS = frozenset({"a"})
"""Elements whose references are followed only when somebody clicks."""


class Contents(Frozen):
    """Kinds, in the order in which they are told."""

    private: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    beside_shapes: tuple[str, ...] = ()
    """Of both, what makes it more than a picture; and foreignObject's documents (SVG 2, 12.4)."""


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
        beside_shapes=tuple(
            k for k in (SCRIPTS, REFERENCES, DOCUMENTS, UNREAD) if k in reader.found
        ),
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
        self._style_text: list[str] | None = None

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
        self._end_style()
        if local == "style":
            self._style_text = []
        if local == "metadata":
            self.found.add(METADATA)
        elif local == "script":
            self.found.add(SCRIPTS)
        elif local.lower() == "foreignobject":
            self.found.add(DOCUMENTS)
        if namespace not in DRAWN_NAMESPACES:
            self.found.add(EDITOR)
        animated = attributes.get("attributeName", "") if local in _ANIMATIONS else ""
        sets_address = animated.rpartition(":")[2] in _ADDRESSES
        for key, value in attributes.items():
            if sets_address and key in _TAKEN_VALUES:
                for part in value.split(";") if key == "values" else (value,):
                    self._attribute(local, "href", part)
            else:
                self._attribute(local, key, value)

    def _attribute(self, element: str, key: str, value: str) -> None:
        namespace, _, name = key.rpartition(" ")
        if namespace not in DRAWN_NAMESPACES:
            self.found.add(EDITOR)
            return
        start = _start_of(value)
        if start.startswith("javascript:") or name == "srcdoc" or _HANDLER.fullmatch(name):
            self.found.add(SCRIPTS)
        elif name in _ADDRESSES:
            self._reference(element, start)
        elif name == "srcset":
            self._candidates(element, value)
        else:
            self._style(value)

    def _candidates(self, element: str, value: str) -> None:
        for word in value.split():
            if not _DESCRIPTOR.fullmatch(address := word.strip(",")):
                self._reference(element, _start_of(address))

    def _reference(self, element: str, start: str) -> None:
        """Of an address, by its first characters in lower case and without blanks."""
        if _DOCUMENT_URL.match(start):
            self.found.add(SCRIPTS)
        elif _PICTURE_URL.match(start):
            self.found.add(PICTURES)
        elif start and not start.startswith(("#", "data:")) and element not in _LINKS:
            self.found.add(REFERENCES)

    def _style(self, text: str) -> None:
        if _OUTSIDE_URL.search(_ESCAPE.sub(_unescaped, text)):
            self.found.add(REFERENCES)

    def _text(self, text: str) -> None:
        if self._style_text is not None:
            self._style_text.append(text)

    def _end(self, _name: str) -> None:
        self._end_style()

    def _end_style(self) -> None:
        if self._style_text is not None:
            self._style("".join(self._style_text))
        self._style_text = None

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            self.found.add(REFERENCES)


def _start_of(value: str) -> str:
    """In lower case and without blanks, which browsers leave out of addresses."""
    return _BLANKS.sub("", value)[:_ADDRESS_START_CHARS].lower()


def _unescaped(escape: re.Match[str]) -> str:
    number, itself = escape.groups()
    if number is None:
        return itself
    code = int(number, 16)
    return chr(code) if code <= sys.maxunicode else _NOT_A_CHARACTER


def _entity(name: str, _parameter: bool, value: str | None, *_rest: object) -> None:  # noqa: FBT001  # expat's signature
    if value is not None and ("&" in value or len(value) > MOST_ENTITY_CHARS):
        raise ValueError(f"the entity {name} is larger than any that names something")
