"""Metadata: read from any source, chosen by what is wanted, written anew into the result.

`read` -> `choose` -> `write`. Values in blocks are private: reports get names of tags only.
Pure Python on bytes, the same on every host.
"""

from __future__ import annotations

from eyebright.errors import CodecError
from eyebright.metadata import containers, exif, xmp
from eyebright.metadata.blocks import Blocks
from eyebright.metadata.choose import Kept, choose, links_manifest
from eyebright.metadata.exif import orientation

__all__ = ["Blocks", "Kept", "choose", "clean", "has_provenance", "orientation", "read", "write"]


def read(data: bytes, source_format: str) -> Blocks:
    """The metadata blocks of a file; none where the format has none. Never raises."""
    return containers.read(data, source_format)


def has_provenance(data: bytes, source_format: str) -> bool:
    """Whether a C2PA manifest is embedded or linked. Never raises."""
    blocks = containers.read(data, source_format)
    return blocks.has_provenance or links_manifest(xmp.parse(blocks.xmp))


EXIF_TURNED = frozenset({"jpeg", "png", "webp"})
"""Formats that tell by EXIF how they are turned; others have a place of their own for it."""


def clean(data: bytes, source_format: str, kept: Kept, *, orientation: int) -> bytes | None:
    """The source's own picture with what was kept as its only metadata.

    None where there is nothing to take out, where credentials would be lost for it, or where it
    cannot be done safely.
    """
    if not kept.stripped or kept.has_provenance:
        return None
    block = kept.blocks.exif
    if orientation != 1 and source_format in EXIF_TURNED:
        block = exif.turned(block, orientation)
    return containers.clean(data, source_format, Blocks(exif=block, xmp=kept.blocks.xmp))


def write(data: bytes, kept: Kept, *, width: int, height: int) -> bytes:
    """Encoded `data`, `width` x `height` pixels, with what was kept; the same bytes for nothing.

    Raises CodecError where the container cannot take it, so that the format is left out rather
    than the rights.
    """
    blocks = kept.blocks
    if not (blocks.exif or blocks.xmp or blocks.icc):
        return data
    block = exif.sized(blocks.exif, width, height) if blocks.exif else b""
    try:
        return containers.write(data, Blocks(exif=block, xmp=blocks.xmp, icc=blocks.icc))
    except ValueError as exc:
        raise CodecError(f"the metadata to keep cannot be put into it: {exc}") from exc
