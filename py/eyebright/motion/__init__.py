"""Moving pictures as bytes: taken apart into still files, and put together as animated WebP.

Pure Python on the containers, the same on every host: each frame leaves here as a file of its own
format that the host decodes like any other, and comes back as a still WebP file.
"""

from __future__ import annotations

import struct

from eyebright.errors import CorruptImage, UnsupportedFormat
from eyebright.motion import apng, gif, webp
from eyebright.motion.film import Film, Frame

__all__ = ["SOURCES", "Film", "Frame", "demux"]

_SPLITTERS = {"gif": gif.split, "png": apng.split, "webp": webp.split}

SOURCES = frozenset(_SPLITTERS)
"""Formats that `demux` takes apart."""


def demux(data: bytes, source_format: str) -> Film:
    """The frames of an animated GIF, PNG or WebP file, in their order.

    Raises CorruptImage where the container is broken, UnsupportedFormat for other formats.
    """
    if source_format not in _SPLITTERS:
        raise UnsupportedFormat(f"animated {source_format} is not taken apart here")
    try:
        return _SPLITTERS[source_format](data)
    except (ValueError, IndexError, struct.error) as exc:
        raise CorruptImage(f"the animated {source_format} file is broken: {exc}") from exc
