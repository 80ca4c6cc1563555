"""Bytes to pixels by the first decoder that is exact: the browser, WebAssembly, Pillow."""

from __future__ import annotations

import io
from typing import Any

import eyebright_js as js_bridge  # registered by engine.worker.js
import numpy as np

from eyebright import errors
from eyebright.host import headers, tiff
from eyebright.host.base import Decoded, Pixels
from eyebright.host.browser.bridge import (
    LITTLE_CMS,
    PILLOW,
    empty,
    finish,
    has,
    open_picture,
    probes,
    wait,
)
from eyebright.host.browser.colour import coloured, converted, is_foreign, needs_cms
from eyebright.host.coding import Coding, coding_of, with_profile
from eyebright.host.upright import drop_idle_alpha, turn_upright
from eyebright.values import Reason

BROWSER_PX = 1 << 24
"""Pixels that every browser's own decoder takes: more may be too many on iOS (16.7 megapixels), so
that another decoder is asked before a file is called broken."""

TRUNCATED_BYTES = 1_000_000
"""The same for files whose pixels are not counted here. Half a bit a pixel: our choice."""

NATIVE_FORMATS = frozenset({"jpeg", "png", "webp", "avif", "jxl", "heic"})
PILLOW_FORMATS = frozenset({"jpeg", "png", "webp", "gif", "tiff", "bmp", "ico"})
_DEEP_PNG_BITS = 16

_WHOLE = Reason(
    code="decode-whole", text="It was decoded whole: nothing here decodes it at a reduced size."
)
_NO_HEIC = (
    "this browser does not read HEIC; open the page in Safari, share the picture as JPEG, or set "
    "the phone's camera to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)"
)
_BROKEN_OR_LARGE = (
    "this browser cannot decode the heic data: it is broken, cut short or too large; get the file "
    "again, or share the picture as JPEG"
)
_NO_STRAIGHT = "this browser cannot read its transparent pixels exactly; save it as PNG first"
_NOISY = Reason(
    code="canvas-noise",
    text="This browser adds noise to drawings that are read back, so some pixels are a step off.",
)


async def decode(data: bytes, source_format: str, divisor: int, *, keeps: bool) -> Decoded:
    """As `Host.decode`, but for the want of memory."""
    if source_format == "jpeg" and not headers.is_whole_jpeg(data):
        raise errors.CorruptImage("the jpeg data is broken or cut short; get the file again")
    if divisor == 1:
        return await _decode_whole(data, source_format, keeps=keeps)
    if await has(PILLOW):  # browsers decode at no reduced size
        return await _decode_pillow(data, source_format, divisor, keeps=keeps)
    decoded = await _decode_whole(data, source_format, keeps=keeps)
    return decoded.replace(notes=(*decoded.notes, _WHOLE))


async def _decode_whole(data: bytes, source_format: str, *, keeps: bool) -> Decoded:
    """By the first decoder that is exact: the browser, WebAssembly, Pillow."""
    if source_format == "svg":
        return await _draw(data)
    turn = headers.turn_of(data, source_format) if source_format == "webp" else 1
    if turn != 1:  # browsers do not agree on whether a WebP is turned
        upright = await _decode_whole(headers.unturned_webp(data), source_format, keeps=keeps)
        return upright.replace(pixels=turn_upright(upright.pixels, turn))
    seen = await probes()
    reading = "canvas" if headers.may_be_turned(data, source_format) else "exact"
    shown = seen[reading] and source_format in seen["decode"]
    coding = coding_of(data, source_format)
    by_pillow = _is_deep(data, source_format) or _is_cmyk(data, source_format)
    if source_format == "avif" and headers.bits_of_avif(data) > 8:
        return await _decode_deep_avif(data, coding, shown=shown, keeps=keeps)
    if shown and source_format in NATIVE_FORMATS and not by_pillow:
        try:
            return await _decode_natively(data, source_format, coding, keeps=keeps)
        except errors.CorruptImage:
            if len(data) < TRUNCATED_BYTES and not _is_large(data, source_format):
                raise
    if source_format in js_bridge.decodable.to_py() and not by_pillow:
        return await _decode_wasm(data, source_format, coding, keeps=keeps)
    if source_format in PILLOW_FORMATS:
        return await _decode_pillow(data, source_format, keeps=keeps)
    raise _unread(source_format, shown=shown)


def _unread(source_format: str, *, shown: bool) -> errors.InputError:
    """Of what no decoder here reads; `shown`: the browser's own reads others of the format."""
    if source_format == "heic" and shown:
        return errors.CorruptImage(_BROKEN_OR_LARGE)
    if source_format == "heic":
        return errors.UnsupportedFormat(_NO_HEIC)
    return errors.UnsupportedFormat(
        f"{source_format or 'this format'} is not read here; convert it to PNG or JPEG first"
    )


async def _decode_natively(
    data: bytes, source_format: str, coding: Coding, *, keeps: bool
) -> Decoded:
    """The browser converts unless the colours are kept or LittleCMS has to."""
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
        return await _decode_pillow(data, source_format, keeps=keeps)
    if source_format == "heic":
        raise errors.UnsupportedFormat(_NO_STRAIGHT)
    try:
        decoded = await _decode_wasm(data, source_format, coding, keeps=keeps)
    except errors.CorruptImage:
        # The browser has decoded it whole: its own alpha is better than none.
        pixels = await _straight(data, source_format)
        if pixels is None:
            raise
        return await coloured(pixels, coding, keeps=keeps)
    if source_format != "avif" or is_foreign(coding) or coding.notes:
        return decoded
    return await _with_own_colours(decoded, data)


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
        coded = await _pixels_by_wasm(data, "avif")
    except errors.CorruptImage:
        return rgba
    if coded.shape[:2] != rgba.shape[:2]:
        return rgba
    return np.dstack([rgba[..., :3], coded[..., 3:]])


async def _decode_deep_avif(data: bytes, coding: Coding, *, shown: bool, keeps: bool) -> Decoded:
    """By WebAssembly, with all bits until the end; Chromium is up to 3 of 255 beside them.

    The note of its bits comes with them, whatever has decoded it.
    """
    from eyebright.host.native import depth
    from eyebright.host.native.decoding import made

    bits = headers.bits_of_avif(data)
    note = depth.reduced(bits)
    try:
        if is_foreign(coding) and not keeps and not await has(LITTLE_CMS):
            decoded = await _decode_wasm(data, "avif", coding, keeps=keeps)
            return decoded.replace(notes=(note, *decoded.notes))
        words = depth.stretched(await _samples_by_wasm(data, "avif", bits), bits)
    except (errors.CorruptImage, errors.CapabilityMissing):
        if not shown:
            raise
        decoded = await _decode_natively(data, "avif", coding, keeps=keeps)
        return decoded.replace(notes=(note, *decoded.notes))
    whole = made(words[..., :3], words[..., 3], coding, keep_colours=keeps, bits=bits)
    upright = turn_upright(whole.pixels, headers.turn_of(data, "avif"))
    return whole.replace(pixels=upright)


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


async def _draw(data: bytes) -> Decoded:
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


async def _decode_wasm(data: bytes, source_format: str, coding: Coding, *, keeps: bool) -> Decoded:
    return await coloured(await _pixels_by_wasm(data, source_format), coding, keeps=keeps)


async def _pixels_by_wasm(data: bytes, source_format: str) -> Pixels:
    """Straight alpha, exact, in the file's own colours. These decoders turn nothing."""
    pixels = drop_idle_alpha(await _samples_by_wasm(data, source_format))
    return turn_upright(pixels, headers.turn_of(data, source_format))


async def _samples_by_wasm(data: bytes, source_format: str, bits: int = 8) -> Any:
    """(H, W, 4) as they are coded, of two bytes where more than 8 bits are asked for."""
    try:
        js_picture = await finish(js_bridge.decodeWasm(data, source_format, bits))
    except errors.CodecError as exc:
        raise errors.CorruptImage(
            f"the {source_format} data is broken or cut short; get the file again"
        ) from exc
    samples = np.empty(
        (int(js_picture.height), int(js_picture.width), 4), np.uint8 if bits == 8 else np.uint16
    )
    js_picture.copyAll(samples.view(np.uint8))
    return samples


async def _decode_pillow(
    data: bytes, source_format: str, divisor: int = 1, *, keeps: bool
) -> Decoded:
    await wait(js_bridge.loadPackage(PILLOW))
    if source_format == "tiff":
        data = tiff.unpacked(data)
    coding = coding_of(data, source_format, _pillow_profile(data))
    if is_foreign(coding) or _is_deep(data, source_format):
        await has(LITTLE_CMS)  # without it, the notes say what was not done
    from eyebright.host.native import decoding

    return decoding.decode(data, source_format, keep_colours=keeps, divisor=divisor)


def _is_cmyk(data: bytes, source_format: str) -> bool:
    """What the browser would convert in a way of its own, and with no profile."""
    return source_format == "jpeg" and headers.is_cmyk_jpeg(data)


def _is_large(data: bytes, source_format: str) -> bool:
    """Whether the header tells of more pixels than every browser decodes."""
    width, height = headers.size_of(data, source_format)
    return width * height > BROWSER_PX


def _is_reduced(js_picture: Any, data: bytes, source_format: str) -> bool:
    """Whether the browser gave another size than the header tells, upright or turned."""
    told = sorted(headers.size_of(data, source_format))
    return all(told) and told != sorted((int(js_picture.width), int(js_picture.height)))


def _is_deep(data: bytes, source_format: str) -> bool:
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
