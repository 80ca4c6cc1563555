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

__all__ = ["Blocks", "Kept", "choose", "has_provenance", "orientation", "read", "write"]


def read(data: bytes, source_format: str) -> Blocks:
    """The metadata blocks of a file; none where the format has none. Never raises."""
    return containers.read(data, source_format)


def has_provenance(data: bytes, source_format: str) -> bool:
    """Whether a C2PA manifest is embedded or linked. Never raises."""
    blocks = containers.read(data, source_format)
    return blocks.has_provenance or links_manifest(xmp.parse(blocks.xmp))


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
