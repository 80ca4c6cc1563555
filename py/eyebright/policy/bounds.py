"""Whether a value is one of those that can be meant: PolicyError names its key and the remedy."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from eyebright.errors import PolicyError


def one_of(value: str, known: Iterable[str], path: str) -> None:
    if value not in known:
        names = ", ".join(name for name in known if name)
        raise PolicyError(f"unknown {value!r}; use one of {names}", path=path)


def each_one_of(values: Iterable[str], known: tuple[str, ...], path: str) -> None:
    for index, value in enumerate(values):
        if value not in known:
            names = ", ".join(known)
            raise PolicyError(f"unknown {value!r}; use some of {names}", path=f"{path}[{index}]")


def within(value: Any, least: float, most: float, path: str) -> None:
    # Written so that NaN, which compares false with everything, is refused as well.
    if value is not None and not (
        _is_number(value) and least <= value <= most and value < math.inf
    ):
        span = f"between {least:g} and {most:g}" if most < math.inf else f"{least:g} or more"
        raise PolicyError(f"{value!r} is not {span}", path=path)


def positive(value: Any, path: str) -> None:
    if value is not None and not (_is_number(value) and value >= 1):
        raise PolicyError(f"{value!r} is not a positive whole number", path=path)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


def above_zero(value: float | None, path: str) -> None:
    if value is not None and not 0 < value < math.inf:
        raise PolicyError(f"{value} is not a number above 0; leave it out if unknown", path=path)
