"""XMP packets (ISO 16684-1): RDF/XML, read into properties, and written anew.

Properties are named by the prefixes that their standards recommend (`dc:rights`), whatever the
file calls them; those of unknown namespaces are only counted, for a name could tell as much as a
value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from eyebright.frozen import Frozen
from eyebright.metadata import xml_tree
from eyebright.metadata.xml_tree import XML_NAMESPACE, Node, Tree, escape

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
META = "adobe:ns:meta/"

NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "cc": "http://creativecommons.org/ns#",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "GPano": "http://ns.google.com/photos/1.0/panorama/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
    "GContainer": "http://ns.google.com/photos/1.0/container/",
}
"""By recommended prefix: ISO 16684-1 and -2, the IPTC Photo Metadata Standard, PLUS, ccREL."""

_PREFIXES = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
_SYNTAX = frozenset({RDF, META, XML_NAMESPACE})
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")

UNKNOWN = "(another namespace)"

STALE = frozenset(
    {"tiff:Orientation", "tiff:ImageWidth", "tiff:ImageLength", "exif:PixelXDimension"}
    | {"exif:PixelYDimension", "photoshop:ICCProfile", "xmp:Thumbnails", "dcterms:provenance"}
    | {"xmpNote:HasExtendedXMP"}
)
"""Properties that would no longer be true of the new file, and thumbnails."""

STALE_GROUPS = ("hdrgm:", "GContainer:")
"""They describe a gain map, which is not in the new file."""


class Xmp(Frozen):
    """What a packet holds; values are private."""

    tree: Tree | None = None
    names: tuple[str, ...] = ()
    """Of the top properties, sorted, each once."""
    is_damaged: bool = False

    def values(self, name: str) -> tuple[str, ...]:
        """Texts of a top property, in order: of its items, or its own."""
        wanted = _full(name)
        found = [text for node in self._at_top(wanted) for text in _leaves(node)]
        return tuple(text for text in (value.strip() for value in found) if text)

    def inside(self, name: str, part: str) -> tuple[str, ...]:
        """Texts of a part of the structures that a top property holds."""
        wanted = _full(part)
        found: list[str] = []
        for top in self._at_top(_full(name)):
            for node in top.walk():
                found.extend(_leaves(node) if node.name == wanted else ())
                found.extend(value for key, value in node.attributes.items() if key == wanted)
        return tuple(text for text in (value.strip() for value in found) if text)

    def _at_top(self, wanted: str) -> list[Node]:
        """The property's nodes; one that is written as an attribute as if it were an element."""
        found: list[Node] = []
        for description in _descriptions(self.tree) if self.tree else ():
            if wanted in description.attributes:
                found.append(Node(wanted, {}, [], description.attributes[wanted]))
            found.extend(child for child in description.children if child.name == wanted)
        return found


def parse(packet: bytes) -> Xmp:
    """What is in `packet`. Never raises: a damaged or unsafe one has no properties."""
    if not packet:
        return Xmp()
    try:
        tree = xml_tree.parse(packet)
    except ValueError:
        return Xmp(is_damaged=True)
    names = {_shown(key) for description in _descriptions(tree) for key in _keys(description)}
    return Xmp(tree=tree, names=tuple(sorted(names)))


def _descriptions(tree: Tree) -> list[Node]:
    return [
        child
        for node in tree.root.walk()
        if node.name == f"{{{RDF}}}RDF"
        for child in node.children
    ]


def _keys(description: Node) -> list[str]:
    attributes = [key for key in description.attributes if _namespace(key) not in _SYNTAX]
    return [
        *(key for key in attributes if _namespace(key)),
        *(c.name for c in description.children),
    ]


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def _namespace(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def _shown(name: str) -> str:
    """`dc:rights`; only well-formed names of known namespaces are ever shown."""
    local = name.rpartition("}")[2]
    prefix = _PREFIXES.get(_namespace(name))
    return f"{prefix}:{local}" if prefix and _PLAIN_NAME.fullmatch(local) else UNKNOWN


def _leaves(node: Node) -> list[str]:
    resource = node.attributes.get(f"{{{RDF}}}resource")
    if resource:
        return [resource]
    if not node.children:
        return [node.text]
    return [text for child in _default_first(node) for text in _leaves(child)]


def _default_first(node: Node) -> list[Node]:
    """Items of a list; of alternatives in several languages the default one alone."""
    if node.name != f"{{{RDF}}}Alt" or not node.children:
        return node.children
    language = f"{{{XML_NAMESPACE}}}lang"
    default = [c for c in node.children if c.attributes.get(language) == "x-default"]
    return (default or node.children)[:1]


@dataclass(frozen=True, slots=True)
class Property:
    """One property to write."""

    name: str
    values: tuple[str, ...]
    form: str = "text"
    """text, Seq, Bag, Alt (one text in the default language), resource or licensor."""


def fresh(properties: Iterable[Property]) -> bytes:
    """A packet with exactly these properties; nothing for none."""
    description = _description(properties)
    return _packet(description) if description else b""


def edited(xmp: Xmp, *, without: Callable[[str], bool], more: Iterable[Property]) -> bytes:
    """The packet's properties without those whose name `without` accepts, and with `more`."""
    if xmp.tree is None:
        return fresh(more)
    writer = _Writer(xmp.tree.prefixes)
    kept = "".join(
        writer.description(node, without) for node in _descriptions(xmp.tree)
    ) + _description(more)
    return _packet(kept, writer.declared()) if kept else b""


def is_stale(name: str) -> bool:
    return name in STALE or name.startswith(STALE_GROUPS)


def _packet(descriptions: str, namespaces: str = "") -> bytes:
    """Wrapped as ISO 16684-1, 7.3.2 asks; read-only, so without padding for edits in place."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="{META}"><rdf:RDF xmlns:rdf="{RDF}"{namespaces}>'
        f'{descriptions}</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _description(properties: Iterable[Property]) -> str:
    written = list(properties)
    if not written:
        return ""
    prefixes = sorted({p.name.partition(":")[0] for p in written})
    declared = "".join(f' xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in prefixes)
    body = "".join(_FORMS[p.form](p.name, p.values) for p in written)
    return f'<rdf:Description rdf:about=""{declared}>{body}</rdf:Description>'


def _text(name: str, values: tuple[str, ...]) -> str:
    return f"<{name}>{escape(values[0])}</{name}>"


def _resource(name: str, values: tuple[str, ...]) -> str:
    return f'<{name} rdf:resource="{escape(values[0])}"/>'


def _alt(name: str, values: tuple[str, ...]) -> str:
    item = f'<rdf:li xml:lang="x-default">{escape(values[0])}</rdf:li>'
    return f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>"


def _listed(kind: str) -> Callable[[str, tuple[str, ...]], str]:
    def write(name: str, values: tuple[str, ...]) -> str:
        items = "".join(f"<rdf:li>{escape(value)}</rdf:li>" for value in values)
        return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"

    return write


def _licensor(name: str, values: tuple[str, ...]) -> str:
    """PLUS: a list of structures, of which only the address is written."""
    items = "".join(
        f'<rdf:li rdf:parseType="Resource">{_text("plus:LicensorURL", (value,))}</rdf:li>'
        for value in values
    )
    return f"<{name}><rdf:Seq>{items}</rdf:Seq></{name}>"


_FORMS: Mapping[str, Callable[[str, tuple[str, ...]], str]] = {
    "text": _text,
    "resource": _resource,
    "Alt": _alt,
    "Seq": _listed("Seq"),
    "Bag": _listed("Bag"),
    "licensor": _licensor,
}


class _Writer:
    """Writes nodes of a read tree, with prefixes of its own where the file's clash or lack."""

    def __init__(self, wished: Mapping[str, str]) -> None:
        self._wished = wished
        self._prefixes = {RDF: "rdf", META: "x", XML_NAMESPACE: "xml"}

    def description(self, node: Node, without: Callable[[str], bool]) -> str:
        kept = Node(
            node.name,
            {k: v for k, v in node.attributes.items() if not without(_shown(k))},
            [child for child in node.children if not without(_shown(child.name))],
        )
        return self._node(kept) if _keys(kept) else ""

    def declared(self) -> str:
        given = {RDF, META, XML_NAMESPACE}
        return "".join(
            f' xmlns:{prefix}="{escape(namespace)}"'
            for namespace, prefix in self._prefixes.items()
            if namespace not in given
        )

    def _node(self, node: Node) -> str:
        name = self._name(node.name)
        attributes = "".join(
            f' {self._name(key)}="{escape(value)}"' for key, value in node.attributes.items()
        )
        inside = "".join(self._node(child) for child in node.children)
        if not node.children:
            inside = escape(node.text)
        return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"

    def _name(self, name: str) -> str:
        namespace = _namespace(name)
        if not namespace:
            return name
        if namespace not in self._prefixes:
            self._prefixes[namespace] = self._free_prefix(namespace)
        return f"{self._prefixes[namespace]}:{name.rpartition('}')[2]}"

    def _free_prefix(self, namespace: str) -> str:
        wished = _PREFIXES.get(namespace) or self._wished.get(namespace, "")
        reserved = {*self._prefixes.values(), *NAMESPACES} - {_PREFIXES.get(namespace)}
        return wished if wished and wished not in reserved else f"ns{len(self._prefixes)}"
