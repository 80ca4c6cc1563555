"""Bytes in, a checked Source out: nothing is decoded here, and no name is trusted.

`read` sniffs the format by content, reads size, orientation, transparency, frames and the kinds of
metadata from the header, and refuses what is broken, unknown or too large, before any decoder
sees it. Pure Python, the same on every host.
"""

from __future__ import annotations

import hashlib
import struct

from eyebright.errors import CorruptImage, LimitExceeded, UnsupportedFormat
from eyebright.intake.header import Header
from eyebright.intake.limits import DEFAULT_LIMITS, Limits
from eyebright.intake.sniff import READERS, REFUSED, sniff
from eyebright.metadata import has_provenance
from eyebright.values import Source

__all__ = ["DEFAULT_LIMITS", "Header", "Limits", "read", "sniff"]


def read(data: bytes, *, name: str = "picture", limits: Limits = DEFAULT_LIMITS) -> Source:
    """What the header says of `data`.

    Raises UnsupportedFormat, CorruptImage or LimitExceeded, each naming the file and the remedy.
    """
    if not data:
        raise CorruptImage(f"{name}: the file is empty; save or download it again")
    if len(data) > limits.max_bytes:
        raise LimitExceeded(
            f"{name}: {len(data)} bytes is more than the limit of {limits.max_bytes} bytes"
        )
    kind = sniff(data)
    if kind is None:
        raise UnsupportedFormat(
            f"{name}: this is no picture that Eyebright reads; it takes JPEG, PNG, WebP, AVIF, "
            "JPEG XL, GIF, TIFF, BMP and ICO"
        )
    if kind in REFUSED:
        raise UnsupportedFormat(f"{name}: {REFUSED[kind]}")
    header = _header(data, kind, name)
    _check(header, name, limits)
    turned = header.orientation in {5, 6, 7, 8}
    return Source(
        name=name,
        format=kind,
        width=header.height if turned else header.width,
        height=header.width if turned else header.height,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        orientation=header.orientation,
        has_alpha=header.has_alpha,
        frames=header.frames,
        pictures=header.pictures,
        bit_depth=header.bit_depth,
        has_icc="icc" in header.metadata,
        metadata=tuple(sorted(header.metadata | _provenance(data, kind))),
        quality=header.quality,
        subsampling=header.subsampling,
    )


def _header(data: bytes, kind: str, name: str) -> Header:
    try:
        return READERS[kind](data)
    except (IndexError, struct.error) as exc:
        raise CorruptImage(f"{name}: the {kind} header is cut short; get the file again") from exc
    except ValueError as exc:
        raise CorruptImage(
            f"{name}: the {kind} header is broken ({exc}); get the file again"
        ) from exc


def _provenance(data: bytes, kind: str) -> frozenset[str]:
    return frozenset({"c2pa"}) if has_provenance(data, kind) else frozenset()


def _check(header: Header, name: str, limits: Limits) -> None:
    width, height = header.width, header.height
    if width < 1 or height < 1:
        raise CorruptImage(f"{name}: its size of {width} x {height} pixels is impossible")
    if width * height > limits.max_pixels:
        raise LimitExceeded(
            f"{name}: {width} x {height} pixels is more than the limit of "
            f"{limits.max_pixels / 1e6:g} megapixels; scale it down first"
        )
    if header.frames > limits.max_frames:
        raise LimitExceeded(
            f"{name}: {header.frames} frames is more than the limit of {limits.max_frames}; "
            "cut it or use a video"
        )
