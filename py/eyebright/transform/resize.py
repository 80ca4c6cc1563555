"""The one entry to all methods of resizing: checks, strips and bands, compiled or numpy.

Light is linear by the tone curves that the pixels are coded in: sRGB's, or those of a kept profile.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from eyebright import kernels
from eyebright.aside import HAS_THREADS
from eyebright.errors import InputError
from eyebright.kernels import tones
from eyebright.kernels.tones import Tones
from eyebright.transform import dpid, filters, perceptual, separable
from eyebright.transform.filters import Filter
from eyebright.transform.light import Floats, premultiplied, straight

Sample = TypeVar("Sample", np.uint8, np.uint16)

STRIP_PX = 1 << 20
"""Source pixels that the numpy path works on at once; chosen: some 40 MB of floats."""

MOST_BANDS = 4
"""Threads that resize one picture: other pictures want their cores, too. Our choice."""

BAND_BYTES = 6_000_000
"""Source bytes from which on a band is worth a thread of its own: 10 ms and more. Our choice."""


class Method(NamedTuple):
    """One way to resize."""

    code: int
    """Of the compiled kernel, as kernels.h has it."""
    weights: Callable[[int, int], Filter]
    """Of inputs and outputs along one side."""
    rows: Callable[[separable.Read, Filter, Filter, int, int], Floats]
    """The numpy twin."""


METHODS: Mapping[str, Method] = {
    "lanczos3": Method(0, filters.lanczos, separable.rows),
    "mks2021": Method(0, filters.magic_sharp, separable.rows),
    "dpid-1": Method(1, filters.coverage, partial(dpid.rows, power=1.0)),
    "dpid-0.5": Method(2, filters.coverage, partial(dpid.rows, power=0.5)),
    "perceptual": Method(3, filters.coverage, perceptual.rows),
}
"""Lanczos with three lobes; Magic Kernel Sharp 2021; detail-preserving (Weber et al. 2016) with its
lambda; perceptual (Öztireli and Gross 2015). The last three weigh what lies under each output:
where the picture is enlarged they repeat it."""


class Task(NamedTuple, Generic[Sample]):
    """One picture on its way to another size."""

    method: Method
    pixels: npt.NDArray[Sample]
    columns: Filter
    rows: Filter
    curves: Tones


def resize(
    pixels: npt.NDArray[Sample],
    width: int,
    height: int,
    curves: Tones | None = None,
    method: str = "lanczos3",
) -> npt.NDArray[Sample]:
    """The picture at another size, (H, W, 3 or 4) uint8 or uint16 in and out, straight alpha.

    Both are coded by `curves`, sRGB's where none are given. `method` is a name in METHODS.

    The same array where the size is already right. Beside the result this takes memory for a
    few rows with the compiled kernel, some 40 MB and more with numpy.
    """
    chosen = _checked(pixels, width, height, curves, method)
    if pixels.shape[:2] == (height, width):
        return pixels
    columns = chosen.weights(pixels.shape[1], width)
    rows = chosen.weights(pixels.shape[0], height)
    return _resized(Task(chosen, pixels, columns, rows, curves or _srgb_of(pixels)))


def filtered(
    pixels: npt.NDArray[Sample], columns: Filter, rows: Filter, curves: Tones | None = None
) -> npt.NDArray[Sample]:
    """As `resize`, each sample of the result weighing those that the two filters say."""
    task = Task(METHODS["lanczos3"], pixels, columns, rows, curves or _srgb_of(pixels))
    return _resized(task)


def _resized(task: Task[Sample]) -> npt.NDArray[Sample]:
    shape = (len(task.rows.starts), len(task.columns.starts), task.pixels.shape[2])
    out = np.empty(shape, dtype=task.pixels.dtype)
    module = kernels.load()
    if module is None:
        _resize_numpy(task, out)
    else:
        pixels = np.require(task.pixels, requirements=["C_CONTIGUOUS", "ALIGNED"])
        _resize_compiled(module, task._replace(pixels=pixels), out)
    return out


def _checked(
    pixels: npt.NDArray[Sample], width: int, height: int, curves: Tones | None, method: str
) -> Method:
    if (
        pixels.ndim != 3
        or pixels.shape[2] not in (3, 4)
        or pixels.dtype not in (np.uint8, np.uint16)
    ):
        what = f"{pixels.dtype} {pixels.shape}"
        raise InputError(f"cannot resize {what}: give (H, W, 3 or 4) uint8 or uint16")
    if 0 in pixels.shape or width < 1 or height < 1:
        raise InputError(f"cannot resize {pixels.shape} to {width} x {height}: a side is empty")
    if curves and curves.light.shape[1] != np.iinfo(pixels.dtype).max + 1:
        raise InputError(f"cannot resize {pixels.dtype}: its curves are those of other codes")
    if method not in METHODS:
        raise InputError(
            f"there is no method {method!r} to resize: give one of {', '.join(METHODS)}"
        )
    return METHODS[method]


def _srgb_of(pixels: npt.NDArray[Sample]) -> Tones:
    return tones.of_srgb() if pixels.dtype == np.uint8 else tones.of_wide_srgb()


def _resize_compiled(module: kernels.Kernels, task: Task[Sample], out: npt.NDArray[Sample]) -> None:
    """In bands of rows, of which each core makes one: they are the same rows."""
    height, width, channels = task.pixels.shape
    code, columns, rows, curves = task.method.code, task.columns, task.rows, task.curves
    floats = module.resize_scratch(code, width, out.shape[1], rows.weights.shape[1])

    def make(first: int, last: int) -> None:
        module.resize(
            code,
            task.pixels,
            width,
            height,
            channels,
            columns.starts,
            columns.weights,
            rows.starts,
            rows.weights,
            first,
            last,
            curves.light,
            curves.thresholds,
            curves.guesses,
            np.empty(floats, dtype=np.float32),
            out[first:last],
        )

    count = min(MOST_BANDS, os.cpu_count() or 1, len(out), task.pixels.nbytes // BAND_BYTES)
    if count < 2 or not HAS_THREADS:
        make(0, len(out))
        return
    edges = [len(out) * at // count for at in range(count + 1)]
    with ThreadPoolExecutor(count) as threads:
        list(threads.map(lambda edge: make(*edge), itertools.pairwise(edges)))


def _resize_numpy(task: Task[Sample], out: npt.NDArray[Sample]) -> None:
    def read(top: int, bottom: int) -> Floats:
        return premultiplied(task.pixels[top:bottom], task.curves)

    for first, last in _strips(task.pixels.shape[1], task.rows):
        light = task.method.rows(read, task.columns, task.rows, first, last)
        out[first:last] = straight(light, task.curves, out.shape[2])


def _strips(width: int, rows: Filter) -> list[tuple[int, int]]:
    """Ranges of output rows that need about STRIP_PX source pixels each."""
    count, taps = rows.weights.shape
    spacing = max(1.0, (int(rows.starts[-1]) - int(rows.starts[0])) / count)
    step = max(1, int((STRIP_PX / width - taps) / spacing))
    return [(first, min(count, first + step)) for first in range(0, count, step)]
