"""What of a picture a crop keeps: shares of fixations, whole and cut heads, cut lines, area."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from crop_peers import Aspect, largest
from crop_pictures import Boxes, Picture
from eyebright.values import Box

WHOLE, OUT = 0.95, 0.05
"""Of a box's area: hand-drawn boxes are a pixel or two loose. What is between the two is cut."""

SIGMA = 0.03
"""Of the longer side: about one degree of sight (models/saliency/looks.py)."""

TINY = 1e-9
"""Of a look: windows that differ by no more hold the same."""

KINDS = ("fixations", "faces", "lines")
"""Of pictures, by what is known of them."""

COLUMNS = (
    *("fixations", "faces", "of possible", "faces cut", "lines cut"),
    *(f"{kind}: {what}" for kind in KINDS for what in ("area", "padded")),
)

Counts = Mapping[str, float]


def counts(picture: Picture, box: Box, aspect: Aspect, *, is_padded: bool = False) -> Counts:
    """Of what is known of the picture; sums, to be divided by the sums of `_of`."""
    area, padded = f"{picture.kind}: area", f"{picture.kind}: padded"
    width, height = picture.size
    found = {area: box.width * box.height / (width * height), padded: float(is_padded)}
    found |= {f"{area}_of": 1.0, f"{padded}_of": 1.0}
    if len(picture.looks):
        found |= {"fixations": _kept(picture, box), "fixations_of": 1.0}
    if len(picture.faces):
        inside = _inside(picture.faces, box)
        most = _whole(picture, best(picture, aspect))
        found |= {
            "faces": float((inside >= WHOLE).sum()),
            "faces_of": float(len(inside)),
            "of possible": float(min(most, (inside >= WHOLE).sum())),
            "of possible_of": float(most),
            "faces cut": _cut(inside),
            "faces cut_of": float(len(inside)),
        }
    if len(picture.lines):
        inside = _inside(picture.lines, box)
        found |= {"lines cut": _cut(inside), "lines cut_of": float(len(inside))}
    return found


def summed(counted: Sequence[Counts]) -> dict[str, float | None]:
    """The columns over many pictures; None where nothing is known."""
    found: dict[str, float | None] = {}
    for column in COLUMNS:
        of = sum(one.get(f"{column}_of", 0.0) for one in counted)
        found[column] = sum(one.get(column, 0.0) for one in counted) / of if of else None
    return found


def by_others(picture: Picture, aspect: Aspect) -> tuple[Picture, Box]:
    """The picture as every second viewer looked at it, and the window that the others' looks give.

    Their looks are blurred as models/saliency has it, so that the window does not hang on one.
    """
    others = picture.viewers % 2 == 0
    looks = picture.looks[others]
    spread = SIGMA * max(picture.size)
    across, down = largest(*picture.size, aspect)
    x, y = (
        _densest(np.histogram(looks[:, axis], side, (0, side))[0], window, spread)
        for axis, side, window in ((0, picture.size[0], across), (1, picture.size[1], down))
    )
    rest = dataclasses.replace(picture, looks=picture.looks[~others])
    return rest, Box(x=x, y=y, width=across, height=down)


def _densest(looks: npt.NDArray[np.intp], window: int, spread: float) -> int:
    """Where a window of that length holds most of the looks; of equal places the middle."""
    mass = np.concatenate(([0.0], np.cumsum(gaussian_filter1d(looks.astype(float), spread))))
    kept = mass[window:] - mass[: len(mass) - window]
    return int(np.median(np.flatnonzero(kept >= kept.max() - TINY)))


@functools.cache
def best(picture: Picture, aspect: Aspect) -> Box:
    """The largest window that keeps most of what is known, as only who knows it can tell."""
    width, height = picture.size
    across, down = largest(width, height, aspect)
    windows = (
        Box(x=x, y=y, width=across, height=down)
        for x in range(width - across + 1)
        for y in range(height - down + 1)
    )
    return max(windows, key=lambda box: _worth(picture, box))


def _worth(picture: Picture, box: Box) -> float:
    if len(picture.looks):
        return _kept(picture, box)
    if len(picture.faces):
        return _whole(picture, box)
    return -_cut(_inside(picture.lines, box))


def _kept(picture: Picture, box: Box) -> float:
    at = picture.looks - (box.x, box.y)
    return float(((at >= 0) & (at < (box.width, box.height))).all(axis=1).mean())


def _whole(picture: Picture, box: Box) -> float:
    return float((_inside(picture.faces, box) >= WHOLE).sum())


def _cut(inside: npt.NDArray[np.float64]) -> float:
    return float(((inside > OUT) & (inside < WHOLE)).sum())


def _inside(boxes: Boxes, box: Box) -> npt.NDArray[np.float64]:
    """Share of each one's area."""
    start = np.maximum(boxes[:, :2], (box.x, box.y))
    end = np.minimum(boxes[:, 2:], (box.x + box.width, box.y + box.height))
    shared = np.clip(end - start, 0, None).prod(axis=1)
    share: npt.NDArray[np.float64] = shared / (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    return share
