"""Structured field values for HTTP (RFC 9651, which replaced RFC 8941): one Item and its kinds.

Client hints are Items. Lists and Dictionaries are not read here, because no field that the
policy reads is one.
"""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple, TypeAlias


class Malformed(ValueError):
    """Text that is not an Item; the message says what was expected and where."""


class Token(str):
    """A word that is not a quoted string, such as `on`."""

    __slots__ = ()


class Date(int):
    """Seconds since 1970-01-01 UTC."""

    __slots__ = ()


class DisplayString(str):
    """Text beyond ASCII, sent percent-encoded."""

    __slots__ = ()


BareItem: TypeAlias = int | float | str | bytes | bool

NUMBER = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,3}))?(?![0-9.])")
"""Integers have at most 15 digits, fractions at most 3 (RFC 9651, 3.3.1 and 3.3.2)."""

MAX_DECIMAL_DIGITS = 12
"""Digits before the point of a Decimal (RFC 9651, 3.3.2)."""

STRING = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*")
BYTES = re.compile(r":([A-Za-z0-9+/=]*):")
BOOLEAN = re.compile(r"\?([01])")
DATE = re.compile(r"@(-?[0-9]{1,15})(?![0-9.])")
DISPLAY = re.compile(r'%"((?:[\x20\x21\x23\x24\x26-\x7e]|%[0-9a-f]{2})*)"')
ENCODED = re.compile(rb"%([0-9a-f]{2})")
KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*")


class Item(NamedTuple):
    """A bare value and its parameters."""

    value: BareItem
    parameters: dict[str, BareItem]


def parse_item(text: str) -> Item:
    """The Item that `text` is, wholly. Raises Malformed."""
    text = text.strip(" ")
    value, at = _bare_item(text, 0)
    parameters: dict[str, BareItem] = {}
    while text[at : at + 1] == ";":
        key = KEY.match(text, _skip_spaces(text, at + 1))
        if key is None:
            raise Malformed(f"expected a parameter's name after {at}")
        parameters[key[0]], at = True, key.end()
        if text[at : at + 1] == "=":
            parameters[key[0]], at = _bare_item(text, at + 1)
    if at != len(text):
        raise Malformed(f"unexpected text at {at}")
    return Item(value, parameters)


def _skip_spaces(text: str, at: int) -> int:
    return len(text) - len(text[at:].lstrip(" "))


def _bare_item(text: str, at: int) -> tuple[BareItem, int]:
    for pattern, build in _KINDS:
        found = pattern.match(text, at)
        if found is not None:
            return build(found), found.end()
    raise Malformed(f"expected a value at {at}")


def _number(found: re.Match[str]) -> BareItem:
    sign, whole, fraction = found.groups()
    if fraction is None:
        return int(sign + whole)
    if len(whole) > MAX_DECIMAL_DIGITS:
        raise Malformed(f"more than {MAX_DECIMAL_DIGITS} digits before the point")
    return float(f"{sign}{whole}.{fraction}")


def _string(found: re.Match[str]) -> BareItem:
    return re.sub(r"\\(.)", r"\1", found[1])


def _bytes(found: re.Match[str]) -> BareItem:
    padded = found[1].rstrip("=")
    try:
        return binascii.a2b_base64(padded + "=" * (-len(padded) % 4))
    except binascii.Error as exc:
        raise Malformed("a byte sequence is not base64") from exc


def _display(found: re.Match[str]) -> BareItem:
    try:
        return DisplayString(ENCODED.sub(_byte, found[1].encode("ascii")).decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise Malformed("a display string is not UTF-8") from exc


def _byte(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode("ascii"))


_KINDS = (
    (NUMBER, _number),
    (STRING, _string),
    (TOKEN, lambda found: Token(found[0])),
    (BYTES, _bytes),
    (BOOLEAN, lambda found: found[1] == "1"),
    (DATE, lambda found: Date(found[1])),
    (DISPLAY, _display),
)
"""Each kind is told from the others by its first character (RFC 9651, 4.2.3.1)."""
