"""What decisions are made for: what somebody wants, and what machines can do."""

from __future__ import annotations

from collections.abc import Mapping

from eyebright.records import Record, field
from eyebright.values.facts import Box


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
    crop: str = ""
    """Shape that the picture is cut to: an aspect such as 16:9, or pixels such as 1200x630, which
    then come out exactly where the picture has as many. The first ranked crop is taken."""
    crop_box: Box | None = None
    """The person's own region, pixels of the picture as shown; it wins over all."""
    pad: str = ""
    """Margins that give `crop`'s shape to a picture of which no part will do: auto, for its main
    colour, or transparent where it is; or #rrggbb. Empty: none, the picture keeps its shape."""
    focal_permille: tuple[int, ...] = ()
    """The person's own focal point for `crop`, x and y per thousand of width and height; it wins
    over what draws the eye."""
    encode_budget_ms: float | None = None
    """Encoding time that may be spent on one format; None takes the mode's."""
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
    mode: str = "auto"
    """auto: what can be done in a stated time; fast: the quickest encoders, one of them, one check;
    best: all formats at their slowest sensible efforts, for those who wait."""
    scaling: str = "auto"
    """auto: made smaller as the policy says; learned: by the network, where the models run, which
    keeps more of what the large picture shows and costs some bytes and time."""
    svg: str = "keep"
    """keep: an SVG passes through as it is; rasterise: it is drawn, as large as `max_width` and
    `max_height` allow or else at its own size; its scripts and outside references never run."""


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
    quick_ms_per_mp: Mapping[str, float] = field(default_factory=dict)
    """Formats that this machine writes by a quicker, plainer encoder, too (a browser's canvas,
    libjpeg-turbo), as it was asked to, with its milliseconds per megapixel."""
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
