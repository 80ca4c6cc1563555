"""What makes a picture dear or cheap to encode: the spectrum of its blocks, and what coding costs.

The pixels are those that will be encoded, at their final size. Of a large picture, blocks spread
evenly over it are looked at. Most numbers are of the discrete cosine transform of 8 x 8 blocks, as
JPEG takes it (ITU-T T.81, A.3.3): how much a quantiser leaves, and how far the structure of what it
leaves is from the block (SSIM's contrast and structure, by Parseval's theorem from coefficients).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from eyebright.pixels import Pixels
from eyebright.quantisation import BLOCK_PX, ZIGZAG, scaled

Floats = npt.NDArray[np.float32]

TILE_PX = 32
"""Side of what is looked at: four blocks each way at full size, one at a quarter of it."""

MAX_TILES = 200
"""0.2 megapixels of any picture."""

REDUCED = (1, 2, 4)
"""Full size, halves and quarters: errors of low frequencies are seen at those."""

THRESHOLDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Sizes of coefficients, 8-bit steps of an orthonormal transform."""

BANDS = ((1, 2), (3, 5), (6, 9), (10, 14))
"""First and last sum of row and column of the coefficients taken together."""

CHROMA_THRESHOLDS = (2.0, 6.0, 18.0)
CHROMA_BANDS = ((1, 3), (4, 14))
TRIALS = (30, 50, 70, 85, 93)
"""Qualities of libjpeg's luma table at which coding is tried on the coefficients alone."""

LOW_SUMS = (15, 4, 2)
"""Coefficients below these sums of row and column: all, those that halves keep, and quarters."""

SSIM_C2 = 58.5
"""(0.03 x 255)^2 of SSIM (Wang et al. 2004), per pixel."""

SPREAD = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that tell how a block's quantity is spread over the picture."""

DARK, BRIGHT = 40, 215
"""Luma below and above which the eye, and the metric's cube root, see differently."""


def features(pixels: Pixels) -> Floats:
    """(n,) float32 of (H, W, 3 or 4) uint8 sRGB; alpha is not looked at.

    Sides below TILE_PX are continued by their mirror image.
    """
    tiles = _tiles(pixels)
    luma, blue, red = _ycc(tiles)
    found = [
        *_sizes(pixels),
        *_tones(luma),
        *_grid(luma),
        *(value for step in REDUCED for value in _luma(_reduced(luma, step))),
        *(value for plane in (blue, red) for value in _chroma(plane)),
        *_colours(blue, red),
        *_repeats(tiles),
    ]
    return np.asarray(found, np.float32)


def _tiles(pixels: Pixels) -> Pixels:
    """(N, 32, 32, 3) uint8, spread evenly, on a grid of 32 pixels."""
    missing = [max(0, TILE_PX - side) for side in pixels.shape[:2]]
    if any(missing):
        padding = ((0, missing[0]), (0, missing[1]), (0, 0))
        pixels = np.pad(pixels, padding, mode="symmetric")
    down, across = (side // TILE_PX for side in pixels.shape[:2])
    share = min(1.0, math.sqrt(MAX_TILES / (down * across)))
    tops = _places(down, min(MAX_TILES, down * share))
    lefts = _places(across, MAX_TILES / len(tops))
    return np.stack([pixels[y : y + TILE_PX, x : x + TILE_PX, :3] for y in tops for x in lefts])


def _places(count: int, most: float) -> list[int]:
    """Where at most so many of a side's tiles begin."""
    kept = min(count, max(1, int(most)))
    return [TILE_PX * (i * count // kept) for i in range(kept)]


def _ycc(tiles: Pixels) -> tuple[Floats, Floats, Floats]:
    """JFIF's luma and colour differences, about 0; colour differences at half the size."""
    rgb = tiles.astype(np.float32)
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    cb, cr = (blue - luma) * 0.564, (red - luma) * 0.713
    return luma - 128, _reduced(cb, 2), _reduced(cr, 2)


def _reduced(planes: Floats, step: int) -> Floats:
    """Means of `step` x `step` pixels."""
    if step == 1:
        return planes
    count, height, width = planes.shape
    parts = planes.reshape(count, height // step, step, width // step, step)
    means: Floats = parts.mean(axis=(2, 4))
    return means


def _spectra(planes: Floats) -> Floats:
    """(blocks, 64) coefficients of the orthonormal transform, row by row."""
    count, height, width = planes.shape
    parts = planes.reshape(count, height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    blocks = parts.swapaxes(2, 3).reshape(-1, BLOCK_PX, BLOCK_PX)
    basis = _basis()
    found: Floats = np.matmul(np.matmul(basis, blocks), basis.T).reshape(-1, BLOCK_PX * BLOCK_PX)
    return found


@functools.cache
def _basis() -> Floats:
    """The orthonormal DCT-II of eight samples."""
    n = np.arange(BLOCK_PX)
    waves = np.cos((2 * n[None] + 1) * n[:, None] * math.pi / (2 * BLOCK_PX)) / 2
    waves[0] /= math.sqrt(2)
    return waves.astype(np.float32)


@functools.cache
def _sums() -> npt.NDArray[np.intp]:
    """Row plus column of each coefficient."""
    n = np.arange(BLOCK_PX)
    return np.asarray((n[:, None] + n[None]).ravel())


@functools.cache
def _steps(quality: int) -> Floats:
    """The luma table of libjpeg, row by row; its transform is orthonormal, too."""
    steps = np.empty(BLOCK_PX * BLOCK_PX, np.float32)
    steps[[row * BLOCK_PX + column for row, column in ZIGZAG]] = scaled(quality)
    return steps


def _sizes(pixels: Pixels) -> Iterator[float]:
    height, width = pixels.shape[:2]
    yield math.log2(height * width)
    yield math.log2(min(height, width))


def _tones(luma: Floats) -> Iterator[float]:
    tone = luma + 128
    yield float(tone.mean()) / 32
    yield float(tone.std()) / 16
    yield float((tone < DARK).mean())
    yield float((tone > BRIGHT).mean())


def _grid(luma: Floats) -> Iterator[float]:
    """Steps between neighbours, across the 8-pixel grid of a former JPEG and elsewhere."""
    for planes in (luma, luma.swapaxes(1, 2)):
        steps = np.abs(np.diff(planes, axis=2))
        on = steps[..., BLOCK_PX - 1 :: BLOCK_PX].mean()
        off = steps.mean()
        yield math.log2(float(on) + 0.1) - math.log2(float(off) + 0.1)
        yield math.log2(float(off) + 0.1)
        yield float((steps < 1).mean())
        yield float((steps > 64).mean())


def _luma(planes: Floats) -> Iterator[float]:
    spectra = _spectra(planes)
    yield from _shares(spectra, THRESHOLDS, BANDS)
    energy = np.square(spectra)
    energy[:, 0] = 0
    yield from _spread(np.log2(energy.sum(axis=1) / 64 + 0.1))
    for quality in TRIALS:
        yield from _coded(spectra, energy, _steps(quality))


def _shares(
    spectra: Floats, thresholds: tuple[float, ...], bands: tuple[tuple[int, int], ...]
) -> Iterator[float]:
    """Share of a band's coefficients above a size: its fourth root, so that rare ones count."""
    sizes = np.abs(spectra)
    for first, last in bands:
        band = sizes[:, (_sums() >= first) & (_sums() <= last)]
        for threshold in thresholds:
            yield float((band > threshold).mean()) ** 0.25


def _coded(spectra: Floats, energy: Floats, steps: Floats) -> Iterator[float]:
    """Bits that the quantised block needs at least, and how unlike the block what is left is."""
    levels = np.rint(spectra / steps)
    levels[:, 0] = 0
    yield math.log2(float(np.log2(1 + np.abs(levels)).sum(axis=1).mean()) + 0.02)
    left = levels * steps
    kept, shared = np.square(left), left * spectra
    for low in LOW_SUMS:
        of = _sums() < low
        before, after = energy[:, of].sum(axis=1), kept[:, of].sum(axis=1)
        likeness = (2 * shared[:, of].sum(axis=1) + 64 * SSIM_C2) / (before + after + 64 * SSIM_C2)
        error = np.maximum(0, 1 - likeness)
        yield math.log2(float(error.mean()) + 1e-4)
        yield math.log2(float(np.mean(error**4)) ** 0.25 + 1e-3)


def _chroma(plane: Floats) -> Iterator[float]:
    spectra = _spectra(plane)
    yield from _shares(spectra, CHROMA_THRESHOLDS, CHROMA_BANDS)
    energy = np.square(spectra[:, 1:]).sum(axis=1) / 64
    yield from _spread(np.log2(energy + 0.1))


def _colours(blue: Floats, red: Floats) -> Iterator[float]:
    strength = np.sqrt(np.square(blue) + np.square(red))
    yield float(strength.mean()) / 16
    yield float((strength > 24).mean())


def _spread(values: Floats) -> Iterator[float]:
    yield from (float(q) for q in np.quantile(values, SPREAD))
    yield float(values.mean())


def _repeats(tiles: Pixels) -> Iterator[float]:
    """What prediction from neighbours gains: blocks of one colour, and colours of the picture."""
    count = tiles.shape[0]
    blocks = tiles.reshape(count, 4, BLOCK_PX, 4, BLOCK_PX, 3).swapaxes(2, 3)
    blocks = blocks.reshape(-1, BLOCK_PX * BLOCK_PX, 3)
    range_of = (blocks.max(axis=1).astype(np.int16) - blocks.min(axis=1)).max(axis=1)
    for most in (0, 4, 16):
        yield float((range_of <= most).mean())
    codes = (blocks >> 3).astype(np.int32)
    keys = codes[..., 0] << 10 | codes[..., 1] << 5 | codes[..., 2]
    used = np.count_nonzero(np.bincount(keys.ravel(), minlength=1 << 15))
    yield math.log2(used + 1)
    colours = np.sort(keys, axis=1)
    distinct = 1 + (np.diff(colours, axis=1) != 0).sum(axis=1)
    yield from (float(q) for q in np.quantile(np.log2(distinct), (0.25, 0.5, 0.75)))
