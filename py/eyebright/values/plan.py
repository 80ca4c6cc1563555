"""What is decided before any pixel is touched, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.records import Record, field
from eyebright.values.facts import Box


class Reason(Record):
    """Why: a stable code, the values behind it, and a sentence for people."""

    code: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Candidate(Record):
    """One format worth trying, in the way that the plan would write it."""

    format: str
    lossless: bool = False
    subsampling: str = "420"
    """Chroma subsampling: 420 or 444."""
    speed: int = 6
    """The encoder's own effort dial where it has one (AVIF speed, WebP method, JXL effort)."""
    encoder: str = ""
    """quick: the machine's quicker, plainer encoder of this format; empty: the usual one."""
    expected_bytes: int = 0
    expected_ms: int | None = None
    """Until it is seen: transfer, decoding and the encoding that counts. None: network unknown."""
    fixed_ms: int = 0
    """The part of `expected_ms` that does not depend on the bytes."""
    max_quality: int = 100
    """Highest encoder quality that makes sense: no more than the source holds."""


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


class Variant(Record):
    """One width of a responsive picture."""

    width: int
    height: int
    dpr: float = 1.0
    """Device pixels per CSS pixel that this width is meant for."""
    target: float
    """SSIMULACRA2 to reach at this width."""
    expected_bytes: int


class Placeholder(Record):
    """What stands there while the picture loads."""

    kind: str
    """dominant or lqip."""
    colour: str = ""
    """#rrggbb, where it is known."""
    width: int = 0
    """Pixels of the tiny picture to make; 0 for a colour alone."""
    height: int = 0


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
    scaling: str = "lanczos3"
    """The way in which it is resized, a name of `transform.METHODS`."""
    decode_divisor: int = 1
    """Each side is divided by it while decoding: 1, 2, 4 or 8."""
    max_bytes: int | None = None
    """None also where the original, shown to the receiver, is within what was asked."""
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    mode: str = "auto"
    """auto, fast or best: when the search is content."""
    original_bytes: int = 0
    picture_class: str = "photo"
    """photo or graphic: which of the measured tables applies."""
    original_shown: bool = True
    """False where the receiver does not show the source's format, or a part of it is wanted: then
    it is no answer."""
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
    """The region that is kept, where one is wanted; `width` and `height` are its size then."""
    pad: tuple[int, ...] = ()
    """Margins made around all of the picture, pixels of it: to the left, top, right and bottom."""
    pad_rgb: tuple[int, ...] = ()
    """Of these margins, sRGB; empty: transparent."""
    reviewers: tuple[str, ...] = ()
    """Who must look at the result before it is used; nobody where empty."""
    variants: tuple[Variant, ...] = ()
    """Widths of a responsive picture, ascending."""
    placeholder: Placeholder | None = None
    throughput_kbps: int | None = None
    """What times are reckoned with; None: formats compete by bytes alone."""
    learned_scaling: bool = False
    """The network makes a still picture smaller, to the plan's own size; where a byte limit asks
    for smaller ones, and where no model answers, that is left to the classical method."""
    frames: int = 1
    """More than one where an animation is made."""
    clean_hidden: bool = False
    """Colour under fully transparent pixels may change, where nobody can see it."""

    @property
    def reshapes(self) -> bool:
        """Whether the result shows less, or more, than the original, which is no answer then."""
        return self.crop is not None or bool(self.pad)
