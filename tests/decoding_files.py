"""Pictures of 12 megapixels, each in another way to be coded, whose colours are to be converted."""

from __future__ import annotations

import io
from collections.abc import Callable

import imagecodecs
import numpy as np
from PIL import Image
from skimage import data as samples

from eyebright.host.base import Pixels
from eyebright.host.coding import of_code_points, with_profile

DISPLAY_P3, SRGB_CURVE = 12, 13
"""Of H.273: colour primaries, transfer characteristics."""

Maker = Callable[[int, int], bytes]


def photo(width: int, height: int, *, alpha: bool = False) -> Pixels:
    tile = samples.astronaut()
    times = -(-height // tile.shape[0]), -(-width // tile.shape[1]), 1
    rgb = np.ascontiguousarray(np.tile(tile, times)[:height, :width])
    if not alpha:
        return rgb
    return np.dstack([rgb, np.asarray(Image.linear_gradient("L").resize((width, height)))])


def by_pillow(name: str, *, alpha: bool = False, **options: object) -> Maker:
    def made(width: int, height: int) -> bytes:
        out, profile = io.BytesIO(), of_code_points(DISPLAY_P3, SRGB_CURVE).profile
        Image.fromarray(photo(width, height, alpha=alpha)).save(
            out, name, icc_profile=profile, **options
        )
        return out.getvalue()

    return made


def deep_png(*, alpha: bool = False) -> Maker:
    def made(width: int, height: int) -> bytes:
        words = photo(width, height, alpha=alpha).astype(np.uint16) * 257
        profile = of_code_points(DISPLAY_P3, SRGB_CURVE).profile
        return with_profile(bytes(imagecodecs.png_encode(words, level=1)), profile)

    return made


def deep_avif(*, alpha: bool = False) -> Maker:
    def made(width: int, height: int) -> bytes:
        words = photo(width, height, alpha=alpha).astype(np.uint16) << 2
        return bytes(
            imagecodecs.avif_encode(
                words, level=70, bitspersample=10, speed=10, primaries=DISPLAY_P3
            )
        )

    return made


def jxl(*, alpha: bool = False, deep: bool = False) -> Maker:
    def made(width: int, height: int) -> bytes:
        pixels = photo(width, height, alpha=alpha)
        whole = pixels.astype(np.uint16) * 257 if deep else pixels
        return bytes(imagecodecs.jpegxl_encode(whole, effort=1, level=90))

    return made


FILES: dict[str, tuple[str, Maker]] = {
    "JPEG": ("jpeg", by_pillow("JPEG")),
    "PNG": ("png", by_pillow("PNG", compress_level=1)),
    "PNG, alpha": ("png", by_pillow("PNG", alpha=True, compress_level=1)),
    "PNG, 16 bits": ("png", deep_png()),
    "PNG, 16 bits, alpha": ("png", deep_png(alpha=True)),
    "TIFF": ("tiff", by_pillow("TIFF", compression="tiff_adobe_deflate")),
    "TIFF, alpha": ("tiff", by_pillow("TIFF", alpha=True, compression="tiff_adobe_deflate")),
    "WebP": ("webp", by_pillow("WEBP", method=0)),
    "WebP, alpha": ("webp", by_pillow("WEBP", alpha=True, method=0)),
    "AVIF": ("avif", by_pillow("AVIF", speed=10)),
    "AVIF, alpha": ("avif", by_pillow("AVIF", alpha=True, speed=10)),
    "AVIF, 10 bits": ("avif", deep_avif()),
    "AVIF, 10 bits, alpha": ("avif", deep_avif(alpha=True)),
    "JPEG XL": ("jxl", jxl()),
    "JPEG XL, alpha": ("jxl", jxl(alpha=True)),
    "JPEG XL, 16 bits": ("jxl", jxl(deep=True)),
    "JPEG XL, 16 bits, alpha": ("jxl", jxl(alpha=True, deep=True)),
}
"""Name: format, and what makes it at a size."""
