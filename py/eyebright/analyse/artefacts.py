"""Which faults a picture already carries: JPEG's quality, blocks, noise, blur and banding.

The pixels are reduced here to the statistics below, and a small network reads those. They are taken
at full resolution, over tiles spread evenly, at the phase of the 8x8 grid that the pixels show, so
that a crop of a JPEG file, or a PNG made of one, is seen as well.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from eyebright.analyse.proxy import on_white
from eyebright.analyse.spectra import luma_of, spectrum_of
from eyebright.quantisation import BLOCK_PX, STANDARD_LUMA, ZIGZAG, scaled
from eyebright.values import Artefacts

NAME = "artefacts"

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Tensor = npt.NDArray[np.generic]

TILE_PX = 128
MOST_TILES_PX = 8 * TILE_PX * TILE_PX
"""Pixels looked at: two thousand blocks settle the shares, and cost 15 ms in the page."""

LEAST_PX = 3 * BLOCK_PX
"""A side below this shows no grid; nothing is told of such a picture."""

QUALITIES = (*range(5, 50, 2), *range(50, 100))
"""Of libjpeg's scale: neighbours' steps differ by some 6 %, fine enough for each to stand out."""

LOW = tuple((u, d - u) for d in range(1, 4) for u in range(d + 1))
MIDDLE = tuple((u, d - u) for d in range(4, 7) for u in range(d + 1) if d < 6 or u in (2, 3, 4))
"""Frequencies (row, column) whose quantisation is looked for: the ones that are seldom zero."""

BINS_PER_STEP = 2
MOST_COEFFICIENT = 128
"""Coefficients are counted in bins of a half up to this size; larger ones are rare."""

MOST_DC = 1024
"""Half the range of a block's first coefficient: 8 * 128."""

SMALLEST_SEEN = 1.5
"""A coefficient below this may be zero but for rounding."""

ROUNDING = 0.5
"""Standard deviation of a coefficient about its step's multiple: pixels were rounded twice."""

STRAY = 0.1
"""Share of coefficients that sit anywhere. With these two and DC_WEIGHT the likeliest quality alone
was off by 1.5 on average on shifted crops of sixty pictures (measured)."""

DC_WEIGHT = 0.3
"""Of the first coefficients' evidence: neighbouring blocks often have the same one."""

SOME_EVIDENCE = 64
"""Coefficients; below about so many no quality is likelier than another."""

ZERO = 0.75

CORNER_CLIP = (2.0, 16.0)
"""Corner differences above this are the picture's own edges: at 2 of 255 the grid's phase was found
on every picture up to quality 95 and on 94 % at 97, far more than by column sums (measured)."""

BANDS = ((1, 3), (4, 7), (8, 10), (11, 14))
"""Diagonals of the coefficients, from coarse to the finest detail."""

MOSTLY = 0.97
"""Share of clipped blocks from which energies are taken of all blocks; else only of the others,
since noise is cut where pixels are clipped."""

SHARES = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)
"""Quantiles of the blocks' energy: noise shows in the quietest, blur in the liveliest."""

REACHES_PX = (1, 2, 4)
"""Distances whose steep differences are compared: a blurred edge grows with them."""

STEEP = (0.9, 0.99, 0.999)

FLAT = 0.5
LEVEL = 1.5
"""Luma differences that count as none, exactly and after a fine re-encode."""

NEIGHBOURS = 4
"""Places about the likeliest quality that do not count as another."""

STEPS = (0, 1, 2, 3, 5, 9, 17)
"""Borders of the classes of steps between two flat stretches, in luma levels."""

PEAK = 0
"""Place of the likeliest quality, by all coefficients, among the features."""

EVEN = 1e-5
"""Log likelihoods, a coefficient, this near are even: float32 sums of them differ by host."""

ROUND_NOISE_CENTI = 5
ROUND_PERMILLE = 5
"""Facts are rounded to these steps, far coarser than the hosts' differences in arithmetic."""

NOISE_OFFSET = 0.5
"""The network tells the logarithm of sigma plus this, so that none is a number, too."""

MOST_SIGMA = 50.0


def prepare(picture: npt.NDArray[np.uint8]) -> dict[str, Tensor]:
    """`features` (1, n) float32 of a picture (h, w, 3 or 4) uint8, both sides at least 24 pixels.

    Transparent pixels are seen on white: colours that they hide show no fault.
    """
    tiles = on_white(_tiles(picture))
    luma = luma_of(tiles)
    corners = [_corners(luma, clip) for clip in CORNER_CLIP]
    phase = _phase(corners[0])
    coefficients = _dct(luma, phase)
    clipped = _clipped(tiles, phase)
    features = [
        *_likely_qualities(coefficients, clipped),
        *_zeros(coefficients),
        *_energies(coefficients if clipped.mean() > MOSTLY else coefficients[:, :, ~clipped]),
        *_grid(corners, phase),
        *_steepness(luma),
        *_plateaus(luma[::2]),
        *_comb(tiles),
    ]
    return {"features": np.asarray([features], np.float32)}


def is_large_enough(picture: npt.NDArray[np.uint8]) -> bool:
    return bool(min(picture.shape[:2]) >= LEAST_PX)


def read(outputs: Mapping[str, Tensor]) -> Artefacts:
    """The network's `faults` (1, 6): quality/100, JPEG, blocks, log noise, blur, banding."""
    told = [float(value) for value in np.asarray(outputs["faults"]).ravel()]
    quality, jpeg, blocks, log_noise, blur, banding = told
    sigma = min(max(float(np.exp(min(log_noise, 5.0))) - NOISE_OFFSET, 0.0), MOST_SIGMA)
    return Artefacts(
        jpeg_quality=min(max(round(100 * quality), 1), 100) if jpeg >= 0.5 else 0,
        blockiness_permille=_permille(blocks),
        noise_centi=round(100 * sigma / ROUND_NOISE_CENTI) * ROUND_NOISE_CENTI,
        blur_permille=_permille(blur),
        banding_permille=_permille(banding),
    )


def fallback(source_quality: int) -> Artefacts:
    """What a JPEG file's own quantisation tables tell: its quality, and nothing else."""
    return Artefacts(
        jpeg_quality=source_quality,
        blockiness_permille=0,
        noise_centi=0,
        blur_permille=0,
        banding_permille=0,
    )


def _permille(share: float) -> int:
    return round(1000 * min(max(share, 0.0), 1.0) / ROUND_PERMILLE) * ROUND_PERMILLE


def _tiles(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """(n, th, tw, 3 or 4) tiles spread evenly, each on a multiple of eight pixels."""
    height, width = picture.shape[:2]
    tall = min(TILE_PX, height // BLOCK_PX * BLOCK_PX)
    wide = min(TILE_PX, width // BLOCK_PX * BLOCK_PX)
    rows, columns = height // tall, width // wide
    places = [
        (row * (height - tall) // max(rows - 1, 1), column * (width - wide) // max(columns - 1, 1))
        for row, column in _chosen(rows, columns, MOST_TILES_PX // (tall * wide))
    ]
    on_grid = [(y // BLOCK_PX * BLOCK_PX, x // BLOCK_PX * BLOCK_PX) for y, x in places]
    return np.stack([picture[y : y + tall, x : x + wide] for y, x in on_grid])


def _chosen(rows: int, columns: int, most: int) -> list[tuple[int, int]]:
    """At most `most` cells of a grid, spread over its rows and, by the golden ratio, columns."""
    if rows * columns <= most:
        return [(row, column) for row in range(rows) for column in range(columns)]
    golden = (5**0.5 - 1) / 2
    cells = ((i * rows // most, int(i * golden % 1 * columns)) for i in range(most))
    return sorted(set(cells))


def _corners(luma: Floats, clip: float) -> Floats:
    """(8, 8) mean of the mixed second difference at each phase of the grid (row, column)."""
    across = luma[:, :, 1:] - luma[:, :, :-1]
    mixed = np.minimum(np.abs(across[:, 1:] - across[:, :-1]), np.float32(clip))
    sums = mixed.sum(axis=0, dtype=np.float64)  # phases are those of every tile
    sums = np.pad(sums, ((1, 0), (1, 0)))  # the difference before a tile's first pixel is not known
    height, width = sums.shape
    counts = np.zeros_like(sums)
    counts[1:, 1:] = len(luma)
    shape = (height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    means = sums.reshape(shape).sum(axis=(0, 2)) / counts.reshape(shape).sum(axis=(0, 2))
    rounded: Floats = means.astype(np.float32)
    return rounded


def _phase(corners: Floats) -> tuple[int, int]:
    """Row and column, 0 to 7, at which blocks begin; (0, 0) where nothing shows it, too."""
    return int(corners.mean(axis=1).argmax()), int(corners.mean(axis=0).argmax())


def _dct(luma: Floats, phase: tuple[int, int]) -> Floats:
    """(8, 8, n) orthonormal DCT-II of the blocks at that phase, exact but for the basis."""
    y, x = phase
    return spectrum_of(luma[:, y:, x:])


def _clipped(tiles: npt.NDArray[np.uint8], phase: tuple[int, int]) -> Mask:
    """(n) which blocks at that phase have a pixel of 0 or 255 in some channel."""
    y, x = phase
    count, tall, wide = tiles.shape[:3]
    rows, columns = (tall - y) // BLOCK_PX, (wide - x) // BLOCK_PX
    part = tiles[:, y : y + rows * BLOCK_PX, x : x + columns * BLOCK_PX]
    ends = (part == 0) | (part == 255)
    pixels = ends[..., 0] | ends[..., 1] | ends[..., 2]
    grid = pixels.reshape(count, rows, BLOCK_PX, columns * BLOCK_PX).any(axis=2)
    blocks: Mask = grid.reshape(count, rows, columns, BLOCK_PX).any(axis=3).ravel()
    return blocks


def _likely_qualities(coefficients: Floats, clipped: Mask) -> list[float]:
    """Log likelihood of each quality's steps against no quantisation, a coefficient, and its peak.

    Only blocks without a clipped pixel count: there, decoding loses what quantisation left.
    """
    kept = coefficients[:, :, ~clipped]
    first = np.clip(np.rint(kept[0, 0]), 0, 2 * MOST_DC - 1).astype(np.int64)
    counts = np.bincount(first, minlength=2 * MOST_DC).astype(np.float32)
    by_group = [np.float32(DC_WEIGHT) * (counts @ _dc_evidence())]
    evidence = DC_WEIGHT * len(first) + SOME_EVIDENCE
    features = [float(clipped.mean()), float(np.log10(len(first) + 1))]
    for group in (LOW, MIDDLE):
        seen = _seen_counts(np.abs(np.stack([kept[place] for place in group])))
        by_group.append(seen @ _evidence(group))
        features.append(float(np.log10(seen.sum() + 1)))
        evidence += float(seen.sum())
    total = by_group[0] + by_group[1] + by_group[2]
    peaks = [part for told in (total, *by_group) for part in _peak(told, evidence)]
    return [*peaks, *features, *(float(one) for one in total / np.float32(evidence))]


def _peak(told: Floats, evidence: float) -> tuple[float, float, float]:
    """The likeliest quality/100, its log likelihood, and how far above all others it is."""
    best = int((told >= told.max() - EVEN * evidence).argmax())
    apart = np.abs(np.arange(len(told)) - best) > NEIGHBOURS
    over = float(told[best] - told[apart].max())
    return QUALITIES[best] / 100, float(told[best]) / evidence, over / evidence


def _seen_counts(magnitudes: Floats) -> Floats:
    """Histograms of magnitudes (group, n), one after the other, without what may be zero."""
    bins = MOST_COEFFICIENT * BINS_PER_STEP
    codes = np.minimum(np.rint(magnitudes * BINS_PER_STEP), bins - 1).astype(np.int64)
    codes += bins * np.arange(len(codes))[:, None]
    counts = np.bincount(codes.ravel(), minlength=bins * len(codes)).reshape(-1, bins)
    counts[:, : round(SMALLEST_SEEN * BINS_PER_STEP)] = 0
    counts[:, -1] = 0  # and without what lies above
    flat: Floats = counts.astype(np.float32).ravel()
    return flat


@functools.cache
def _evidence(group: tuple[tuple[int, int], ...]) -> Floats:
    """(group * bins, qualities): what a coefficient in that bin says for each quality."""
    centres = np.arange(MOST_COEFFICIENT * BINS_PER_STEP) / BINS_PER_STEP
    return np.concatenate([_log_ratios(centres, place) for place in group])


@functools.cache
def _dc_evidence() -> Floats:
    """As `_evidence`, of the first coefficient, whose zero is a grey of 128."""
    return _log_ratios(np.arange(2.0 * MOST_DC) - MOST_DC, (0, 0))


def _log_ratios(centres: npt.NDArray[np.float64], place: tuple[int, int]) -> Floats:
    """(centres, qualities): ln of how much likelier a coefficient there is if it was quantised."""
    base = (STANDARD_LUMA[ZIGZAG.index(place)],)
    steps = np.array([float(scaled(quality, base)[0]) for quality in QUALITIES])
    gaps = centres[:, None] - np.rint(centres[:, None] / steps) * steps
    peaks = sum(np.exp(-(((gaps + near * steps) / ROUNDING) ** 2) / 2) for near in (-1, 0, 1))
    density = peaks * steps / (ROUNDING * np.sqrt(2 * np.pi))
    ratios: Floats = np.log((1 - STRAY) * density + STRAY).astype(np.float32)
    return ratios


def _zeros(coefficients: Floats) -> list[float]:
    """Shares of coefficients that may be zero, by their diagonal."""
    zero = (np.abs(coefficients) < np.float32(ZERO)).mean(axis=2)
    flipped = zero[:, ::-1]
    return [
        float(np.diagonal(flipped, BLOCK_PX - 1 - d).mean()) for d in range(1, 2 * BLOCK_PX - 1)
    ]


def _energies(coefficients: Floats) -> list[float]:
    """Logarithms of quantiles of the blocks' energy in each band, as standard deviations."""
    squares = (coefficients * coefficients).reshape(BLOCK_PX * BLOCK_PX, -1)
    diagonals = np.add.outer(np.arange(BLOCK_PX), np.arange(BLOCK_PX)).ravel()
    features = []
    for least, most in BANDS:
        within = ((diagonals >= least) & (diagonals <= most)).astype(np.float32)
        energy = np.sort((within @ squares) / within.sum())
        places = [int(share * (len(energy) - 1)) for share in SHARES]
        features += list(np.log(np.sqrt(energy[places]) + np.float32(0.05)))
    return [float(feature) for feature in features]


def _grid(corners: list[Floats], phase: tuple[int, int]) -> list[float]:
    """How far the strongest row and column of corners stand out, and whether they are the first."""
    features = [float(phase[0] == 0), float(phase[1] == 0)]
    for means in corners:
        for line in (means.mean(axis=1), means.mean(axis=0)):
            ranked = np.sort(line)
            rest = float(ranked[:-1].mean())
            spread = float(ranked[-2] - ranked[0])
            stands_out = float(ranked[-1]) - rest
            features += [stands_out / (rest + 0.02), np.log((stands_out + 1e-3) / (spread + 1e-3))]
        features.append(np.log(float(means.mean()) + 0.01))
    return [float(feature) for feature in features]


def _steepness(luma: Floats) -> list[float]:
    """Logarithms of the steepest differences at each reach, over every fourth row."""
    rows = luma[:, ::4]
    features = []
    for reach in REACHES_PX:
        steps = np.abs(rows[:, :, reach:] - rows[:, :, :-reach]).ravel()
        places = [int(share * (steps.size - 1)) for share in STEEP]
        features += list(np.log(np.partition(steps, places)[places] + np.float32(0.5)))
    return [float(feature) for feature in features]


def _plateaus(luma: Floats) -> list[float]:
    """Shares of flat pixels, and of steps of each size between two flat stretches."""
    shares = np.zeros(2 * (len(STEPS) + 1))
    for lines in (luma, luma.swapaxes(1, 2)):
        steps = np.abs(lines[:, :, 1:] - lines[:, :, :-1])
        for place, limit in enumerate((FLAT, LEVEL)):
            flat = steps < np.float32(limit)
            alone = steps[:, :, 2:-2][
                flat[:, :, :-4] & flat[:, :, 1:-3] & flat[:, :, 3:-1] & flat[:, :, 4:]
            ]
            sizes = np.minimum(np.rint(alone), 32).astype(np.int64)
            counts = np.add.reduceat(np.bincount(sizes, minlength=33), STEPS)
            at = place * (len(STEPS) + 1)
            shares[at] += flat.mean() / 2
            shares[at + 1 : at + 1 + len(STEPS)] += counts / steps.size / 2
    return [float(np.log10(share + 1e-5)) for share in shares]


def _comb(tiles: npt.NDArray[np.uint8]) -> list[float]:
    """Gaps and roughness of green's histogram where most of its pixels lie."""
    counts = np.bincount(tiles[::2, ..., 1].ravel(), minlength=256)
    below = np.cumsum(counts) / counts.sum()
    first, last = int((below < 0.02).sum()), int((below < 0.98).sum())
    inner = counts[first : last + 1]
    gaps = float((inner == 0).mean())
    rough = float(np.abs(np.diff(inner)).sum() / inner.sum()) if len(inner) > 1 else 0.0
    return [gaps, rough, len(inner) / 256]
