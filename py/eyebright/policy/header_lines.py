"""Headers as text, one field a line, as logs and tools show them."""

from __future__ import annotations

import re
from typing import NamedTuple

from eyebright.policy.negotiate import QUOTED_CHARS
from eyebright.values import Reason

FIELD = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*")
REQUEST_LINE = re.compile(r"[A-Z]+ \S+ HTTP/[0-9.]+[ \t]*")


class Lines(NamedTuple):
    """What could be read, and a note for each line that could not."""

    pairs: list[tuple[str, str]]
    notes: tuple[Reason, ...]


def parse_lines(text: str) -> Lines:
    """`Name: value` lines; a request line before them is skipped, an indented line continues."""
    pairs: list[tuple[str, str]] = []
    notes: list[Reason] = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = FIELD.fullmatch(line)
        if found is not None:
            pairs.append((found[1], found[2]))
        elif line[:1] in {" ", "\t"} and line.strip() and pairs:
            name, value = pairs[-1]
            pairs[-1] = (name, f"{value} {line.strip()}")
        elif line.strip() and not REQUEST_LINE.fullmatch(line):
            notes.append(_ignored(number, line[:QUOTED_CHARS]))
    return Lines(pairs, tuple(notes))


def _ignored(number: int, line: str) -> Reason:
    return Reason(
        code="line-ignored",
        text=f"Line {number} of the headers ({line!a}) was ignored: it has no `name: value`.",
        values={"line": number, "text": line},
    )
