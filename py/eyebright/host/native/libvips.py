"""What libvips writes better than Pillow: JPEG by mozjpeg, and lossy WebP with sharp chroma."""

from __future__ import annotations

import functools
import importlib.util
from typing import Any

import numpy as np

from eyebright.host.base import Pixels

MOZJPEG_QUANT_TABLE = 3
"""ImageMagick's table, mozjpeg's own default (jquant tables in its jcparam.c)."""


def mozjpeg(
    pixels: Pixels, quality: int, subsampling: str, *, quant_table: int = MOZJPEG_QUANT_TABLE
) -> bytes:
    """A JPEG of (H, W, 3) pixels at libjpeg's quality 1 to 100; `subsampling` is 420 or 444."""
    written: bytes = _image(pixels).jpegsave_buffer(
        Q=quality,
        interlace=True,
        optimize_coding=True,
        optimize_scans=True,
        trellis_quant=True,
        overshoot_deringing=True,
        quant_table=quant_table,
        subsample_mode="on" if subsampling == "420" else "off",
        keep="none",
    )
    return written


@functools.cache
def has_mozjpeg() -> bool:
    """Whether libvips is here and was built with mozjpeg: only that heeds `quant_table`."""
    if importlib.util.find_spec("pyvips") is None:
        return False
    grey = np.full((8, 8, 3), 128, np.uint8)
    try:
        return mozjpeg(grey, 50, "444", quant_table=0) != mozjpeg(grey, 50, "444")
    except Exception:  # noqa: BLE001  # a libvips that does not load raises OSError, one that fails pyvips.Error
        return False


def sharp_webp(pixels: Pixels, quality: int, method: int) -> bytes:
    """A lossy WebP of (H, W, 3 or 4) pixels; quality 0 to 100, `method` 0 (fast) to 6."""
    written: bytes = _image(pixels).webpsave_buffer(
        Q=quality, effort=method, smart_subsample=True, alpha_q=100, keep="none"
    )
    return written


@functools.cache
def has_sharp_webp() -> bool:
    """Whether libvips is here and writes WebP."""
    if importlib.util.find_spec("pyvips") is None:
        return False
    try:
        return bool(sharp_webp(np.zeros((8, 8, 3), np.uint8), 50, 0))
    except Exception:  # noqa: BLE001  # as for mozjpeg
        return False


def version() -> str:
    """Of libvips; nothing where it is not here."""
    try:
        import pyvips
    except (ImportError, OSError):  # OSError: the shared library is missing
        return ""
    return f"libvips {'.'.join(str(pyvips.version(i)) for i in range(3))}"


def _image(pixels: Pixels) -> Any:
    import pyvips

    height, width, channels = pixels.shape
    return pyvips.Image.new_from_memory(pixels.data, width, height, channels, "uchar")
