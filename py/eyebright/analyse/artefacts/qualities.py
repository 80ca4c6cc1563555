"""Which of libjpeg's qualities the blocks' coefficients were most likely quantised at."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from eyebright.analyse.spectra import Floats
from eyebright.quantisation import STANDARD_LUMA, ZIGZAG, scaled

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

NEIGHBOURS = 4
"""Places about the likeliest quality that do not count as another."""

EVEN = 1e-5
"""Log likelihoods, a coefficient, this near are even: float32 sums of them differ by host."""


def likely_qualities(coefficients: Floats, clipped: npt.NDArray[np.bool_]) -> list[float]:
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
