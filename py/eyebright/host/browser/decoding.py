"""Bytes to pixels by the first decoder that is exact: the browser, WebAssembly, Pillow."""

from __future__ import annotations

import eyebright_js as js_bridge  # registered by engine.worker.js

from eyebright import errors
from eyebright.host import headers
from eyebright.host.base import Decoded
from eyebright.host.browser import by_browser, by_pillow, by_wasm
from eyebright.host.browser.bridge import LITTLE_CMS, PILLOW, has, probes
from eyebright.host.browser.colour import is_foreign
from eyebright.host.coding import Coding, coding_of
from eyebright.host.upright import turn_upright
from eyebright.values import Reason

BROWSER_PX = 1 << 24
"""Pixels that every browser's own decoder takes: more may be too many on iOS (16.7 megapixels), so
that another decoder is asked before a file is called broken."""

TRUNCATED_BYTES = 1_000_000
"""The same for files whose pixels are not counted here. Half a bit a pixel: our choice."""

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


async def decode(data: bytes, source_format: str, divisor: int, *, keeps: bool) -> Decoded:
    """As `Host.decode`, but for the want of memory."""
    if source_format == "jpeg" and not headers.is_whole_jpeg(data):
        raise errors.CorruptImage("the jpeg data is broken or cut short; get the file again")
    if divisor == 1:
        return await _decode_whole(data, source_format, keeps=keeps)
    if await has(PILLOW):  # browsers decode at no reduced size
        return await by_pillow.decode(data, source_format, divisor, keeps=keeps)
    decoded = await _decode_whole(data, source_format, keeps=keeps)
    return decoded.replace(notes=(*decoded.notes, _WHOLE))


async def _decode_whole(data: bytes, source_format: str, *, keeps: bool) -> Decoded:
    """By the first decoder that is exact: the browser, WebAssembly, Pillow."""
    if source_format == "svg":
        return await by_browser.draw(data)
    turn = headers.turn_of(data, source_format) if source_format == "webp" else 1
    if turn != 1:  # browsers do not agree on whether a WebP is turned
        upright = await _decode_whole(headers.unturned_webp(data), source_format, keeps=keeps)
        return upright.replace(pixels=turn_upright(upright.pixels, turn))
    seen = await probes()
    reading = "canvas" if headers.may_be_turned(data, source_format) else "exact"
    shown = seen[reading] and source_format in seen["decode"]
    coding = coding_of(data, source_format)
    needs_pillow = by_pillow.is_deep(data, source_format) or _is_cmyk(data, source_format)
    if source_format == "avif" and headers.bits_of_avif(data) > 8:
        return await _decode_deep_avif(data, coding, shown=shown, keeps=keeps)
    if shown and source_format in by_browser.FORMATS and not needs_pillow:
        try:
            return await by_browser.decode(data, source_format, coding, keeps=keeps)
        except errors.CorruptImage:
            if len(data) < TRUNCATED_BYTES and not _is_large(data, source_format):
                raise
    if source_format in js_bridge.decodable.to_py() and not needs_pillow:
        return await by_wasm.decode(data, source_format, coding, keeps=keeps)
    if source_format in by_pillow.FORMATS:
        return await by_pillow.decode(data, source_format, keeps=keeps)
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
            decoded = await by_wasm.decode(data, "avif", coding, keeps=keeps)
            return decoded.replace(notes=(note, *decoded.notes))
        words = depth.stretched(await by_wasm.samples_of(data, "avif", bits), bits)
    except (errors.CorruptImage, errors.CapabilityMissing):
        if not shown:
            raise
        decoded = await by_browser.decode(data, "avif", coding, keeps=keeps)
        return decoded.replace(notes=(note, *decoded.notes))
    whole = made(words[..., :3], words[..., 3], coding, keep_colours=keeps, bits=bits)
    upright = turn_upright(whole.pixels, headers.turn_of(data, "avif"))
    return whole.replace(pixels=upright)


def _is_cmyk(data: bytes, source_format: str) -> bool:
    """What the browser would convert in a way of its own, and with no profile."""
    return source_format == "jpeg" and headers.is_cmyk_jpeg(data)


def _is_large(data: bytes, source_format: str) -> bool:
    """Whether the header tells of more pixels than every browser decodes."""
    width, height = headers.size_of(data, source_format)
    return width * height > BROWSER_PX
