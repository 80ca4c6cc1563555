"""What the browser's host decides by itself; JavaScript is played by a stand-in."""

from __future__ import annotations

import asyncio
import contextlib
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
from eyebright.host import tab
from eyebright.host.base import Connected, Remembering
from eyebright.host.upright import turn_upright
from eyebright.values import FORMATS, Trial

PIXELS = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)


async def probes_of_all_formats() -> str:
    return json.dumps(SEEN | {"exact": True, "canvas": True, "decode": [*FORMATS, "heic"]})


class Picture:
    """An opaque picture of the browser."""

    height, width, _ = PIXELS.shape

    async def copyOpaque(self, target: np.ndarray) -> bool:  # noqa: N802  # the bridge's name
        target[:] = PIXELS
        return True

    def close(self) -> None:
        pass


SEEN = {"decode": ["jpeg", "png"], "alpha": ["png"], "straight": False, "writes": ["jpeg"]}
"""What probes of a browser find that shows little."""


async def probes() -> str:
    return json.dumps(SEEN | {"exact": True, "canvas": True})


async def probes_of_a_noisy_canvas() -> str:
    return json.dumps(SEEN | {"exact": True, "canvas": False})


async def refuse(*_args: Any) -> Picture:
    raise errors.CorruptImage("the browser cannot decode it")


class ByWebAssembly:
    """PIXELS, opaque, as WebAssembly's decoders give them."""

    height, width, _ = PIXELS.shape

    def copyAll(self, target: np.ndarray) -> None:  # noqa: N802  # the bridge's name
        target[:] = np.dstack([PIXELS, np.full(PIXELS.shape[:2], 255, np.uint8)])


def decode_by_webassembly(*_args: Any) -> SimpleNamespace:
    async def result() -> ByWebAssembly:
        return ByWebAssembly()

    return SimpleNamespace(result=result())


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
        memoryGb=lambda: 8,
        receiver=lambda: '{"effectiveType": "3g", "deviceMemory": 4}',
        probes=probes,
        decode=decode,
    )
    ffi = SimpleNamespace(JsException=type("JsException", (Exception,), {}))
    monkeypatch.setitem(sys.modules, "eyebright_js", bridge)
    monkeypatch.setitem(sys.modules, "pyodide", SimpleNamespace(ffi=ffi))
    monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi)
    _forget(monkeypatch)
    module = importlib.import_module("eyebright.host.browser")
    _forget(monkeypatch)
    return module


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("eyebright.host.browser")]:
        monkeypatch.delitem(sys.modules, name)


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
    assert isinstance(host, Remembering)
    assert host.receiver() == {"effectiveType": "3g", "deviceMemory": 4}


@pytest.mark.parametrize(
    ("device_gb", "expected"),
    [(0.25, 240), (1, 240), (2, 240), (4, 740), (6, 1240), (8, 1740), (32, 1740)],
)
def test_a_tab_may_fill_a_quarter_of_the_memory_within_bounds(
    device_gb: float, expected: int
) -> None:
    assert tab.memory_mb(device_gb) == expected


def test_encoders_that_take_much_get_smaller_pictures_on_small_devices() -> None:
    assert tab.encode_max_px(1740) == tab.encode_max_px(740) == tab.ENCODE_MAX_PX
    assert tab.encode_max_px(370) == {"avif": 6_500_000, "jxl": 3_250_000}


def test_the_memory_that_pictures_may_take_is_told(browser: ModuleType) -> None:
    assert asyncio.run(browser.BrowserHost().capabilities()).memory_mb == 1740


def jpeg(*, least_bytes: int = 0) -> bytes:
    """PIXELS, followed by as many bytes as decoders overlook."""
    out = io.BytesIO()
    Image.fromarray(PIXELS).save(out, "JPEG", comment=b"")
    whole = out.getvalue()
    filling = b"\xff\xfe" + struct.pack(">H", 65_535) + bytes(65_533)
    return whole[:2] + filling * -(-least_bytes // len(filling)) + whole[2:]


async def nothing(_name: str) -> None:
    pass


def test_a_jpeg_is_decoded_at_a_reduced_size_by_pillow(browser: ModuleType) -> None:
    browser.js_bridge.loadPackage = nothing
    work = browser.BrowserHost().decode(jpeg(), source_format="jpeg", divisor=2)
    decoded = asyncio.run(work)

    assert decoded.divisor == 2
    assert decoded.pixels.shape == (10, 15, 3)


def test_without_pillow_it_is_decoded_whole_which_is_told(browser: ModuleType) -> None:
    async def missing(_name: str) -> None:
        raise errors.CapabilityMissing("it did not load")

    browser.js_bridge.loadPackage = missing
    work = browser.BrowserHost().decode(jpeg(), source_format="jpeg", divisor=2)
    decoded = asyncio.run(work)

    assert decoded.divisor == 1
    assert decoded.pixels.shape == PIXELS.shape
    assert [note.code for note in decoded.notes] == ["decode-whole"]


def test_what_the_browser_cannot_decode_is_tried_by_pillow_where_it_may_be_too_large(
    browser: ModuleType,
) -> None:
    browser.js_bridge.loadPackage = nothing
    browser.js_bridge.decode = refuse
    browser.js_bridge.decodable = SimpleNamespace(to_py=list)
    large = jpeg(least_bytes=browser.decoding.TRUNCATED_BYTES)
    decoded = asyncio.run(browser.BrowserHost().decode(large, source_format="jpeg"))

    assert decoded.pixels.shape == PIXELS.shape
    with pytest.raises(errors.CorruptImage):
        asyncio.run(browser.BrowserHost().decode(jpeg(), source_format="jpeg"))


def test_a_jpeg_that_comes_back_without_its_pixels_is_decoded_by_pillow(
    browser: ModuleType,
) -> None:
    class Empty(Picture):
        async def copyOpaque(self, target: np.ndarray) -> bool:  # noqa: ARG002, N802  # the bridge's
            return False

    async def decode_to_nothing(*_args: Any) -> Picture:
        return Empty()

    browser.js_bridge.loadPackage = nothing
    browser.js_bridge.decode = decode_to_nothing
    decoded = asyncio.run(browser.BrowserHost().decode(jpeg(), source_format="jpeg"))

    assert decoded.pixels.shape == PIXELS.shape
    assert decoded.pixels.any()


async def versions() -> str:
    codecs = {"avif": "libavif 1", "jpeg": "mozjpeg 3"}
    return json.dumps({"codecs": codecs, "packages": {"pillow": "12.2", "imagecodecs": "2026"}})


def test_decoders_are_told_in_the_order_in_which_they_are_asked(browser: ModuleType) -> None:
    browser.js_bridge.versions = versions
    browser.js_bridge.decodable = SimpleNamespace(to_py=lambda: ["avif"])
    host = browser.BrowserHost()

    assert asyncio.run(host.encoder_versions()) == {
        "avif": "libavif 1",
        "jpeg": "mozjpeg 3",
        "jpeg-quick": "the browser's canvas",
    }
    assert asyncio.run(host.decoder_versions()) == {
        "jpeg": "the browser, Pillow 12.2",
        "png": "the browser, Pillow 12.2",
        "webp": "Pillow 12.2",
        "avif": "libavif 1",
        "gif": "Pillow 12.2",
        "tiff": "Pillow 12.2",
        "bmp": "Pillow 12.2",
        "ico": "Pillow 12.2",
        "svg": "the browser",
        "colour": "the browser, imagecodecs 2026",
    }


def test_what_runs_models_is_told_with_its_version(browser: ModuleType) -> None:
    browser.js_bridge.onnxVersion = "1.2.3"

    assert asyncio.run(browser.BrowserHost().runtime_version()) == "onnxruntime-web 1.2.3"


def test_a_model_is_open_by_the_name_that_it_was_run_under(browser: ModuleType) -> None:
    known: set[str] = set()

    def infer(key: str, _model: bytes, _inputs: Any) -> SimpleNamespace:
        known.add(key)
        return SimpleNamespace(result=nothing(), cancel=known.clear)

    async def nothing() -> dict[str, Any]:
        return {}

    browser.js_bridge.infer, browser.js_bridge.isOpen = infer, known.__contains__
    host = browser.BrowserHost()
    asyncio.run(host.infer(b"one", {}))

    assert [host.is_open(b"one"), host.is_open(b"two")] == [True, False]


class Encoders:
    """The bridge's encoders: as many as `failures` do not load, then all do."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    def encode(self, _pixels: np.ndarray, _trial: str) -> SimpleNamespace:
        return SimpleNamespace(result=self._result(), cancel=lambda: None)

    async def _result(self) -> SimpleNamespace:
        self.failures -= 1
        if self.failures >= 0:
            raise errors.CapabilityMissing("the codec did not load")
        return SimpleNamespace(to_bytes=lambda: b"made")


async def encode_each(host: Any, times: int) -> list[bytes]:
    trial = Trial(format="avif", width=30, height=20, quality=50)
    made = []
    for _ in range(times):
        with contextlib.suppress(errors.CodecError):
            made.append(await host.encode(PIXELS, trial))
    return made


@pytest.mark.parametrize(
    ("failures", "times", "made", "written"),
    [(0, 1, 1, True), (1, 1, 0, True), (1, 2, 1, True), (2, 2, 0, False)],
)
def test_an_encoder_that_does_not_load_twice_is_left_out(
    browser: ModuleType, failures: int, times: int, made: int, written: object
) -> None:
    host = browser.BrowserHost()
    browser.js_bridge.encode = Encoders(failures).encode

    assert made == len(asyncio.run(encode_each(host, times)))
    assert written == ("avif" in asyncio.run(host.capabilities()).encode)


def test_a_canvas_that_does_not_write_leaves_the_usual_encoder_in(browser: ModuleType) -> None:
    host = browser.BrowserHost()
    browser.js_bridge.encode = Encoders(5).encode
    trial = Trial(format="jpeg", width=30, height=20, quality=50, encoder="quick")
    for _ in range(3):
        with pytest.raises(errors.CodecError):
            asyncio.run(host.encode(PIXELS, trial))

    able = asyncio.run(host.capabilities())
    assert "jpeg" in able.encode
    assert set(able.quick_ms_per_mp) == {"jpeg"}


def test_an_encoder_that_loaded_may_fail_to_once_more(browser: ModuleType) -> None:
    host = browser.BrowserHost()
    for _ in range(2):
        browser.js_bridge.encode = Encoders(1).encode
        asyncio.run(encode_each(host, 2))

    assert "avif" in asyncio.run(host.capabilities()).encode


def turned(orientation: int) -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    Image.fromarray(PIXELS).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("orientation", [1, 6])
def test_only_turned_pictures_need_a_canvas_without_noise(
    browser: ModuleType, orientation: int
) -> None:
    asked = []

    async def decode_and_tell(*_args: Any) -> Picture:
        asked.append(orientation)
        return Picture()

    browser.js_bridge.probes = probes_of_a_noisy_canvas
    browser.js_bridge.decode = decode_and_tell
    browser.js_bridge.decodeWasm = decode_by_webassembly
    decoded = asyncio.run(browser.BrowserHost().decode(turned(orientation), source_format="jpeg"))

    assert asked == ([1] if orientation == 1 else [])
    assert np.array_equal(turn_upright(PIXELS, orientation), decoded.pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_webp_is_turned_here_and_not_by_the_browser(
    browser: ModuleType, monkeypatch: pytest.MonkeyPatch, orientation: int
) -> None:
    asked: list[tuple[Any, ...]] = []

    async def decode_webp(*arguments: Any) -> Picture:
        asked.append(arguments)
        return Picture()

    monkeypatch.setitem(SEEN, "decode", ["webp"])
    monkeypatch.setattr(sys.modules["eyebright_js"], "decode", decode_webp)
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    Image.fromarray(PIXELS).save(out, "WEBP", exif=exif)

    decoded = asyncio.run(browser.BrowserHost().decode(out.getvalue(), source_format="webp"))

    ((data, _kind, _mime, _keeps, is_turned),) = asked
    assert not is_turned
    assert (b"EXIF" in data) == (orientation == 1)
    assert np.array_equal(decoded.pixels, turn_upright(PIXELS, orientation))


def test_a_small_file_of_more_pixels_than_ios_decodes_is_not_called_broken(
    browser: ModuleType,
) -> None:
    browser.js_bridge.decode = refuse
    browser.js_bridge.decodeWasm = decode_by_webassembly
    stored, told = struct.pack(">HH", *PIXELS.shape[:2]), struct.pack(">HH", 4100, 4100)
    small = jpeg()
    large = small.replace(stored, told, 1)
    decoded = asyncio.run(browser.BrowserHost().decode(large, source_format="jpeg"))

    assert np.array_equal(PIXELS, decoded.pixels)
    with pytest.raises(errors.CorruptImage):
        asyncio.run(browser.BrowserHost().decode(small, source_format="jpeg"))


def test_what_comes_back_smaller_than_its_header_says_is_decoded_by_pillow(
    browser: ModuleType,
) -> None:
    class Reduced(Picture):
        height, width = PIXELS.shape[0] // 2, PIXELS.shape[1] // 2

    async def decode_to_less(*_args: Any) -> Picture:
        return Reduced()

    browser.js_bridge.loadPackage = nothing
    browser.js_bridge.decode = decode_to_less
    decoded = asyncio.run(browser.BrowserHost().decode(jpeg(), source_format="jpeg"))

    assert decoded.pixels.shape == PIXELS.shape


def test_a_png_that_comes_back_wholly_clear_is_decoded_by_pillow(browser: ModuleType) -> None:
    class Clear(Picture):
        async def copyOpaque(self, _target: np.ndarray) -> bool:  # noqa: N802  # the bridge's name
            return False

        async def copyStraight(self, target: np.ndarray) -> bool:  # noqa: N802  # as above
            target[:] = 0
            return True

    async def decode_to_nothing(*_args: Any) -> Picture:
        return Clear()

    async def found() -> str:
        return json.dumps(SEEN | {"exact": True, "canvas": True, "straight": True})

    out = io.BytesIO()
    Image.fromarray(PIXELS).save(out, "PNG")
    browser.js_bridge.loadPackage, browser.js_bridge.probes = nothing, found
    browser.js_bridge.decode = decode_to_nothing
    decoded = asyncio.run(browser.BrowserHost().decode(out.getvalue(), source_format="png"))

    assert np.array_equal(PIXELS, decoded.pixels)


@pytest.mark.parametrize("straight", [True, False])
def test_a_clear_avif_has_the_browsers_colours_and_webassemblys_alpha(
    browser: ModuleType,
    straight: bool,  # noqa: FBT001  # a parameter of pytest
) -> None:
    class Clear(Picture):
        async def copyOpaque(self, _target: np.ndarray) -> bool:  # noqa: N802  # the bridge's name
            return False

        async def copyStraight(self, target: np.ndarray) -> bool:  # noqa: N802  # as above
            target[..., :3], target[..., 3] = PIXELS, 99
            return True

    class Exact(ByWebAssembly):
        def copyAll(self, target: np.ndarray) -> None:  # noqa: N802  # the bridge's name
            target[:] = 7

    async def decode_clear(*_args: Any) -> Picture:
        return Clear()

    async def result() -> ByWebAssembly:
        return Exact()

    async def found() -> str:
        return json.dumps({"decode": ["avif"], "exact": True, "canvas": True, "straight": straight})

    browser.js_bridge.decode, browser.js_bridge.probes = decode_clear, found
    browser.js_bridge.decodeWasm = lambda *_args: SimpleNamespace(result=result())
    browser.js_bridge.decodable = SimpleNamespace(to_py=lambda: ["avif"])
    out = io.BytesIO()
    Image.fromarray(PIXELS).save(out, "AVIF")
    decoded = asyncio.run(browser.BrowserHost().decode(out.getvalue(), source_format="avif"))

    colours = PIXELS if straight else np.full_like(PIXELS, 7)
    assert np.array_equal(np.dstack([colours, np.full(PIXELS.shape[:2], 7)]), decoded.pixels)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif", "jxl"])
def test_of_a_small_broken_file_nobody_is_told_to_make_it_smaller(
    browser: ModuleType, kind: str
) -> None:
    browser.js_bridge.decode, browser.js_bridge.probes = refuse, probes_of_all_formats
    data = jpeg() if kind == "jpeg" else b"broken"

    with pytest.raises(errors.CorruptImage) as caught:
        asyncio.run(browser.BrowserHost().decode(data, source_format=kind))

    told = f"this browser cannot decode the {kind} data: it is broken or cut short; get the file"
    assert str(caught.value) == f"{told} again"


def test_a_large_heic_may_be_too_large_for_the_browser_that_reads_others(
    browser: ModuleType,
) -> None:
    browser.js_bridge.decode, browser.js_bridge.probes = refuse, probes_of_all_formats
    large = b"broken".ljust(browser.decoding.TRUNCATED_BYTES)

    with pytest.raises(errors.CorruptImage, match="too large; get the file again, or share"):
        asyncio.run(browser.BrowserHost().decode(large, source_format="heic"))


def test_a_large_png_that_no_decoder_reads_is_broken(browser: ModuleType) -> None:
    browser.js_bridge.loadPackage = nothing
    browser.js_bridge.decode = refuse
    browser.js_bridge.decodable = SimpleNamespace(to_py=list)
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIBBBBB", 4100, 4100, 8, 2, 0, 0, 0)

    with pytest.raises(errors.CorruptImage):
        asyncio.run(browser.BrowserHost().decode(head, source_format="png"))


@pytest.mark.parametrize(("canvas", "codes"), [(True, []), (False, ["canvas-noise"])])
def test_a_drawing_that_only_a_noisy_canvas_gives_back_tells_so(
    browser: ModuleType,
    canvas: bool,  # noqa: FBT001  # a parameter of pytest
    codes: list[str],
) -> None:
    class Drawn(Picture):
        async def copyOpaque(self, _target: np.ndarray) -> bool:  # noqa: N802  # the bridge's name
            return False

        def copyRoughly(self, target: np.ndarray) -> None:  # noqa: N802  # the bridge's name
            target[:] = 7

    async def draw(_data: bytes) -> Picture:
        return Drawn()

    async def found() -> str:
        return json.dumps(SEEN | {"exact": canvas, "canvas": canvas})

    browser.js_bridge.draw, browser.js_bridge.probes = draw, found
    decoded = asyncio.run(browser.BrowserHost().decode(b"<svg/>", source_format="svg"))

    assert codes == [note.code for note in decoded.notes]
