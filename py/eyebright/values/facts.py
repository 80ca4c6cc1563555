"""What a file holds: by its header, and as the policy sees it."""

from __future__ import annotations

from collections.abc import Mapping

from eyebright.records import Record, field
from eyebright.values.seen import Artefacts, TextLine


class Box(Record):
    """A rectangle in a picture, pixels as shown, from its top left corner."""

    x: int
    y: int
    width: int
    height: int


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


class Facts(Record):
    """What the policy may know of a picture: integers and strings only."""

    format: str
    width: int
    height: int
    size_bytes: int
    sha256: str
    frames: int = 1
    pictures: int = 1
    """Still pictures in the file (MPO, ICO), of which these are one's facts."""
    bit_depth: int = 8
    has_alpha: bool = False
    """Whether the file has an alpha channel, whatever is in it."""
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
    subject: Box | None = None
    """What stands alone on a plain ground; None where there is none, or nobody looked."""
    dominant_rgb: tuple[int, ...] = ()
    """The dominant colour, three sRGB values from 0 to 255, or nothing where it is not known."""
    saliency: tuple[int, ...] = ()
    """16 rows of 16 cells, 0 to 31, the densest cell 31; empty where nobody looked."""
    focal_permille: tuple[int, ...] = ()
    """x and y of the point that draws most attention, per thousand of width and height."""
    spread_permille: int = 0
    """Mean distance of the looks from that point, per thousand of the diagonal."""
    text_lines: tuple[TextLine, ...] = ()
    text_permille: int = 0
    """Share of the picture's area that is text."""
    seen_content: str = ""
    """photo, screenshot, chart, drawing, document or product; empty where nobody looked."""
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
    artefacts: Artefacts | None = None
    """What its past left in the pixels; None where nobody looked."""
    models: Mapping[str, str] = field(default_factory=dict)
    """By model the version that looked, or "fallback" where classical means did."""
