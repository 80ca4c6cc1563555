"""Content policies: what must be reached for which kind of picture.

Targets are SSIMULACRA2, floors are encoder qualities. Source of the figures for general, product,
art, medical and legal: the human+AI image workflow guide that the design rests on.
"""

from __future__ import annotations

from dataclasses import dataclass

from eyebright.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentPolicy(Record):
    """What a kind of content asks of its files."""

    target: float
    """SSIMULACRA2 that the delivered file reaches."""
    floor: int
    """Lowest encoder quality, 0 to 100."""
    subsampling: str = "420"
    try_lossless: bool = False
    """A lossless file competes with the lossy ones."""
    lossless_only: bool = False
    """No pixel may change."""
    keep_original: bool = False
    """Not a byte may change."""


POLICIES = {
    "general": ContentPolicy(target=75.0, floor=50),
    "product": ContentPolicy(target=80.0, floor=85),
    "art": ContentPolicy(target=85.0, floor=88),
    # Coloured text loses its edges under 4:2:0 (jpeg-archive issue 12), so full chroma;
    # flat areas often make the lossless file the smallest.
    "screenshot": ContentPolicy(target=75.0, floor=50, subsampling="444", try_lossless=True),
    "medical": ContentPolicy(target=100.0, floor=100, lossless_only=True, try_lossless=True),
    "legal": ContentPolicy(target=100.0, floor=100, lossless_only=True, keep_original=True),
}

CONTENTS = ("auto", *POLICIES)
"""What a goal may ask for."""
