"""A variant as it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from eyebright.deliver import Optimised
from eyebright.frozen import Frozen
from eyebright.records import field
from eyebright.values import EXTENSION, MIME

ETAG_CHARS = 32
"""128 bits of the SHA-256 of what is sent."""


class Variant(Frozen):
    """One file for one receiver."""

    body: bytes
    mime: str
    format: str
    width: int
    height: int
    etag: str
    """Quoted, strong: of the bytes themselves."""
    original_bytes: int
    encodes: int
    fallbacks: tuple[str, ...] = ()
    """Their codes."""
    stages_ms: Mapping[str, float] = field(default_factory=dict)
    """Of its making, whenever that was."""
    is_final: bool = True
    """Else a better one is being made: caches are not to keep this one."""
    came_from: str = "made"
    """made, store, memory, stale or quick."""

    @property
    def extension(self) -> str:
        return EXTENSION.get(self.format, f".{self.format}")


def variant_of(made: Optimised, came_from: str, *, is_final: bool = True) -> Variant:
    """To send what the pipeline made."""
    report = made.report
    return Variant(
        body=made.data,
        mime=report.mime,
        format=report.format,
        width=report.width,
        height=report.height,
        etag=_etag(made.data),
        original_bytes=report.original_bytes,
        encodes=report.encodes,
        fallbacks=tuple(reason.code for reason in report.fallbacks),
        stages_ms=report.timings_ms,
        is_final=is_final,
        came_from=came_from,
    )


def quick_variant(told: Mapping[str, Any], body: bytes) -> Variant:
    """To send what `quick.quick` made, until a better one is there."""
    return Variant(
        body=body,
        mime=MIME[told["format"]],
        format=told["format"],
        width=told["width"],
        height=told["height"],
        etag=_etag(body),
        original_bytes=told["original_bytes"],
        encodes=told["encodes"],
        stages_ms=told["stages_ms"],
        is_final=False,
        came_from="quick",
    )


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:ETAG_CHARS]}"'
