"""The host of servers and command lines: Pillow, libvips, imagecodecs, oxipng, onnxruntime.

Whatever is not installed is left out of `capabilities()`; Pillow alone is enough, also in a plain
Pyodide. Codecs run in threads where there are threads, so that the event loop goes on meanwhile;
a cancelled call ends at once for its caller, while its codec finishes unheard.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from eyebright.aside import aside
from eyebright.errors import CapabilityMissing, EyebrightError, HostError
from eyebright.host import shipped
from eyebright.host.base import Decoded, Pixels, Tensor
from eyebright.host.native import decoding, encoding, readers, writers
from eyebright.host.native.memory import memory_mb
from eyebright.kernels import implementation
from eyebright.values import FORMATS, Capabilities, Trial

if TYPE_CHECKING:
    import onnxruntime

RUNTIME = "onnxruntime"

NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
"""Since 1.29 onnxruntime's own builds tell Microsoft of every session and keep an identifier of the
device, unless this is set before its import (its pull request 27379)."""

THREADS = 1
"""Of a model: ours take some ten milliseconds, pictures run beside one another, and the page has
one, too, so that sums are formed in one order everywhere."""


ENCODE_MS_PER_MP = {"jpeg": 65.0, "webp": 170.0, "avif": 390.0, "jxl": 350.0, "png": 940.0}
"""Milliseconds per megapixel at the encoders' own efforts (`policy.effort.DEFAULT_SPEED`): CPU time
of one core of a server of 2026 for photos of 576 pixels near SSIMULACRA2 75 (build/settings.py)."""

QUICK_MS_PER_MP = {"jpeg": 5.0, "webp": 75.0}
"""The same of the quick encoders."""


class NativeHost:
    """CPython's codecs behind the host protocol."""

    name = "native"

    def __init__(self) -> None:
        self._sessions: dict[bytes, onnxruntime.InferenceSession] = {}
        self._opening = threading.Lock()

    async def capabilities(self) -> Capabilities:
        found = await aside(_probe)
        return found.replace(kernels=implementation(), memory_mb=memory_mb())

    async def decode(
        self, data: bytes, *, source_format: str, keep_colours: bool = False, divisor: int = 1
    ) -> Decoded:
        work = functools.partial(decoding.decode, keep_colours=keep_colours, divisor=divisor)
        return await aside(work, data, source_format)

    async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
        return await aside(encoding.encode, pixels, trial)

    async def infer(self, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        return await aside(self._infer, model, inputs)

    async def read_model(self, name: str) -> bytes:
        return await aside(shipped.model, name)

    def is_open(self, model: bytes) -> bool:
        return model in self._sessions

    def free_models(self) -> None:
        self._sessions.clear()

    async def runtime_version(self) -> str:
        return _runtime_version()

    async def encoder_versions(self) -> Mapping[str, str]:
        return writers.versions()

    async def decoder_versions(self) -> Mapping[str, str]:
        return readers.versions()

    def now_ms(self) -> float:
        return time.perf_counter() * 1000

    async def close(self) -> None:
        self.free_models()

    def _infer(self, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        session = self._session(model)
        names = [output.name for output in session.get_outputs()]
        try:
            return dict(zip(names, session.run(names, dict(inputs)), strict=True))
        except Exception as exc:  # the runtime has no common base class for its errors
            raise HostError(f"the model did not run: {exc}") from exc

    def _session(self, model: bytes) -> onnxruntime.InferenceSession:
        with self._opening:
            if model not in self._sessions:
                self._sessions[model] = _open_session(model)
            return self._sessions[model]


@functools.cache
def _runtime_version() -> str:
    """Asked of the installed package: importing it takes a tenth of a second."""
    try:
        return f"{RUNTIME} {importlib.metadata.version(RUNTIME)}"
    except importlib.metadata.PackageNotFoundError:
        return RUNTIME if importlib.util.find_spec(RUNTIME) else ""  # built under another name


def _open_session(model: bytes) -> onnxruntime.InferenceSession:
    os.environ.setdefault(NO_TELEMETRY, "1")
    try:
        import onnxruntime
    except ImportError as exc:
        is_here = not isinstance(exc, ModuleNotFoundError) or exc.name != RUNTIME
        what = f"cannot be imported ({exc})" if is_here else "is not installed"
        raise CapabilityMissing(
            f"{RUNTIME}, which runs models, {what}; pip install eyebright[models]"
        ) from exc
    onnxruntime.disable_telemetry_events()  # Windows knows no such variable
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = THREADS
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # the runtime has no common base class for its errors
        raise HostError(f"the model cannot be opened: {exc}; is it an ONNX file?") from exc


@functools.cache
def _probe() -> Capabilities:
    written = tuple(f for f in FORMATS if _writes(f))
    return Capabilities(
        decode=written,
        decode_alpha=tuple(f for f in written if _writes(f, alpha=True)),
        encode=written,
        encode_ms_per_mp={f: ENCODE_MS_PER_MP[f] for f in written},
        quick_ms_per_mp={f: ms for f, ms in QUICK_MS_PER_MP.items() if f in written},
    )


# Far above the error of any codec at this quality, far below that of a wrong or empty picture.
_PROBE_TOLERANCE = 12
_PROBE_QUALITY = 95


def _writes(name: str, *, alpha: bool = False) -> bool:
    """Whether a tiny picture comes back from its codec looking as it went in."""
    picture = _probe_picture(alpha=alpha)
    trial = Trial(
        format=name,
        width=picture.shape[1],
        height=picture.shape[0],
        quality=_PROBE_QUALITY,
        lossless=name == "png",
        subsampling="444",
    )
    try:
        back = decoding.decode(encoding.encode(picture, trial), name).pixels
    except EyebrightError:
        return False
    return back.shape == picture.shape and _difference(back, picture) < _PROBE_TOLERANCE


def _probe_picture(*, alpha: bool) -> Pixels:
    """Four flat quarters, 16x16: red, green, blue, white, the last two half transparent."""
    colours = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    if alpha:
        opacity = np.array([[[255], [255]], [[128], [128]]], np.uint8)
        colours = np.concatenate([colours, opacity], axis=2)
    return colours.repeat(8, axis=0).repeat(8, axis=1)


def _difference(a: Pixels, b: Pixels) -> float:
    return float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean())
