"""The host inside a browser's worker. The only file that imports JavaScript.

Caveats first:
- Some browsers add noise to what canvases give back, against fingerprints. Probes look for it;
  where it is, no canvas is read: frames are, else WebAssembly and Pillow decode.
- Browsers premultiply. Transparent pictures are read back through WebGL where a probe finds that
  exact, else decoded by WebAssembly (WebP, JPEG XL) or Pillow (PNG). The alpha channel of an AVIF
  comes from WebAssembly always: Chromium's differs from libavif's. Its colours do not.
- GIF, TIFF, BMP, ICO, CMYK and deep PNG are Pillow's, fetched when the first such file comes.
- Profiles of a matrix and of grey are converted by the browser, those of tables and CMYK by
  LittleCMS, out of imagecodecs, fetched when the first such file comes.
- Codecs run in workers of their own; cancelling an encode ends its worker, never Python.

JavaScript objects are named `js_*` and do not leave this file.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import eyebright_js as js_bridge  # registered by engine.worker.js
import numpy as np
from pyodide.ffi import JsException

from eyebright import errors
from eyebright.host import headers, icc, tab, tiff
from eyebright.host.base import COLOUR, Decoded, Pixels, Tensor
from eyebright.host.coding import Coding, coding_of, with_profile
from eyebright.host.upright import drop_idle_alpha, turn_upright
from eyebright.kernels import implementation
from eyebright.values import FORMATS, MIME, Capabilities, Reason, Trial

ENCODE_SPEED = {"jpeg": 0, "webp": 4, "avif": 8, "jxl": 3, "png": 2}
"""What one core of a laptop affords: AVIF at 6 takes three times as long for 2 % fewer bytes."""

ENCODE_MS_PER_MP = {"jpeg": 130.0, "webp": 150.0, "avif": 420.0, "jxl": 410.0, "png": 1100.0}
"""Milliseconds per megapixel of these builds at ENCODE_SPEED: CPU time of one core of a server of
2026 (V8, second encode) for scikit-image's astronaut scaled to 1024 x 1024, near quality 75."""

BROWSER_PX = 1 << 24
"""Pixels that every browser's own decoder takes: more may be too many on iOS (16.7 megapixels), so
that another decoder is asked before a file is called broken."""

TRUNCATED_BYTES = 1_000_000
"""The same for files whose pixels are not counted here. Half a bit a pixel: our choice."""

LOADS = 2
"""Times in a row that an encoder may fail to load before it is left out until the page is loaded
again: a network may be gone for a moment. Our choice."""

_NATIVE_FORMATS = frozenset({"jpeg", "png", "webp", "avif", "jxl", "heic"})
_PILLOW_FORMATS = frozenset({"jpeg", "png", "webp", "gif", "tiff", "bmp", "ico"})
_WITHOUT_ALPHA = frozenset({"jpeg"})
_WITHOUT_LOSSLESS = frozenset({"jpeg", "avif"})
_DEEP_PNG_BITS = 16
_PILLOW, _LITTLE_CMS = "pillow", "imagecodecs"
"""Packages of Python that are fetched when a file needs them."""

_WHOLE = Reason(
    code="decode-whole", text="It was decoded whole: nothing here decodes it at a reduced size."
)
_NO_HEIC = (
    "this browser does not read HEIC; open the page in Safari, share the picture as JPEG, or set "
    "the phone's camera to JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)"
)
_NO_STRAIGHT = "this browser cannot read its transparent pixels exactly; save it as PNG first"
_NOISY = Reason(
    code="canvas-noise",
    text="This browser adds noise to drawings that are read back, so some pixels are a step off.",
)
_IGNORED = Reason(
    code="profile-ignored", text="A colour profile was ignored: nothing here converts it."
)


class BrowserHost:
    """The browser's codecs and WebAssembly's behind the host protocol."""

    name = "browser"

    def __init__(self) -> None:
        self._unloaded: Counter[str] = Counter()
        self._warmed = False

    async def capabilities(self) -> Capabilities:
        """Decoders are probed on tiny files; an encoder counts until it failed to load twice."""
        probes = await self._probes()
        encodable = [f for f in js_bridge.encodable.to_py() if self._unloaded[f] < LOADS]
        return Capabilities(
            decode=tuple(f for f in FORMATS if f in probes["decode"]),
            decode_alpha=tuple(f for f in FORMATS if f in probes["alpha"]),
            encode=tuple(f for f in FORMATS if f in encodable),
            decode_ms_per_mp=json.loads(js_bridge.decodeTimes()),
            encode_ms_per_mp=ENCODE_MS_PER_MP,
            encode_speed=ENCODE_SPEED,
            encode_max_px=tab.encode_max_px(self._memory_mb()),
            memory_mb=self._memory_mb(),
            kernels=implementation(),
        )

    async def decode(
        self, data: bytes, *, source_format: str, keep_colours: bool = False, divisor: int = 1
    ) -> Decoded:
        if not self._warmed:
            self._warmed = True
            js_bridge.prepare()
        try:
            return await self._decode(data, source_format, divisor, keeps=keep_colours)
        except MemoryError as exc:
            raise errors.LimitExceeded(
                f"the {source_format} file does not fit into memory once decoded; make it smaller"
            ) from exc

    async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
        _check(pixels, trial, tab.encode_max_px(self._memory_mb()).get(trial.format))
        js_job = js_bridge.encode(np.ascontiguousarray(pixels), json.dumps(trial.to_dict()))
        try:
            js_bytes = await _finish(js_job)
        except errors.CapabilityMissing as exc:
            self._unloaded[trial.format] += 1
            raise errors.CodecError(str(exc)) from exc
        self._unloaded[trial.format] = 0
        encoded: bytes = js_bytes.to_bytes()
        return encoded

    async def infer(self, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        key = f"{hash(model):x}-{len(model)}"
        plain = {name: _to_plain(tensor) for name, tensor in inputs.items()}
        outputs = await _wait(js_bridge.infer(key, model, plain))
        return {name: _from_plain(tensor) for name, tensor in outputs.items()}

    async def encoder_versions(self) -> Mapping[str, str]:
        return dict((await self._versions())["codecs"])

    async def decoder_versions(self) -> Mapping[str, str]:
        """Of all that may decode a format here, in their order.

        Of the browser's own decoders and colour management only that they are asked: their
        version stands in the User-Agent alone, which nothing here reads. So a result that was kept
        is used again after an update of the browser; its score is the one that was measured
        before.
        """
        told, probes = await self._versions(), await self._probes()
        shown = _NATIVE_FORMATS & set(probes["decode"]) if probes["exact"] else frozenset()
        codecs = {f: told["codecs"][f] for f in js_bridge.decodable.to_py()}
        pillow = dict.fromkeys(_PILLOW_FORMATS, f"Pillow {told['packages'][_PILLOW]}")
        cms = f"{_LITTLE_CMS} {told['packages'][_LITTLE_CMS]}"
        own = dict.fromkeys((*shown, "svg", COLOUR), "the browser")
        ways = (own, codecs, pillow, {COLOUR: cms})
        found = {
            name: ", ".join(filter(None, (way.get(name) for way in ways)))
            for name in (*MIME, COLOUR)
        }
        return {name: version for name, version in found.items() if version}

    def receiver(self) -> Mapping[str, Any]:
        """What navigator.connection and navigator.deviceMemory tell, by the browser's own keys."""
        told: dict[str, Any] = json.loads(js_bridge.receiver())
        return told

    async def recall(self, key: str) -> bytes | None:
        """What was kept in this browser under a key. Raises CapabilityMissing."""
        js_bytes = await _wait(js_bridge.recall(key))
        return None if js_bytes is None else bytes(js_bytes.to_bytes())

    async def keep(self, key: str, data: bytes, most_bytes: int) -> None:
        """Keep bytes, and of all no more than `most_bytes`. Raises CapabilityMissing."""
        await _wait(js_bridge.keep(key, data, most_bytes))

    async def forget(self) -> int:
        """Delete all that was kept; the number of entries. Raises CapabilityMissing."""
        return int(await _wait(js_bridge.forget()))

    def now_ms(self) -> float:
        return float(js_bridge.now())

    async def close(self) -> None:
        await _wait(js_bridge.close())

    async def _probes(self) -> dict[str, Any]:
        probes: dict[str, Any] = json.loads(await _wait(js_bridge.probes()))
        return probes

    async def _versions(self) -> dict[str, dict[str, str]]:
        versions: dict[str, dict[str, str]] = json.loads(await _wait(js_bridge.versions()))
        return versions

    def _memory_mb(self) -> int:
        return tab.memory_mb(float(js_bridge.memoryGb()))

    async def _decode(
        self, data: bytes, source_format: str, divisor: int, *, keeps: bool
    ) -> Decoded:
        if source_format == "jpeg" and not headers.is_whole_jpeg(data):
            raise errors.CorruptImage("the jpeg data is broken or cut short; get the file again")
        if divisor == 1:
            return await self._decode_whole(data, source_format, keeps=keeps)
        if await _has(_PILLOW):  # browsers decode at no reduced size
            return await self._decode_pillow(data, source_format, divisor, keeps=keeps)
        decoded = await self._decode_whole(data, source_format, keeps=keeps)
        return replace(decoded, notes=(*decoded.notes, _WHOLE))

    async def _decode_whole(self, data: bytes, source_format: str, *, keeps: bool) -> Decoded:
        """By the first decoder that is exact: the browser, WebAssembly, Pillow."""
        if source_format == "svg":
            return await self._draw(data)
        probes = await self._probes()
        reading = "canvas" if headers.may_be_turned(data, source_format) else "exact"
        shown = probes[reading] and source_format in probes["decode"]
        coding = coding_of(data, source_format)
        by_pillow = _is_deep(data, source_format) or _is_cmyk(data, source_format)
        if source_format == "avif" and headers.bits_of_avif(data) > 8 and not _is_foreign(coding):
            return await self._decode_deep_avif(data, coding, shown=shown, keeps=keeps)
        if shown and source_format in _NATIVE_FORMATS and not by_pillow:
            try:
                return await self._decode_natively(data, source_format, coding, keeps=keeps)
            except errors.CorruptImage:
                if len(data) < TRUNCATED_BYTES and not _is_large(data, source_format):
                    raise
        if source_format in js_bridge.decodable.to_py() and not by_pillow:
            return await self._decode_wasm(data, source_format, coding, keeps=keeps)
        if source_format in _PILLOW_FORMATS:
            return await self._decode_pillow(data, source_format, keeps=keeps)
        if source_format == "heic":
            raise errors.UnsupportedFormat(_NO_HEIC)
        raise errors.UnsupportedFormat(
            f"{source_format or 'this format'} is not read here; convert it to PNG or JPEG first"
        )

    async def _decode_natively(
        self, data: bytes, source_format: str, coding: Coding, *, keeps: bool
    ) -> Decoded:
        """The browser converts unless the colours are kept or LittleCMS has to."""
        by_browser = _is_foreign(coding) and not keeps and not _needs_cms(coding)
        if source_format == "png" and coding.is_made:
            data = with_profile(data, coding.profile)
        js_picture = await _open(data, source_format, keep_colours=not by_browser)
        try:
            pixels = await self._read(js_picture, data, source_format, coding)
        finally:
            js_picture.close()
        if pixels is not None and by_browser:
            return Decoded(pixels=pixels, notes=(_converted(coding),))
        if pixels is not None:
            return await self._coloured(pixels, coding, keeps=keeps)
        if source_format in {"jpeg", "png"}:
            return await self._decode_pillow(data, source_format, keeps=keeps)
        if source_format == "heic":
            raise errors.UnsupportedFormat(_NO_STRAIGHT)
        try:
            decoded = await self._decode_wasm(data, source_format, coding, keeps=keeps)
        except errors.CorruptImage:
            # The browser has decoded it whole: its own alpha is better than none.
            pixels = await self._straight(data, source_format)
            if pixels is None:
                raise
            return await self._coloured(pixels, coding, keeps=keeps)
        if source_format != "avif" or _is_foreign(coding) or coding.notes:
            return decoded
        return await self._with_own_colours(decoded, data)

    async def _with_own_colours(self, decoded: Decoded, data: bytes) -> Decoded:
        """The alpha that WebAssembly found in an AVIF, the colours that the browser does.

        Chromium's are those of libavif on CPython to the bit, WebAssembly's up to two steps off.
        """
        own = await self._straight(data, "avif")
        if own is None or own.shape[:2] != decoded.pixels.shape[:2]:
            return decoded
        return replace(decoded, pixels=np.dstack([own[..., :3], decoded.pixels[..., 3:]]))

    async def _decode_deep_avif(
        self, data: bytes, coding: Coding, *, shown: bool, keeps: bool
    ) -> Decoded:
        """By WebAssembly, which rounds 10 and 12 bits; Chromium is up to 3 of 255 beside them."""
        from eyebright.host.native import depth

        try:
            decoded = await self._decode_wasm(data, "avif", coding, keeps=keeps)
        except (errors.CorruptImage, errors.CapabilityMissing):
            if not shown:
                raise
            return await self._decode_natively(data, "avif", coding, keeps=keeps)
        note = depth.reduced(headers.bits_of_avif(data))
        return replace(decoded, notes=(note, *decoded.notes))

    async def _straight(self, data: bytes, source_format: str) -> Pixels | None:
        """All four channels by the browser, where it gives them back as they are coded."""
        if not (await self._probes())["straight"]:
            return None
        js_picture = await _open(data, source_format, keep_colours=True)
        try:
            rgba = _empty(js_picture, 4)
            return rgba if await _wait(js_picture.copyStraight(rgba)) else None
        finally:
            js_picture.close()

    async def _read(
        self, js_picture: Any, data: bytes, source_format: str, coding: Coding
    ) -> Pixels | None:
        """Exact pixels, or None where only another decoder gives them.

        Of pictures that are too large for them, browsers give smaller or wholly clear ones.
        """
        if _is_reduced(js_picture, data, source_format):
            return None
        rgb = _empty(js_picture, 3)
        if await _wait(js_picture.copyOpaque(rgb)):
            return rgb
        if source_format == "avif" and not _is_foreign(coding):
            return None
        probes = await self._probes()
        rgba = _empty(js_picture, 4)
        if not probes["straight"] or not await _wait(js_picture.copyStraight(rgba)):
            return None
        return rgba if rgba[..., 3].any() else None

    async def _draw(self, data: bytes) -> Decoded:
        """An SVG as the page draws it; where nothing here reads straight alpha, about right."""
        probes, js_picture = await self._probes(), await _wait(js_bridge.draw(data))
        try:
            rgb, rgba = _empty(js_picture, 3), _empty(js_picture, 4)
            if probes["exact"] and await _wait(js_picture.copyOpaque(rgb)):
                return Decoded(pixels=rgb)
            if not probes["straight"] or not await _wait(js_picture.copyStraight(rgba)):
                js_picture.copyRoughly(rgba)
                notes = () if probes["canvas"] else (_NOISY,)
                return Decoded(pixels=drop_idle_alpha(rgba), notes=notes)
        finally:
            js_picture.close()
        return Decoded(pixels=drop_idle_alpha(rgba))

    async def _decode_wasm(
        self, data: bytes, source_format: str, coding: Coding, *, keeps: bool
    ) -> Decoded:
        """Straight alpha, exact, in the file's own colours. These decoders turn nothing."""
        try:
            js_picture = await _finish(js_bridge.decodeWasm(data, source_format))
        except errors.CodecError as exc:
            raise errors.CorruptImage(
                f"the {source_format} data is broken or cut short; get the file again"
            ) from exc
        pixels = _empty(js_picture, 4)
        js_picture.copyAll(pixels)
        upright = turn_upright(drop_idle_alpha(pixels), headers.turn_of(data, source_format))
        return await self._coloured(upright, coding, keeps=keeps)

    async def _coloured(self, pixels: Pixels, coding: Coding, *, keeps: bool) -> Decoded:
        """Pixels in the file's own colours as sRGB, or kept."""
        if not _is_foreign(coding):
            return Decoded(pixels=pixels, notes=coding.notes)
        matrix = icc.matrix_of(coding.profile)
        if keeps and matrix is not None:
            return Decoded(pixels=pixels, profile=coding.profile)
        if matrix is not None:
            return Decoded(pixels=matrix.to_srgb(pixels), notes=(_converted(coding),))
        if not await _has(_LITTLE_CMS) or icc.space_of(coding.profile) == icc.CMYK:
            return Decoded(pixels=pixels, notes=(_IGNORED,))
        from eyebright.host.native import cms

        is_grey = icc.space_of(coding.profile) == icc.GREY
        try:
            rgb = cms.convert(pixels[..., : 1 if is_grey else 3], coding.profile)
        except ValueError:
            return Decoded(pixels=pixels, notes=(_IGNORED,))
        whole = rgb if pixels.shape[2] == 3 else np.dstack([rgb, pixels[..., 3:]])
        return Decoded(pixels=whole, notes=(_converted(coding),))

    async def _decode_pillow(
        self, data: bytes, source_format: str, divisor: int = 1, *, keeps: bool
    ) -> Decoded:
        await _wait(js_bridge.loadPackage(_PILLOW))
        if source_format == "tiff":
            data = tiff.unpacked(data)
        coding = coding_of(data, source_format, _pillow_profile(data))
        if _is_foreign(coding) or _is_deep(data, source_format):
            await _has(_LITTLE_CMS)  # without it, the notes say what was not done
        from eyebright.host.native import decoding

        return decoding.decode(data, source_format, keep_colours=keeps, divisor=divisor)


def _check(pixels: Pixels, trial: Trial, most: int | None) -> None:
    height, width, channels = pixels.shape
    if most is not None and width * height > most:
        raise errors.CodecError(
            f"{width * height / 1e6:.1f} megapixels take more memory than a tab has; "
            f"{trial.format} is written up to {most / 1e6:.1f} here"
        )
    if (width, height) != (trial.width, trial.height):
        raise errors.CodecError(
            f"the trial asks for {trial.width}x{trial.height} but got {width}x{height} pixels"
        )
    if channels == 4 and trial.format in _WITHOUT_ALPHA:
        raise errors.CodecError(
            f"{trial.format} has no alpha channel and the picture is transparent; "
            "choose avif, webp, jxl or png"
        )
    if trial.lossless and trial.format in _WITHOUT_LOSSLESS:
        raise errors.CodecError(
            f"{trial.format} is not written losslessly here; choose webp, jxl or png"
        )


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


def _is_foreign(coding: Coding) -> bool:
    """Whether the samples are not sRGB, and a usable profile says what they are."""
    profile = coding.profile
    return not coding.notes and icc.is_readable(profile) and not icc.is_srgb(profile)


def _needs_cms(coding: Coding) -> bool:
    """Profiles of tables: browsers do not compensate their black points."""
    return icc.matrix_of(coding.profile) is None


def _converted(coding: Coding) -> Reason:
    name = icc.name_of(coding.profile)
    text = f"Converted from the colour profile {name} to sRGB."
    return Reason(code="profile-converted", text=text, values={"profile": name})


async def _has(package: str) -> bool:
    """Whether a package is here now; what depends on it says what was not done without it."""
    try:
        await _wait(js_bridge.loadPackage(package))
    except errors.CapabilityMissing:
        return False
    return True


def _empty(js_picture: Any, channels: int) -> Pixels:
    return np.empty((int(js_picture.height), int(js_picture.width), channels), np.uint8)


def _pillow_profile(data: bytes) -> bytes:
    """Empty, too, for broken data: of those its decoder tells."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            return bytes(image.info.get("icc_profile") or b"")
    except OSError:
        return b""


def _to_plain(tensor: Tensor) -> dict[str, Any]:
    whole = np.ascontiguousarray(tensor)
    return {"type": whole.dtype.name, "shape": list(tensor.shape), "bytes": whole.tobytes()}


def _from_plain(plain: Mapping[str, Any]) -> Tensor:
    return np.frombuffer(bytes(plain["bytes"]), plain["type"]).reshape(plain["shape"])


async def _open(data: bytes, source_format: str, *, keep_colours: bool) -> Any:
    turned = headers.may_be_turned(data, source_format)
    js_promise = js_bridge.decode(data, source_format, MIME[source_format], keep_colours, turned)
    try:
        return await _wait(js_promise)
    except errors.CorruptImage as exc:
        raise errors.CorruptImage(
            f"this browser cannot decode the {source_format} data: broken, cut short or too large; "
            "get the file again or make it smaller"
        ) from exc


async def _wait(js_promise: Any) -> Any:
    try:
        return await js_promise
    except JsException as js_error:
        raise _translated(js_error) from js_error


async def _finish(js_job: Any) -> Any:
    """The result of a job that is ended where its task is cancelled."""
    try:
        return await _wait(js_job.result)
    except asyncio.CancelledError:
        js_job.cancel()
        raise


def _translated(js_error: Any) -> errors.EyebrightError:
    """Our error of the same name, else a HostError that keeps the foreign name."""
    kind = getattr(errors, str(js_error.name), None)
    if isinstance(kind, type) and issubclass(kind, errors.EyebrightError):
        return kind(str(js_error.message))
    return errors.HostError(f"{js_error.name}: {js_error.message}")
