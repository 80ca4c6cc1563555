"""Thirty pictures of many kinds for parity: small ones, so that sixty runs take a minute."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import imagecodecs
import numpy as np
from helpers import samples
from pictures import save
from PIL import Image, ImageCms

WIDTH, HEIGHT = 200, 152
"""Pixels of most cases; not multiples of 16, so that blocks are cut."""

SEED = 11

ORIENTATION_TAG = 0x0112


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file, what is wanted of it, and how closely two machines should agree on its score."""

    data: bytes
    goal: Mapping[str, Any] = field(default_factory=dict)
    foreign_profile: bool = False
    """Two colour management systems convert it, and round differently."""
    other_decoder: bool = False
    """The browser's own decoder is another than the command line's, and rounds differently."""


def _photo(name: str, seed: int = SEED) -> samples.Pixels:
    return samples.photo(name, WIDTH, HEIGHT, seed=seed)


def _clear(pixels: samples.Pixels) -> samples.Pixels:
    """With alpha: clear on the left, half transparent stripes, opaque on the right."""
    height, width = pixels.shape[:2]
    ramp = np.broadcast_to(np.linspace(-60, 400, width), (height, width)).clip(0, 255)
    stripes = np.where(np.arange(height) % 16 < 4, 128, 255)[:, None]
    return np.dstack([pixels, np.minimum(ramp, stripes).astype(np.uint8)])


def _turned(name: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    return save(_photo(name), "JPEG", quality=92, exif=exif)


def _image(pixels: samples.Pixels, mode: str, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, kind, **options)
    return out.getvalue()


def _palette(pixels: samples.Pixels, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).quantize(64).save(out, kind, **options)
    return out.getvalue()


def _deep(pixels: samples.Pixels) -> bytes:
    """16 bits per channel with something in the lower ones."""
    wide = pixels.astype(np.uint16) * 257
    wide ^= np.random.default_rng(SEED).integers(0, 16, wide.shape, dtype=np.uint16)
    return bytes(imagecodecs.png_encode(wide))


def _shipped_piece(name: str, mode: str = "RGB") -> samples.Pixels:
    whole = Image.open(io.BytesIO(samples.shipped(name))).convert(mode)
    return np.asarray(whole)[:HEIGHT, :WIDTH]


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photos() -> dict[str, Case]:
    """JPEG of every kind."""
    files = {
        "420.jpg": save(_photo("astronaut.png"), "JPEG", quality=90, subsampling="4:2:0"),
        "444.jpg": save(_photo("chelsea.png"), "JPEG", quality=95, subsampling="4:4:4"),
        "422.jpg": save(_photo("coffee.png"), "JPEG", quality=92, subsampling="4:2:2"),
        "progressive.jpg": save(_photo("china.jpg"), "JPEG", quality=90, progressive=True),
        "grey.jpg": _image(_photo("flower.jpg"), "L", "JPEG", quality=90),
        "coarse.jpg": save(_photo("china.jpg", 5), "JPEG", quality=45),
        "fine.jpg": save(_photo("flower.jpg", 6), "JPEG", quality=99),
        "turned-6.jpg": _turned("astronaut.png", 6),
        "turned-3.jpg": _turned("coffee.png", 3),
        "turned-5.jpg": _turned("chelsea.png", 5),
        "srgb.jpg": save(_photo("china.jpg", 7), "JPEG", quality=90, icc_profile=_profile()),
        "odd.jpg": save(samples.photo("coffee.png", 131, 97), "JPEG", quality=90),
        "whole.jpg": samples.shipped("china.jpg"),
    }
    return {name: Case(data=data) for name, data in files.items()} | {
        "profile.jpg": Case(data=samples.shipped("rocket.jpg"), foreign_profile=True)
    }


def drawn_and_exact() -> dict[str, Case]:
    """PNG of every kind, and other formats without loss."""
    chart = samples.graphic(WIDTH, HEIGHT)
    files = {
        "photo.png": save(_photo("astronaut.png", 3), "PNG"),
        "grey.png": _image(_photo("coffee.png", 4), "L", "PNG"),
        "text.png": _image(_shipped_piece("text.png"), "L", "PNG"),
        "chart.png": save(chart, "PNG"),
        "palette.png": _palette(chart, "PNG"),
        "palette-clear.png": _palette(chart, "PNG", transparency=0),
        "deep.png": _deep(_photo("chelsea.png", 8)),
        "clear.png": save(_clear(_photo("chelsea.png", 9)), "PNG"),
        "grey-clear.png": _image(_clear(_photo("coffee.png", 2)), "LA", "PNG"),
        "deep-clear.png": _deep(_clear(_photo("astronaut.png", 1))),
        "still.gif": _palette(_photo("flower.jpg", 1), "GIF"),
        "clear.gif": _palette(chart, "GIF", transparency=1),
    }
    return {name: Case(data=data) for name, data in files.items()}


def modern() -> dict[str, Case]:
    """WebP, AVIF and JPEG XL as originals."""
    files = {
        "photo.webp": save(_photo("china.jpg", 3), "WEBP", quality=92),
        "exact.webp": save(_photo("chelsea.png", 3), "WEBP", lossless=True),
        "clear.webp": save(_clear(_photo("flower.jpg", 3)), "WEBP", lossless=True, exact=True),
        "photo.avif": save(_photo("coffee.png", 5), "AVIF", quality=90),
    }
    jxl = bytes(imagecodecs.jpegxl_encode(_photo("astronaut.png", 6), distance=0.5))
    return {name: Case(data=data) for name, data in files.items()} | {
        "photo.jxl": Case(data=jxl, other_decoder=True)
    }


def with_goals() -> dict[str, Case]:
    """The same kinds of files under goals of their own."""
    return {
        "narrow.jpg": Case(data=samples.shipped("flower.jpg"), goal={"max_width": 150}),
        "narrow-clear.png": Case(
            data=save(_clear(_photo("coffee.png", 7)), "PNG"), goal={"max_width": 121}
        ),
        "product.jpg": Case(
            data=save(_photo("coffee.png", 8), "JPEG", quality=95), goal={"content": "product"}
        ),
        "medical.png": Case(
            data=save(_photo("chelsea.png", 2), "PNG"), goal={"content": "medical"}
        ),
        "webp-only.jpg": Case(
            data=save(_photo("astronaut.png", 2), "JPEG", quality=93),
            goal={"formats": ["webp"], "target": 80},
        ),
        "jxl-only.png": Case(
            data=save(_photo("china.jpg", 4), "PNG"), goal={"formats": ["jxl", "jpeg"]}
        ),
    }


def cases() -> dict[str, Case]:
    """All by file name."""
    return photos() | drawn_and_exact() | modern() | with_goals()
