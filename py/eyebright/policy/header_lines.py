"""Headers as text, one field a line, as logs and tools show them."""

from __future__ import annotations

import re

from eyebright.errors import PolicyError
from eyebright.policy.negotiate import QUOTED_CHARS

FIELD = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*")
REQUEST_LINE = re.compile(r"[A-Z]+ \S+ HTTP/[0-9.]+[ \t]*|:[a-z]+:.*")
"""Of HTTP/1.1, or a field of HTTP/2 that stands for it, such as `:authority` (RFC 9113, 8.3.1)."""


def parse_lines(text: str) -> list[tuple[str, str]]:
    """`Name: value` lines; the request line before them is skipped, an indented line continues.

    Raises PolicyError, with the line's number, for a line that is none of these.
    """
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = FIELD.fullmatch(line)
        if found is not None:
            pairs.append((found[1], found[2]))
        elif line[:1] in {" ", "\t"} and line.strip() and pairs:
            name, value = pairs[-1]
            pairs[-1] = (name, f"{value} {line.strip()}")
        elif line.strip() and not REQUEST_LINE.fullmatch(line):
            shown = line[:QUOTED_CHARS]
            raise PolicyError(f"{shown!a} is no header; write Name: value", path=f"line {number}")
    return pairs
