"""PNG of every kind that PngSuite has, and the broken ones: what each is to show is known."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import numpy as np

from png_writer import (
    ALL_FILTERS,
    CHANNELS,
    GREY,
    GREY_ALPHA,
    PALETTE,
    RGB,
    RGBA,
    SRGB_GAMMA,
    Png,
    Shown,
    chunk,
)

DEPTHS = {
    GREY: (1, 2, 4, 8, 16),
    RGB: (8, 16),
    PALETTE: (1, 2, 4, 8),
    GREY_ALPHA: (8, 16),
    RGBA: (8, 16),
}
"""All 15 pairs (11.2.1, table 12)."""

NAMES = {
    GREY: "grey",
    RGB: "rgb",
    PALETTE: "palette",
    GREY_ALPHA: "grey-alpha",
    RGBA: "rgba",
}

SIDE = 32
"""Pixels, as most of PngSuite's files have."""

SEED = 1996

GAMMAS = (35_000, SRGB_GAMMA, 55_000, 70_000, 100_000, 250_000)
"""PngSuite's, times 100,000."""

NEAR = 2
"""Of 255: two colour managements, and their rounding."""


def whole() -> dict[str, Png]:
    """By what is special in each."""
    return _basic() | _filters() | _sizes() | _transparent() | _gammas() | _ancillary()


def plain(colour_type: int, depth: int, *, width: int = SIDE, height: int = SIDE) -> Png:
    """Of grain without order, so that 16 bits are not dithered; a palette is as long as may be."""
    grain = np.random.default_rng(SEED + 100 * colour_type + depth)
    shape = (height, width, CHANNELS[colour_type])
    samples = grain.integers(0, 1 << depth, shape)
    palette = grain.bytes(3 << depth) if colour_type == PALETTE else b""
    return Png(samples=samples, colour_type=colour_type, depth=depth, palette=palette)


def tolerance(png: Png) -> int:
    """How far pixels may be from those written: only conversion of colours rounds."""
    return 0 if png.gamma == SRGB_GAMMA else NEAR


def distance(png: Png, seen: Shown) -> int:
    """The largest difference of any sample, of 255; of what is wholly clear no colour counts."""
    shown = png.shown()
    alpha = np.full((*seen.shape[:2], 1), 255, np.uint8)
    full = np.dstack([seen, alpha]) if seen.shape[2] == 3 else seen
    assert shown.shape == full.shape, (shown.shape, full.shape)
    apart = np.abs(shown.astype(np.int64) - full)
    apart[..., :3] *= shown[..., 3:] > 0
    return int(apart.max())


def _basic() -> dict[str, Png]:
    pairs = [(kind, depth) for kind, depths in DEPTHS.items() for depth in depths]
    files = {f"{NAMES[kind]}-{depth}": plain(kind, depth) for kind, depth in pairs}
    woven = {f"{name}-adam7": replace(png, is_interlaced=True) for name, png in files.items()}
    return files | woven


def _filters() -> dict[str, Png]:
    pairs = ((GREY, 8), (GREY, 1), (RGB, 8), (RGBA, 16))
    choices = {**{f"{kind}": (kind,) for kind in ALL_FILTERS}, "changing": ALL_FILTERS}
    return {
        f"filter-{name}-{NAMES[kind]}-{depth}": replace(plain(kind, depth), filters=filters)
        for kind, depth in pairs
        for name, filters in choices.items()
    }


def _sizes() -> dict[str, Png]:
    files = {}
    for side in (*range(1, 10), *range(32, 41)):
        depth = 1 if side < 3 else 2 if side < 5 else 4
        png = replace(plain(PALETTE, depth, width=side, height=side), filters=ALL_FILTERS)
        files[f"side-{side}"] = png
        files[f"side-{side}-adam7"] = replace(png, is_interlaced=True)
    files["wide"] = plain(RGB, 8, width=9, height=1)
    files["high-adam7"] = replace(plain(GREY, 2, width=1, height=9), is_interlaced=True)
    return files


def _transparent() -> dict[str, Png]:
    files = {}
    for kind, depth in [(GREY, depth) for depth in DEPTHS[GREY]] + [(RGB, 8), (RGB, 16)]:
        png = plain(kind, depth)
        key = png.samples[3, 5].astype(">u2").tobytes()
        files[f"clear-{NAMES[kind]}-{depth}"] = replace(png, transparency=key)
    for depth, entries in ((1, 1), (2, 3), (4, 11), (8, 173)):
        png = plain(PALETTE, depth)
        short = replace(png, samples=png.samples % entries, palette=png.palette[: 3 * entries])
        files[f"short-palette-{depth}"] = short
        clear = bytes(range(0, 250, max(1, 250 // entries)))[: max(1, entries - 1)]
        files[f"clear-palette-{depth}"] = replace(short, transparency=clear)
    return files


def _gammas() -> dict[str, Png]:
    return {
        f"gamma-{gamma}-{NAMES[kind]}-{depth}": replace(plain(kind, depth), gamma=gamma)
        for gamma in GAMMAS
        for kind, depth in ((GREY, 16), (RGB, 8), (PALETTE, 4))
    }


def _ancillary() -> dict[str, Png]:
    """Chunks that change no pixel, and pixels in several chunks."""
    rgb, palette, deep = plain(RGB, 8), plain(PALETTE, 4), plain(GREY, 16)
    text = zlib.compress(b"made for a test")
    before = {
        "gama": (rgb, (b"gAMA", struct.pack(">I", SRGB_GAMMA))),
        "sbit": (rgb, (b"sBIT", b"\5\6\5")),
        "sbit-16": (deep, (b"sBIT", b"\x0d")),
        "phys": (rgb, (b"pHYs", struct.pack(">IIB", 1000, 1000, 1))),
        "phys-oblong": (rgb, (b"pHYs", struct.pack(">IIB", 1, 4, 0))),
        "time": (rgb, (b"tIME", struct.pack(">HBBBBB", 1999, 12, 31, 23, 59, 60))),
        "text": (rgb, (b"tEXt", b"Title\0PNG")),
        "packed-text": (rgb, (b"zTXt", b"Comment\0\0" + text)),
        "wide-text": (rgb, (b"iTXt", b"Title\0\0\0fi\0Otsikko\0" + "Äiti".encode())),
        "unknown": (rgb, (b"teSt", b"nobody knows")),
    }
    files = {
        f"with-{name}": replace(png, before_pixels=(extra,))
        for name, (png, extra) in before.items()
    }
    # Behind PLTE, where their order demands it (5.6).
    behind = {
        "background-rgb": (rgb, (b"bKGD", struct.pack(">3H", 255, 0, 9))),
        "background-grey": (deep, (b"bKGD", struct.pack(">H", 700))),
        "background-palette": (palette, (b"bKGD", b"\3")),
        "histogram": (palette, (b"hIST", struct.pack(">16H", *range(16)))),
        "suggested": (rgb, (b"sPLT", b"six\0\x08" + bytes(6))),
    }
    files |= {
        f"with-{name}": replace(png, behind_palette=(extra,))
        for name, (png, extra) in behind.items()
    }
    files["late-text"] = replace(rgb, after_pixels=((b"tEXt", b"Author\0nobody"),))
    files["two-idats"] = replace(rgb, cuts=(700,))
    files["idats-of-one-byte"] = replace(deep, cuts=tuple(range(1, 300)))
    files["idats-of-none"] = replace(rgb, cuts=(0, 0, 50, 50, 50))
    return files


def broken() -> dict[str, bytes]:
    """Files that are no PNG, each for one reason."""
    data = plain(RGB, 8).file()
    head = struct.unpack_from(">IIBBBBB", data, 16)
    start, end = data.index(b"IDAT") - 4, data.index(b"IEND") - 4

    def headed(depth: int, colour_type: int) -> bytes:
        fields = struct.pack(">IIBBBBB", *head[:2], depth, colour_type, 0, 0, 0)
        return data[:8] + chunk(b"IHDR", fields) + data[33:]

    return {
        "signature-without-high-bit": b"\x09" + data[1:],
        "signature-with-line-ends-changed": data.replace(b"\r\n", b"\n", 1),
        "signature-with-returns-added": data.replace(b"\n\x1a\n", b"\r\n\x1a\r\n", 1),
        "signature-in-small-letters": data.replace(b"PNG", b"png", 1),
        **{f"colour-type-{kind}": headed(8, kind) for kind in (1, 5, 9)},
        **{f"depth-{depth}": headed(depth, RGB) for depth in (0, 1, 3, 99)},
        "header-with-wrong-crc": data[:29] + bytes(4) + data[33:],
        "pixels-with-wrong-crc": data[: end - 4] + bytes(4) + data[end:],
        "no-pixels": data[:start] + data[end:],
        "no-palette": replace(plain(PALETTE, 4), palette=b"").file(),
    }
