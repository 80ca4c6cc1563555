"""Frames onto a canvas, and the least of each canvas that has to be written again.

Canvases are (H, W, 4) uint8, straight alpha; where nothing shows, all four values are 0, so that
equal bytes are equal pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eyebright.frozen import Frozen
from eyebright.host.base import Pixels
from eyebright.motion.film import CLEAR, PREVIOUS, Frame
from eyebright.values import Box

HIDE_FROM = 0.1
"""Share of a rectangle that has not changed from which leaving it out pays: our choice."""


class Canvas:
    """What a player shows, frame by frame."""

    def __init__(self, width: int, height: int) -> None:
        self._shown = np.zeros((height, width, 4), np.uint8)

    def show(self, frame: Frame, pixels: Pixels) -> Pixels:
        """The canvas while `frame`, decoded to `pixels`, is on; then its disposal is applied."""
        before = self._shown
        place = _slices(frame.box)
        after = before.copy()
        target = after[place]
        source = with_alpha(pixels)[: target.shape[0], : target.shape[1]]
        after[place] = _over(target, source) if frame.blend else _normal(source)
        if frame.dispose == PREVIOUS:
            self._shown = before
        elif frame.dispose == CLEAR:
            self._shown = cleared(after, frame.box)
        else:
            self._shown = after
        return after


class Patch(Frozen):
    """The part of a canvas that differs from the one before."""

    box: Box
    clears: bool
    """The rectangle of the patch before is cleared first."""


def patches(canvases: Sequence[Pixels]) -> list[Patch]:
    """One rectangle a canvas, on even pixels; the first is whole. Equal neighbours give 1 x 1."""
    height, width = canvases[0].shape[:2]
    found = [Patch(box=Box(x=0, y=0, width=width, height=height), clears=False)]
    for index in range(1, len(canvases)):
        found.append(_patch(canvases[index - 1], canvases[index], found[-1].box))
    return found


def _patch(before: Pixels, after: Pixels, last: Box) -> Patch:
    kept = changed_box(before, after)
    if kept is None or kept.width * kept.height <= 4:
        return Patch(box=kept or Box(x=0, y=0, width=1, height=1), clears=False)
    renewed = changed_box(cleared(before, last), after) or Box(x=0, y=0, width=1, height=1)
    if renewed.width * renewed.height < kept.width * kept.height:
        return Patch(box=renewed, clears=True)
    return Patch(box=kept, clears=False)


def base_of(before: Pixels, last: Box, patch: Patch) -> Pixels:
    """The canvas that a patch is laid on: the one before, cleared where it says so."""
    return cleared(before, last) if patch.clears else before


def cut(after: Pixels, base: Pixels, box: Box, *, hide: bool) -> tuple[Pixels, bool]:
    """The pixels of a patch, and whether they are laid over what is there.

    With `hide`, what has not changed is left transparent where that is possible and pays.
    """
    new, old = after[_slices(box)], base[_slices(box)]
    same = _packed(new) == _packed(old)
    if not hide or same.mean() < HIDE_FROM or (new[..., 3][~same] < 255).any():
        return np.ascontiguousarray(new), False
    return np.where(same[..., None], np.uint8(0), new), True


def changed_box(before: Pixels, after: Pixels) -> Box | None:
    """The smallest rectangle on even pixels that holds every difference; None without any."""
    differs = _packed(before) != _packed(after)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return None
    left, top = int(columns[0]) & ~1, int(rows[0]) & ~1
    return Box(x=left, y=top, width=int(columns[-1]) + 1 - left, height=int(rows[-1]) + 1 - top)


def cleared(canvas: Pixels, box: Box) -> Pixels:
    """The canvas with nothing left in a rectangle."""
    empty = canvas.copy()
    empty[_slices(box)] = 0
    return empty


def with_alpha(pixels: Pixels) -> Pixels:
    """Four channels: a picture without alpha is opaque."""
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def normal(pixels: Pixels) -> Pixels:
    """Four channels, with no colour where nothing shows: a canvas."""
    return _normal(with_alpha(pixels))


def _normal(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(np.where(pixels[..., 3:] == 0, np.uint8(0), pixels))


def _over(under: Pixels, upper: Pixels) -> Pixels:
    """Straight-alpha compositing, exact where the upper picture is opaque or clear."""
    alpha = upper[..., 3]
    blended = np.where((alpha == 255)[..., None], upper, under)
    partial = (alpha > 0) & (alpha < 255)
    if partial.any():
        blended[partial] = _mix(under[partial], upper[partial])
    return _normal(blended)


def _mix(under: Pixels, upper: Pixels) -> Pixels:
    top = upper[:, 3:].astype(np.float64) / 255
    bottom = under[:, 3:].astype(np.float64) / 255 * (1 - top)
    total = top + bottom
    colour = (upper[:, :3] * top + under[:, :3] * bottom) / total
    return np.rint(np.hstack([colour, total * 255])).astype(np.uint8)


def _slices(box: Box) -> tuple[slice, slice]:
    return slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)


def _packed(pixels: Pixels) -> npt.NDArray[np.uint32]:
    """One number a pixel, so that a comparison looks at each once."""
    return np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
