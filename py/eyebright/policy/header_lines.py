"""Headers as text, one field a line, as logs and tools show them."""

from __future__ import annotations

import re
from typing import NamedTuple

from eyebright.errors import PolicyError
from eyebright.policy.negotiate import QUOTED_CHARS
from eyebright.values import Reason

FIELD = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*")
REQUEST_LINE = re.compile(r"[A-Z]+ \S+ HTTP/[0-9.]+[ \t]*|:[a-z]+:.*")
"""Of HTTP/1.1, or a field of HTTP/2 that stands for it, such as `:authority` (RFC 9113, 8.3.1)."""


class Lines(NamedTuple):
    """What could be read, and a note for each line that could not."""

    pairs: list[tuple[str, str]]
    notes: tuple[Reason, ...]


def parse_lines(text: str) -> Lines:
    """`Name: value` lines; the request line before them is skipped, an indented line continues.

    Raises PolicyError, with its first line, for text that holds other lines only.
    """
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
    if notes and not pairs:
        first = notes[0].values
        message = f"{first['text']!a} is no header; write Name: value"
        raise PolicyError(message, path=f"line {first['line']}")
    return Lines(pairs, tuple(notes))


def _ignored(number: int, line: str) -> Reason:
    return Reason(
        code="line-ignored",
        text=f"Line {number} of the headers ({line!a}) was ignored: it has no `name: value`.",
        values={"line": number, "text": line},
    )
