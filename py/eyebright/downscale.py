"""The learned downscaler: the Lanczos picture, and what a small network adds to its luma.

The network sees the Lanczos picture and one twice as fine, whose pixels are means of the source's
(both resized in linear light), in tiles: they give what the whole would. What it adds is bounded by
the graph itself (models/downscale/net.py) and checked here. Where no network answers, and for what
it was not made for, a classical method's picture stands in, and a note says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from eyebright import mean_light
from eyebright.analyse import registry
from eyebright.analyse.asking import FALLBACK, Fault, ask, senseless
from eyebright.aside import aside
from eyebright.errors import CapabilityMissing
from eyebright.host.base import Host, Tensor
from eyebright.kernels.tones import Tones
from eyebright.pixels import Pixels
from eyebright.transform import filtered, resize
from eyebright.transform.filters import coverage
from eyebright.values import Reason

NAME = "downscale"

BASE = "lanczos3"
"""The method whose picture the network adds to."""

REACH_PX = 8
"""Pixels on each side that the network sees around those that it makes: models/downscale/net.py."""

FINER = 2
"""How often the side of a pixel of the fine picture goes into that of the result."""

TILE_PX = 256
"""Side of what is asked for at once: the network takes some 40 MB for it."""

MOST_SHRINK = 3.0
"""log2 of the largest ratio that it learned: 1/8 of each side."""

MOST_ADDED = 96
"""Codes that it may change; the graph takes care, so more is a broken model's."""

BUDGET_MS = 20_000.0
"""For one picture: 1.7 million pixels take the page about 1 s, a busy phone ten times as long."""


class Views(NamedTuple):
    """What the network sees of the source, each continued by its outermost pixels."""

    base: Pixels
    """The result's size and REACH_PX on each side."""
    fine: Pixels
    """FINER times as many on each side."""
    shrink: float
    """log2 of the source's side over the result's."""

    @property
    def classical(self) -> Pixels:
        """The Lanczos picture, (height, width, 3)."""
        return self.base[REACH_PX:-REACH_PX, REACH_PX:-REACH_PX]


class Downscaled(NamedTuple):
    """A small picture; by which model it was made, and why by none."""

    pixels: Pixels
    models: Mapping[str, str] = MappingProxyType({})
    """Version by name, as in `Facts.models`."""
    notes: tuple[Reason, ...] = ()


NOT_ASKED = Fault("models-left-out", "no model was to be asked")


async def downscale(  # noqa: PLR0913 - all but four by their names
    host: Host,
    pixels: Pixels,
    width: int,
    height: int,
    *,
    curves: Tones | None = None,
    method: str = BASE,
    budget_ms: float = BUDGET_MS,
    models: bool = True,
) -> Downscaled:
    """The picture at `width` x `height`, at most its own size; (H, W, 3 or 4) uint8 in and out.

    The picture of the classical `method`, with a note, where the model does not answer in time or
    not sensibly, for pictures with alpha, below 1/8 of a side, and without `models`.
    """
    if pixels.shape[:2] == (height, width):
        return Downscaled(pixels)
    unfit = _unfit(pixels, width, height) if models else NOT_ASKED
    stand_in = partial(aside, resize, pixels, width, height, curves, method)
    if unfit:
        return _classical(await stand_in(), unfit)
    seen = await aside(views, pixels, width, height, curves)
    try:
        entry = registry.entries()[NAME]
        made = await _in_tiles(host, seen, host.now_ms() + budget_ms)
    except (CapabilityMissing, KeyError) as exc:
        why = f"this build has no such model ({exc})"
        fault = Fault("model-missing", why)
    except Fault as exc:
        fault = exc
    else:
        return Downscaled(await aside(finished, made, seen), {NAME: entry.version})
    if method == BASE:
        return _classical(np.ascontiguousarray(seen.classical), fault)
    return _classical(await stand_in(), fault)


def views(pixels: Pixels, width: int, height: int, curves: Tones | None = None) -> Views:
    """Of (H, W, 3) uint8 for a result of `width` x `height`."""
    tall, wide = pixels.shape[:2]
    base = resize(pixels, width, height, curves, BASE)
    columns, rows = coverage(wide, FINER * width), coverage(tall, FINER * height)
    fine = filtered(pixels, columns, rows, curves)
    shrink = np.log2((wide * tall) / (width * height)) / 2
    return Views(_continued(base, REACH_PX), _continued(fine, FINER * REACH_PX), float(shrink))


def inputs(seen: Views, place: tuple[slice, slice]) -> dict[str, Tensor]:
    """What the model takes for a part of the result."""
    wide = tuple(slice(side.start, side.stop + 2 * REACH_PX) for side in place)
    finer = tuple(slice(FINER * side.start, FINER * side.stop) for side in wide)
    return {
        "base": np.ascontiguousarray(seen.base[wide])[None],
        "fine": np.ascontiguousarray(seen.fine[finer])[None],
        "shrink": np.array([seen.shrink], np.float32),
    }


def read(outputs: Mapping[str, Tensor], before: Pixels) -> Pixels:
    """The model's `small`, checked against the Lanczos picture's part.

    Raises KeyError where it is missing, ValueError for another shape or type, or another picture.
    """
    small = outputs["small"]
    if small.shape != (1, *before.shape) or small.dtype != np.uint8:
        raise ValueError(f"pixels of shape {small.shape} and type {small.dtype}")
    made: Pixels = small[0]
    apart = int(np.abs(made.astype(np.int16) - before).max())
    if apart > MOST_ADDED:
        raise ValueError(f"it changes a pixel by {apart} codes, of {MOST_ADDED} at most")
    return made


def finished(made: Pixels, seen: Views) -> Pixels:
    """The network's whole picture with the source's mean light (`mean_light`)."""
    margin = FINER * REACH_PX
    return mean_light.kept(made, seen.classical, seen.fine[margin:-margin, margin:-margin])


def tiles(width: int, height: int) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of each part of the result."""
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            rows = slice(top, min(height, top + TILE_PX))
            yield rows, slice(left, min(width, left + TILE_PX))


async def _in_tiles(host: Host, seen: Views, until: float) -> Pixels:
    """Raises Fault."""
    made = np.empty_like(seen.classical)
    for place in tiles(made.shape[1], made.shape[0]):
        outputs = await ask(host, NAME, inputs(seen, place), until - host.now_ms())
        try:
            made[place] = read(outputs, seen.classical[place])
        except (KeyError, ValueError) as exc:
            raise senseless(exc) from exc
    return made


def _unfit(pixels: Pixels, width: int, height: int) -> Fault | None:
    """Why this picture is not for the network."""
    shrinks = [np.log2(side / to) for side, to in zip(pixels.shape, (height, width), strict=False)]
    if pixels.shape[2] != 3:
        return Fault("downscale-alpha", "it learned no transparent pictures")
    if min(shrinks) < 0 or max(shrinks) > MOST_SHRINK:
        return Fault("downscale-ratio", "it learned ratios of 1 to 8")
    return None


def _classical(pixels: Pixels, fault: Fault) -> Downscaled:
    text = f"The {NAME} model did not make the small picture ({fault}), so a classical method did."
    note = Reason(code=fault.code, text=text, values={"model": NAME, "why": str(fault)})
    return Downscaled(pixels, {NAME: FALLBACK}, (note,))


def _continued(pixels: Pixels, margin: int) -> Pixels:
    return np.pad(pixels, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
