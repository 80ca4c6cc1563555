"""What the browser's host decides by itself; JavaScript is played by a stand-in."""

from __future__ import annotations

import asyncio
import importlib
import io
import json
import struct
import sys
import zlib
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from eyebright import errors
from eyebright.values import Trial
from eyebright.worker import Connected

PIXELS = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)


class Picture:
    """An opaque picture of the browser."""

    height, width, _ = PIXELS.shape

    async def copyOpaque(self, target: np.ndarray) -> bool:  # noqa: N802  # the bridge's name
        target[:] = PIXELS
        return True

    def close(self) -> None:
        pass


async def probes() -> str:
    shown = ["jpeg", "png"]
    return json.dumps({"decode": shown, "alpha": ["png"], "exact": True, "straight": False})


async def decode(*_args: Any) -> Picture:
    return Picture()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, imported afresh on a stand-in for web/bridge.js."""
    bridge = SimpleNamespace(
        encodable=SimpleNamespace(to_py=lambda: ["jpeg", "webp", "avif"]),
        decodable=SimpleNamespace(to_py=lambda: ["jpeg"]),
        decodeTimes=lambda: '{"png": 12}',
        prepare=lambda: None,
        receiver=lambda: '{"effectiveType": "3g", "deviceMemory": 4}',
        probes=probes,
        decode=decode,
    )
    ffi = SimpleNamespace(JsException=type("JsException", (Exception,), {}))
    monkeypatch.setitem(sys.modules, "eyebright_js", bridge)
    monkeypatch.setitem(sys.modules, "pyodide", SimpleNamespace(ffi=ffi))
    monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi)
    monkeypatch.delitem(sys.modules, "eyebright.host.browser", raising=False)
    module = importlib.import_module("eyebright.host.browser")
    monkeypatch.delitem(sys.modules, "eyebright.host.browser")
    return module


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(PIXELS).save(out, "PNG")
    whole, head = out.getvalue(), 8 + 12 + 13  # signature, then IHDR
    return whole[:head] + b"".join(chunk(*c) for c in chunks) + whole[head:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


LINEAR = (b"gAMA", struct.pack(">I", 100_000))
ALMOST_SRGB = (b"gAMA", struct.pack(">I", 45_455))


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([], []),
        ([ALMOST_SRGB], []),
        ([LINEAR], ["profile-converted"]),
        ([LINEAR, (b"sRGB", b"\0")], []),
        ([(b"sRGB", b"\0"), LINEAR], []),
    ],
)
def test_a_gamma_unlike_that_of_srgb_is_converted(
    browser: ModuleType, chunks: list[tuple[bytes, bytes]], expected: list[str]
) -> None:
    decoded = asyncio.run(browser.BrowserHost().decode(png(*chunks), source_format="png"))

    assert expected == [note.code for note in decoded.notes]


def test_a_jpeg_without_end_is_told_as_cut_short(browser: ModuleType) -> None:
    cut = browser.BrowserHost().decode(b"\xff\xd8\xff\xe0", source_format="jpeg")

    with pytest.raises(errors.CorruptImage, match="broken or cut short; get the file again"):
        asyncio.run(cut)


def test_the_largest_pictures_that_fit_are_told_and_still_checked(browser: ModuleType) -> None:
    host = browser.BrowserHost()
    limit = asyncio.run(host.capabilities()).encode_max_px["avif"]
    pixels = np.broadcast_to(np.uint8(0), (1, limit + 1, 3))
    trial = Trial(format="avif", width=limit + 1, height=1, quality=50)

    with pytest.raises(errors.CodecError, match="take more memory than a tab has"):
        asyncio.run(host.encode(pixels, trial))


def test_the_browser_tells_of_its_connection(browser: ModuleType) -> None:
    host = browser.BrowserHost()

    assert isinstance(host, Connected)
    assert host.receiver() == {"effectiveType": "3g", "deviceMemory": 4}
