"""The host inside a browser's worker. The only folder that imports JavaScript.

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

JavaScript objects are named `js_*` and do not leave this folder.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import eyebright_js as js_bridge  # registered by engine.worker.js
import numpy as np

from eyebright import errors
from eyebright.host import tab
from eyebright.host.base import COLOUR, Decoded, Pixels, Tensor
from eyebright.host.browser import by_browser, by_pillow, decoding
from eyebright.host.browser.bridge import LITTLE_CMS, PILLOW, finish, probes, wait
from eyebright.kernels import implementation
from eyebright.values import FORMATS, MIME, Capabilities, Trial

ENCODE_SPEED = {"jpeg": 0, "webp": 4, "avif": 7, "jxl": 3, "png": 2}
"""What one core of a laptop affords. AVIF at 6 takes 1.8 times as long as at 7 for 5 % fewer bytes;
at 8 it takes three quarters of the time for a tenth more bytes on average, on some pictures nearly
twice as many (`build/settings.py`, libaom 3.7)."""

ENCODE_MS_PER_MP = {"jpeg": 130.0, "webp": 150.0, "avif": 950.0, "jxl": 410.0, "png": 1100.0}
"""Milliseconds per megapixel of these builds at ENCODE_SPEED: CPU time of one core of a server of
2026 (V8, second encode) for scikit-image's astronaut scaled to 1024 x 1024, near quality 75."""

QUICK_MS_PER_MP = {"jpeg": 14.0, "webp": 86.0}
"""The same of the canvas's encoders, by their share of the times above (Chromium 156, astronaut at
1024 x 1024, in turn, four times each): a tenth of mozjpeg's and .57 of WebP's."""

CANVAS = "the browser's canvas"
"""Its version stands in the User-Agent alone, which nothing here reads."""

LOADS = 2
"""Times in a row that an encoder may fail to load before it is left out until the page is loaded
again: a network may be gone for a moment. Our choice."""

_WITHOUT_ALPHA = frozenset({"jpeg"})
_WITHOUT_LOSSLESS = frozenset({"jpeg", "avif"})


class BrowserHost:
    """The browser's codecs and WebAssembly's behind the host protocol."""

    name = "browser"

    def __init__(self) -> None:
        self._unloaded: Counter[str] = Counter()
        self._warmed = False

    async def capabilities(self) -> Capabilities:
        """Decoders are probed on tiny files; an encoder counts until it failed to load twice."""
        seen = await probes()
        encodable = [f for f in js_bridge.encodable.to_py() if self._unloaded[f] < LOADS]
        return Capabilities(
            decode=tuple(f for f in FORMATS if f in seen["decode"]),
            decode_alpha=tuple(f for f in FORMATS if f in seen["alpha"]),
            encode=tuple(f for f in FORMATS if f in encodable),
            decode_ms_per_mp=json.loads(js_bridge.decodeTimes()),
            encode_ms_per_mp=ENCODE_MS_PER_MP,
            encode_speed=ENCODE_SPEED,
            quick_ms_per_mp={f: QUICK_MS_PER_MP[f] for f in seen["writes"]},
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
            return await decoding.decode(data, source_format, divisor, keeps=keep_colours)
        except MemoryError as exc:
            raise errors.LimitExceeded(
                f"the {source_format} file does not fit into memory once decoded; make it smaller"
            ) from exc

    async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
        _check(pixels, trial, tab.encode_max_px(self._memory_mb()).get(trial.format))
        js_job = js_bridge.encode(np.ascontiguousarray(pixels), json.dumps(trial.to_dict()))
        try:
            js_bytes = await finish(js_job)
        except errors.CapabilityMissing as exc:
            self._unloaded[_encoder(trial)] += 1
            raise errors.CodecError(str(exc)) from exc
        self._unloaded[_encoder(trial)] = 0
        encoded: bytes = js_bytes.to_bytes()
        return encoded

    async def infer(self, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        key = _key(model)
        plain = {name: _to_plain(tensor) for name, tensor in inputs.items()}
        outputs = await finish(js_bridge.infer(key, model, plain))
        return {name: _from_plain(tensor) for name, tensor in outputs.items()}

    async def read_model(self, name: str) -> bytes:
        """A model of the site, fetched from it. Raises CapabilityMissing."""
        model: bytes = (await wait(js_bridge.readModel(name))).to_bytes()
        return model

    def is_open(self, model: bytes) -> bool:
        """Not after the models' worker ended: idle for long, for a large picture, or by a fault."""
        return bool(js_bridge.isOpen(_key(model)))

    def free_models(self) -> None:
        """Give the memory of the models back, unless they are at work."""
        _key.cache_clear()
        js_bridge.freeModels()

    async def runtime_version(self) -> str:
        """As the site tells it (build/site.py): nothing is fetched to know it."""
        return f"onnxruntime-web {js_bridge.onnxVersion}"

    async def encoder_versions(self) -> Mapping[str, str]:
        quick = {f"{f}-quick": CANVAS for f in (await probes())["writes"]}
        return dict((await self._versions())["codecs"]) | quick

    async def decoder_versions(self) -> Mapping[str, str]:
        """Of all that may decode a format here, in their order.

        Of the browser's own decoders and colour management only that they are asked: their
        version stands in the User-Agent alone, which nothing here reads. So a result that was kept
        is used again after an update of the browser; its score is the one that was measured
        before.
        """
        told, seen = await self._versions(), await probes()
        shown = by_browser.FORMATS & set(seen["decode"]) if seen["exact"] else frozenset()
        codecs = {f: told["codecs"][f] for f in js_bridge.decodable.to_py()}
        pillow = dict.fromkeys(by_pillow.FORMATS, f"Pillow {told['packages'][PILLOW]}")
        cms = f"{LITTLE_CMS} {told['packages'][LITTLE_CMS]}"
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
        js_bytes = await wait(js_bridge.recall(key))
        return None if js_bytes is None else bytes(js_bytes.to_bytes())

    async def keep(self, key: str, data: bytes, most_bytes: int) -> None:
        """Keep bytes, and of all no more than `most_bytes`. Raises CapabilityMissing."""
        await wait(js_bridge.keep(key, data, most_bytes))

    async def forget(self) -> int:
        """Delete all that was kept; the number of entries. Raises CapabilityMissing."""
        return int(await wait(js_bridge.forget()))

    def now_ms(self) -> float:
        return float(js_bridge.now())

    async def close(self) -> None:
        js_bridge.close()

    async def _versions(self) -> dict[str, dict[str, str]]:
        versions: dict[str, dict[str, str]] = json.loads(await wait(js_bridge.versions()))
        return versions

    def _memory_mb(self) -> int:
        return tab.memory_mb(float(js_bridge.memoryGb()))


def _encoder(trial: Trial) -> str:
    """As web/bridge.js names it."""
    return f"{trial.format}-{trial.encoder}" if trial.encoder else trial.format


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


@functools.lru_cache
def _key(model: bytes) -> str:
    """Names a model to JavaScript, which opens some before Python asks: their SHA-256."""
    return hashlib.sha256(model).hexdigest()


def _to_plain(tensor: Tensor) -> dict[str, Any]:
    whole = np.ascontiguousarray(tensor)
    return {"type": whole.dtype.name, "shape": list(tensor.shape), "bytes": whole.tobytes()}


def _from_plain(plain: Mapping[str, Any]) -> Tensor:
    return np.frombuffer(bytes(plain["bytes"]), plain["type"]).reshape(plain["shape"])
