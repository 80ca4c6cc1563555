"""Write TypeScript declarations of the records that cross to JavaScript, from themselves.

    python build/declarations.py OUT.d.ts

Each record of eyebright.values becomes an interface with its fields' own docstrings, so that
types cannot tell of keys that the engine does not know.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from eyebright.policy.record import Decision
from eyebright.records import Record
from eyebright.values import Capabilities, Crop, Goal, Report

HANDED_IN = (Goal, Capabilities)
"""Callers write these: whatever has a default may be left out."""

HANDED_OUT = (Report, Decision, Crop)

NAMES = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}

HEAD = "// Written by build/declarations.py from eyebright.values: the records as JSON.\n"


def declarations() -> str:
    """All of them, each record that another holds included."""
    waiting: list[type[Record]] = [*HANDED_IN, *HANDED_OUT]
    wanted = dict.fromkeys(waiting)
    while waiting:
        fresh = [kind for kind in held(waiting.pop(0)) if kind not in wanted]
        wanted |= dict.fromkeys(fresh)
        waiting += fresh
    return "\n".join([HEAD, *(interface(kind) for kind in wanted)])


def held(kind: type[Record]) -> Iterator[type[Record]]:
    """Records in the fields of this one."""
    found: list[Any] = list(get_type_hints(kind).values())
    for annotation in found:
        found += get_args(annotation)
        if isinstance(annotation, type) and issubclass(annotation, Record):
            yield annotation


def interface(kind: type[Record]) -> str:
    hints, notes = get_type_hints(kind), docstrings(kind)
    lines = [
        comment(inspect.cleandoc(kind.__doc__ or ""), ""),
        f"export interface {kind.__name__} {{",
    ]
    for name in kind.field_names:
        if name in notes:
            lines.append(comment(notes[name], "  "))
        mark = "?" if kind in HANDED_IN else ""
        lines.append(f"  {name}{mark}: {type_name(hints[name])};")
    return "\n".join([line for line in lines if line] + ["}", ""])


def docstrings(kind: type[Record]) -> dict[str, str]:
    """The string below each field, by the field's name."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(note.value.value)
        for field, note in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(note, ast.Expr)
        and isinstance(note.value, ast.Constant)
        and isinstance(note.value.value, str)
    }


def type_name(annotation: Any) -> str:
    """As TypeScript names it. Raises TypeError for what JSON has not."""
    if annotation is Any:
        return "unknown"
    if annotation in NAMES:
        return NAMES[annotation]
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation.__name__
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is UnionType or (origin is not None and type(None) in inner):
        return " | ".join(type_name(one) for one in inner)
    if origin is tuple:
        one = type_name(inner[0])
        return f"({one})[]" if "|" in one else f"{one}[]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"Record<string, {type_name(inner[1])}>"
    raise TypeError(f"{annotation} has no name in TypeScript; add it to build/declarations.py")


def comment(text: str, margin: str) -> str:
    """As JSDoc; what Python calls None is null here."""
    told = re.sub(r"\bNone\b", "null", text)
    return "\n".join(f"{margin}{line}" for line in commented(told.splitlines())) if text else ""


def commented(lines: list[str]) -> list[str]:
    if len(lines) == 1:
        return [f"/** {lines[0]} */"]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.parse_args().out.write_text(declarations(), "utf-8")


if __name__ == "__main__":
    main()
