"""GIF (GIF89a): comments, and XMP, ICC and C2PA in application extensions."""

from __future__ import annotations

from eyebright.metadata.blocks import MAX_BLOCK_BYTES, Blocks, text_of

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
CONTROL, COMMENT, APPLICATION = 0xF9, 0xFE, 0xFF
XMP, ICC, C2PA = b"XMP DataXMP", b"ICCRGBG1012", b"C2PA_GIF"

PLAYED = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0", ICC})
"""Application extensions that decide how a file is shown."""

XMP_TRAILER_BYTES = 257
"""The "magic trailer" behind a packet lets block-wise readers find its end (ISO 16684-3)."""

_MAGIC = b"\x01" + bytes(range(255, -1, -1))

MAX_COMMENTS = 1000


def read(data: bytes) -> Blocks:
    xmp = icc = b""
    comments: list[str] = []
    has_provenance = False
    at = 13 + _table_bytes(data[10])
    while at + 2 < len(data) and data[at] != TRAILER:
        if data[at] == IMAGE:
            at = _after_blocks(data, at + 11 + _table_bytes(data[at + 9]))
            continue
        if data[at] != EXTENSION:
            break
        label, start = data[at + 1], at + 2
        at = _after_blocks(data, start)
        if label == COMMENT and len(comments) < MAX_COMMENTS:
            comments.append(text_of(_joined(data, start)))
        elif label == APPLICATION:
            name, body = data[start + 1 : start + 12], start + 1 + data[start]
            if name == XMP:
                xmp = xmp or data[body : max(body, at - XMP_TRAILER_BYTES - 1)]
            elif name == ICC:
                icc = icc or _joined(data, body)
            has_provenance = has_provenance or name.startswith(C2PA)
    return Blocks(xmp=xmp, icc=icc, comments=tuple(comments), has_provenance=has_provenance)


def clean(data: bytes, blocks: Blocks) -> bytes:
    """The same frames with the packet of `blocks` alone; the loops and the profile stay.

    Raises ValueError where the blocks of the file are damaged.
    """
    at = 13 + _table_bytes(data[10])
    parts = [data[:at]]
    while data[at] != TRAILER:
        start = at
        if data[at] == IMAGE:
            at = _after_blocks(data, at + 11 + _table_bytes(data[at + 9]))
        elif data[at] == EXTENSION:
            at = _after_blocks(data, at + 2)
        else:
            raise ValueError("there is something else between the blocks")
        if not _is_private(data, start):
            parts.append(data[start:at])
    if blocks.xmp:
        parts.append(b"\x21\xff\x0b" + XMP + blocks.xmp + _MAGIC + b"\x00")
    return b"".join([*parts, bytes((TRAILER,))])


def _is_private(data: bytes, at: int) -> bool:
    """Whether a block is for no player: a comment, or unknown to them."""
    if data[at] == IMAGE or data[at + 1] == CONTROL:
        return False
    return data[at + 1] != APPLICATION or data[at + 3 : at + 14] not in PLAYED


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


def _joined(data: bytes, at: int) -> bytes:
    out = bytearray()
    while at < len(data) and data[at] and len(out) < MAX_BLOCK_BYTES:
        out += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return bytes(out)
