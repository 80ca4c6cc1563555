"""Pixels by the browser's own decoders, and what WebAssembly has to add to them."""

from __future__ import annotations

from typing import Any

import eyebright_js as js_bridge  # registered by engine.worker.js
import numpy as np

from eyebright import errors
from eyebright.host import headers
from eyebright.host.base import Decoded, Pixels
from eyebright.host.browser import by_pillow, by_wasm
from eyebright.host.browser.bridge import empty, open_picture, probes, wait
from eyebright.host.browser.colour import coloured, converted, is_foreign, needs_cms
from eyebright.host.coding import Coding, with_profile
from eyebright.host.upright import drop_idle_alpha
from eyebright.values import Reason

FORMATS = frozenset({"jpeg", "png", "webp", "avif", "jxl", "heic"})

_NO_STRAIGHT = "this browser cannot read its transparent pixels exactly; save it as PNG first"
_NOISY = Reason(
    code="canvas-noise",
    text="This browser adds noise to drawings that are read back, so some pixels are a step off.",
)


async def decode(data: bytes, source_format: str, coding: Coding, *, keeps: bool) -> Decoded:
    """The browser converts unless the colours are kept or LittleCMS has to.

    What it does not give back exactly, WebAssembly or Pillow decodes. Raises InputError.
    """
    by_browser = is_foreign(coding) and not keeps and not needs_cms(coding)
    if source_format == "png" and coding.is_made:
        data = with_profile(data, coding.profile)
    js_picture = await open_picture(data, source_format, keep_colours=not by_browser)
    try:
        pixels = await _read(js_picture, data, source_format, coding)
    finally:
        js_picture.close()
    if pixels is not None and by_browser:
        return Decoded(pixels=pixels, notes=(converted(coding),))
    if pixels is not None:
        return await coloured(pixels, coding, keeps=keeps)
    if source_format in {"jpeg", "png"}:
        return await by_pillow.decode(data, source_format, keeps=keeps)
    if source_format == "heic":
        raise errors.UnsupportedFormat(_NO_STRAIGHT)
    try:
        decoded = await by_wasm.decode(data, source_format, coding, keeps=keeps)
    except errors.CorruptImage:
        # The browser has decoded it whole: its own alpha is better than none.
        pixels = await _straight(data, source_format)
        if pixels is None:
            raise
        return await coloured(pixels, coding, keeps=keeps)
    if source_format != "avif" or is_foreign(coding) or coding.notes:
        return decoded
    return await _with_own_colours(decoded, data)


async def draw(data: bytes) -> Decoded:
    """An SVG as the page draws it; where nothing here reads straight alpha, about right."""
    seen, js_picture = await probes(), await wait(js_bridge.draw(data))
    try:
        rgb, rgba = empty(js_picture, 3), empty(js_picture, 4)
        if seen["exact"] and await wait(js_picture.copyOpaque(rgb)):
            return Decoded(pixels=rgb)
        if not seen["straight"] or not await wait(js_picture.copyStraight(rgba)):
            js_picture.copyRoughly(rgba)
            notes = () if seen["canvas"] else (_NOISY,)
            return Decoded(pixels=drop_idle_alpha(rgba), notes=notes)
    finally:
        js_picture.close()
    return Decoded(pixels=drop_idle_alpha(rgba))


async def _with_own_colours(decoded: Decoded, data: bytes) -> Decoded:
    """The alpha that WebAssembly found in an AVIF, the colours that the browser does.

    Chromium's are those of libavif on CPython to the bit, WebAssembly's up to two steps off.
    """
    if headers.is_turned_avif(data):  # a turned bitmap comes back premultiplied (Chromium 156)
        return decoded
    own = await _straight(data, "avif")
    if own is None or own.shape[:2] != decoded.pixels.shape[:2]:
        return decoded
    return decoded.replace(pixels=np.dstack([own[..., :3], decoded.pixels[..., 3:]]))


async def _with_coded_alpha(rgba: Pixels, data: bytes) -> Pixels:
    """An AVIF's colours as the browser gives them, its alpha as WebAssembly does.

    Chromium's alpha is up to 20 of 255 off; it stays where WebAssembly cannot decode the file.
    """
    try:
        coded = await by_wasm.pixels_of(data, "avif")
    except errors.CorruptImage:
        return rgba
    if coded.shape[:2] != rgba.shape[:2]:
        return rgba
    return np.dstack([rgba[..., :3], coded[..., 3:]])


async def _straight(data: bytes, source_format: str) -> Pixels | None:
    """All four channels by the browser, where it gives them back as they are coded."""
    if not (await probes())["straight"]:
        return None
    js_picture = await open_picture(data, source_format, keep_colours=True)
    try:
        rgba = empty(js_picture, 4)
        return rgba if await wait(js_picture.copyStraight(rgba)) else None
    finally:
        js_picture.close()


async def _read(js_picture: Any, data: bytes, source_format: str, coding: Coding) -> Pixels | None:
    """Exact pixels, or None where only another decoder gives them.

    Of pictures that are too large for them, browsers give smaller or wholly clear ones.
    """
    if _is_reduced(js_picture, data, source_format):
        return None
    rgb = empty(js_picture, 3)
    if await wait(js_picture.copyOpaque(rgb)):
        return rgb
    if source_format == "avif" and (headers.is_turned_avif(data) or not is_foreign(coding)):
        return None
    seen = await probes()
    rgba = empty(js_picture, 4)
    if not seen["straight"] or not await wait(js_picture.copyStraight(rgba)):
        return None
    if source_format == "avif":
        return await _with_coded_alpha(rgba, data)
    return rgba if rgba[..., 3].any() else None


def _is_reduced(js_picture: Any, data: bytes, source_format: str) -> bool:
    """Whether the browser gave another size than the header tells, upright or turned."""
    told = sorted(headers.size_of(data, source_format))
    return all(told) and told != sorted((int(js_picture.width), int(js_picture.height)))
