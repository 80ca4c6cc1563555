"""The metadata of one file, each block without the wrapping of its container."""

from __future__ import annotations

from eyebright.frozen import Frozen

MAX_BLOCK_BYTES = 16 << 20
"""Largest block that is looked into: EXIF and XMP seldom pass 100 kB, printers' profiles 2 MB.
A larger one is named and left out. Our choice."""


class Blocks(Frozen):
    """Empty where the file has no such block. Values in here are private: never shown or logged."""

    exif: bytes = b""
    """A TIFF structure."""
    xmp: bytes = b""
    """An XMP packet: RDF/XML, most often UTF-8."""
    iptc: bytes = b""
    """Records of the IPTC Information Interchange Model."""
    icc: bytes = b""
    comments: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    """PNG's keywords with their texts."""
    has_provenance: bool = False
    """A C2PA manifest (content credentials) is embedded."""
    unread: tuple[str, ...] = ()
    """Names of blocks that are there but are not read: too large, or compressed with Brotli."""


def text_of(raw: bytes) -> str:
    """UTF-8 where it is that, else Latin-1, which any bytes are; without the padding."""
    raw = raw.strip(b"\x00 \t\r\n")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
