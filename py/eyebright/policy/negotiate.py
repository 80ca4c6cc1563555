"""Request headers in, what the receiver shows and wants out. Total: malformed fields are notes.

How Accept is read, and why (tests/policy/real_traffic.toml is the evidence):
a format is taken as shown if the field names it with a weight above 0. Wildcards (`image/*`,
`*/*`) count only for jpeg, png and gif, which everything that shows pictures shows: every client
sends a wildcard, old browsers, mail programs and link previews too, while each browser that shows
AVIF, WebP or JPEG XL names it in its image requests. Formats that a receiver shows are shown with
transparency where the format has any. `q=0` refuses, also under a wildcard. A lower weight is a
lower preference: of AVIF, WebP and JPEG XL, those named below the best named picture are left out.
A wildcard's weight prefers nothing: browsers put it below all that they name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from eyebright.errors import PolicyError
from eyebright.policy.accept import Range, parse_accept, weigh
from eyebright.policy.formats import HAS_ALPHA
from eyebright.policy.hints import CANONICAL, HEADERS, HINTS, Hint
from eyebright.policy.structured import Malformed
from eyebright.records import Record
from eyebright.values import FORMATS, MIME, Capabilities, Reason

Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]
"""Names in any case; pairs may repeat a name and may be bytes, as ASGI has them."""

UNIVERSAL = ("jpeg", "png", "gif")
"""Shown by everything that shows pictures, so a wildcard is believed for them."""

SHOWN = (*FORMATS, "gif")
"""Formats that are negotiated, in the order in which they are listed."""

MAX_FIELD_CHARS = 8_190
"""Longer fields are ignored with a note: the limit of Apache (LimitRequestFieldSize) and, nearly,
of nginx (large_client_header_buffers, 8k). Browsers' Accept has about 150."""

MAX_HEADERS_CHARS = 65_536
"""More than this over all fields that are read is no request but an attack: PolicyError."""

MAX_NOTES = 20
"""Notes on one request; a malformed field may hold thousands of faults."""

QUOTED_CHARS = 60
"""How much of a malformed value its note repeats."""


class Negotiated(Record):
    """What a request says of its receiver."""

    capabilities: Capabilities
    notes: tuple[Reason, ...] = ()
    """One for each field or element that was ignored, and why."""
    reads: tuple[str, ...] = HEADERS
    """Field names in lower case that could have mattered: Vary lists them all."""


def negotiate(
    headers: Headers,
    machine: Capabilities | None = None,
    *,
    reads: Collection[str] = HEADERS,
) -> Capabilities:
    """What the receiver of these headers shows and wants, and what `machine` can write.

    See `read_headers` for the notes, and `buckets.bucketed` before deciding behind a cache.
    Raises PolicyError only where the headers are longer than MAX_HEADERS_CHARS or `reads` names
    a field that is never read.
    """
    return read_headers(headers, machine, reads=reads).capabilities


def read_headers(
    headers: Headers,
    machine: Capabilities | None = None,
    *,
    reads: Collection[str] = HEADERS,
) -> Negotiated:
    """`negotiate` with a note for each field that had to be ignored."""
    wanted = known_reads(reads)
    notes: list[Reason] = []
    fields = _fields(headers, wanted, notes)
    shown = _shown(fields.get("accept"), notes)
    changes = _hinted(fields, notes)
    # Decoding happens on the receiver, so times measured on this machine say nothing of it.
    capabilities = (machine or Capabilities()).replace(
        decode=shown,
        decode_alpha=tuple(name for name in shown if name in HAS_ALPHA),
        decode_ms_per_mp={},
        **changes,
    )
    return Negotiated(capabilities=capabilities, notes=_bounded(notes), reads=wanted)


def known_reads(reads: Collection[str]) -> tuple[str, ...]:
    """Accept and the given names in their own order. Raises PolicyError for one never read."""
    lowered = {name.lower() for name in reads}
    unknown = sorted(lowered - set(HEADERS))
    if unknown:
        known = ", ".join(HEADERS)
        raise PolicyError(f"{unknown[0]!r} is never read; use some of {known}", path="reads")
    return tuple(name for name in HEADERS if name == "accept" or name in lowered)


def _fields(headers: Headers, wanted: tuple[str, ...], notes: list[Reason]) -> dict[str, str]:
    """Values by lower-case name; repeated lines are joined by commas (RFC 9110, 5.3)."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    lines: dict[str, list[str]] = {}
    left = MAX_HEADERS_CHARS
    for raw_name, raw_value in pairs:
        name = _text(raw_name).lower()
        if name not in wanted:
            continue
        value = _text(raw_value)
        left -= len(value) + 1
        if left < 0:
            raise PolicyError(
                f"more than {MAX_HEADERS_CHARS} characters; refuse such requests in front (431)",
                path=f"headers.{name}",
            )
        lines.setdefault(name, []).append(value)
    joined = {name: ", ".join(values) for name, values in lines.items()}
    for name in [name for name, value in joined.items() if len(value) > MAX_FIELD_CHARS]:
        notes.append(_ignored(name, f"it has more than {MAX_FIELD_CHARS} characters", ""))
        del joined[name]
    return joined


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _shown(accept: str | None, notes: list[Reason]) -> tuple[str, ...]:
    """Formats that the receiver shows, in the order of SHOWN."""
    if accept is None:
        return UNIVERSAL
    ranges, malformed = parse_accept(accept)
    notes.extend(_ignored("accept", "an element is malformed", text) for text in malformed)
    shown = tuple(name for name in SHOWN if _is_shown(name, ranges))
    if shown:
        return _preferred(shown, ranges, notes)
    if ranges:
        notes.append(_ignored("accept", "it names no picture that could be sent", accept))
    # What is not even refused may still be sent (RFC 9110, 12.4.1: a server may disregard Accept).
    return tuple(name for name in UNIVERSAL if weigh(ranges, MIME[name]) is None)


def _is_shown(name: str, ranges: tuple[Range, ...]) -> bool:
    weight = weigh(ranges, MIME[name])
    if weight is None or weight.permille == 0:
        return False
    return weight.named or name in UNIVERSAL


def _preferred(
    shown: tuple[str, ...], ranges: tuple[Range, ...], notes: list[Reason]
) -> tuple[str, ...]:
    """Without the formats that the receiver would rather not have; what all show stays."""
    weights = {name: weigh(ranges, MIME[name]) for name in shown}
    named = {name: w.permille for name, w in weights.items() if w is not None and w.named}
    best = max(named.values(), default=0)
    lesser = [name for name in named if name not in UNIVERSAL and named[name] < best]
    if lesser:
        text = f"The receiver shows {', '.join(lesser)}, but prefers other formats that it names."
        notes.append(Reason(code="format-not-preferred", text=text, values={"formats": lesser}))
    return tuple(name for name in shown if name not in lesser)


def _hinted(fields: Mapping[str, str], notes: list[Reason]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for hint in HINTS:
        value = _first_sound(hint, fields, notes)
        if value is not None:
            # Two fields tell of saving data; either is enough.
            changes[hint.capability] = changes.get(hint.capability) or value
    return changes


def _first_sound(hint: Hint, fields: Mapping[str, str], notes: list[Reason]) -> Any:
    """The value of the first of the hint's fields that can be read; None without one."""
    for name in hint.headers:
        if name not in fields:
            continue
        try:
            return hint.read(fields[name])
        except Malformed as exc:
            notes.append(_ignored(name, str(exc), fields[name]))
    return None


def _ignored(name: str, why: str, value: str) -> Reason:
    shown = value if len(value) <= QUOTED_CHARS else f"{value[:QUOTED_CHARS]}..."
    field = CANONICAL[name]
    quoted = f" ({shown!a})" if shown else ""
    return Reason(
        code="header-ignored",
        text=f"{field}{quoted} was ignored: {why}.",
        values={"header": field, "value": shown, "why": why},
    )


def _bounded(notes: list[Reason]) -> tuple[Reason, ...]:
    if len(notes) <= MAX_NOTES:
        return tuple(notes)
    more = len(notes) - MAX_NOTES
    text = f"{more} more faults in the headers were ignored."
    return (*notes[:MAX_NOTES], Reason(code="headers-ignored", text=text, values={"more": more}))
