"""A picture with what was seen in it drawn over: attention, faces, lines of text, kind."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from eyebright.analyse.proxy import proxy
from eyebright.pixels import Pixels
from eyebright.values import GRID_CELLS, MOST_ATTENTION, Facts

LONGEST_PX = 1600
"""Of the drawing: enough to see the boxes of small text."""

HEAT = (255, 60, 0)
FACE = (60, 230, 120)
TEXT = (60, 170, 255)
FOCUS = (255, 255, 255)
DARK = (0, 0, 0)

MOST_HEAT = 0.65
"""Opacity where attention is densest."""

HEAT_GAMMA = 0.6
"""Below 1, so that places of a tenth of the densest one's attention are seen, too."""

LINE_SHARE = 400
"""One pixel of line for so many of the longer side, at least two."""


def drawn(pixels: Pixels, facts: Facts) -> bytes:
    """A PNG file of the picture, `facts` being its own, at most LONGEST_PX a side."""
    small = proxy(pixels, LONGEST_PX)
    picture = Image.fromarray(_heated(small, facts.saliency))
    draw = ImageDraw.Draw(picture)
    scale = picture.width / facts.width
    line = max(2, max(picture.size) // LINE_SHARE)
    for boxes, colour in ((facts.text_lines, TEXT), (facts.faces, FACE)):
        for box in boxes:
            corners = (box.x, box.y, box.x + box.width, box.y + box.height)
            draw.rectangle([side * scale for side in corners], outline=colour, width=line)
    if facts.focal_permille:
        _focus(draw, picture.size, facts.focal_permille, line)
    _label(draw, picture.size, _kind(facts))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _heated(picture: Pixels, grid: tuple[int, ...]) -> Pixels:
    """The picture under a heat map; as it is where nobody looked."""
    if not grid:
        return picture
    height, width = picture.shape[:2]
    cells = np.array(grid, np.uint8).reshape(GRID_CELLS, GRID_CELLS) * (255 // MOST_ATTENTION)
    smooth = Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)
    share = MOST_HEAT * (np.asarray(smooth, np.float32)[..., None] / 255) ** HEAT_GAMMA
    blend = picture * (1 - share) + np.array(HEAT, np.float32) * share
    heated: Pixels = np.rint(blend).astype(np.uint8)
    return heated


def _focus(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], focal: tuple[int, ...], line: int
) -> None:
    x, y = (side * permille / 1000 for side, permille in zip(size, focal, strict=True))
    for radius, colour in ((7 * line, DARK), (6 * line, FOCUS)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=line)
    draw.ellipse((x - line, y - line, x + line, y + line), fill=FOCUS, outline=DARK)


def _kind(facts: Facts) -> str:
    """The kind and how sure it is; empty where nobody looked."""
    sure = facts.content_confidence_permille
    if sure is None or not facts.seen_content:
        return facts.seen_content
    return f"{facts.seen_content}, {sure / 10:g} % sure"


def _label(draw: ImageDraw.ImageDraw, size: tuple[int, int], text: str) -> None:
    if not text:
        return
    height = max(12, max(size) // 50)
    left, top, right, bottom = draw.textbbox((0, 0), text, font_size=height)
    pad = height // 3
    draw.rectangle((0, 0, right - left + 2 * pad, bottom - top + 2 * pad), fill=DARK)
    draw.text((pad - left, pad - top), text, fill=FOCUS, font_size=height)
