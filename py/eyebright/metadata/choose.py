"""Which metadata goes into a new file, and what was kept and left out, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eyebright.frozen import Frozen
from eyebright.metadata import exif as exif_block
from eyebright.metadata import iptc, rights, tags, xmp
from eyebright.metadata.blocks import Blocks
from eyebright.metadata.exif import Exif
from eyebright.metadata.iptc import Dataset
from eyebright.metadata.rights import MACHINE_EDITED, Rights
from eyebright.metadata.xmp import Property, Xmp

MAX_WRITTEN_BYTES = 65_000
"""Largest EXIF or XMP block that is written: one JPEG segment, so that all formats agree."""

KNOWN_KEYWORDS = frozenset(
    {"Title", "Author", "Description", "Copyright", "Creation Time", "Software", "Disclaimer"}
    | {"Warning", "Source", "Comment", "Collection"}
)
"""PNG's own keywords (third edition, 11.3.3.1). Others could tell as much as a value."""

SOURCE_TYPE = "Iptc4xmpExt:DigitalSourceType"

MANIFEST_LINK = "dcterms:provenance"

COMMENT_TO = "exif:UserComment"
"""Where `all` puts comments, which not every format has."""

MAX_COMMENT_CHARS = 8192

IPTC_TO_XMP = {
    "ObjectName": ("dc:title", "Alt"),
    "Category": ("photoshop:Category", "text"),
    "SupplementalCategories": ("photoshop:SupplementalCategories", "Bag"),
    "Keywords": ("dc:subject", "Bag"),
    "SpecialInstructions": ("photoshop:Instructions", "text"),
    "DateCreated": ("photoshop:DateCreated", "text"),
    "By-line": ("dc:creator", "Seq"),
    "By-lineTitle": ("photoshop:AuthorsPosition", "text"),
    "City": ("photoshop:City", "text"),
    "Sub-location": ("Iptc4xmpCore:Location", "text"),
    "Province-State": ("photoshop:State", "text"),
    "CountryCode": ("Iptc4xmpCore:CountryCode", "text"),
    "CountryName": ("photoshop:Country", "text"),
    "OriginalTransmissionReference": ("photoshop:TransmissionReference", "text"),
    "Headline": ("photoshop:Headline", "text"),
    "Credit": ("photoshop:Credit", "text"),
    "Source": ("photoshop:Source", "text"),
    "CopyrightNotice": ("dc:rights", "Alt"),
    "Caption-Abstract": ("dc:description", "Alt"),
    "Writer-Editor": ("photoshop:CaptionWriter", "text"),
}
"""The IPTC Photo Metadata Standard's mapping of IIM datasets to XMP."""

TEXT_TO_XMP = {
    "Title": ("dc:title", "Alt"),
    "Author": ("dc:creator", "Seq"),
    "Description": ("dc:description", "Alt"),
    "Copyright": ("dc:rights", "Alt"),
    "Software": ("xmp:CreatorTool", "text"),
    "Source": ("dc:source", "text"),
}


NOTHING = Blocks()


class Kept(Frozen):
    """What is written, and the names of what was kept and what was not."""

    blocks: Blocks = NOTHING
    kept: tuple[str, ...] = ()
    stripped: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    """Blocks that could not be read whole."""
    has_provenance: bool = False
    is_marked: bool = False


class _Read(Frozen):
    """All blocks, parsed."""

    exif: Exif
    xmp: Xmp
    datasets: tuple[Dataset, ...]
    blocks: Blocks
    is_tiff: bool

    @property
    def entries(self) -> tuple[exif_block.Entry, ...]:
        """What counts as metadata: not what lays out a TIFF file, nor pointers to directories."""
        hidden = tags.POINTERS | (tags.STRUCTURE | tags.BLOCKS if self.is_tiff else frozenset())
        return tuple(e for e in self.exif.entries if e.tag not in hidden)

    def names(self) -> set[str]:
        found = {entry.name for entry in self.entries}
        found |= {f"XMP {name}" for name in self.xmp.names}
        found |= {f"IPTC {dataset.name}" for dataset in self.datasets}
        found |= {f"PNG {_keyword(keyword)}" for keyword, _text in self.blocks.texts}
        found |= {"Comment"} if self.blocks.comments else set()
        found |= {f"{name} (unread)" for name in self.blocks.unread}
        found |= {f"{name} (damaged)" for name in self.damaged()}
        return found

    def damaged(self) -> tuple[str, ...]:
        broken = {"EXIF": self.exif.is_damaged and not self.is_tiff, "XMP": self.xmp.is_damaged}
        return tuple(name for name, is_broken in broken.items() if is_broken)


def choose(
    blocks: Blocks,
    source_format: str,
    *,
    mode: str,
    mark_edited: bool = False,
    is_srgb: bool = True,
) -> Kept:
    """What of `blocks` goes into a new file.

    `mode` is rights, all or none. `is_srgb` says that the pixels were converted, so that the
    source's profile would be wrong.
    """
    read = _Read(
        exif=exif_block.parse(blocks.exif),
        xmp=xmp.parse(blocks.xmp),
        datasets=iptc.parse(blocks.iptc),
        blocks=blocks,
        is_tiff=source_format == "tiff",
    )
    stated = rights.gather(read.exif, read.xmp, read.datasets, blocks.texts)
    marks = mark_edited and stated.source_type in {"", *rights.CAPTURED}
    new, kept = _CHOOSERS[mode](read, stated, MACHINE_EDITED if marks else "", is_srgb)
    new, kept = _fitting(new, kept)
    profile = b"" if is_srgb else blocks.icc
    return Kept(
        blocks=Blocks(exif=new.exif, xmp=new.xmp, icc=profile),
        kept=tuple(sorted(kept)),
        stripped=tuple(sorted(read.names() - kept)),
        damaged=read.damaged(),
        has_provenance=blocks.has_provenance or links_manifest(read.xmp),
        is_marked=marks and bool(new.xmp),
    )


def links_manifest(found: Xmp) -> bool:
    """Whether the XMP names the address of a C2PA manifest (C2PA 2.1, 11.5)."""
    return MANIFEST_LINK in found.names


def _keyword(keyword: str) -> str:
    return keyword if keyword in KNOWN_KEYWORDS else "text"


def _fitting(new: Blocks, kept: set[str]) -> tuple[Blocks, set[str]]:
    """Without a block that is too large to be written."""
    exif, packet = new.exif, new.xmp
    if len(exif) > MAX_WRITTEN_BYTES:
        exif = b""
        kept = {name for name in kept if name.startswith(("XMP ", "IPTC ", "PNG ", "Comment"))}
    if len(packet) > MAX_WRITTEN_BYTES:
        packet = b""
        kept = {name for name in kept if not name.startswith(("XMP ", "IPTC ", "PNG ", "Comment"))}
    return Blocks(exif=exif, xmp=packet), kept


def _none(
    _read: _Read,
    _stated: Rights,
    marker: str,
    _is_srgb: bool,  # noqa: FBT001  # one signature for all choosers
) -> tuple[Blocks, set[str]]:
    return Blocks(xmp=xmp.fresh(_marker(marker))), set()


def _rights(
    _read: _Read,
    stated: Rights,
    marker: str,
    _is_srgb: bool,  # noqa: FBT001  # as above
) -> tuple[Blocks, set[str]]:
    """Fresh blocks with the rights alone: nothing of the old ones is copied.

    What only EXIF stated is written to EXIF only, which spares the packet of some 600 bytes.
    """
    kept = set(stated.names)
    needs_packet = any(not name.startswith("EXIF ") for name in kept)
    properties = stated.properties() if needs_packet else []
    if marker:
        properties = [p for p in properties if p.name != SOURCE_TYPE]
        kept.discard(f"XMP {SOURCE_TYPE}")
    block = exif_block.fresh({"IFD0": exif_block.texts(stated.texts())})
    return Blocks(exif=block, xmp=xmp.fresh([*properties, *_marker(marker)])), kept


def _all(
    read: _Read,
    _stated: Rights,
    marker: str,
    is_srgb: bool,  # noqa: FBT001  # as above
) -> tuple[Blocks, set[str]]:
    block, kept = _whole_exif(read, is_srgb=is_srgb)

    def without(name: str) -> bool:
        return xmp.is_stale(name) or (bool(marker) and name == SOURCE_TYPE)

    more, carried = _carried(read)
    packet = b""
    if read.blocks.xmp or more or marker:
        packet = xmp.edited(read.xmp, without=without, more=[*more, *_marker(marker)])
    kept |= carried | {f"XMP {name}" for name in read.xmp.names if not without(name)}
    return Blocks(exif=block, xmp=packet), kept


def _marker(value: str) -> list[Property]:
    return [Property(SOURCE_TYPE, (value,))] if value else []


def _whole_exif(read: _Read, *, is_srgb: bool) -> tuple[bytes, set[str]]:
    """As it is; out of a TIFF file or a damaged block, its sound tags in a new block."""
    if not read.exif.order:
        return b"", set()
    kept = [e for e in read.entries if e.directory != "Thumbnail"]
    if not (read.is_tiff or read.exif.is_damaged):
        names = {e.name for e in kept if e.tag != tags.ORIENTATION}
        return exif_block.whole(read.exif, is_srgb=is_srgb), names
    fields: dict[str, list[exif_block.Field]] = {}
    # A maker note points into the file that it was written in, so it cannot move to a new block.
    kept = [e for e in kept if e.tag not in {tags.ORIENTATION, tags.MAKER_NOTE}]
    for entry in kept:
        field = (entry.tag, entry.kind, entry.count, read.exif.raw(entry))
        fields.setdefault(entry.directory, []).append(field)
    return exif_block.fresh(fields, read.exif.order), {entry.name for entry in kept}


def _carried(read: _Read) -> tuple[list[Property], set[str]]:
    """IPTC-IIM, PNG texts and comments as XMP, where the XMP has no such property yet."""
    properties: dict[str, Property] = {}
    kept: set[str] = set()
    sources = (
        ("IPTC", [(d.name, d.value) for d in read.datasets], IPTC_TO_XMP),
        ("PNG", list(read.blocks.texts), TEXT_TO_XMP),
        ("Comment", [("", c) for c in read.blocks.comments], {"": (COMMENT_TO, "Alt")}),
    )
    for group, pairs, table in sources:
        for key, (name, form) in table.items():
            values = _sound(value for k, value in pairs if k == key)
            if values and name not in read.xmp.names and name not in properties:
                properties[name] = Property(name, values, form)
                kept.add(f"{group} {key}".strip())
            elif values and set(values) <= set(_values(read.xmp, properties, name)):
                kept.add(f"{group} {key}".strip())
    return list(properties.values()), kept


def _values(old: Xmp, new: dict[str, Property], name: str) -> tuple[str, ...]:
    return new[name].values if name in new else old.values(name)


def _sound(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(v[:MAX_COMMENT_CHARS] for v in values if v)[: rights.MAX_ITEMS]


_Chooser = Callable[[_Read, Rights, str, bool], tuple[Blocks, set[str]]]
_CHOOSERS: dict[str, _Chooser] = {"none": _none, "rights": _rights, "all": _all}
