"""Classes of annotated fields, given by their names, whose objects never change.

`dataclasses` does the same; but it writes source text for each class and compiles it, which, with
its own imports, was more than half of the time of `import eyebright.policy`. Type checkers take
these for frozen dataclasses (PEP 681).
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import inspect


class Factory:
    """A default that is made anew for each object."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], Any]) -> Any:
    """The default of a field that is made anew for each object."""
    return Factory(default_factory)


@typing.dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class FrozenType(type):
    """Makes slots of a class's annotations, and keeps their defaults apart."""

    field_names: tuple[str, ...]
    """In their order, those of the classes above first."""
    field_defaults: Mapping[str, Any]
    field_factories: tuple[str, ...]
    """Names of the fields whose defaults are made anew."""
    field_setters: tuple[tuple[str, Callable[[Any, Any], None]], ...]

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> FrozenType:
        hints = namespace.get("__annotations__", {})
        own = tuple(key for key, hint in hints.items() if not str(hint).startswith("ClassVar"))
        defaults = {key: namespace.pop(key) for key in own if key in namespace}
        made = super().__new__(cls, name, bases, {**namespace, "__slots__": own})
        names, known = own, defaults
        for base in bases:
            if isinstance(base, FrozenType):
                names, known = (*base.field_names, *names), {**base.field_defaults, **known}
        made.field_names, made.field_defaults = names, known
        made.field_factories = tuple(key for key, v in known.items() if type(v) is Factory)
        made.field_setters = tuple((key, getattr(made, key).__set__) for key in names)
        return made

    @property
    def __signature__(cls) -> inspect.Signature:
        """For `help` and for tools."""
        import inspect  # noqa: PLC0415 - 9 ms, which nobody but them needs

        hints = typing.get_type_hints(cls)
        told = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=cls.field_defaults.get(name, inspect.Parameter.empty),
                annotation=hints[name],
            )
            for name in cls.field_names
        ]
        return inspect.Signature(told)


class Frozen(metaclass=FrozenType):
    """Equal by type and values, hashable where its values are."""

    def __init__(self, **given: Any) -> None:
        cls = type(self)
        values = {**cls.field_defaults, **given}
        for name in cls.field_factories:
            if name not in given:
                values[name] = cls.field_defaults[name].make()
        self._fill(values)

    def _fill(self, values: Mapping[str, Any]) -> None:
        cls = type(self)
        try:
            for name, put in cls.field_setters:
                put(self, values[name])
        except KeyError as exc:
            raise TypeError(f"{cls.__qualname__} needs {exc.args[0]!r}") from None
        if len(values) > len(cls.field_names):
            unknown = (repr(name) for name in values if name not in cls.field_names)
            raise TypeError(f"{cls.__qualname__} has no {', '.join(unknown)}")
        self.__post_init__()

    def __post_init__(self) -> None:
        """For a class's own checks."""

    def replace(self, **changes: Any) -> Self:
        """The same with other values. Raises TypeError for a name that is none."""
        cls = type(self)
        return cls(**{**{name: getattr(self, name) for name in cls.field_names}, **changes})

    __replace__ = replace

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.__getstate__() == other.__getstate__()

    def __hash__(self) -> int:
        return hash(self.__getstate__())

    def __repr__(self) -> str:
        told = (f"{name}={getattr(self, name)!r}" for name in type(self).field_names)
        return f"{type(self).__qualname__}({', '.join(told)})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__qualname__}.{name} cannot be set; use `replace`")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__qualname__}.{name} cannot be deleted")

    def __getstate__(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in type(self).field_names])

    def __setstate__(self, state: Sequence[Any]) -> None:
        for (_name, put), value in zip(type(self).field_setters, state, strict=True):
            put(self, value)
