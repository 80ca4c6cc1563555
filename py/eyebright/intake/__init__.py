"""Bytes in, a checked Source out: nothing is decoded here, and no name is trusted.

`read` sniffs the format by content, reads size, orientation, transparency, frames and the kinds of
metadata from the header, and refuses what is broken, unknown or too large, before any decoder
sees it. Pure Python, the same on every host.
"""

from __future__ import annotations

import hashlib
import struct

from eyebright.errors import CorruptImage, LimitExceeded, UnsupportedFormat
from eyebright.intake.header import Header, NotRead, TooManyParts
from eyebright.intake.limits import DEFAULT_LIMITS, Limits, told
from eyebright.intake.sniff import READERS, REFUSED, is_a_picture, sniff
from eyebright.intake.svg import at_size
from eyebright.metadata import has_provenance
from eyebright.metadata.gain_map import KIND as GAIN_MAP
from eyebright.metadata.gain_map import has_gain_map
from eyebright.values import Source

__all__ = [
    "DEFAULT_LIMITS",
    "TURNED",
    "Header",
    "Limits",
    "at_size",
    "is_a_picture",
    "read",
    "sniff",
    "told",
]

TURNED = frozenset({5, 6, 7, 8})
"""EXIF orientations of files that hold their rows as columns."""


def read(data: bytes, *, name: str = "picture", limits: Limits = DEFAULT_LIMITS) -> Source:
    """What the header says of `data`.

    Raises UnsupportedFormat, CorruptImage or LimitExceeded, each naming the file and the remedy.
    """
    if not data:
        raise CorruptImage(f"{name}: the file is empty; save or download it again")
    if len(data) > limits.max_bytes:
        raise LimitExceeded(
            f"{name}: {len(data)} bytes is more than the limit of {limits.max_bytes} bytes; "
            "save it smaller first, or raise the limit (max_bytes)"
        )
    kind = sniff(data)
    if kind is None:
        raise UnsupportedFormat(
            f"{name}: this is no picture that Eyebright reads; it takes JPEG, PNG, WebP, AVIF, "
            "JPEG XL, GIF, TIFF, BMP, ICO, SVG and HEIC; give a file of one of these"
        )
    if kind in REFUSED:
        raise UnsupportedFormat(f"{name}: {REFUSED[kind]}")
    header = _header(data, kind, name, limits)
    _check(header, name, len(data), limits)
    turned = header.orientation in TURNED
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


def _header(data: bytes, kind: str, name: str, limits: Limits) -> Header:
    try:
        return READERS[kind](data, limits.max_parts)
    except NotRead as exc:
        raise UnsupportedFormat(f"{name}: {exc}") from exc
    except TooManyParts as exc:
        raise LimitExceeded(
            f"{name}: its {kind} structure has more than the limit of {exc.most} parts; "
            "save it again with a picture program, or raise the limit (max_parts)"
        ) from exc
    except (IndexError, struct.error) as exc:
        raise CorruptImage(f"{name}: the {kind} header is cut short; get the file again") from exc
    except ValueError as exc:
        raise CorruptImage(
            f"{name}: the {kind} header is broken ({exc}); get the file again"
        ) from exc


def _provenance(data: bytes, kind: str) -> frozenset[str]:
    found = {"c2pa": has_provenance(data, kind), GAIN_MAP: has_gain_map(data, kind)}
    return frozenset(name for name, is_there in found.items() if is_there)


def _check(header: Header, name: str, size_bytes: int, limits: Limits) -> None:
    width, height = header.coded or (header.width, header.height)
    if min(width, height, header.width, header.height) < 1:
        raise CorruptImage(
            f"{name}: its size of {width} x {height} pixels is impossible; get the file again"
        )
    if width * height > limits.max_pixels:
        raise LimitExceeded(
            f"{name}: {width} x {height} pixels is more than the limit of "
            f"{told(limits.max_pixels)}; scale it down first, or raise the limit (max_pixels)"
        )
    if width * height > max(limits.bomb_pixels, size_bytes * limits.max_pixels_per_byte):
        raise LimitExceeded(
            f"{name}: {width} x {height} pixels in {size_bytes} bytes is more than the limit of "
            f"{limits.max_pixels_per_byte} pixels per byte, as decompression bombs have; raise the "
            "limit (max_pixels_per_byte) if you trust the file"
        )
    if header.frames > limits.max_frames:
        raise LimitExceeded(
            f"{name}: {header.frames} frames is more than the limit of {limits.max_frames}; "
            "cut it, use a video, or raise the limit (max_frames)"
        )
