"""Which format is it? By content, never by name."""

from __future__ import annotations

from collections.abc import Callable

from eyebright.intake import bmp, foreign, gif, isobmff, jpeg, jxl, png, svg, tiff, webp
from eyebright.intake.foreign import REFUSED
from eyebright.intake.header import Header

__all__ = ["READERS", "REFUSED", "is_a_picture", "sniff"]

AVIF_BRANDS = frozenset({b"avif", b"avis"})
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})

READERS: dict[str, Callable[[bytes, int], Header]] = {
    "jpeg": jpeg.read,
    "png": png.read,
    "webp": webp.read,
    "gif": gif.read,
    "avif": isobmff.read,
    "heic": isobmff.read,
    "jxl": jxl.read,
    "tiff": tiff.read,
    "bmp": bmp.read_bmp,
    "ico": bmp.read_ico,
    "svg": svg.read,
}
"""Header readers by format; they take the most parts allowed, and raise ValueError,
IndexError or struct.error on broken bytes, NotRead for rare kinds, TooManyParts."""


def sniff(data: bytes) -> str | None:
    """The format's name as in `values.MIME`, a refused kind, or None."""
    head = data[:64]
    for magic, kind in _MAGICS:
        if head.startswith(magic):
            return (foreign.raw_in_tiff(data) or kind) if kind == "tiff" else kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _brand(data)
    return foreign.kind_of(data) or _markup(data)


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
)


def is_a_picture(data: bytes) -> bool:
    """Whether these first bytes are a picture's or a drawing's, read here or not."""
    kind = sniff(data)
    return kind is not None and kind not in foreign.NO_PICTURES


def _brand(data: bytes) -> str | None:
    size = int.from_bytes(data[:4], "big")
    box = data[8 : min(size, 256)]
    brands = {box[:4], *(box[i : i + 4] for i in range(8, len(box), 4))}
    if brands & AVIF_BRANDS:
        return "avif"
    if brands & HEIC_BRANDS or b"mif1" in brands:
        return "heic"
    return foreign.brand_of(box[:4])


def _markup(data: bytes) -> str | None:
    text = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "html"
    if text.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")):
        return "svg" if b"<svg" in data[: svg.HEAD_BYTES].lower() else "xml"
    return None
