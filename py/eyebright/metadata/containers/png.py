"""PNG (third edition): eXIf, iTXt with XMP, iCCP, the text chunks, and C2PA's caBX."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from eyebright.metadata.blocks import MAX_BLOCK_BYTES, Blocks, text_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = b"XML:com.adobe.xmp"
PROFILE_NAME = b"ICC Profile"
TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
METADATA = TEXTS | {b"eXIf", b"caBX", b"tIME"}
COLOURS = frozenset({b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP"})
"""A new profile stands instead of all of these."""

SHOWN = COLOURS | {b"tRNS", b"sBIT", b"bKGD", b"pHYs", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT"}
"""Ancillary chunks that decide how the picture looks; private ones could hold anything."""

MAX_TEXT_CHUNKS = 1000


def is_this(data: bytes) -> bool:
    return data.startswith(SIGNATURE)


def read(data: bytes) -> Blocks:
    exif = xmp = icc = b""
    texts: list[tuple[str, str]] = []
    unread: set[str] = set()
    has_provenance = False
    for name, start, end in chunks(data):
        if name == b"eXIf":
            exif = exif or data[start:end]
        elif name == b"iCCP":
            icc = _profile(data[start:end])
            unread.update(() if icc else ("ICC",))
        elif name == b"caBX":
            has_provenance = True
        elif name in TEXTS and len(texts) < MAX_TEXT_CHUNKS:
            keyword, value = _text(name, data[start:end])
            if keyword == XMP_KEYWORD:
                xmp = xmp or value
                unread.update(() if value else ("XMP",))
            else:
                texts.append((text_of(keyword), text_of(value)))
    return Blocks(
        exif=exif,
        xmp=xmp,
        icc=icc,
        texts=tuple(texts),
        has_provenance=has_provenance,
        unread=tuple(sorted(unread)),
    )


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the data of each chunk; a broken tail ends it."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], at + 8, min(len(data), at + 8 + length)
        at += 12 + length


def _text(name: bytes, body: bytes) -> tuple[bytes, bytes]:
    keyword, _, rest = body.partition(b"\x00")
    if name == b"tEXt":
        return keyword, rest
    if name == b"zTXt":
        return keyword, _unpack(rest[1:])
    is_packed = rest[:1] == b"\x01"
    _language, _, rest = rest[2:].partition(b"\x00")
    _translated, _, value = rest.partition(b"\x00")
    return keyword, _unpack(value) if is_packed else value


def _profile(body: bytes) -> bytes:
    _name, _, rest = body.partition(b"\x00")
    return _unpack(rest[1:])


def _unpack(packed: bytes) -> bytes:
    """Bounded; nothing where it is broken or larger than that."""
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(packed, MAX_BLOCK_BYTES)
    except zlib.error:
        return b""
    return b"" if unpacker.unconsumed_tail else raw


def clean(data: bytes, blocks: Blocks) -> bytes:
    """As `write`, without every ancillary chunk that does not decide how the picture looks."""
    parts = [SIGNATURE]
    for name, start, end in chunks(data):
        if name[0] & 0x20 == 0 or name in SHOWN:  # an upper-case initial: critical
            parts.append(data[start - 8 : end + 4])
    return write(b"".join(parts), blocks)


def write(data: bytes, blocks: Blocks) -> bytes:
    """Right after IHDR, as iCCP must stand before PLTE, and XMP should stand before the pixels."""
    replaced = METADATA | (COLOURS if blocks.icc else frozenset())
    parts = [SIGNATURE]
    for name, start, end in chunks(data):
        if name not in replaced:
            parts.append(data[start - 8 : end + 4])
        if name == b"IHDR":
            parts.extend(_new(blocks))
        if name == b"IEND":
            break
    return b"".join(parts)


def _new(blocks: Blocks) -> Iterator[bytes]:
    if blocks.icc:
        yield profile_chunk(blocks.icc)
    if blocks.exif:
        yield _chunk(b"eXIf", blocks.exif)
    if blocks.xmp:
        yield _chunk(b"iTXt", XMP_KEYWORD + b"\x00\x00\x00\x00\x00" + blocks.xmp)


def profile_chunk(profile: bytes) -> bytes:
    """The whole iCCP chunk of a profile."""
    return _chunk(b"iCCP", PROFILE_NAME + b"\x00\x00" + zlib.compress(profile, 9))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
