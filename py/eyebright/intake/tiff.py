"""TIFF headers (TIFF 6.0): the first directory only."""

from __future__ import annotations

from eyebright.intake.exif import ORIENTATION_TAG, first_ifd
from eyebright.intake.header import Header

WIDTH_TAG, HEIGHT_TAG, BITS_TAG, EXTRA_SAMPLES_TAG = 0x100, 0x101, 0x102, 0x152
KINDS = {0x8773: "icc", 0x8769: "exif", 0x2BC: "xmp", 0x83BB: "iptc"}


def read(data: bytes) -> Header:
    tags = first_ifd(data)
    if WIDTH_TAG not in tags or HEIGHT_TAG not in tags:
        raise ValueError("no size in the first directory")
    turn = tags.get(ORIENTATION_TAG, 1)
    return Header(
        width=tags[WIDTH_TAG],
        height=tags[HEIGHT_TAG],
        orientation=turn if 1 <= turn <= 8 else 1,
        has_alpha=EXTRA_SAMPLES_TAG in tags,
        bit_depth=max(8, tags.get(BITS_TAG, 8)),
        metadata=frozenset(kind for tag, kind in KINDS.items() if tag in tags),
    )
