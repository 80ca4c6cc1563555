"""A host for tests, users' own too: deterministic, no codec libraries, a clock of its own.

Its files are real PNG files of quantised colours, whatever format they stand for; a private chunk
says which. Lower quality gives fewer bytes and a lower score, so that the search has work to do.
Of the PNG files of others it reads only 8-bit RGB or RGBA without interlacing or row filters.
`subsampling`, `speed` and `encoder` of a trial are recorded, not acted on.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping

import numpy as np

from eyebright.errors import CapabilityMissing, CodecError, CorruptImage, UnsupportedFormat
from eyebright.host.base import COLOUR, Decoded, Pixels, Tensor
from eyebright.host.upright import drop_idle_alpha, turn_upright
from eyebright.records import Record
from eyebright.values import FORMATS, Capabilities, Trial

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NAME_CHUNK = b"faKe"
"""Ancillary, private, not safe to copy (PNG, section 5.4)."""

CHANNELS = {2: 3, 6: 4}
"""Samples per pixel of the PNG colour types RGB and RGBA."""

COARSEST_STEP = 48
"""Distance of neighbouring levels, of 255, at quality 0; 1 at quality 100."""

ZLIB_LEVEL = {"avif": 9, "webp": 6, "jpeg": 1, "jxl": 8, "png": 9}
"""So that formats differ in bytes, as real ones do."""

WITHOUT_ALPHA = frozenset({"jpeg"})
LOSSLESS = frozenset({"webp", "jxl", "png"})

READING_MS = 1.0
"""What the fake clock gains with every look at it."""

Infer = Callable[[bytes, Mapping[str, Tensor]], Mapping[str, Tensor]]


class Call(Record):
    """One thing that was asked of the host."""

    method: str
    """decode, encode, infer, free_models or close."""
    format: str = ""
    trial: Trial | None = None


class FakeHost:
    """Implements `host.base.Host`; `calls` tells what was asked of it, in order."""

    name = "fake"

    def __init__(
        self,
        *,
        formats: Collection[str] = FORMATS,
        failing: Collection[str] = (),
        delay_s: float = 0.0,
        infer: Infer | None = None,
        models: Mapping[str, bytes] | None = None,
    ) -> None:
        """Offer only `formats`; encoders of `failing` raise; every call waits `delay_s`.

        `models` are files by name; `infer` stands for what runs them.
        """
        self.calls: list[Call] = []
        self._formats = tuple(f for f in FORMATS if f in formats)
        self._failing = frozenset(failing)
        self._delay_s = delay_s
        self._infer = infer
        self._models = dict(models or {})
        self._open: set[bytes] = set()
        self._clock_ms = 0.0

    async def capabilities(self) -> Capabilities:
        return Capabilities(
            decode=self._formats,
            decode_alpha=tuple(f for f in self._formats if f not in WITHOUT_ALPHA),
            encode=self._formats,
            kernels="numpy",
        )

    async def decode(
        self,
        data: bytes,
        *,
        source_format: str,
        keep_colours: bool = False,  # noqa: ARG002  # all of its pictures are sRGB
        divisor: int = 1,
    ) -> Decoded:
        """A reduced picture has every second, fourth or eighth pixel of the whole one."""
        await self._note(Call(method="decode", format=source_format))
        if source_format not in self._formats:
            raise UnsupportedFormat(f"the fake host reads no {source_format}; give it `formats`")
        pixels = np.ascontiguousarray(_read(data, source_format)[::divisor, ::divisor])
        return Decoded(pixels=pixels, divisor=divisor)

    async def encode(self, pixels: Pixels, trial: Trial) -> bytes:
        await self._note(Call(method="encode", format=trial.format, trial=trial))
        self._check(pixels, trial)
        step = 1 if trial.lossless or trial.format == "png" else quantiser_step(trial.quality)
        return _write(quantise(pixels, step), trial.format)

    async def infer(self, model: bytes, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        await self._note(Call(method="infer"))
        if self._infer is None:
            raise CapabilityMissing("the fake host runs no models; give it `infer`")
        self._open.add(model)
        return self._infer(model, inputs)

    async def read_model(self, name: str) -> bytes:
        if name not in self._models:
            raise CapabilityMissing(f"the fake host has no model {name}; give it `models`")
        return self._models[name]

    def is_open(self, model: bytes) -> bool:
        return model in self._open

    def free_models(self) -> None:
        self.calls.append(Call(method="free_models"))
        self._open.clear()

    async def runtime_version(self) -> str:
        return "fake 1" if self._infer else ""

    async def encoder_versions(self) -> Mapping[str, str]:
        return dict.fromkeys(self._formats, "fake 1")

    async def decoder_versions(self) -> Mapping[str, str]:
        return dict.fromkeys((*self._formats, COLOUR), "fake 1")

    def now_ms(self) -> float:
        self._clock_ms += READING_MS
        return self._clock_ms

    async def close(self) -> None:
        await self._note(Call(method="close"))

    async def _note(self, call: Call) -> None:
        self.calls.append(call)
        self._clock_ms += self._delay_s * 1000
        await asyncio.sleep(self._delay_s)

    def _check(self, pixels: Pixels, trial: Trial) -> None:
        height, width, channels = pixels.shape
        if trial.format not in self._formats or trial.format in self._failing:
            raise CodecError(f"the fake {trial.format} encoder fails, as told")
        if (width, height) != (trial.width, trial.height):
            raise CodecError(f"{trial.width}x{trial.height} asked, {width}x{height} pixels given")
        if channels == 4 and trial.format in WITHOUT_ALPHA:
            raise CodecError(f"{trial.format} has no alpha channel; choose another format")
        if trial.lossless and trial.format not in LOSSLESS:
            raise CodecError(f"{trial.format} is not written losslessly; choose another format")


def quantiser_step(quality: int) -> int:
    """Distance between levels for a quality of 0 to 100."""
    return 1 + (COARSEST_STEP - 1) * (100 - quality) // 100


def quantise(pixels: Pixels, step: int) -> Pixels:
    """Colours moved to the middle of their step; alpha stays exact."""
    levels = np.arange(256)
    table = np.minimum(levels // step * step + step // 2, 255).astype(np.uint8)
    coarse = pixels.copy()
    coarse[..., :3] = table[pixels[..., :3]]
    return coarse


def _write(pixels: Pixels, name: str) -> bytes:
    height, width, channels = pixels.shape
    kind = next(kind for kind, count in CHANNELS.items() if count == channels)
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each begins with filter type 0
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        (NAME_CHUNK, name.encode()),
        (b"IDAT", zlib.compress(rows.tobytes(), ZLIB_LEVEL[name])),
        (b"IEND", b""),
    ]
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _read(data: bytes, source_format: str) -> Pixels:
    try:
        chunks = _chunks_of(data, source_format)
        pixels = _pixels(chunks)
    except (ValueError, KeyError, struct.error, zlib.error) as exc:
        raise CorruptImage(f"the {source_format} data is broken or cut short: {exc}") from exc
    return turn_upright(drop_idle_alpha(pixels), _orientation(chunks.get(b"eXIf", b"")))


def _chunks_of(data: bytes, source_format: str) -> dict[bytes, bytes]:
    chunks: dict[bytes, bytes] = {}
    for kind, body in _chunks(data):
        chunks[kind] = chunks.get(kind, b"") + body
    if chunks.get(NAME_CHUNK, b"png") != source_format.encode():
        raise ValueError(f"it is no {source_format}")
    return chunks


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        raise ValueError("no PNG signature")
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if data[at : at + 12 + length] != _chunk(kind, body):
            raise ValueError(f"chunk {kind!r} is not whole")
        yield kind, body
        at += 12 + length


def _pixels(chunks: Mapping[bytes, bytes]) -> Pixels:
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if depth != 8 or kind not in CHANNELS or interlaced:
        raise UnsupportedFormat("the fake host reads only plain 8-bit RGB and RGBA PNG files")
    samples = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8)
    rows = samples.reshape(height, 1 + width * CHANNELS[kind])
    if rows[:, 0].any():
        raise UnsupportedFormat("the fake host reads no PNG files with row filters")
    return rows[:, 1:].reshape(height, width, CHANNELS[kind]).copy()


def _orientation(exif: bytes) -> int:
    """Of a little-endian block that holds this one tag; anything else is upright."""
    return exif[18] if len(exif) > 18 and exif.startswith(b"II*\0") else 1
