"""Content policies: what must be reached for which kind of picture, as data.

Targets are SSIMULACRA2, floors are encoder qualities. Source of the figures for general, product,
art, medical and legal: the human+AI image workflow guide that the design rests on. A user's own
policy file (`policy.files`) adds kinds of content and a brand; `policy.precedence` settles which
layer decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from eyebright.records import Record, field

FORBIDDABLE = ("lossy", "scale", "crop", "restore")
"""What a goal, a brand or a content may forbid."""

MIN_TEXT_PX = 9.0
"""Least x-height of text after scaling, device pixels. Reading slows below an x-height of 0.2
degrees (Legge and Bigelow 2011, Journal of Vision 11(5):8, the lower end of fluent print), and a
CSS reference pixel spans 0.0213 degrees (CSS Values 4, 6.2): 0.2 / 0.0213 = 9.4, rounded down.
WCAG 2.2 (1.4.5, images of text) leaves such text no other way to grow."""

MIN_FACE_PERMILLE = 900
"""Share of each face's area that a crop keeps: our choice, an ear may go but no chin."""

NOTICED_DELTA_E = 2.0
CLEAR_DELTA_E = 3.5
"""Colour differences that an unpractised observer notices, and that anybody sees clearly
(Mokrzycki and Tatol 2011, Colour difference dE: a survey)."""


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
    forbid: tuple[str, ...] = ()
    """lossy, scale, crop, restore."""
    restore: bool = False
    """Restoration may be offered."""
    keep_provenance: bool = False
    """A file with content credentials (C2PA) is passed through, so that they stay valid."""
    review: str = ""
    """Who must look at every such picture; nobody where empty."""
    max_delta_e: float | None = CLEAR_DELTA_E
    """Largest mean CIEDE2000 over the picture."""
    min_text_px: float = MIN_TEXT_PX
    """Least x-height of text after scaling, device pixels."""


class Brand(Record):
    """What an owner asks of every picture, above what its content asks."""

    name: str = "brand"
    target: float | None = None
    floor: int | None = None
    formats: tuple[str, ...] | None = None
    """Formats that may be used at all."""
    max_width: int | None = None
    forbid: tuple[str, ...] = ()
    min_text_px: float | None = None
    max_delta_e: float | None = None
    """Largest mean CIEDE2000 over the picture."""
    colours: tuple[str, ...] = ()
    """#rrggbb colours that must stay recognisable."""
    colour_delta_e: float = NOTICED_DELTA_E
    """Largest CIEDE2000 of a brand colour's areas."""


POLICIES = {
    "general": ContentPolicy(target=75.0, floor=50, restore=True),
    "product": ContentPolicy(target=80.0, floor=85, restore=True, max_delta_e=NOTICED_DELTA_E),
    "art": ContentPolicy(target=85.0, floor=88, max_delta_e=NOTICED_DELTA_E),
    # News pictures may be resized and cropped but not reworked (AP news values: alteration), and
    # their credentials are how a reader can check that.
    "news": ContentPolicy(
        target=75.0, floor=50, forbid=("restore",), keep_provenance=True, review="editor"
    ),
    # Coloured text loses its edges under 4:2:0 (jpeg-archive issue 12), so full chroma;
    # flat areas often make the lossless file the smallest.
    "screenshot": ContentPolicy(target=75.0, floor=50, subsampling="444", try_lossless=True),
    "medical": ContentPolicy(
        target=100.0,
        floor=100,
        lossless_only=True,
        try_lossless=True,
        forbid=FORBIDDABLE,
        review="clinician",
        max_delta_e=0.0,
    ),
    "legal": ContentPolicy(
        target=100.0,
        floor=100,
        lossless_only=True,
        keep_original=True,
        keep_provenance=True,
        forbid=FORBIDDABLE,
        review="legal",
        max_delta_e=0.0,
    ),
}

CONTENTS = ("auto", *POLICIES)
"""What a goal may ask for without a policy file."""

CONTEXTS = {
    "hero": "editor",
    "social": "editor",
    "featured": "editor",
    "article": "",
    "gallery": "",
    "feed": "",
}
"""Who must review a picture that stands there; nobody where empty. The first three are seen first
and by most, so a person looks; galleries and feeds hold too many."""


class Policies(Record):
    """All tables that one decision may use: the built-in ones, or a user's file over them."""

    contents: Mapping[str, ContentPolicy] = field(default_factory=lambda: POLICIES)
    contexts: Mapping[str, str] = field(default_factory=lambda: CONTEXTS)
    brand: Brand | None = None
    fingerprint: str = ""
    """Hash of a policy file's meaning; empty for the built-in tables."""


BUILT_IN = Policies()
