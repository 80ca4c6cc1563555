"""Butteraugli's 3-norm: how visible the differences are, by a model of the early visual system.

Source of the definition and of every number: libjxl's `butteraugli.cc` and `metrics.cc` (BSD),
version 0.11, at the 80 cd/m2 for white that its tool takes. Both pictures become opponent colours
X Y B as the retina would give them, each is split into four bands of spatial frequency, and the
errors of the bands (`bands`) are weighed by what the reference masks. The same at half the size is
added. Values up to 1 are hardly visible.

Pictures are worked on in strips, so that memory does not grow with their height.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eyebright.kernels import srgb
from eyebright.metrics import bands
from eyebright.metrics.bands import Plane, blurred
from eyebright.metrics.norms import halved
from eyebright.metrics.planes import Opaque, grounds
from eyebright.metrics.score import mirrored

SMALLEST_PX = 8
"""Below it the reference gives up; smaller pictures are continued by their mirror image."""

WHITE_NITS = 80.0
"""Of the display that is thought of (libjxl's default)."""

ABSORBANCE = (
    (0.29956550340058319, 0.63373087833825936, 0.077705617820981968),
    (0.22158691104574774, 0.69391388044116142, 0.0987313588422),
    (0.02, 0.02, 0.20480129041026129),
)
BACKGROUND = (1.7557483643287353, 1.7557483643287353, 12.226454707163354)
"""Of linear RGB in nits by the three kinds of cones, and what they give in the dark."""

ADAPTATION_SIGMA_PX = 1.2
"""Of the surround that sets a cone's sensitivity."""

HALF_WEIGHT, HALF_MIXING = 0.5, 0.3
"""Of the map at half the size, and how much of it the other map gives way to."""

STRIP_PX = 1 << 20
"""Pixels worked on at once; chosen: some 350 MB of intermediate planes."""


class Opponent(NamedTuple):
    x: Plane
    """Red less green."""
    y: Plane
    """Red and green: brightness."""
    b: Plane
    """Blue."""


def butteraugli_3norm(reference: npt.ArrayLike, distorted: npt.ArrayLike) -> float:
    """0 for the same picture, 1 hardly visible, above 3 bad; errors count more than linearly.

    Not symmetric: the reference masks. What is taken and refused is told in `planes`; libjxl lays
    transparent pictures over black and white instead.
    """
    return max(_three_norm(a, b) for a, b in grounds(reference, distorted))


def _three_norm(a: Opaque, b: Opaque) -> float:
    """The mean of the 3-, 6- and 12-norm of the map, as libjxl's tool calls its 3-norm."""
    sums, count = np.zeros(3), 0
    for strip in _difference_maps(mirrored(a, SMALLEST_PX), mirrored(b, SMALLEST_PX)):
        cubes = strip.astype(np.float64) ** 3
        sums += cubes.sum(), (cubes**2).sum(), (cubes**4).sum()
        count += cubes.size
    return float(np.mean((sums / count) ** (1 / np.array([3, 6, 12]))))


def _difference_maps(a: Opaque, b: Opaque) -> Iterator[Plane]:
    """Of the visible difference, strip after strip from the top."""
    height, width = a.shape[:2]
    margin = 2 * bands.REACH_PX  # at half the size the reach is twice as far
    rows = max(margin, STRIP_PX // width // 2 * 2)  # even, to be halved as in the whole picture
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        above, below = max(0, top - margin), min(height, bottom + margin)
        pair = _linear(a[above:below]), _linear(b[above:below])
        inner = slice(top - above, bottom - above)
        yield _difference_map(*pair)[inner]


def _difference_map(a: Plane, b: Plane) -> Plane:
    """(H, W) of two linear pictures (H, W, 3), both sizes together."""
    visible = _at_one_size(a, b)
    small = halved(a), halved(b)
    if min(small[0].shape[:2]) < SMALLEST_PX:
        return visible
    height, width = visible.shape
    coarse = _at_one_size(*small).repeat(2, axis=0)[:height].repeat(2, axis=1)[:, :width]
    visible *= np.float32(1 - HALF_MIXING * HALF_WEIGHT)
    visible += np.float32(HALF_WEIGHT) * coarse
    return visible


def _at_one_size(a: Plane, b: Plane) -> Plane:
    return bands.visible_difference(*(bands.separated(*_opponent(one)) for one in (a, b)))


def _linear(codes: Opaque) -> Plane:
    if codes.dtype == np.uint8:
        return srgb.code_table()[codes]
    return srgb.to_linear(codes / 255).astype(np.float32)


def _opponent(linear: Plane) -> Opponent:
    """What the retina passes on, cones adapting to their surroundings."""
    nits = linear * np.float32(WHITE_NITS)
    around = np.stack([blurred(nits[..., c], ADAPTATION_SIGMA_PX) for c in range(3)], axis=2)
    cones = []
    for weights, dark in zip(ABSORBANCE, BACKGROUND, strict=True):
        mixed = nits @ np.array(weights, np.float32) + np.float32(dark)
        surround = np.maximum(around @ np.array(weights, np.float32) + np.float32(dark), dark)
        cones.append(np.maximum(mixed * (_response(surround) / surround), np.float32(dark)))
    red, green, blue = cones
    return Opponent(red - green, red + green, blue)


def _response(light: Plane) -> Plane:
    """Of a cone to steady light; near-logarithmic."""
    return np.float32(19.245013259874995) * np.log(light + np.float32(9.9710635769299145)) - (
        np.float32(23.16046239805755)
    )
