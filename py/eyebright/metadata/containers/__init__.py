"""Metadata blocks out of and into the bytes of each format. Pure Python, the same on every host.

Reading is total: a broken container gives what was found before the damage. Writing takes encoded
bytes as they are, touches no pixel, and raises ValueError where the container is not as expected.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from eyebright.metadata.blocks import Blocks
from eyebright.metadata.containers import (
    gif,
    isobmff,
    isobmff_clean,
    isobmff_write,
    jpeg,
    jpeg_clean,
    jxl,
    png,
    tiff,
    tiff_clean,
    webp,
)

_READERS: dict[str, Callable[[bytes], Blocks]] = {
    "jpeg": jpeg.read,
    "png": png.read,
    "webp": webp.read,
    "avif": isobmff.read,
    "heic": isobmff.read,
    "jxl": jxl.read,
    "gif": gif.read,
    "tiff": tiff.read,
}

_WRITERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes, Blocks], bytes]], ...] = (
    (jpeg.is_this, jpeg.write),
    (png.is_this, png.write),
    (webp.is_this, webp.write),
    (isobmff.is_this, isobmff_write.write),
    (jxl.is_this, jxl.write),
)


def read(data: bytes, source_format: str) -> Blocks:
    """The file's metadata blocks; none for a format that has none. Never raises."""
    reader = _READERS.get(source_format)
    if reader is None:
        return Blocks()
    try:
        return reader(data)
    except (ValueError, IndexError, struct.error):
        return Blocks(unread=("a damaged header",))


_CLEANERS: dict[str, Callable[[bytes, Blocks], bytes]] = {
    "jpeg": jpeg_clean.clean,
    "png": png.clean,
    "webp": webp.write,
    "jxl": jxl.clean,
    "gif": gif.clean,
    "tiff": tiff_clean.clean,
    "avif": isobmff_clean.clean,
    "heic": isobmff_clean.clean,
}


def clean(data: bytes, source_format: str, blocks: Blocks) -> bytes | None:
    """A source's own picture data with `blocks` as its only metadata; None where that is not safe.

    The profile stays, for the pixels are not converted.
    """
    try:
        return _CLEANERS[source_format](data, blocks) if source_format in _CLEANERS else None
    except (ValueError, IndexError, struct.error):
        return None


def write(data: bytes, blocks: Blocks) -> bytes:
    """`data` with EXIF, XMP and ICC of `blocks`, by what the bytes are, not by any name.

    Raises ValueError, saying what was unexpected, where they cannot be put in.
    """
    for is_this, writer in _WRITERS:
        if is_this(data):
            try:
                return writer(data, blocks)
            except (IndexError, struct.error) as exc:
                raise ValueError("the container is cut short") from exc
    raise ValueError("no metadata is written into this container")
