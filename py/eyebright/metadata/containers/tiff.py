"""TIFF files are EXIF blocks themselves; XMP, IPTC, ICC and C2PA are values of their tags."""

from __future__ import annotations

from eyebright.metadata import exif, iptc, tags
from eyebright.metadata.blocks import MAX_BLOCK_BYTES, Blocks


def read(data: bytes) -> Blocks:
    found = exif.parse(data)
    large: set[str] = set()

    def value(tag: int, name: str) -> bytes:
        entry = found.find(tag)
        if entry is None:
            return b""
        if entry.size > MAX_BLOCK_BYTES:
            large.add(name)
            return b""
        return found.raw(entry)

    photoshop = value(tags.PHOTOSHOP_BLOCK, "Photoshop")
    return Blocks(
        exif=data,
        xmp=value(tags.XMP_BLOCK, "XMP"),
        iptc=value(tags.IPTC_BLOCK, "IPTC") or iptc.from_photoshop(photoshop),
        icc=value(tags.ICC_BLOCK, "ICC"),
        has_provenance=found.find(tags.C2PA_BLOCK) is not None,
        unread=tuple(sorted(large)),
    )
