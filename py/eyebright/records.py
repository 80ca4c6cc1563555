"""Frozen records that cross borders as JSON and come back checked.

A record is a class of annotated fields (`frozen`). `to_dict` gives plain JSON values; `from_dict`
checks keys and types by the annotations and names the path of what is wrong. Standard library only.
"""

from __future__ import annotations

import functools
import reprlib
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

from eyebright.errors import PolicyError
from eyebright.frozen import Frozen, field

__all__ = ["MOST_FLOAT", "MOST_LEVELS", "MOST_WHOLE", "Record", "field", "is_deep", "shown"]

MOST_WHOLE = 2**53 - 1
"""Largest whole number, of either sign, that JavaScript holds exactly (Number.MAX_SAFE_INTEGER)."""

MOST_FLOAT = 1.7976931348623157e308
"""Largest number of IEEE 754's 64 bits; JSON may tell a larger one, in digits."""

MOST_LEVELS = 32
"""Of lists and objects in one another where a record takes any value; ours have five."""

_SHOWN = reprlib.Repr()
_SHOWN.maxlevel = 3
_SHOWN.maxstring = _SHOWN.maxother = _SHOWN.maxlong = 80


class Record(Frozen):
    """What is frozen and can be JSON: `to_dict`, `from_dict`, `replace`."""

    def to_dict(self) -> dict[str, Any]:
        return {name: _plain(getattr(self, name)) for name in type(self).field_names}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, path: str = "") -> Self:
        """Build from JSON values. Raises PolicyError naming the path of the first fault."""
        if not isinstance(data, Mapping):
            raise PolicyError(f"expected an object, got {_name(data)}", path=path)
        hints = _hints(cast("Any", cls))
        for key in data:
            if key not in cls.field_names:
                known = ", ".join(sorted(cls.field_names))
                raise PolicyError(f"unknown key; known keys are {known}", path=_join(path, key))
        for name in cls.field_names:
            if name not in data and name not in cls.field_defaults:
                raise PolicyError("missing required value", path=_join(path, name))
        return cls(**{k: _build(hints[k], v, _join(path, k)) for k, v in data.items()})


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
        if is_deep(value):
            raise PolicyError(f"nested in more than {MOST_LEVELS} levels", path=path)
        return value
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.from_dict(value, path=path)
    if hint is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise PolicyError(f"expected a number, got {_name(value)}", path=path)
        if not abs(value) <= MOST_FLOAT:  # neither is NaN
            raise PolicyError(f"expected a finite number, got {_told(value)}", path=path)
        return float(value)
    if hint is int and (isinstance(value, bool) or not isinstance(value, int)):
        if isinstance(value, float) and value.is_integer():
            return _whole(int(value), path)
        raise PolicyError(f"expected a whole number, got {_name(value)}", path=path)
    if not isinstance(value, hint):
        raise PolicyError(f"expected {hint.__name__}, got {_name(value)}", path=path)
    return _whole(value, path) if hint is int else value


def is_deep(value: Any, levels: int = MOST_LEVELS) -> bool:
    """Whether lists and objects are nested in more than `levels`."""
    if isinstance(value, Mapping):
        return levels == 0 or any(is_deep(inner, levels - 1) for inner in value.values())
    if isinstance(value, (list, tuple)):
        return levels == 0 or any(is_deep(inner, levels - 1) for inner in value)
    return False


def shown(value: Any) -> str:
    """A foreign value as text of 200 characters at most, whatever its size and depth."""
    return (value if isinstance(value, str) else _told(value))[:200]


def _whole(value: int, path: str) -> int:
    if abs(value) > MOST_WHOLE:
        raise PolicyError(f"expected at most {MOST_WHOLE}, got a larger number", path=path)
    return value


def _name(value: Any) -> str:
    return f"{type(value).__name__} {_told(value)}"[:80]


def _told(value: Any) -> str:
    try:
        return _SHOWN.repr(value)
    except ValueError:  # a whole number, or one inside, of more digits than Python writes
        return "with a number of thousands of digits"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
