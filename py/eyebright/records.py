"""Frozen records that cross borders as JSON and come back checked.

A record is a frozen dataclass. `to_dict` gives plain JSON values; `from_dict` checks keys
and types by the annotations and names the path of what is wrong. Standard library only.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

from eyebright.errors import PolicyError


class Record:
    """Mixin for frozen dataclasses: `to_dict`, `from_dict`, `replace`."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            field.name: _plain(getattr(self, field.name))
            for field in dataclasses.fields(self)  # type: ignore[arg-type]  # the mixin is not itself a dataclass
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, path: str = "") -> Self:
        """Build from JSON values. Raises PolicyError naming the path of the first fault."""
        if not isinstance(data, Mapping):
            raise PolicyError(f"expected an object, got {_name(data)}", path=path)
        hints = _hints(cast("Any", cls))
        for key in data:
            if key not in hints:
                known = ", ".join(sorted(hints))
                raise PolicyError(f"unknown key; known keys are {known}", path=_join(path, key))
        missing = [name for name in _required(cast("Any", cls)) if name not in data]
        if missing:
            raise PolicyError("missing required value", path=_join(path, missing[0]))
        return cls(**{k: _build(hints[k], v, _join(path, k)) for k, v in data.items()})

    def replace(self, **changes: Any) -> Self:
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]  # as above


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


@functools.cache
def _required(cls: type) -> tuple[str, ...]:
    return tuple(
        f.name
        for f in dataclasses.fields(cls)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    )


def _build(hint: Any, value: Any, path: str) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _build_optional(args, value, path)
    if origin is tuple:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise PolicyError(f"expected a list, got {_name(value)}", path=path)
        return tuple(_build(args[0], v, f"{path}[{i}]") for i, v in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise PolicyError(f"expected an object, got {_name(value)}", path=path)
        return {str(k): _build(args[1], v, _join(path, str(k))) for k, v in value.items()}
    return _build_plain(hint, value, path)


def _build_optional(args: tuple[Any, ...], value: Any, path: str) -> Any:
    if value is None and type(None) in args:
        return None
    inner = [a for a in args if a is not type(None)]
    for candidate in inner[:-1]:
        if isinstance(candidate, type) and type(value) is candidate:
            return value
    return _build(inner[-1], value, path)


def _build_plain(hint: Any, value: Any, path: str) -> Any:
    if hint is Any:
        return value
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.from_dict(value, path=path)
    if hint is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise PolicyError(f"expected a number, got {_name(value)}", path=path)
        if not math.isfinite(value):
            raise PolicyError(f"expected a finite number, got {value}", path=path)
        return float(value)
    if hint is int and (isinstance(value, bool) or not isinstance(value, int)):
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise PolicyError(f"expected a whole number, got {_name(value)}", path=path)
    if not isinstance(value, hint):
        raise PolicyError(f"expected {hint.__name__}, got {_name(value)}", path=path)
    return value


def _name(value: Any) -> str:
    return f"{type(value).__name__} {value!r}"[:80]


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
