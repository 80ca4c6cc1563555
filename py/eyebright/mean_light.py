"""Keep a picture's mean light where something was added to it: the sum, not each pixel's."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from eyebright.kernels import srgb
from eyebright.pixels import Pixels

MOST_LIGHT = 0.07 / 255
"""How far a channel's mean light may be beyond the base's and the source's: a third of the .2 of
255 that are wanted, as Lanczos itself is off. Nearer would take from what shows. Our choice."""

MOST_CODES = 0.18
"""Most that the mean code of a channel may come to differ from the base's for it: .2 are wanted.
What adds as much light as it takes adds fewer codes."""

LEVELS = 256
"""Codes of 8 bits."""

MOST_LESS = 4
"""Codes by which what was added to a pixel, or taken from it, is lessened at most."""

STEPS = MOST_LESS * LEVELS
"""Of lessening: one code where most was added, then where less was; then two; and so on."""

ROWS = 128
"""Counted at once, so that counting takes little memory."""

Table = npt.NDArray[np.float64]
Counts = npt.NDArray[np.intp]
Codes = npt.NDArray[np.uint8]


def kept(made: Pixels, base: Pixels, source: Pixels) -> Pixels:
    """`made` with a little less added to `base`, so that its mean light is that of the two others.

    All are uint8 (H, W, 3), `source` of any size. Where a channel is lighter than both by more than
    MOST_LIGHT, less is added to pixels, where it is darker, less is taken from them: by a code or a
    few, first where it was most, as far as it helps and the mean code stays within MOST_CODES of
    `base`'s. No pixel leaves the span between `base` and `made`.
    """
    out = made.copy()
    for channel in range(made.shape[2]):
        before, after = base[..., channel], made[..., channel]
        lessened = _lessened(_pairs(before, after), _mean_light(source[..., channel]))
        if lessened is not None:
            out[..., channel] = np.take(lessened, _place(before, after))
    return out


def _lessened(pairs: Counts, wanted: float) -> Codes | None:
    """The code that comes of each pair; None where all is well."""
    light = srgb.code_table().astype(np.float64)
    codes = np.arange(LEVELS, dtype=np.float64)
    before = np.repeat(np.arange(LEVELS, dtype=np.uint8), LEVELS)
    found, own = (_mean(pairs, light, table) for table in (_less(0, 1), before))
    nearest = min(max(found, min(own, wanted)), max(own, wanted))
    if abs(found - nearest) <= MOST_LIGHT:
        return None
    sign, start = 1 if found > nearest else -1, _mean(pairs, codes, before)

    def is_enough(step: int) -> bool:
        return sign * (_mean(pairs, light, _less(step, sign)) - nearest) <= MOST_LIGHT

    def is_too_much(step: int) -> bool:
        return sign * (start - _mean(pairs, codes, _less(step, sign))) > MOST_CODES

    steps = range(STEPS)
    enough = bisect_left(steps, 1, key=is_enough)
    most = max(0, bisect_left(steps, 1, key=is_too_much) - 1)
    return _less(min(enough, most), sign)


def _pairs(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> Counts:
    """(256 * 256,): how many pixels have one code before and one after."""
    found = np.zeros(LEVELS * LEVELS, np.intp)
    for top in range(0, len(before), ROWS):
        rows = slice(top, top + ROWS)
        found += np.bincount(_place(before[rows], after[rows]).ravel(), minlength=len(found))
    return found


def _place(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    """Of each pair in a table of 256 * 256."""
    place: npt.NDArray[np.uint16] = before.astype(np.uint16) * np.uint16(LEVELS) + after
    return place


def _less(step: int, sign: int) -> Codes:
    """(256 * 256,): the code that comes of each pair after so many steps of lessening.

    `sign` is 1 for what was added, -1 for what was taken.
    """
    codes = np.arange(LEVELS)
    apart = codes[None, :] - codes[:, None]
    rounds, more = divmod(step, LEVELS)
    amount = np.maximum(0, sign * apart)
    less = np.minimum(amount, rounds + (amount >= LEVELS - more))
    lessened: Codes = (codes[:, None] + apart - sign * less).astype(np.uint8).ravel()
    return lessened


def _mean(pairs: Counts, of_code: Table, table: Codes) -> float:
    return float((pairs * of_code[table]).sum() / pairs.sum())


def _mean_light(channel: npt.NDArray[np.uint8]) -> float:
    counts = np.zeros(LEVELS, np.intp)
    for top in range(0, len(channel), ROWS):
        counts += np.bincount(channel[top : top + ROWS].ravel(), minlength=LEVELS)
    return float((counts * srgb.code_table()).sum() / counts.sum())
