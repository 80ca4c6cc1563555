"""SSIMULACRA2 2.1: the public function, what it takes and refuses, and the final score.

Source of the definition and of every number: cloudinary/ssimulacra2 (BSD), the metric that
libjxl's own tool computes. The error norms come from `norms`, compiled or numpy.

Caveats. The reference blurs with a recursive filter in float32 whose round-off is worth up to
1.2 points on smooth pictures; here the same filter is computed exactly. Alpha on one side only
and small pictures are defined otherwise than there, see `ssimulacra2`.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from eyebright.errors import MetricError
from eyebright.metrics import norms
from eyebright.metrics.tiles import Norms, tile_norms, whole_norms
from eyebright.metrics.weights import WEIGHTS
from eyebright.pixels import Pixels

SIX_SCALES_PX = 113
"""The smallest side of a picture that has all six scales. Smaller ones are mirrored up to it:
the reference deals its weights out over the scales there are, so that they meet other norms.
Crops of photographs as JPEG of quality 30 score 61 at 113 pixels; the reference gives crops of
16, 48 and 64 pixels 89, 41 and 71, mirroring 63, 59 and 60 (measured, 18 crops each)."""

SMALLEST_REFERENCE_PX = 8
"""Below it the reference refuses."""

Small = Literal["mirror", "reference"]

BACKGROUNDS = (0.1, 0.9)
"""Encoded grey under transparent pictures (ssimulacra2_main.cc); the worse score counts."""

SMALLEST_WEIGHT = 0.01
"""Maps with smaller weights only are not computed. All of them together moved the score by at
most 0.0014 on 138 encodes of 16 pictures (measured: tests/metrics/against_reference.py)."""


def ssimulacra2(
    reference: npt.ArrayLike, distorted: npt.ArrayLike, *, small: Small = "mirror"
) -> float:
    """Score of `distorted` against `reference`: 100 is the same, 90 hardly visible, below 0 bad.

    Both are uint8 sRGB, (H, W, 3), or (H, W, 4) with straight alpha. If either one has pixels
    that are not opaque, both are laid over a dark and a light grey (a picture without alpha
    counts as opaque) and the worse score is returned. Pictures with a side under 113 pixels are
    continued by their mirror image, so that a score means the same at every size; with
    small="reference" they get what the reference's tool gives them.

    Raises MetricError for other shapes, types or unequal sizes.
    """
    pair = checked_pair(reference, distorted)
    a, b = (mirrored(p) for p in pair) if small == "mirror" else _large_enough(pair)
    return score_over_greys(a, b)


class LocalScore(NamedTuple):
    """SSIMULACRA2 of a picture, and of its worst place."""

    whole: float
    worst_tile: float
    """The lowest score of a tile of 64 x 64 pixels (up to 127 at the right and at the bottom): of
    each map's L1 and L4 norm over the tile's pixels alone, at every scale, weighed as those of a
    whole picture are."""


def ssimulacra2_local(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> LocalScore:
    """As `ssimulacra2`, and the score of the worst tile, from the same maps.

    Of transparent pictures, each is the worse over the two greys.
    """
    a, b = (mirrored(picture) for picture in checked_pair(reference, distorted))
    height, width = a.shape[:2]
    plan = plan_for(width, height)
    greys = greys_behind(a, b)
    found = [norms.error_sums(a, b, background=grey, plan=plan) for grey in greys]
    return LocalScore(
        whole=min(score_of(whole_norms(sums, width, height)) for sums in found),
        worst_tile=min(float(_scores_of(tile_norms(sums, width, height)).min()) for sums in found),
    )


def checked_pair(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> tuple[Pixels, Pixels]:
    """Two pictures that can be compared. Raises MetricError."""
    pair = _checked(reference, "reference"), _checked(distorted, "distorted")
    if pair[0].shape[:2] != pair[1].shape[:2]:
        sizes = " and ".join(f"{p.shape[1]} x {p.shape[0]}" for p in pair)
        raise MetricError(f"pictures of {sizes} cannot be compared: resize one to the other")
    return pair


def score_over_greys(
    reference: Pixels, distorted: Pixels, weights: norms.Floats | None = None
) -> float:
    """The worst score over the greys that show through; `weights` as in `norms.error_norms`."""
    greys = greys_behind(reference, distorted)
    return min(_score_over(reference, distorted, grey, weights) for grey in greys)


def greys_behind(reference: Pixels, distorted: Pixels) -> tuple[float, ...]:
    """Of `BACKGROUNDS`, those that make a difference: the first alone behind opaque pictures."""
    see_through = _is_transparent(reference) or _is_transparent(distorted)
    return BACKGROUNDS if see_through else BACKGROUNDS[:1]


def score_of(found: Norms) -> float:
    """The score of error norms (channels, scales, 2, 3), as the reference weighs them."""
    return float(_scores_of(found))


def _scores_of(found: Norms) -> npt.NDArray[np.float64]:
    """Of norms (..., channels, scales, 2, 3)."""
    flat = found.reshape(*found.shape[:-4], -1)
    raw = 0.9562382616834844 * (flat @ WEIGHTS[: flat.shape[-1]])
    cubic = 6.248496625763138e-05 * raw**3
    error = 2.326765642916932 * raw - 0.020884521182843837 * raw**2 + cubic
    scores: npt.NDArray[np.float64] = 100.0 - 10.0 * np.maximum(error, 0) ** 0.6276336467831387
    return scores


def plan_for(width: int, height: int, *, smallest: float = SMALLEST_WEIGHT) -> norms.Plan:
    """Which maps a picture of this size needs: those that weigh at least `smallest`."""
    scales = norms.scale_count(width, height)
    weights = WEIGHTS[: norms.CHANNELS * scales * 6].reshape(norms.CHANNELS, scales, 2, 3)
    heavy = np.any(weights >= smallest, axis=2)
    ssim = np.where(heavy[..., 0], norms.WANT_SSIM, 0)
    edges = np.where(heavy[..., 1:].any(axis=2), norms.WANT_EDGES, 0)
    return (ssim | edges).astype(np.uint8)


def _score_over(
    reference: Pixels, distorted: Pixels, grey: float, weights: norms.Floats | None
) -> float:
    height, width = reference.shape[:2]
    plan = plan_for(width, height)
    found = norms.error_norms(reference, distorted, background=grey, plan=plan, weights=weights)
    return score_of(found)


def _checked(picture: npt.ArrayLike, name: str) -> Pixels:
    array: npt.NDArray[Any] = np.asarray(picture)
    if array.ndim == 2:
        raise MetricError(
            f"the {name} is greyscale, shape {array.shape}: repeat it as three channels"
        )
    if array.ndim != 3 or array.shape[2] not in (3, 4):
        raise MetricError(f"the {name} has shape {array.shape}: give (H, W, 3) or (H, W, 4)")
    if array.dtype != np.uint8:
        raise MetricError(f"the {name} is {array.dtype}: give uint8 sRGB, 0 to 255")
    if 0 in array.shape:
        raise MetricError(f"the {name} has no pixels, shape {array.shape}")
    return np.ascontiguousarray(array)


def _is_transparent(picture: Pixels) -> bool:
    return picture.shape[2] == 4 and bool((picture[..., 3] != 255).any())


def mirrored(picture: npt.NDArray[Any], side: int = SIX_SCALES_PX) -> npt.NDArray[Any]:
    """(H, W) or (H, W, C), continued by its mirror image to `side` pixels where it is smaller."""
    height, width, *channels = picture.shape
    missing = max(0, side - height), max(0, side - width)
    if missing == (0, 0):
        return picture
    margins = ((0, missing[0]), (0, missing[1]), *((0, 0) for _ in channels))
    return np.pad(picture, margins, mode="symmetric")


def _large_enough(pair: tuple[Pixels, Pixels]) -> tuple[Pixels, Pixels]:
    height, width = pair[0].shape[:2]
    if min(width, height) < SMALLEST_REFERENCE_PX:
        raise MetricError(f"the reference scores no {width} x {height}: mirror small pictures")
    return pair
