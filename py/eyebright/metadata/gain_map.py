"""Whether a file holds a gain map: a second picture that makes it HDR on screens that show it."""

from __future__ import annotations

import struct

from eyebright.metadata.containers import isobmff, jpeg
from eyebright.metadata.containers.boxes import boxes

KIND = "gainmap"
"""Its name among the kinds of metadata."""

_XMP = b"http://ns.adobe.com/hdr-gain-map/1.0/"
"""Namespace of Adobe's and Android's gain map metadata (Ultra HDR 1.0)."""

_ISO = b"urn:iso:std:iso:ts:21496:-1\x00"
"""Head of the APP2 segment of ISO 21496-1, annex C."""

_APPLE = b"urn:com:apple:photo:2020:aux:hdrgainmap"
"""Type of the auxiliary picture in Apple's files, which stands in its own XMP."""


def has_gain_map(data: bytes, source_format: str) -> bool:
    """For JPEG, AVIF, HEIC and JPEG XL; False for others and for broken headers."""
    find = {"jpeg": _in_jpeg, "avif": _in_isobmff, "heic": _in_isobmff, "jxl": _in_jxl}
    if source_format not in find:
        return False
    try:
        return find[source_format](data)
    except (ValueError, IndexError, struct.error):
        return False


def _in_jpeg(data: bytes) -> bool:
    has_more = False
    for marker, start, end in jpeg.segments(data):
        if marker == jpeg.APP1 and data.find(_XMP, start, end) >= 0:
            return True
        if marker == jpeg.APP2 and data.startswith(_ISO, start):
            return True
        has_more = has_more or (marker == jpeg.APP2 and data.startswith(jpeg.MULTI_PICTURE, start))
    return has_more and _APPLE in data


def _in_isobmff(data: bytes) -> bool:
    """A derived item of tone mapping (ISO 21496-1), or Apple's auxiliary picture."""
    for name, _start, body, end in boxes(data):
        if name == b"meta":
            meta = data[body + 4 : end]
            inner = isobmff.contents(meta)
            is_mapped = any(i.kind == b"tmap" for i in isobmff.items(inner.get(b"iinf", b"")))
            return is_mapped or _APPLE in meta
    return False


def _in_jxl(data: bytes) -> bool:
    """The box that ISO/IEC 18181-2 has for it."""
    return not data.startswith(b"\xff\x0a") and any(box[0] == b"jhgm" for box in boxes(data))
