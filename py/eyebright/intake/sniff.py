"""Which format is it? By content, never by name."""

from __future__ import annotations

from collections.abc import Callable

from eyebright.intake import bmp, gif, isobmff, jpeg, jxl, png, tiff, webp
from eyebright.intake.header import Header

AVIF_BRANDS = frozenset({b"avif", b"avis"})
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})

READERS: dict[str, Callable[[bytes], Header]] = {
    "jpeg": jpeg.read,
    "png": png.read,
    "webp": webp.read,
    "gif": gif.read,
    "avif": isobmff.read,
    "jxl": jxl.read,
    "tiff": tiff.read,
    "bmp": bmp.read_bmp,
    "ico": bmp.read_ico,
}
"""Header readers by format; they raise ValueError, IndexError or struct.error on broken bytes."""

REFUSED = {
    "heic": "HEIC is not read here yet; export it as JPEG, PNG or AVIF",
    "svg": "SVG is a drawing, not pixels; compress it with an SVG optimiser",
    "html": "this is a web page, not a picture; save the picture itself",
    "pdf": "this is a PDF document, not a picture; export its pages as pictures",
}
"""Formats that are recognised so that the refusal can say what to do."""


def sniff(data: bytes) -> str | None:
    """The format's name as in `values.MIME`, a refused kind, or None."""
    head = data[:64]
    for magic, kind in _MAGICS:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _brand(data)
    return _markup(data)


_MAGICS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"BM", "bmp"),
    (b"\x00\x00\x01\x00", "ico"),
    (b"%PDF-", "pdf"),
)


def _brand(data: bytes) -> str | None:
    size = int.from_bytes(data[:4], "big")
    box = data[8 : min(size, 256)]
    brands = {box[:4], *(box[i : i + 4] for i in range(8, len(box), 4))}
    if brands & AVIF_BRANDS:
        return "avif"
    return "heic" if brands & HEIC_BRANDS or b"mif1" in brands else None


def _markup(data: bytes) -> str | None:
    text = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "html"
    if text.startswith((b"<svg", b"<?xml")) and b"<svg" in data[:4096].lower():
        return "svg"
    return None
