"""What a picture says about its rights, gathered from every block that may say it.

Where blocks disagree, XMP is taken before IPTC-IIM, EXIF and PNG's texts: the IPTC Photo Metadata
Standard maps them to the same properties, and XMP is the one that programs write today.
"""

from __future__ import annotations

from collections.abc import Iterable

from eyebright.frozen import Frozen
from eyebright.metadata import tags
from eyebright.metadata.exif import Exif
from eyebright.metadata.iptc import Dataset
from eyebright.metadata.xmp import Property, Xmp

MAX_TEXT_CHARS = 8192
"""Longest text kept of one field: longer ones are no notice but a misuse. Our choice."""

MAX_ITEMS = 64
"""Most creators or licensors kept."""

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""The IPTC's NewsCodes for the kind of source; values are this address and a name."""

MACHINE_EDITED = SOURCE_TYPES + "algorithmicallyEnhanced"
"""Augmented or corrected by algorithm, content not made by it: IPTC NewsCodes, digital source
type."""

CAPTURED = frozenset({SOURCE_TYPES + "digitalCapture", SOURCE_TYPES + "computationalCapture"})
"""Source types that the marker may replace. All others, above all those that say that a picture
was generated, tell more than the marker would."""


class Rights(Frozen):
    """One value for each field, and the names of the tags that gave any."""

    copyright: str = ""
    creators: tuple[str, ...] = ()
    credit: str = ""
    usage_terms: str = ""
    web_statement: str = ""
    licence: str = ""
    licensor_urls: tuple[str, ...] = ()
    marked: str = ""
    """xmpRights:Marked: True or False."""
    source_type: str = ""
    names: frozenset[str] = frozenset()

    def texts(self) -> dict[int, str]:
        """The fields that EXIF has, by tag."""
        found = {tags.ARTIST: "; ".join(self.creators), tags.COPYRIGHT: self.copyright}
        return {tag: text for tag, text in found.items() if text}

    def properties(self) -> list[Property]:
        """All fields as XMP."""
        found = (
            Property("dc:rights", (self.copyright,), "Alt"),
            Property("dc:creator", self.creators, "Seq"),
            Property("photoshop:Credit", (self.credit,)),
            Property("xmpRights:UsageTerms", (self.usage_terms,), "Alt"),
            Property("xmpRights:WebStatement", (self.web_statement,)),
            Property("xmpRights:Marked", (self.marked,)),
            Property("cc:license", (self.licence,), "resource"),
            Property(LICENSOR, self.licensor_urls, "licensor"),
            Property("Iptc4xmpExt:DigitalSourceType", (self.source_type,)),
        )
        return [p for p in found if any(p.values)]


XMP_FIELDS = {
    "copyright": ("dc:rights", "tiff:Copyright"),
    "creators": ("dc:creator", "tiff:Artist"),
    "credit": ("photoshop:Credit",),
    "usage_terms": ("xmpRights:UsageTerms",),
    "web_statement": ("xmpRights:WebStatement",),
    "licence": ("cc:license",),
    "marked": ("xmpRights:Marked",),
    "source_type": ("Iptc4xmpExt:DigitalSourceType",),
}
LICENSOR = "plus:Licensor"
"""A list of structures with names, addresses and telephone numbers: only the URL is kept."""

IPTC_FIELDS = {"copyright": "CopyrightNotice", "creators": "By-line", "credit": "Credit"}
EXIF_FIELDS = {
    "copyright": (tags.COPYRIGHT,),
    "creators": (tags.ARTIST, tags.XP_AUTHOR),
}
TEXT_FIELDS = {"copyright": "Copyright", "creators": "Author"}
"""PNG's keywords (PNG, third edition, 11.3.3.1)."""

_LISTS = frozenset({"creators", "licensor_urls"})


def gather(
    exif: Exif, xmp: Xmp, datasets: Iterable[Dataset], texts: Iterable[tuple[str, str]]
) -> Rights:
    """The rights that the blocks state; the first block that has a field gives it."""
    iptc, png = list(datasets), list(texts)
    found: dict[str, tuple[str, ...]] = {}
    names: set[str] = set()
    _add(found, names, "licensor_urls", xmp.inside(LICENSOR, "plus:LicensorURL"), f"XMP {LICENSOR}")
    for field, properties in XMP_FIELDS.items():
        for name in properties:
            _add(found, names, field, xmp.values(name), f"XMP {name}")
        dataset = IPTC_FIELDS.get(field)
        values = tuple(d.value for d in iptc if d.name == dataset)
        _add(found, names, field, values, f"IPTC {dataset}")
        for tag in EXIF_FIELDS.get(field, ()):
            _add(found, names, field, (exif.text(tag),), tags.name_of("IFD0", tag))
        keyword = TEXT_FIELDS.get(field)
        _add(found, names, field, tuple(v for k, v in png if k == keyword), f"PNG {keyword}")
    single = {field: values[0] for field, values in found.items() if field not in _LISTS}
    return Rights(
        **single,
        creators=found.get("creators", ()),
        licensor_urls=found.get("licensor_urls", ()),
        names=frozenset(names),
    )


def _add(
    found: dict[str, tuple[str, ...]],
    names: set[str],
    field: str,
    values: Iterable[str],
    name: str,
) -> None:
    """The name counts as kept wherever its values are those that are kept."""
    sound = tuple(v.strip() for v in values if v.strip() and len(v) <= MAX_TEXT_CHARS)[:MAX_ITEMS]
    if not sound:
        return
    found.setdefault(field, sound)
    if _same(found[field], sound):
        names.add(name)


def _same(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    return "; ".join(first) == "; ".join(second)
