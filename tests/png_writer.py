"""A small writer of PNG of every kind, which knows the pixels that its files show.

It keeps to the third edition of W3C's PNG and shares no code with what is tested.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SIGNATURE = b"\x89PNG\r\n\x1a\n"

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""First column and row of each pass, and the steps to the next (8.2)."""

NONE, SUB, UP, AVERAGE, PAETH = range(5)
ALL_FILTERS = (NONE, SUB, UP, AVERAGE, PAETH)
SRGB_GAMMA = 45_455
"""The gAMA value of sRGB (11.3.2.5), whose curve is then sRGB's own."""

Samples = npt.NDArray[np.int64]
Shown = npt.NDArray[np.uint8]
Chunk = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Png:
    """What a file is made of: samples (H, W, channels) below 2^depth, and how they are written."""

    samples: Samples
    colour_type: int
    depth: int
    is_interlaced: bool = False
    filters: Sequence[int] = (NONE,)
    palette: bytes = b""
    transparency: bytes = b""
    before_pixels: tuple[Chunk, ...] = ()
    behind_palette: tuple[Chunk, ...] = ()
    after_pixels: tuple[Chunk, ...] = ()
    cuts: tuple[int, ...] = ()
    """Places in the packed pixels where another IDAT begins; twice the same: one without bytes."""
    gamma: int = SRGB_GAMMA

    def file(self) -> bytes:
        height, width = self.samples.shape[:2]
        head = struct.pack(
            ">IIBBBBB", width, height, self.depth, self.colour_type, 0, 0, self.is_interlaced
        )
        packed = zlib.compress(self._rows())
        edges = [0, *self.cuts, len(packed)]
        pixels = [(b"IDAT", packed[a:b]) for a, b in itertools.pairwise(edges)]
        palette = [(b"PLTE", self.palette)] if self.palette else []
        clear = [(b"tRNS", self.transparency)] if self.transparency else []
        before = [*self._early(), *palette, *clear, *self.behind_palette]
        chunks = [(b"IHDR", head), *before, *pixels, *self.after_pixels, (b"IEND", b"")]
        return SIGNATURE + b"".join(chunk(name, body) for name, body in chunks)

    def shown(self) -> Shown:
        """(H, W, 4): samples of other depths as the nearest of 255 (13.12)."""
        most = (1 << self.depth) - 1
        values = (self.samples * 255 * 2 + most) // (2 * most)
        alpha = np.full((*self.samples.shape[:2], 1), 255, np.int64)
        if self.colour_type == PALETTE:
            entries = np.frombuffer(self.palette, np.uint8).reshape(-1, 3)
            clear = np.full(len(entries), 255)
            clear[: len(self.transparency)] = list(self.transparency)
            values, alpha = entries[self.samples[..., 0]], clear[self.samples]
        elif self.colour_type in {GREY_ALPHA, RGBA}:
            values, alpha = values[..., :-1], values[..., -1:]
        elif self.transparency:
            key = np.frombuffer(self.transparency, ">u2")
            alpha = np.where((self.samples == key).all(axis=2, keepdims=True), 0, 255)
        colours = self._in_srgb(np.broadcast_to(values, (*values.shape[:2], 3)))
        return np.dstack([colours, alpha]).astype(np.uint8)

    def _early(self) -> tuple[Chunk, ...]:
        told = () if self.gamma == SRGB_GAMMA else ((b"gAMA", struct.pack(">I", self.gamma)),)
        return (*told, *self.before_pixels)

    def _in_srgb(self, values: Samples) -> Shown:
        """A sample is light to the power of gAMA (13.13), or sRGB where that is about sRGB's."""
        if self.gamma == SRGB_GAMMA:
            return values.astype(np.uint8)
        most = 255 if self.colour_type == PALETTE else (1 << self.depth) - 1
        exact = values if self.colour_type == PALETTE else self._colours()
        light = (np.broadcast_to(exact, values.shape) / most) ** (100_000 / self.gamma)
        coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
        return np.rint(coded * 255).astype(np.uint8)

    def _colours(self) -> Samples:
        has_alpha = self.colour_type in {GREY_ALPHA, RGBA}
        return self.samples[..., :-1] if has_alpha else self.samples

    def _rows(self) -> bytes:
        if not self.is_interlaced:
            return self._filtered(self.samples)
        passes = [self.samples[y::down, x::across] for x, y, across, down in ADAM7]
        return b"".join(self._filtered(part) for part in passes if part.size)

    def _filtered(self, samples: Samples) -> bytes:
        """Rows from the top, each with its filter before it (9.2)."""
        step = max(1, CHANNELS[self.colour_type] * self.depth // 8)
        above, rows = None, []
        for number, row in enumerate(samples):
            here = self._packed(row.ravel())
            kind = self.filters[number % len(self.filters)]
            rows.append(bytes([kind]) + filtered(here, above, step, kind))
            above = here
        return b"".join(rows)

    def _packed(self, row: Samples) -> Shown:
        """Samples from the left in the high bits first (7.2)."""
        places = np.arange(self.depth - 1, -1, -1)
        return np.packbits((row[:, None] >> places & 1).ravel().astype(np.uint8))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def filtered(row: Shown, above: Shown | None, step: int, kind: int) -> bytes:
    """What is left of a row when its prediction by one of the five filters is taken away."""
    here = row.astype(np.int64)
    up = np.zeros_like(here) if above is None else above.astype(np.int64)
    start = np.zeros(step, np.int64)
    left, corner = np.concatenate([start, here[:-step]]), np.concatenate([start, up[:-step]])
    near = left + up - corner
    to_left, to_up, to_corner = abs(near - left), abs(near - up), abs(near - corner)
    is_left = (to_left <= to_up) & (to_left <= to_corner)
    paeth = np.where(is_left, left, np.where(to_up <= to_corner, up, corner))
    guess = (np.zeros_like(here), left, up, (left + up) // 2, paeth)[kind]
    return ((here - guess) % 256).astype(np.uint8).tobytes()
