"""The JSON Schema of the record of a decision, from the annotations: one source for both.

Not imported by `eyebright.policy` itself, which must load in no time.
"""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from eyebright.policy.record import SCHEMA_VERSION, Decision
from eyebright.records import Record

DIALECT = "https://json-schema.org/draft/2020-12/schema"

PLAIN: dict[Any, dict[str, str]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}


def record_schema() -> dict[str, Any]:
    """The published schema, as it lies in the package."""
    text = files("eyebright.policy").joinpath("record.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def decision_schema() -> dict[str, Any]:
    """The schema as the annotations have it. `build/schema.py` writes it into the package."""
    definitions: dict[str, Any] = {}
    _define(Decision, definitions)
    definitions["Decision"]["properties"]["schema_version"] = {"const": SCHEMA_VERSION}
    return {
        "$schema": DIALECT,
        "$id": f"urn:eyebright:decision:{SCHEMA_VERSION}",
        "title": "Eyebright's record of a decision",
        "$ref": "#/$defs/Decision",
        "$defs": dict(sorted(definitions.items())),
    }


def _define(cls: type[Any], definitions: dict[str, Any]) -> None:
    if cls.__name__ in definitions:
        return
    definitions[cls.__name__] = {}  # so that a class that holds itself ends
    hints = typing.get_type_hints(cls)
    properties = {name: _schema(hint, definitions) for name, hint in hints.items()}
    definitions[cls.__name__] = {
        "description": (inspect.getdoc(cls) or "").split("\n")[0],
        "type": "object",
        "properties": properties,
        # Written whole, always; only what is read in may leave out what has a default.
        "required": list(cls.field_names),
        "additionalProperties": False,
    }


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema(arg, definitions) for arg in args]}
    if origin is tuple:
        return {"type": "array", "items": _schema(args[0], definitions)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(args[1], definitions)}
    if inspect.isclass(hint) and issubclass(hint, Record):
        _define(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    return dict(PLAIN[hint])
