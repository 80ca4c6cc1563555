"""Pixels by the decoders in WebAssembly, which are exact, convert no colours and turn nothing."""

from __future__ import annotations

from typing import Any

import eyebright_js as js_bridge  # registered by engine.worker.js
import numpy as np

from eyebright import errors
from eyebright.host import headers
from eyebright.host.base import Decoded, Pixels
from eyebright.host.browser.bridge import finish
from eyebright.host.browser.colour import coloured
from eyebright.host.coding import Coding
from eyebright.host.upright import drop_idle_alpha, turn_upright


async def decode(data: bytes, source_format: str, coding: Coding, *, keeps: bool) -> Decoded:
    """Raises CorruptImage."""
    return await coloured(await pixels_of(data, source_format), coding, keeps=keeps)


async def pixels_of(data: bytes, source_format: str) -> Pixels:
    """Straight alpha, exact, in the file's own colours. These decoders turn nothing."""
    pixels = drop_idle_alpha(await samples_of(data, source_format))
    return turn_upright(pixels, headers.turn_of(data, source_format))


async def samples_of(data: bytes, source_format: str, bits: int = 8) -> Any:
    """(H, W, 4) as they are coded, of two bytes where more than 8 bits are asked for.

    Raises CorruptImage.
    """
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
