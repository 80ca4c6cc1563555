"""A small tree of an XML document with namespaces, read safely.

Document types, and with them entities, are refused; depth, size and the number of elements are
bounded. Names are written {namespace}local.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat  # nothing outside is fetched and no entity is defined: see below

MAX_XML_BYTES = 4 << 20
MAX_DEPTH = 64
MAX_ELEMENTS = 50_000
"""Real packets stay below 1 MB, 12 levels and 5000 elements. Our choice."""

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(slots=True)
class Node:
    """One element; built once, then only read."""

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    root: Node
    prefixes: dict[str, str]
    """Namespaces and the prefixes that the document gives them."""


def parse(data: bytes) -> Tree:
    """The tree. Raises ValueError, without any of its contents, for what is broken or unsafe."""
    if len(data) > MAX_XML_BYTES:
        raise ValueError("the XML is too large")
    try:
        return _Builder().build(_as_utf8(data))
    except expat.ExpatError as exc:
        raise ValueError(f"the XML is broken at line {exc.lineno}") from None


def _as_utf8(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16").encode()
    return data.strip(b"\x00 \t\r\n")


class _Builder:
    def __init__(self) -> None:
        self._top = Node("", {})
        self._open = [self._top]
        self._count = 0
        self._prefixes: dict[str, str] = {}

    def build(self, data: bytes) -> Tree:
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartNamespaceDeclHandler = self._prefix
        parser.Parse(data, True)  # noqa: FBT003  # expat takes it by position
        if not self._top.children:
            raise ValueError("the XML is empty")
        return Tree(self._top.children[0], self._prefixes)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise ValueError("the XML is nested too deeply or has too many elements")
        node = Node(_braced(name), {_braced(key): value for key, value in attributes.items()})
        self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text

    def _prefix(self, prefix: str | None, namespace: str) -> None:
        if prefix and namespace:
            self._prefixes.setdefault(namespace, prefix)


def _refuse(*_: object) -> None:
    raise ValueError("the XML declares a document type or entities, which no XMP needs")


def _braced(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"{{{namespace}}}{local}" if namespace else local


def escape(text: str) -> str:
    """Text for an element or a double-quoted attribute, without what XML 1.0 cannot hold."""
    legal = "".join(c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or c >= "\ue000")
    legal = legal.replace("\ufffe", "").replace("\uffff", "")
    for plain, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        legal = legal.replace(plain, written)
    return legal
