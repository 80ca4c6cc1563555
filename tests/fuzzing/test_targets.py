"""Every target bears every seed, whole and cut; and what the fuzzer once found stays mended."""

from __future__ import annotations

import struct
import time

import metadata_samples as samples
import pytest
from fuzz_seeds import seeds
from fuzz_targets import TARGETS

from eyebright.metadata.containers.boxes import box

SEEDS = seeds()

EXTENTS = b"\0" * 6 + struct.pack(">H", 500) + b"\0\1\0\0\xff\xff" * 500

FRAME = bytes(6) + b"\x0b\0\0\x0b\0\0" + bytes(4) + b"VP8L" + bytes(4)
CANVAS = b"VP8X\x0a\0\0\0\x02\0\0\0\x0b\0\0\x0b\0\0"
FILM = b"WEBP" + CANVAS + b"ANIM\x06\0\0\0" + bytes(6)
FILM += b"ANMF" + struct.pack("<I", len(FRAME)) + FRAME


def nested(name: bytes, levels: int) -> bytes:
    body = b""
    for _ in range(levels):
        body = box(name, body)
    return body


WITH_EXIF = samples.save(
    samples.picture((12, 12)), "AVIF", exif=samples.exif_block(orientation=1), quality=20
)

FOUND = {
    "avif-movies-in-one-another": ("blocks", WITH_EXIF + nested(b"moov", 3000)),
    "json-number-larger-than-any": ("documents", b'{"target":1' + b"0" * 400 + b"}"),
    "toml-number-larger-than-any": ("policies", b"[brand]\ntarget = 1" + b"0" * 400),
    "webp-frame-without-picture-data": (
        "splitting",
        b"RIFF" + struct.pack("<I", len(FILM)) + FILM,
    ),
    "avif-extents-told-in-no-bytes": (
        "blocks",
        box(b"ftyp", b"avif\0\0\0\0avif") + box(b"meta", b"\0" * 4 + box(b"iloc", EXTENTS)),
    ),
    "svg-address-behind-spaces": (
        "drawings",
        b'<svg><rect fill="url(' + b" " * 200_000 + b')"/></svg>',
    ),
    "exif-first-directory-outside": ("tags", b"II*\x00" + b"ftyp" + bytes(600)),
    "webp-without-pixels": (
        "writing",
        b"RIFF\x1e\0\0\0WEBPVP8 \x12\0\0\0P\x02\0\x9d\x01\x2a" + bytes(12),
    ),
}
"""Targets and inputs that once raised what nobody expected, by what was wrong."""

LIMIT_S = 2.0
"""As the fuzzer's own limit, with room for a busy machine."""


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_bears_every_seed(target: str) -> None:
    began = time.process_time()
    for data in SEEDS[target].values():
        for part in (data, data[: len(data) // 2], data[:40], data[40:]):
            TARGETS[target](part)

    assert time.process_time() - began < LIMIT_S * len(SEEDS[target])


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_stays_mended(what: str) -> None:
    target, data = FOUND[what]
    began = time.process_time()
    TARGETS[target](data)

    assert time.process_time() - began < LIMIT_S
