"""How much a JPEG has lost already, as its quantisation tables and sampling factors tell.

The quality is on libjpeg's scale. Tables scaled from libjpeg's standard one or from mozjpeg's
default one are recognised exactly. Of any other the mean step of the lower frequencies is compared
with the standard's: over mozjpeg's other tables at qualities 20 to 95 that was 6 steps off at the
median and 19 at worst (its table 7, in the middle of the scale).
"""

from __future__ import annotations

import functools
import math
import struct

from eyebright.quantisation import STANDARD_LUMA, Table, scaled

MOZJPEG_LUMA = (
    16, 16, 16, 16, 17, 16, 18, 20, 20, 18, 25, 27, 24, 27, 25, 37,
    34, 31, 31, 34, 37, 56, 40, 43, 40, 43, 40, 56, 85, 53, 62, 53,
    53, 62, 53, 85, 75, 91, 74, 69, 74, 91, 75, 135, 106, 94, 94, 106,
    135, 156, 131, 124, 131, 156, 189, 169, 169, 189, 238, 226, 238, 311, 311, 418,
)  # fmt: skip
"""mozjpeg's and ImageMagick's default (Robidoux), in zigzag order, from mozjpeg's own files."""

LOWER_FREQUENCIES = 28
"""The first of the zigzag order: what other tables differ in least (measured, see above)."""

_NAMES = {
    (1, 1): "444",
    (2, 1): "422",
    (2, 2): "420",
    (1, 2): "440",
    (4, 1): "411",
    (4, 2): "410",
}
"""Luma samples per chroma sample, across and down, and their usual names."""


def tables_in(body: bytes) -> dict[int, Table]:
    """The tables of one DQT segment by their number, in zigzag order. Broken tails are ignored."""
    found: dict[int, Table] = {}
    at = 0
    while at < len(body):
        precision, number = body[at] >> 4, body[at] & 15
        layout = ">64H" if precision else ">64B"
        if precision > 1 or at + 1 + struct.calcsize(layout) > len(body):
            break
        found[number] = struct.unpack_from(layout, body, at + 1)
        at += 1 + struct.calcsize(layout)
    return found


def quality_of(tables: dict[int, Table]) -> int:
    """Quality 1 to 100 of the luma table, on libjpeg's scale; 0 where there is none."""
    luma = tables.get(0)
    if luma is None or min(luma) < 1:
        return 0
    known = _by_table().get(luma)
    if known is not None:
        return known
    step = _mean_step(luma)
    return min(range(1, 101), key=lambda quality: abs(_mean_steps()[quality] - step))


def subsampling_of(frame: bytes) -> str:
    """444, 422, 420, 440, 411, 410, grey or other, of a SOF segment's body."""
    if len(frame) < 6 or len(frame) < 6 + 3 * frame[5]:
        return ""
    factors = [(frame[7 + 3 * i] >> 4, frame[7 + 3 * i] & 15) for i in range(frame[5])]
    if len(factors) == 1:
        return "grey"
    if len(factors) != 3 or factors[1] != factors[2]:
        return "other"
    (wide, high), (chroma_wide, chroma_high) = factors[:2]
    if not chroma_wide or not chroma_high or wide % chroma_wide or high % chroma_high:
        return "other"
    return _NAMES.get((wide // chroma_wide, high // chroma_high), "other")


@functools.cache
def _by_table() -> dict[Table, int]:
    """At the lowest qualities several share one table: the highest of them is told."""
    bases = (MOZJPEG_LUMA, STANDARD_LUMA)
    return {scaled(quality, base): quality for base in bases for quality in range(1, 101)}


@functools.cache
def _mean_steps() -> dict[int, float]:
    return {quality: _mean_step(scaled(quality)) for quality in range(1, 101)}


def _mean_step(table: Table) -> float:
    """The logarithm of the geometric mean over the lower frequencies."""
    return sum(math.log(step) for step in table[:LOWER_FREQUENCIES]) / LOWER_FREQUENCIES
