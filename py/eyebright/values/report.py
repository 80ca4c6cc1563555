"""What was tried, what came of it, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.records import Record, field
from eyebright.values.facts import Box, Facts
from eyebright.values.plan import Reason


class Trial(Record):
    """One encode that the search asks for. The encode stage does exactly this."""

    format: str
    width: int
    height: int
    quality: int = 0
    """0 to 100; ignored when lossless."""
    lossless: bool = False
    subsampling: str = "420"
    speed: int = 6
    encoder: str = ""
    """quick: the machine's quicker, plainer encoder of this format; empty: the usual one."""


class Outcome(Record):
    """What came of a trial, measured on its final bytes decoded again."""

    trial: Trial
    size_bytes: int
    score: float
    pictures: int = 1
    """Pictures that are whole in these bytes: of a made animation only the first is sure to be,
    of the frames that sample it all are."""
    passed_checks: bool = True
    """Decodes, has the promised size, keeps the alpha channel."""
    delta_e: float | None = None
    """Mean CIEDE2000 over the picture; None where it was not measured."""
    brand_delta_e: float | None = None
    """Largest mean CIEDE2000 over a brand colour's areas; None where it was not measured."""
    worst_tile: float | None = None
    """SSIMULACRA2 of its worst 64 x 64 pixels by themselves; None where it was not measured."""


class Choice(Record):
    """How the search ended: the outcome to deliver, or None for the original."""

    outcome: Outcome | None
    target_reached: bool
    reasons: tuple[Reason, ...] = ()


class Report(Record):
    """What was delivered and why."""

    name: str
    format: str
    mime: str
    width: int
    height: int
    bytes: int
    original_bytes: int
    original_format: str
    score: float
    target: float
    target_reached: bool
    quality: int | None
    """Encoder quality of the delivered file; None for lossless and for the original."""
    lossless: bool
    kept_original: bool
    encodes: int
    """Every full-size encode made, rejected ones included."""
    content: str
    reasons: tuple[Reason, ...] = ()
    fallbacks: tuple[Reason, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    """By stage, and their `total`; `decode` is of the file and, to check them, of results."""
    versions: Mapping[str, Any] = field(default_factory=dict)
    """policy, models{}, encoders{}, eyebright, kernels."""
    cache_key: str = ""
    frames: int = 1
    """Of the source."""
    crop: Box | None = None
    """The region of the source that was delivered; None for all of it."""
    source_sha256: str = ""
    pdq: str = ""
    """Perceptual hash of the source, 64 hexadecimal digits: 31 of 256 bits apart is a duplicate."""
    pdq_turned: tuple[str, ...] = ()
    """The hashes of the source turned by 90, 180 and 270 degrees, and of these four mirrored."""
    pdq_quality: int = 0
    """0 to 100; up to 49 the picture has too little detail for its hash to tell anything."""
    facts: Facts | None = None
    """What was found in the source, as the policy saw it."""


class Progress(Record):
    """Where one file is: shown to people, never decided on."""

    stage: str
    """intake, analyse, decide, transform, encode, verify or deliver."""
    format: str = ""
    trial: int = 0
    """Number of the trial, from 1; 0 outside the search."""
    fraction: float = 0.0
    """0 to 1 over the whole file, never falling."""
