"""Which pictures are the same? By their bytes, or to the eye by PDQ, a perceptual hash.

PDQ after its description by Facebook (ThreatExchange, pdq/README and hashing.pdf, 2019): luma, two
passes of a box filter each way, 64 x 64 samples, the 16 x 16 lowest frequencies of the DCT without
the constant ones, one bit for each above the median. Hashes of mirrored and turned pictures follow
from the same coefficients. It holds for other formats, sizes and brightness, not for crops.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from eyebright.host import icc
from eyebright.host.base import Pixels
from eyebright.pixels import LUMA
from eyebright.records import Record

NEAR_BITS = 31
"""Bits of 256 that duplicates differ in at most (PDQ's own recommendation)."""

LEAST_QUALITY = 50
"""Pictures of less are too plain to be told apart (PDQ's own recommendation: drop up to 49)."""

SAMPLES, FREQUENCIES = 64, 16

WORKED_PX = 512
"""Every picture is brought to this side first. The reference tool does so only with larger ones, by
taking the nearest pixel (ThreatExchange, pdq/cpp/io/pdqio.cpp), which is done here alike, so that
their hashes are the published ones. Its filter moves smaller ones by a share of their size, which
costs a copy of half the size up to 34 bits (measured): those are enlarged here."""

BACKGROUND = 255.0
"""What lies under transparent pixels: white, as most pages are."""

QUALITY_DIVISOR = 90
"""The sum of gradients, in hundredths of the full range, that counts as one step of quality."""

Plane = npt.NDArray[np.float64]


class Fingerprint(Record):
    """What a picture is recognised by."""

    sha256: str = ""
    pdq: str
    """64 hexadecimal digits."""
    turned: tuple[str, ...] = ()
    """The hashes of the picture turned by 90, 180 and 270 degrees, and of these four mirrored."""
    quality: int
    """0 to 100; below LEAST_QUALITY the hash tells nothing."""


class Duplicate(Record):
    """Two pictures, by their places in what was given, that are the same."""

    first: int
    second: int
    kind: str
    """exact: the same bytes; near: the same to the eye; turned: so after turning or mirroring."""
    distance: int
    """Bits of 256."""


def fingerprint(pixels: Pixels, *, sha256: str = "", profile: bytes = b"") -> Fingerprint:
    """Of upright pixels, (H, W, 3 or 4) uint8, in `profile` or sRGB.

    Bits may differ between hosts by one or two.
    """
    samples = _sampled(_worked(pixels, profile))
    hashes = [_bits(turn) for turn in _dihedral(_coefficients(samples))]
    return Fingerprint(
        sha256=sha256, pdq=hashes[0], turned=tuple(hashes[1:]), quality=_quality(samples)
    )


def distance(first: str, second: str) -> int:
    """Bits in which two hashes differ: 0 to 256, about 128 for unlike pictures."""
    return (int(first, 16) ^ int(second, 16)).bit_count()


def find(prints: Sequence[Fingerprint]) -> list[Duplicate]:
    """For each picture its first like one before it, if any; in the order of the pictures."""
    found = (_first_like(prints, index) for index in range(len(prints)))
    return [duplicate for duplicate in found if duplicate is not None]


def _first_like(prints: Sequence[Fingerprint], second: int) -> Duplicate | None:
    """The closest: the same bytes, else the fewest bits."""
    pairs = [_pair(prints, first, second) for first in range(second)]
    return min((p for p in pairs if p is not None), key=_closeness, default=None)


def _closeness(duplicate: Duplicate) -> tuple[bool, int, int]:
    return duplicate.kind != "exact", duplicate.distance, duplicate.first


def _pair(prints: Sequence[Fingerprint], first: int, second: int) -> Duplicate | None:
    a, b = prints[first], prints[second]
    if a.sha256 and a.sha256 == b.sha256:
        return Duplicate(first=first, second=second, kind="exact", distance=0)
    if min(a.quality, b.quality) < LEAST_QUALITY:
        return None
    upright = distance(a.pdq, b.pdq)
    if upright <= NEAR_BITS:
        return Duplicate(first=first, second=second, kind="near", distance=upright)
    turned = min((distance(t, b.pdq) for t in a.turned), default=256)
    if turned <= NEAR_BITS:
        return Duplicate(first=first, second=second, kind="turned", distance=turned)
    return None


def _worked(pixels: Pixels, profile: bytes) -> Plane:
    """Luma, WORKED_PX a side: the nearest pixels of a larger picture, a smaller one enlarged."""
    height, width = pixels.shape[:2]
    if max(height, width) <= WORKED_PX:
        return _even(_even(_luma_of(icc.as_srgb(pixels, profile))).T).T
    rows, columns = (np.arange(WORKED_PX) * side // WORKED_PX for side in (height, width))
    return _luma_of(icc.as_srgb(pixels[rows].take(columns, axis=1), profile))


def _even(plane: Plane) -> Plane:
    """WORKED_PX rows, each the mean over its exact share of the rows given."""
    side = len(plane)
    sums = np.vstack([np.zeros((1, plane.shape[1])), np.cumsum(plane, axis=0)])
    places = np.arange(WORKED_PX + 1) * side / WORKED_PX
    whole = np.minimum(places.astype(np.intp), side - 1)
    share = (places - whole)[:, None]
    at = sums[whole] * (1 - share) + sums[whole + 1] * share
    means: Plane = np.diff(at, axis=0) * WORKED_PX / side
    return means


def _luma_of(pixels: Pixels) -> Plane:
    luma: Plane = pixels[..., :3] @ np.array(LUMA)
    if pixels.shape[2] == 3:
        return luma
    share = pixels[..., 3] / 255.0
    over: Plane = luma * share + BACKGROUND * (1 - share)
    return over


def _sampled(luma: Plane) -> Plane:
    """Two passes of the box filter along both sides, then the pixels at 64 x 64 places."""
    down, across = (_taps(side) for side in luma.shape)
    return _weighed(_weighed(luma, *down).T, *across).T


def _weighed(plane: Plane, rows: npt.NDArray[np.intp], weights: Plane) -> Plane:
    """The rows that each place is made of, by their weights."""
    parts = (plane[row] * weight[:, None] for row, weight in zip(rows, weights, strict=True))
    total: Plane = sum(parts)
    return total


@functools.cache
def _taps(side: int) -> tuple[npt.NDArray[np.intp], Plane]:
    """Of each of 64 places the rows that two passes of the filter reach, and their weights."""
    passed = _box(_box(np.eye(side), side), side)[_places(side)]
    first = (passed > 0).argmax(axis=1)
    most = int((passed > 0).sum(axis=1).max())
    rows = np.minimum(first + np.arange(most)[:, None], side - 1)
    weights = np.take_along_axis(passed, rows.T, axis=1).T
    ends = first + np.arange(most)[:, None] < side
    return rows, weights * ends


def _places(side: int) -> npt.NDArray[np.intp]:
    return ((np.arange(SAMPLES) + 0.5) * side / SAMPLES).astype(np.intp)


def _box(plane: Plane, side: int) -> Plane:
    """Running means down the columns; at the ends over what there is."""
    window = (side + 2 * SAMPLES - 1) // (2 * SAMPLES)
    half = (window + 2) // 2
    sums = np.vstack([np.zeros((1, plane.shape[1])), np.cumsum(plane, axis=0)])
    index = np.arange(side)
    start, stop = np.maximum(index + half - window, 0), np.minimum(index + half, side)
    means: Plane = (sums[stop] - sums[start]) / (stop - start)[:, None]
    return means


def _coefficients(samples: Plane) -> Plane:
    """The DCT's frequencies 1 to 16 down and across."""
    matrix = _dct()
    coefficients: Plane = matrix @ samples @ matrix.T
    return coefficients


@functools.cache
def _dct() -> Plane:
    frequency = np.arange(1, FREQUENCIES + 1)[:, None]
    place = 2 * np.arange(SAMPLES)[None, :] + 1
    matrix: Plane = math.sqrt(2 / SAMPLES) * np.cos(math.pi / (2 * SAMPLES) * frequency * place)
    return matrix


def _dihedral(coefficients: Plane) -> list[Plane]:
    """As given, turned anti-clockwise by 90, 180 and 270 degrees; then these four mirrored."""
    odd = np.where(np.arange(FREQUENCIES) % 2 == 0, -1.0, 1.0)  # frequency 1 stands first
    down, across = odd[:, None], odd[None, :]
    turns = [
        coefficients,
        coefficients.T * down,
        coefficients * down * across,
        coefficients.T * across,
    ]
    return [*turns, *(turn * across for turn in turns)]


def _bits(coefficients: Plane) -> str:
    """One bit for each coefficient above the lower median, the last one first, as hexadecimal."""
    values = coefficients.ravel()
    median = np.partition(values, values.size // 2 - 1)[values.size // 2 - 1]
    packed: Any = np.packbits(values > median, bitorder="little")
    return bytes(packed[::-1]).hex()


def _quality(samples: Plane) -> int:
    """How much there is to tell it by: the gradients' sum, cut to 100."""
    steps = [np.diff(samples, axis=axis) * 100 / 255 for axis in (0, 1)]
    total = sum(int(np.abs(np.trunc(step)).sum()) for step in steps)
    return min(100, total // QUALITY_DIVISOR)
