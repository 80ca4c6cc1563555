"""What is asked of JavaScript (web/bridge.js) by decoding and encoding alike, and its errors."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import eyebright_js as js_bridge  # registered by engine.worker.js
import numpy as np
from pyodide.ffi import JsException

from eyebright import errors
from eyebright.host import headers
from eyebright.host.base import Pixels
from eyebright.values import MIME

PILLOW, LITTLE_CMS = "pillow", "imagecodecs"
"""Packages of Python that are fetched when a file needs them."""


async def probes() -> dict[str, Any]:
    """What the browser's decoders can do, seen on tiny files (web/probes/index.js)."""
    seen: dict[str, Any] = json.loads(await wait(js_bridge.probes()))
    return seen


async def has(package: str) -> bool:
    """Whether a package is here now; what depends on it says what was not done without it."""
    try:
        await wait(js_bridge.loadPackage(package))
    except errors.CapabilityMissing:
        return False
    return True


def empty(js_picture: Any, channels: int) -> Pixels:
    """Room for the pixels of a picture."""
    return np.empty((int(js_picture.height), int(js_picture.width), channels), np.uint8)


async def open_picture(data: bytes, source_format: str, *, keep_colours: bool) -> Any:
    """A picture that the browser has decoded; whoever asks closes it.

    Raises CorruptImage. Browsers do not tell what is broken from what is too large for them; of the
    latter another decoder is asked.
    """
    turned = headers.may_be_turned(data, source_format)
    js_promise = js_bridge.decode(data, source_format, MIME[source_format], keep_colours, turned)
    try:
        return await wait(js_promise)
    except errors.CorruptImage as exc:
        raise errors.CorruptImage(
            f"this browser cannot decode the {source_format} data: it is broken or cut short; "
            "get the file again"
        ) from exc


async def wait(js_promise: Any) -> Any:
    """What the promise gives; raises our error for what it rejects with."""
    try:
        return await js_promise
    except JsException as js_error:
        raise _translated(js_error) from js_error


async def finish(js_job: Any) -> Any:
    """The result of a job that is ended where its task is cancelled."""
    try:
        return await wait(js_job.result)
    except asyncio.CancelledError:
        js_job.cancel()
        raise


def _translated(js_error: Any) -> errors.EyebrightError:
    """Our error of the same name, else a HostError that keeps the foreign name."""
    kind = getattr(errors, str(js_error.name), None)
    if isinstance(kind, type) and issubclass(kind, errors.EyebrightError):
        return kind(str(js_error.message))
    return errors.HostError(f"{js_error.name}: {js_error.message}")
