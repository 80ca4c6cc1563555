"""Pixels by Pillow, which is fetched when the first file needs it."""

from __future__ import annotations

import io

import eyebright_js as js_bridge  # registered by engine.worker.js

from eyebright.host import headers, tiff
from eyebright.host.base import Decoded
from eyebright.host.browser.bridge import LITTLE_CMS, PILLOW, has, wait
from eyebright.host.browser.colour import is_foreign
from eyebright.host.coding import coding_of

FORMATS = frozenset({"jpeg", "png", "webp", "gif", "tiff", "bmp", "ico"})
_DEEP_PNG_BITS = 16


async def decode(data: bytes, source_format: str, divisor: int = 1, *, keeps: bool) -> Decoded:
    """As CPython does. Raises CapabilityMissing where Pillow cannot be fetched."""
    await wait(js_bridge.loadPackage(PILLOW))
    if source_format == "tiff":
        data = tiff.unpacked(data)
    coding = coding_of(data, source_format, _pillow_profile(data))
    if is_foreign(coding) or is_deep(data, source_format):
        await has(LITTLE_CMS)  # without it, the notes say what was not done
    from eyebright.host.native import decoding

    return decoding.decode(data, source_format, keep_colours=keeps, divisor=divisor)


def is_deep(data: bytes, source_format: str) -> bool:
    """Whether it is a PNG of 16 bits a sample."""
    is_png = source_format == "png" and data.startswith(b"\x89PNG")
    return is_png and headers.bits_of_png(data) == _DEEP_PNG_BITS


def _pillow_profile(data: bytes) -> bytes:
    """Empty, too, for broken data: of those its decoder tells."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            return bytes(image.info.get("icc_profile") or b"")
    except OSError:
        return b""
