"""The compiled kernels: a handful of C functions over buffers, and which path is in use.

Every kernel has a numpy twin that gives the same answer; it is the oracle in the tests and
the path of a machine without a compiled module. `why_numpy()` says why that path is taken,
so that a report can name the fallback.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any, Literal, Protocol, TypeAlias, cast

from eyebright.errors import CapabilityMissing

Implementation: TypeAlias = Literal["compiled", "numpy"]

VERSION = 5
"""Of the calls below, as `kernels.h` has it; a module built from another one is not used."""

SWITCH = "EYEBRIGHT_KERNELS"
"""Environment variable; `numpy` keeps the compiled module out."""


class Kernels(Protocol):
    """The compiled module. Buffers are C-contiguous; a wrong length raises ValueError."""

    version: int

    def blur(self, plane: Any, width: int, height: int, scratch: Any, out: Any) -> None: ...

    def blur_scratch(self, width: int) -> int: ...

    def ssimulacra2_sums(  # noqa: PLR0913, PLR0917 - the C call: plain buffers and numbers
        self,
        reference: Any,
        reference_channels: int,
        distorted: Any,
        distorted_channels: int,
        width: int,
        height: int,
        background: float,
        linear: Any,
        plan: Any,
        scratch: Any,
        out: Any,
    ) -> None: ...

    def ssimulacra2_scratch(self, width: int, height: int, plan: Any) -> int: ...

    def resize(  # noqa: PLR0913, PLR0917 - as above
        self,
        method: int,
        pixels: Any,
        width: int,
        height: int,
        channels: int,
        columns: Any,
        column_weights: Any,
        rows: Any,
        row_weights: Any,
        first: int,
        last: int,
        linear: Any,
        thresholds: Any,
        guesses: Any,
        scratch: Any,
        out: Any,
    ) -> None: ...

    def resize_scratch(self, method: int, width: int, out_width: int, row_taps: int) -> int: ...

    def proxy(  # noqa: PLR0913, PLR0917 - as above
        self,
        pixels: Any,
        width: int,
        height: int,
        channels: int,
        column_box: int,
        columns: Any,
        column_weights: Any,
        row_box: int,
        rows: Any,
        row_weights: Any,
        scratch: Any,
        out: Any,
    ) -> None: ...

    def proxy_scratch(self, width: int, column_box: int) -> int: ...


_forced: ContextVar[Implementation | None] = ContextVar("forced", default=None)


def load() -> Kernels | None:
    """The compiled kernels, or None where numpy does the work."""
    forced = _forced.get()
    if forced == "numpy" or (forced is None and os.environ.get(SWITCH) == "numpy"):
        return None
    return _compiled()[0]


def implementation() -> Implementation:
    """Which path works now."""
    return "numpy" if load() is None else "compiled"


def why_numpy() -> str:
    """Why the compiled kernels are not in use, for the report; empty where they are."""
    if load() is not None:
        return ""
    if _forced.get() == "numpy":
        return "the caller asked for numpy"
    if os.environ.get(SWITCH) == "numpy":
        return f"{SWITCH}=numpy is set"
    return _compiled()[1]


@contextmanager
def using(wanted: Implementation) -> Iterator[None]:
    """Within the block only this path works. Raises CapabilityMissing if it is not here."""
    module, reason = _compiled()
    if wanted == "compiled" and module is None:
        raise CapabilityMissing(f"no compiled kernels: {reason}; run build/kernels.py")
    token = _forced.set(wanted)
    try:
        yield
    finally:
        _forced.reset(token)


@functools.cache
def _compiled() -> tuple[Kernels | None, str]:
    try:
        module = importlib.import_module("eyebright.kernels._kernels")
    except ImportError as exc:
        return None, f"the compiled kernels do not load on {sys.platform}: {exc}"
    return _checked(module)


def _checked(module: ModuleType) -> tuple[Kernels | None, str]:
    found = getattr(module, "version", None)
    if found != VERSION:
        return None, f"the compiled kernels have version {found}, {VERSION} is needed: rebuild them"
    return cast("Kernels", module), ""
