"""A variant as it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from eyebright.deliver import Optimised
from eyebright.frozen import Frozen
from eyebright.records import field
from eyebright.values import EXTENSION

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
        etag=f'"{hashlib.sha256(made.data).hexdigest()[:ETAG_CHARS]}"',
        original_bytes=report.original_bytes,
        encodes=report.encodes,
        fallbacks=tuple(reason.code for reason in report.fallbacks),
        stages_ms=report.timings_ms,
        is_final=is_final,
        came_from=came_from,
    )
