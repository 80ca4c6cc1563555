"""What kind of picture it is: photo, screenshot, chart, drawing, document or product.

The proxy is reduced here to statistics that tell the drawn from the photographed, how its lines of
text lie is put beside them (`layout`), and a small network reads those. Doubt falls towards photo,
whose policy does least harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from eyebright.analyse import layout
from eyebright.analyse.content.blocks import variation
from eyebright.analyse.content.colours import codes_of, hues, palette, saturation, tones
from eyebright.analyse.content.edges import differences, step_sizes
from eyebright.analyse.content.ground import against_ground, border_of
from eyebright.analyse.content.planes import Bytes
from eyebright.analyse.content.writing import marks, profiles
from eyebright.analyse.luma import luma_of
from eyebright.policy.classify import is_drawn
from eyebright.quantisation import BLOCK_PX
from eyebright.values import CONTENTS_SEEN, Seen

NAME = "content"

CLASSES = CONTENTS_SEEN
"""In the order of the network's answers."""

PHOTO = CLASSES.index("photo")

MAY_BE_PHOTO = 0.25
"""From this probability on a picture is told as a photo, whatever is likelier: doubt between photo
and drawing does least harm there. 99.3 % of photos of held-out sources are told so (the card)."""

Tensor = npt.NDArray[np.generic]

LEAST_PX = 3 * BLOCK_PX
"""A smaller proxy is repeated at its edges up to this side."""

ROUND_PERMILLE = 5
"""Facts are rounded to this step, far coarser than the hosts' differences in arithmetic."""


def prepare(picture: Bytes, lines: Sequence[float] = layout.UNKNOWN) -> dict[str, Tensor]:
    """`features` (1, n) float32 of a proxy (h, w, 3) uint8 of at most 512 pixels a side.

    `lines` are the numbers of `layout.features`, of the whole picture.
    """
    picture = _padded(picture)
    luma = luma_of(picture)
    across = differences(luma)
    down = differences(np.ascontiguousarray(luma.T))
    part = [np.ascontiguousarray(picture[::2, ::2, channel]) for channel in range(3)]
    codes = codes_of(part)
    features = [
        *variation(luma),
        *palette(codes),
        *saturation(part),
        *step_sizes(across),
        *step_sizes(down),
        *marks(across, down.T),
        *hues(part),
        *tones(luma),
        *profiles(luma),
        *against_ground(part, codes, border_of(picture)),
        *lines,
    ]
    return {"features": np.asarray([features], np.float32)}


def read(outputs: Mapping[str, Tensor]) -> Seen:
    """The network's `classes` (1, 6): probabilities in the order of CLASSES."""
    shares = [float(value) for value in np.asarray(outputs["classes"]).ravel()]
    likeliest = max(range(len(CLASSES)), key=lambda i: shares[i])
    if shares[PHOTO] >= MAY_BE_PHOTO:
        likeliest = PHOTO
    confidence = round(1000 * shares[likeliest] / ROUND_PERMILLE) * ROUND_PERMILLE
    return Seen(content=CLASSES[likeliest], confidence_permille=confidence)


def fallback(flat_permille: int, colours: int) -> Seen:
    """By the statistics alone: flat areas and few colours are drawn; no confidence."""
    drawn = is_drawn(flat_permille, colours)
    return Seen(content="screenshot" if drawn else "photo", confidence_permille=0)


def _padded(picture: Bytes) -> Bytes:
    more = [max(0, LEAST_PX - side) for side in picture.shape[:2]]
    if not any(more):
        return picture
    return np.pad(picture, ((0, more[0]), (0, more[1]), (0, 0)), mode="edge")
