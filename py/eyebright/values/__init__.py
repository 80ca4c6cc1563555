"""The records that flow from stage to stage. Nothing here is edited in place.

Scores are SSIMULACRA2 (at most 100, 90 visually lossless, 70 high, may be negative).
Sizes ending in `_bytes` are bytes, `_px` pixels, `_ms` milliseconds. Everything that decides is an
integer or a string, so that two machines with slightly different floats decide alike.
Standard library only: pixels are carried by `host.base.Pixels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eyebright.records import Record

FORMATS = ("avif", "webp", "jpeg", "jxl", "png")
"""Formats that can be written, by their names in goals and reports."""

MIME = {
    "avif": "image/avif",
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "jxl": "image/jxl",
    "png": "image/png",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "ico": "image/vnd.microsoft.icon",
    "heic": "image/heic",
    "svg": "image/svg+xml",
}
"""Media types by the IANA registry."""

EXTENSION = {"jpeg": ".jpg", "tiff": ".tif"}
"""File name endings that differ from the format's name."""

COLOURS_NOT_CONVERTED = "colours-not-converted"
"""Code of a host's note that the pixels it gives are no sRGB: nothing can be made of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box(Record):
    """A rectangle in a picture, pixels as shown, from its top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal(Record):
    """What somebody wants. Every default is decided by the policy, with a reason."""

    content: str = "auto"
    """auto, general, product, art, screenshot, news, medical or legal."""
    target: float | None = None
    """SSIMULACRA2 to reach; None takes the content policy's."""
    max_width: int | None = None
    max_height: int | None = None
    max_bytes: int | None = None
    max_memory_mb: int | None = None
    """Memory that the work may take, 10^6 bytes; None takes what the machine tells."""
    formats: tuple[str, ...] | None = None
    """Allowed output formats; None lets the policy choose."""
    purpose: str = "convert"
    """convert: a person asked for this file and waits; upload: the sender waits for the encode and
    the transfer; serve: the server encodes once and visitors load it. Only the last two are gated
    by net gain."""
    context: str = ""
    """Where it will stand: hero, social, featured, gallery, feed or article; empty: unknown."""
    forbid: tuple[str, ...] = ()
    """What must not be done to it: lossy, scale, crop, restore."""
    min_width: int | None = None
    """Pixels; a byte limit never shrinks the picture below this width."""
    min_height: int | None = None
    min_text_px: float | None = None
    """Least x-height of text after scaling, device pixels; None takes the policy's, 0 lifts it."""
    max_delta_e: float | None = None
    """Largest mean CIEDE2000 over the picture; None takes the policy's."""
    crops: tuple[str, ...] = ()
    """Aspects wanted as crops, such as 1:1 or 16:9."""
    encode_budget_ms: float | None = None
    """Encoding time that may be spent on one format; None takes the policy's."""
    views: int = 1
    """Loads that share one encode when serving: the encoding time is divided by it."""
    layout_widths: tuple[int, ...] = ()
    """Widths of the picture's slot in the layout, CSS pixels: variants are made for them."""
    variants: int = 0
    """Most responsive variants wanted; 0 makes none unless the layout gives widths."""
    byte_step: int | None = None
    """Bytes that each smaller variant saves at least; None takes the policy's."""
    placeholder: str = ""
    """What stands there while the picture loads: nothing, dominant or lqip."""
    metadata: str = "rights"
    """rights: copyright, creator, credit, licence and usage terms; all; or none."""
    mark_edited: bool = False
    """Say in the file that a machine edited it (IPTC digital source type)."""
    keep_provenance: bool = False
    """Pass a file with content credentials (C2PA) through unchanged, so that they stay valid."""
    animation: str = "auto"
    """auto: animations become animated WebP where that is smaller; keep: they stay as they are."""
    colour: str = "srgb"
    """srgb: colours are converted to sRGB; keep: a picture in another RGB profile of a matrix, such
    as Display P3, keeps its colours and that profile in formats that carry it, and a file with a
    gain map for HDR screens stays as it is."""
    svg: str = "keep"
    """keep: an SVG passes through as it is; rasterise: it is drawn, as large as `max_width` and
    `max_height` allow or else at its own size; its scripts and outside references never run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities(Record):
    """What the receiver can show and what this machine can make."""

    decode: tuple[str, ...] = ("avif", "webp", "jpeg", "png")
    """Formats that the receiver shows."""
    decode_alpha: tuple[str, ...] = ("avif", "webp", "png")
    """Formats that the receiver shows with transparency."""
    encode: tuple[str, ...] = ("avif", "webp", "jpeg", "png")
    """Formats that this machine writes."""
    decode_ms_per_mp: Mapping[str, float] = field(default_factory=dict)
    """Measured decoding time by format, milliseconds per megapixel."""
    encode_ms_per_mp: Mapping[str, float] = field(default_factory=dict)
    """Measured or known encoding time by format, milliseconds per megapixel."""
    encode_speed: Mapping[str, int] = field(default_factory=dict)
    """The effort this machine affords by format: AVIF speed, WebP method, JPEG XL effort."""
    encode_max_px: Mapping[str, int] = field(default_factory=dict)
    """Largest picture by format that this machine's memory can encode, in pixels; absent is any."""
    memory_mb: int | None = None
    """Memory that the work on pictures may take on this machine, 10^6 bytes; None is any."""
    kernels: str = "compiled"
    """compiled, or numpy where the compiled kernels are missing."""
    throughput_kbps: float | None = None
    """Measured or hinted throughput to the receiver, kilobits per second."""
    rtt_ms: float | None = None
    """Round-trip time to the receiver."""
    effective_type: str = ""
    """Effective connection type: slow-2g, 2g, 3g, 4g, or unknown."""
    save_data: bool = False
    """The receiver asks for less data."""
    battery_saving: bool = False
    dpr: float | None = None
    """Device pixels per CSS pixel."""
    width_px: int | None = None
    """Width of the picture's slot in device pixels (Sec-CH-Width)."""
    viewport_width_px: int | None = None
    """Width of the viewport in CSS pixels."""
    device_memory_gb: float | None = None
    """Approximate memory, 0.25 to 8 as browsers round it."""
    device_class: str = ""
    """low, mid or high; derived from the hints where it is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Record):
    """A file that passed intake: what its header says, before decoding."""

    name: str
    format: str
    width: int
    """Pixels as shown: after the orientation tag."""
    height: int
    size_bytes: int
    sha256: str
    orientation: int = 1
    """EXIF orientation found in the file, 1 to 8."""
    has_alpha: bool = False
    frames: int = 1
    """Of an animation, or pages of a TIFF."""
    pictures: int = 1
    """Still pictures in the file (MPO, ICO), of which one is taken."""
    bit_depth: int = 8
    has_icc: bool = False
    metadata: tuple[str, ...] = ()
    """Kinds of metadata found: exif, xmp, icc, iptc, comment, c2pa, gainmap."""
    quality: int = 0
    """Of a JPEG, as its quantisation tables tell, 1 to 100; 0 is unknown."""
    subsampling: str = ""
    """Of a JPEG's chroma: 444, 422, 420, 440, 411, 410, grey or other; empty is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(Record):
    """What the policy may know of a picture: integers and strings only."""

    format: str
    width: int
    height: int
    size_bytes: int
    sha256: str
    frames: int = 1
    bit_depth: int = 8
    has_icc: bool = False
    metadata: tuple[str, ...] = ()
    transparent_permille: int = 0
    """Pixels that are not fully opaque, per thousand, rounded up: 0 means opaque."""
    flat_permille: int = 0
    """8x8 blocks of the proxy whose luma does not vary at all, per thousand."""
    colours: int = 4096
    """Distinct colours of the proxy at 4 bits per channel, at most 4096."""
    edge_permille: int = 0
    """Pixels of the proxy on a hard step (luma gradient above 64 of 255), per thousand."""
    detail_centibits: int = 300
    """Entropy of the proxy's horizontal luma differences, hundredths of a bit per pixel."""
    text_heights_px: tuple[int, ...] = ()
    """x-heights of the lines of text found, pixels."""
    faces: tuple[Box, ...] = ()
    dominant_rgb: tuple[int, ...] = ()
    """The dominant colour, three sRGB values from 0 to 255, or nothing where it is not known."""
    content_confidence_permille: int | None = None
    """How sure the model is of the content, per thousand; None where no model was asked."""
    source_quality: int = 0
    """Quality of a JPEG source on the scale of libjpeg, 1 to 100; 0 is unknown."""
    source_subsampling: str = ""
    """Chroma of a JPEG source: 444, 422, 420, 440, 411, 410, grey or other; empty is unknown."""
    profile_bytes: int = 0
    """Bytes of the RGB profile other than sRGB that can be kept; 0 where there is none."""
    unconverted: str = ""
    """Colour coding that nothing here converts to sRGB, such as BT.2020, PQ; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(Record):
    """Why: a stable code, the values behind it, and a sentence for people."""

    code: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Record):
    """One format worth trying, in the way that the plan would write it."""

    format: str
    lossless: bool = False
    subsampling: str = "420"
    """Chroma subsampling: 420 or 444."""
    speed: int = 6
    """The encoder's own effort dial where it has one (AVIF speed, WebP method, JXL effort)."""
    expected_bytes: int = 0
    expected_ms: int | None = None
    """Until it is seen: transfer, decoding and the encoding that counts. None: network unknown."""
    fixed_ms: int = 0
    """The part of `expected_ms` that does not depend on the bytes."""
    max_quality: int = 100
    """Highest encoder quality that makes sense: no more than the source holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Record):
    """What a plan and its outcome must keep to; `policy.guards` checks them."""

    forbid: tuple[str, ...] = ()
    """lossy, scale, crop, restore."""
    min_text_px: float = 0.0
    """Least x-height of text after scaling, device pixels; 0 lets any text shrink."""
    min_face_permille: int = 0
    """Share of each face's area that a crop keeps, per thousand."""
    max_delta_e: float | None = None
    """Largest mean CIEDE2000 over the picture."""
    brand_colours: tuple[str, ...] = ()
    """#rrggbb"""
    brand_delta_e: float | None = None
    """Largest CIEDE2000 of a brand colour's areas."""
    least_millibits: int = 0
    """Fewest thousandths of a bit per pixel that an honest lossy encode needs; 0 is no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Record):
    """One width of a responsive picture."""

    width: int
    height: int
    dpr: float = 1.0
    """Device pixels per CSS pixel that this width is meant for."""
    target: float
    """SSIMULACRA2 to reach at this width."""
    expected_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder(Record):
    """What stands there while the picture loads."""

    kind: str
    """dominant or lqip."""
    colour: str = ""
    """#rrggbb, where it is known."""
    width: int = 0
    """Pixels of the tiny picture to make; 0 for a colour alone."""
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Record):
    """What will be done, decided before any pixel is touched."""

    content: str
    width: int
    height: int
    target: float
    floor: int
    """Lowest encoder quality that may be used, 0 to 100."""
    lossless_only: bool = False
    keep_original: bool = False
    """Deliver the source's own picture; the reasons say why."""
    keep_bytes: bool = False
    """Not a byte of the original may change; else it may lose private metadata."""
    decode_divisor: int = 1
    """Each side is divided by it while decoding: 1, 2, 4 or 8."""
    max_bytes: int | None = None
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    original_bytes: int = 0
    picture_class: str = "photo"
    """photo or graphic: which of the measured tables applies."""
    original_shown: bool = True
    """False where the receiver does not show the source's format: then it is no answer."""
    policy_version: str = ""
    """The tables' version, with a fingerprint of the policy file where one was used."""
    limits: Limits = field(default_factory=Limits)
    min_width: int = 1
    """A byte limit never shrinks below this size."""
    min_height: int = 1
    metadata: str = "rights"
    """What goes into a new file: rights, all or none."""
    mark_edited: bool = False
    colour: str = "srgb"
    """srgb: pixels are converted, and no profile is written; keep: they stay in their profile."""
    restore: bool = False
    """Restoration (deblocking, denoising) may be offered."""
    crops: tuple[str, ...] = ()
    """Aspects wanted as crops."""
    crop: Box | None = None
    """The region that is kept, where one was chosen."""
    reviewers: tuple[str, ...] = ()
    """Who must look at the result before it is used; nobody where empty."""
    variants: tuple[Variant, ...] = ()
    """Widths of a responsive picture, ascending."""
    placeholder: Placeholder | None = None
    throughput_kbps: int | None = None
    """What times are reckoned with; None: formats compete by bytes alone."""
    frames: int = 1
    """More than one where an animation is made."""
    clean_hidden: bool = False
    """Colour under fully transparent pixels may change, where nobody can see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Record):
    """How the search ended: the outcome to deliver, or None for the original."""

    outcome: Outcome | None
    target_reached: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
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
    versions: Mapping[str, Any] = field(default_factory=dict)
    """policy, models{}, encoders{}, eyebright, kernels."""
    cache_key: str = ""
    frames: int = 1
    """Of the source."""
    source_sha256: str = ""
    pdq: str = ""
    """Perceptual hash of the source, 64 hexadecimal digits: 31 of 256 bits apart is a duplicate."""
    pdq_turned: tuple[str, ...] = ()
    """The hashes of the source turned by 90, 180 and 270 degrees, and of these four mirrored."""
    pdq_quality: int = 0
    """0 to 100; up to 49 the picture has too little detail for its hash to tell anything."""
    facts: Facts | None = None
    """What was found in the source, as the policy saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Record):
    """Where one file is: shown to people, never decided on."""

    stage: str
    """intake, analyse, decide, transform, encode, verify or deliver."""
    format: str = ""
    trial: int = 0
    """Number of the trial, from 1; 0 outside the search."""
    fraction: float = 0.0
    """0 to 1 over the whole file, never falling."""
