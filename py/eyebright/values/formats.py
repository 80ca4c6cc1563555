"""Formats by their names in goals and reports, and codes that several stages speak of."""

from __future__ import annotations

FORMATS = ("avif", "webp", "jpeg", "jxl", "png")
"""Formats that can be written, by their names in goals and reports."""

MIME = {
    "avif": "image/avif",
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "jxl": "image/jxl",
    "png": "image/png",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "ico": "image/vnd.microsoft.icon",
    "heic": "image/heic",
    "svg": "image/svg+xml",
}
"""Media types by the IANA registry."""

EXTENSION = {"jpeg": ".jpg", "tiff": ".tif"}
"""File name endings that differ from the format's name."""

COLOURS_NOT_CONVERTED = "colours-not-converted"
"""Code of a host's note that the pixels it gives are no sRGB: nothing can be made of them."""
