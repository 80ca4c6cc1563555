"""IW-SSIM: MS-SSIM on the bands of a Laplacian pyramid, weighed by how much there is to see.

Source: Wang and Li, Information content weighting for perceptual image quality assessment, IEEE
TIP 20(5), 2011, as the authors' program `iwssim.m` has it: where a neighbourhood of the reference
shares much information with what is seen of it, its error counts much. Near the threshold of
visibility it is among the metrics that agree best with people.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from eyebright.metrics.planes import Plane, luma_grounds
from eyebright.metrics.score import mirrored
from eyebright.metrics.ssim import EXPONENTS, WINDOW_PX, similarity, windowed

Floats: TypeAlias = npt.NDArray[Any]

BINOMIAL = np.array([1, 4, 6, 4, 1]) / 16 * math.sqrt(2)
"""Filter of the pyramid along one axis (`binom5` of the authors' matlabPyrTools)."""

NEIGHBOURHOOD_PX = 3
"""Side of the blocks whose information is measured (2011, section IV)."""

NOISE = 0.4
"""Variance of the eye's own noise (2011, section IV; `sigma_nsq`)."""

SMALLEST_PX = (WINDOW_PX - 1 << len(EXPONENTS) - 1) + 1
"""A side that holds one window at the coarsest band; smaller pictures are continued by their
mirror image."""

TINY = 1e-15
"""Variances up to it are none (the authors' `tol`)."""


def iw_ssim(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> float:
    """Of luma: 1 is the same, 0 has nothing of the structure left.

    Not symmetric: the reference tells where to look. A band whose structure is the opposite of
    the reference's counts as 0. What is taken and refused is told in `planes`.
    """
    return min(_over_bands(a, b) for a, b in luma_grounds(reference, distorted))


def _over_bands(a: Plane, b: Plane) -> float:
    a_bands, b_bands = (
        _pyramid(mirrored(plane, SMALLEST_PX).astype(np.float64)) for plane in (a, b)
    )
    exponents = np.array(EXPONENTS) / sum(EXPONENTS)
    last = len(a_bands) - 1
    product = 1.0
    for k, (one, other) in enumerate(zip(a_bands, b_bands, strict=True)):
        brightness, structure = similarity(one, other)
        if k == last:
            similar = float(np.mean(brightness * structure))
        else:
            parent = a_bands[k + 1] if k + 1 < last else None
            weights = _information(one, other, parent)
            similar = float(np.average(structure, weights=weights if weights.any() else None))
        product *= max(0.0, similar) ** exponents[k]
    return product


def _pyramid(plane: Floats) -> list[Floats]:
    """Differences of the finer scales, the finest first, and the coarsest scale itself."""
    bands = []
    for _ in EXPONENTS[1:]:
        smaller = _filtered(_filtered(plane)[::2].T)[::2].T
        bands.append(plane - _enlarged(smaller, plane.shape))
        plane = smaller
    return [*bands, plane]


def _filtered(plane: Floats) -> Floats:
    """Down the columns, whose ends are mirrored without repeating the last pixel."""
    reach = len(BINOMIAL) // 2
    padded = np.pad(plane, ((reach, reach), (0, 0)), mode="reflect")
    return _sum(tap * padded[k : k + len(plane)] for k, tap in enumerate(BINOMIAL))


def _enlarged(smaller: Floats, shape: tuple[int, ...]) -> Floats:
    spaced = np.zeros(shape)
    spaced[::2, ::2] = smaller
    return _filtered(_filtered(spaced).T).T


def _information(a: Floats, b: Floats, parent: Floats | None) -> Floats:
    """Bits shared by what is in the reference and what is seen of both, where windows fit.

    None where the reference's band is flat: then every place counts alike.
    The reference is modelled as a Gaussian scale mixture over each neighbourhood and its parent in
    the coarser band, the distorted band as its gain times that, plus noise (2011, section III).
    """
    gain, rest = _channel(a, b)
    vectors = _neighbourhoods(a, parent)
    values, axes = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    kept = values > values[-1] * TINY
    if not kept.any():
        return np.zeros_like(_crop(gain))
    along = vectors @ axes[:, kept]
    scale = (along**2 / values[kept]).sum(axis=1).reshape(gain.shape) / vectors.shape[1]
    wide = (rest + (1 + gain**2) * NOISE) * scale
    bits = _sum(np.log2(1 + (wide * value + NOISE * rest) / NOISE**2) for value in values[kept])
    return _crop(np.maximum(bits, 0))


def _channel(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """By neighbourhood: the gain from a to b, and the variance of b that it does not explain."""
    taps = np.full(NEIGHBOURHOOD_PX, 1 / NEIGHBOURHOOD_PX)
    mean_a, mean_b = windowed(a, taps), windowed(b, taps)
    own = np.maximum(windowed(a * a, taps) - mean_a**2, 0)
    other = np.maximum(windowed(b * b, taps) - mean_b**2, 0)
    shared = windowed(a * b, taps) - mean_a * mean_b
    gain = np.where(own > TINY, shared / (own + TINY), 0)
    rest = np.where(own > TINY, other - gain * shared, other)
    silent = other <= TINY
    return np.where(silent, 0, gain), np.where(silent, 0, rest)


def _neighbourhoods(a: Floats, parent: Floats | None) -> Floats:
    """(N, 9), or with a parent (N, 10): the pixels around each inner pixel."""
    around = np.lib.stride_tricks.sliding_window_view(a, (NEIGHBOURHOOD_PX, NEIGHBOURHOOD_PX))
    vectors = around.reshape(-1, NEIGHBOURHOOD_PX**2)
    if parent is None:
        return vectors
    above = _twice(parent)[: a.shape[0], : a.shape[1]][1:-1, 1:-1]
    return np.concatenate([vectors, above.reshape(-1, 1)], axis=1)


def _twice(band: Floats) -> Floats:
    """Twice as large, bilinear as the authors do it (`imenlarge2`): by way of 4 H - 3 rows."""
    return _twice_down(_twice_down(band).T).T


def _twice_down(band: Floats) -> Floats:
    height = len(band)
    fine = 4 * height - 3
    places = np.clip((np.arange(fine) + 0.5) * height / fine - 0.5, 0, height - 1)
    above = np.minimum(places.astype(np.intp), height - 2)
    part = (places - above)[:, None]
    inner = band[above] * (1 - part) + band[above + 1] * part
    first, last = 2 * inner[0] - inner[1], 2 * inner[-1] - inner[-2]
    whole: Floats = np.concatenate([first[None], inner, last[None]])[::2]
    return whole


def _crop(inner: Floats) -> Floats:
    """To where the windows of `similarity` have their middles."""
    margin = (WINDOW_PX - NEIGHBOURHOOD_PX) // 2
    return inner[margin:-margin, margin:-margin]


def _sum(terms: Any) -> Floats:
    total: Floats = sum(terms)
    return total
