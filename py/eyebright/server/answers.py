"""A variant as an HTTP answer: validators, ranges, and headers that keep it a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eyebright.errors import EyebrightError
from eyebright.policy import ACCEPT_CH, vary
from eyebright.server.faults import RETRY_AFTER_S, Unforeseen, status_of
from eyebright.server.unforeseen import logged, trace_of
from eyebright.server.variants import Variant

VARY = vary()
"""All that is read: each answer may have been another."""

RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
"""One range (RFC 9110, 14.1.2); several are answered with the whole, as a server may."""

SAFE = {
    "X-Content-Type-Options": "nosniff",
    # An SVG opened by itself is a page: no script, nothing from elsewhere, an origin of its own.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox",
}
"""With every answer."""

NOT_IN_A_NAME = re.compile(r'[^\x20-\x7e]|["\\%]')
"""What an old receiver does not read in filename="..." (RFC 6266, appendix D)."""


CONDITIONS = frozenset({b"if-none-match", b"if-range", b"range"})

MOST_REMEMBERED = 4_096
"""Answers whose header fields are kept as they are sent: 11 MB where names are short, at the most
17 MB (tracemalloc, 64 bits)."""

MOST_NAME_CHARS = 100
"""Of an original's name in them; the fields of longer ones, up to 13 kB, are built each time."""

Field: TypeAlias = tuple[bytes, bytes]


class Span(NamedTuple):
    """Bytes `start` to `end`, the end not among them."""

    start: int
    end: int


class Prepared(Response):
    """An answer whose header fields are there already, as they are sent."""

    def __init__(self, status: HTTPStatus, fields: Iterable[Field], body: bytes = b"") -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = list(fields)


def answer(request: Request, variant: Variant, *, name: str, max_age_s: int) -> Response:
    """The variant, a part of it, or that the receiver has it already. `name` is the original's."""
    told = _conditions(request.scope["headers"])
    kept = _kept_fields(variant.etag, max_age_s, variant.is_final)
    fields = (*kept, (b"server-timing", _server_timing(variant).encode()))
    if told and _is_known(told.get(b"if-none-match", ""), variant.etag):
        return Prepared(HTTPStatus.NOT_MODIFIED, fields)
    shown = _shown_fields if len(name) <= MOST_NAME_CHARS else _shown_fields.__wrapped__
    fields += shown(name, variant.extension, variant.mime, variant.width, variant.height)
    whole = len(variant.body)
    span = _span(told, variant.etag, whole) if told else None
    if span is None:
        return Prepared(HTTPStatus.OK, (*fields, _length(whole)), variant.body)
    if span.start >= span.end:
        size = (b"content-range", f"bytes */{whole}".encode())
        return Prepared(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, (*fields, size, _length(0)))
    part = (b"content-range", f"bytes {span.start}-{span.end - 1}/{whole}".encode())
    body = variant.body[span.start : span.end]
    return Prepared(HTTPStatus.PARTIAL_CONTENT, (*fields, part, _length(len(body))), body)


@lru_cache(maxsize=MOST_REMEMBERED)
def _kept_fields(etag: str, max_age_s: int, is_final: bool) -> tuple[Field, ...]:  # noqa: FBT001 - a cache's key
    """What goes with every answer, also where the receiver has the picture."""
    return _encoded(
        {
            **SAFE,
            "ETag": etag,
            "Vary": VARY,
            "Accept-CH": ACCEPT_CH,
            "Accept-Ranges": "bytes",
            "Cache-Control": _cache_control(max_age_s, is_final=is_final),
        }
    )


@lru_cache(maxsize=MOST_REMEMBERED)
def _shown_fields(
    name: str, extension: str, mime: str, width: int, height: int
) -> tuple[Field, ...]:
    """What goes with the picture itself."""
    return _encoded(
        {
            "Content-Disposition": _disposition(name, extension),
            "Eyebright-Width": str(width),
            "Eyebright-Height": str(height),
            "Content-Type": mime,
        }
    )


def _encoded(fields: Mapping[str, str]) -> tuple[Field, ...]:
    """As ASGI has them."""
    return tuple((name.lower().encode(), value.encode("latin-1")) for name, value in fields.items())


def _length(size: int) -> Field:
    return b"content-length", str(size).encode()


def _conditions(headers: Iterable[Field]) -> dict[bytes, str]:
    """The fields that ask for less than the whole; most requests have none. The first counts."""
    found = [pair for pair in headers if pair[0] in CONDITIONS]
    return {name: value.decode("latin-1") for name, value in reversed(found)}


def refusal(exc: EyebrightError) -> JSONResponse:
    """What happened and what to do, as JSON. Of a fault of our own only the id is told."""
    status = status_of(exc)
    headers = {**SAFE, "Vary": VARY, "Cache-Control": "no-store"}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(exc, Unforeseen):
        exc = logged(exc.kind, trace_of(exc))  # its message may name files
    told = {"error": exc.kind, "message": str(exc)}
    if isinstance(exc, Unforeseen):
        told = {"error": "ServerFault", "message": str(exc), "id": exc.id}
    return JSONResponse(told, status_code=status, headers=headers)


def _cache_control(max_age_s: int, *, is_final: bool) -> str:
    """A passing answer is asked for again; nobody on the way may change the picture."""
    return f"public, max-age={max_age_s}, no-transform" if is_final else "no-cache, no-transform"


def _server_timing(variant: Variant) -> str:
    """Where it came from, and the stages of its making where that was now."""
    told = [f'cache;desc="{variant.came_from}"']
    if variant.came_from in {"made", "quick"}:
        told += [f"{stage};dur={ms:g}" for stage, ms in variant.stages_ms.items()]
    return ", ".join(told)


def _is_known(if_none_match: str, etag: str) -> bool:
    """By weak comparison (RFC 9110, 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    return etag in (part.strip().removeprefix("W/") for part in if_none_match.split(","))


def _disposition(name: str, extension: str) -> str:
    """The original's name with the ending of what is sent."""
    stem = name.rpartition(".")[0] or name
    full = stem + extension
    plain = NOT_IN_A_NAME.sub("_", full)
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"


def _span(told: Mapping[bytes, str], etag: str, whole: int) -> Span | None:
    """The part that is asked for, empty where there is none such; None for the whole."""
    found = RANGE.fullmatch(told.get(b"range", "").strip())
    if found is None or told.get(b"if-range", etag) != etag:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:  # the last so many
        return Span(max(0, whole - int(last)), whole if int(last) else 0)
    start = int(first)
    end = min(whole, int(last) + 1) if last else whole
    if last and int(last) < start:
        return None  # malformed (RFC 9110, 14.1.1): as if it had not been there
    return Span(start, end)
