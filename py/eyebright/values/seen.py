"""What the models, or their classical fallbacks, see in a picture: whole numbers and names only."""

from __future__ import annotations

from eyebright.records import Record

GRID_CELLS = 16
"""The map of attention has as many rows and columns, whatever the picture's shape."""

MOST_ATTENTION = 31
"""Of the densest cell: five bits tell more than two runtimes' floats differ."""

CONTENTS_SEEN = ("photo", "screenshot", "chart", "drawing", "document", "product")
"""Kinds of pictures that the content model tells apart."""


class Attention(Record):
    """Where people look first."""

    grid: tuple[int, ...]
    """GRID_CELLS rows of GRID_CELLS cells, 0 to MOST_ATTENTION; the densest has the most."""
    focal_permille: tuple[int, ...]
    """x and y of the point that draws most, per thousand of width and height."""
    spread_permille: int
    """Mean distance of the looks from that point, per thousand of the diagonal."""


class TextLine(Record):
    """A line of text; pixels of the picture as shown, from the top left corner."""

    x: int
    y: int
    width: int
    height: int
    x_height_px: int
    """Of its small letters, as far as it can be told."""
    confidence_permille: int = 1000
    """How sure the model is that it is a line; 0 where no model looked."""


class Writing(Record):
    """The text of a picture: where it is, not what it says."""

    lines: tuple[TextLine, ...]
    permille: int
    """Share of the picture's area that is text."""


class Seen(Record):
    """The kind of picture, one of CONTENTS_SEEN, and how sure that is."""

    content: str
    confidence_permille: int


class Artefacts(Record):
    """What a picture's past left in its pixels; the three `_permille` are probabilities."""

    jpeg_quality: int
    """Of the JPEG that it was, on the scale of libjpeg, 1 to 100; 0 where none is seen."""
    blockiness_permille: int
    noise_centi: int
    """Standard deviation of the noise in hundredths of an 8-bit step."""
    blur_permille: int
    banding_permille: int
