"""What makes a picture dear or cheap to encode: the spectrum of its blocks, and what coding costs.

The pixels are those that will be encoded, at their final size. Of a large picture, blocks spread
evenly over it are looked at. Most numbers are of the discrete cosine transform of 8 x 8 blocks, as
JPEG takes it (ITU-T T.81, A.3.3): how much a quantiser leaves, and how far the structure of what it
leaves is from the block (SSIM's contrast and structure, by Parseval's theorem from coefficients).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from eyebright.analyse.spectra import in_parts, luma_of, spectrum_of
from eyebright.pixels import Pixels
from eyebright.quantisation import BLOCK_PX, by_rows, scaled

Floats = npt.NDArray[np.float32]

TILE_PX = 32
"""Side of what is looked at: four blocks each way at full size, one at a quarter of it."""

MAX_TILES = 200
"""0.2 megapixels of any picture."""

LEARNT_SIDE_PX = 1600
"""Longest side of what the predictors learnt from; larger ones are told as so large."""

RESOLUTIONS_PX = (480, 720, 1080)
"""Shorter sides from which on libaom spares itself work (av1/encoder/speed_features.c)."""

SCALES = 3
"""Full size, halves and quarters."""

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

MOST_LEVEL = BLOCK_PX * 256
"""No coefficient of 8-bit pixels is larger, and no step smaller than 1."""

SSIM_C2 = 58.5
"""(0.03 x 255)^2 of SSIM (Wang et al. 2004), per pixel."""

SPREAD = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that tell how a block's quantity is spread over the picture."""

CHROMA = {2: 0.564, 0: 0.713}
"""Channels of RGB whose difference from the luma are JFIF's colours, blue and red, and the factors
(JFIF 1.02: 1 / 1.772 and 1 / 1.402)."""

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
        *(value for planes in _reduced(luma) for value in _luma(planes)),
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
    luma = luma_of(tiles)
    cb, cr = (
        in_parts((tiles[..., channel] - luma) * np.float32(weight))
        for channel, weight in CHROMA.items()
    )
    return luma - 128, _halved(cb), _halved(cr)


def _reduced(planes: Floats) -> Iterator[Floats]:
    """Full size, halves and quarters: errors of low frequencies are seen at those."""
    for at in range(SCALES):
        if at:
            planes = _halved(planes)
        yield planes


def _halved(planes: Floats) -> Floats:
    """Means of 2 x 2 pixels, as exact as the pixels are."""
    rows = planes[:, ::2] + planes[:, 1::2]
    return in_parts((rows[:, :, ::2] + rows[:, :, 1::2]) * np.float32(0.25))


def _spectra(planes: Floats) -> Floats:
    """(64, blocks) coefficients of the orthonormal transform, in the order of `_order`."""
    return spectrum_of(planes).reshape(BLOCK_PX * BLOCK_PX, -1)[_order()]


@functools.cache
def _order() -> npt.NDArray[np.intp]:
    """Coefficients, numbered row by row, by the sum of row and column: bands lie together."""
    n = np.arange(BLOCK_PX)
    return np.argsort((n[:, None] + n[None]).ravel(), kind="stable")


def _below(total: int) -> int:
    """How many coefficients have a smaller sum of row and column."""
    return sum(min(at + 1, 2 * BLOCK_PX - 1 - at) for at in range(min(total, 2 * BLOCK_PX - 1)))


@functools.cache
def _steps(quality: int) -> Floats:
    """(64, 1) the luma table of libjpeg, ordered as spectra; its transform is orthonormal, too."""
    steps = np.array(by_rows(scaled(quality)), np.float32).ravel()
    return steps[_order(), None]


@functools.cache
def _level_bits() -> Floats:
    """Least bits of each quantised size."""
    return np.log2(1 + np.arange(MOST_LEVEL + 1, dtype=np.float32))


def _sizes(pixels: Pixels) -> Iterator[float]:
    height, width = (min(side, LEARNT_SIDE_PX) for side in pixels.shape[:2])
    yield math.log2(height * width)
    yield math.log2(min(height, width))
    yield from (float(min(pixels.shape[:2]) >= side) for side in RESOLUTIONS_PX)


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
    energy[0] = 0
    sums = _low_sums(energy)
    yield from _spread(np.log2(sums[0] / 64 + 0.1))
    for quality in TRIALS:
        yield from _coded(spectra, sums, _steps(quality))


def _low_sums(values: Floats) -> list[Floats]:
    """Of each block, sums over the coefficients below each of LOW_SUMS."""
    ends = [0, *(_below(low) for low in reversed(LOW_SUMS))]
    parts = (values[first:last].sum(axis=0) for first, last in itertools.pairwise(ends))
    return list(itertools.accumulate(parts))[::-1]


def _shares(
    spectra: Floats, thresholds: tuple[float, ...], bands: tuple[tuple[int, int], ...]
) -> Iterator[float]:
    """Share of a band's coefficients above a size: its fourth root, so that rare ones count."""
    sizes = np.abs(spectra)
    for first, last in bands:
        band = sizes[_below(first) : _below(last + 1)]
        for threshold in thresholds:
            yield (np.count_nonzero(band > threshold) / band.size) ** 0.25


def _coded(spectra: Floats, energy: list[Floats], steps: Floats) -> Iterator[float]:
    """Bits that the quantised block needs at least, and how unlike the block what is left is."""
    levels = np.rint(spectra / steps)
    levels[0] = 0
    bits = _level_bits()[np.abs(levels).astype(np.intp)].sum(axis=0)
    yield math.log2(float(bits.mean()) + 0.02)
    left = levels * steps
    kept, shared = _low_sums(np.square(left)), _low_sums(left * spectra)
    for before, after, both in zip(energy, kept, shared, strict=True):
        likeness = (2 * both + 64 * SSIM_C2) / (before + after + 64 * SSIM_C2)
        error = np.maximum(0, 1 - likeness)
        yield math.log2(float(error.mean()) + 1e-4)
        yield math.log2(float(np.mean(np.square(np.square(error)))) ** 0.25 + 1e-3)


def _chroma(plane: Floats) -> Iterator[float]:
    spectra = _spectra(plane)
    yield from _shares(spectra, CHROMA_THRESHOLDS, CHROMA_BANDS)
    energy = np.square(spectra[1:]).sum(axis=0) / 64
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
    side = TILE_PX // BLOCK_PX
    parts = tiles.reshape(-1, side, BLOCK_PX, side, BLOCK_PX, 3)
    pixels = parts.transpose(2, 4, 5, 0, 1, 3).reshape(BLOCK_PX * BLOCK_PX, 3, -1)
    range_of = (pixels.max(axis=0) - pixels.min(axis=0)).max(axis=0)
    for most in (0, 4, 16):
        yield float((range_of <= most).mean())
    red, green, blue = (pixels >> 3).astype(np.int16).swapaxes(0, 1)
    keys = red << 10 | green << 5 | blue
    used = np.count_nonzero(np.bincount(keys.ravel(), minlength=1 << 15))
    yield math.log2(used + 1)
    colours = np.sort(keys, axis=0)
    distinct = 1 + (colours[1:] != colours[:-1]).sum(axis=0)
    yield from (float(q) for q in np.quantile(np.log2(distinct), (0.25, 0.5, 0.75)))
