"""GIF (GIF89a): comments, and XMP, ICC and C2PA in application extensions."""

from __future__ import annotations

from eyebright.metadata.blocks import MAX_BLOCK_BYTES, Blocks, text_of

EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
COMMENT, APPLICATION = 0xFE, 0xFF
XMP, ICC, C2PA = b"XMP DataXMP", b"ICCRGBG1012", b"C2PA_GIF"

XMP_TRAILER_BYTES = 257
"""The "magic trailer" behind a packet lets block-wise readers find its end (ISO 16684-3)."""

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
