"""What pages are drawn on, with what, and the lines that are on them."""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scripts import RANGES, fonts, load, phrase, x_height

LATIN_SHARE = 0.5
"""Of the lines drawn for training; the other scripts share the rest evenly."""

APART = 6
"""A gap along a row that parts two segments, in gaps between rows: 1.5 x-heights."""

TYPED = 0.2
"""Share of Latin styles that set every letter as wide as the others, as many receipts do."""

PITCHES = (0.5, 1.0)
"""From letter to letter then, of an em."""

STRETCHED = 0.1
"""Share of all styles that are narrower or wider than the font."""

STRETCHES = (0.7, 1.7)

LEAST_CONTRAST = 45
"""Of 255, between a text's luma and the ground's mean."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A segment of a line: its ink's corners (clockwise from the top left) and heights, pixels."""

    quad: npt.NDArray[np.float32]
    height: float
    x_height: float
    script: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    picture: npt.NDArray[np.uint8]
    lines: tuple[Line, ...]


class Canvas:
    """What is being drawn: a ground, a mask of ink with its colours, and the lines so far."""

    def __init__(self, ground: Image.Image, draw: random.Random) -> None:
        self.ground, self.draw = ground, draw
        self.ink = Image.new("L", ground.size, 0)
        self.colours = Image.new("RGB", ground.size, 0)
        self.lines: list[Line] = []
        self.taken: list[tuple[float, float, float, float]] = []

    @property
    def size(self) -> tuple[int, int]:
        return self.ground.size

    def is_free(self, box: Sequence[float], margin: float) -> bool:
        left, top, right, bottom = box
        inside = left >= 0 and top >= 0 and right <= self.size[0] and bottom <= self.size[1]
        return inside and not any(
            left < other[2] + APART * margin
            and right > other[0] - APART * margin
            and top < other[3] + margin
            and bottom > other[1] - margin
            for other in self.taken
        )

    def write(
        self, text: str, at: tuple[float, float], style: Style, anchor: str = "ls"
    ) -> tuple[float, float, float, float] | None:
        """Draws a segment where it fits among the others; its ink's box, else None."""
        mask, (x, y) = _mask(text, style, anchor)
        left, top = round(at[0] + x), round(at[1] + y)
        right, bottom = left + mask.width, top + mask.height
        box = (left, top, right, bottom)
        x_height_px = style.x_height
        if bottom - top < 0.3 * x_height_px or right - left < 2:
            return None
        if not self.is_free(box, 0.25 * x_height_px):
            return None
        pad = 3
        wide = (left - pad, top - pad, right + pad, bottom + pad)
        ImageDraw.Draw(self.colours).rectangle(wide, fill=style.colour)
        self.ink.paste(style.opacity, (left, top), mask)
        quad = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)
        line = Line(quad=quad, height=bottom - top, x_height=x_height_px, script=style.script)
        self.lines.append(line)
        self.taken.append(box)
        return box


def _mask(text: str, style: Style, anchor: str) -> tuple[Image.Image, tuple[float, float]]:
    """The ink's cut-out, 0 to 255, and where its left top is from the anchor, pixels."""
    font = load(style.font, style.size)
    parts = _parts(text, style, anchor)
    measure = ImageDraw.Draw(Image.new("L", (1, 1)))
    boxes = [measure.textbbox((x, 0), part, font, how) for part, x, how in parts]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top = math.floor(min(lefts)), math.floor(min(tops))
    width, height = math.ceil(max(rights)) - left, math.ceil(max(bottoms)) - top
    mask = Image.new("L", (max(1, width), max(1, height)))
    pen = ImageDraw.Draw(mask)
    for part, x, how in parts:
        pen.text((x - left, -top), part, font=font, anchor=how, fill=255)
    across, down = style.stretch
    if (across, down) != (1, 1):
        size = max(1, round(mask.width * across)), max(1, round(mask.height * down))
        mask = mask.resize(size, Image.Resampling.BILINEAR)
    return mask, (left * across, top * down)


def _parts(text: str, style: Style, anchor: str) -> list[tuple[str, float, str]]:
    """What is drawn where along the line: the whole text, or its letters a pitch apart."""
    if not style.pitch:
        return [(text, 0, anchor)]
    pitch = style.pitch * style.size
    left = -{"l": 0.0, "m": 0.5, "r": 1.0}[anchor[0]] * pitch * len(text)
    return [(c, left + (i + 0.5) * pitch, "ms") for i, c in enumerate(text)]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    script: str
    font: Path
    size: int
    colour: tuple[int, int, int]
    opacity: int = 255
    pitch: float = 0.0
    """From letter to letter, of an em; 0: the letters' own widths."""
    stretch: tuple[float, float] = (1.0, 1.0)
    """How much wider and higher than the font, as tills print headings and totals."""

    @property
    def x_height(self) -> float:
        """Pixels."""
        return x_height(self.font, self.script) * self.size * self.stretch[1]

    def length(self, text: str) -> float:
        """About how long the text gets, pixels."""
        if self.pitch:
            return self.pitch * self.size * len(text) * self.stretch[0]
        return load(self.font, self.size).getlength(text) * self.stretch[0]

    def fitted(self, text: str, room: float) -> str:
        """As much of the text as fits into so many pixels, but three letters at least."""
        while self.length(text) > room and len(text) > 3:
            text = text[: int(len(text) * 0.8)].rstrip()
        return text

    def text(self, draw: random.Random, words: int) -> str:
        return phrase(draw, self.font, self.script, words)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Where pages come from: the fonts of one split and the photos of one split."""

    folder: Path
    photos: tuple[Image.Image, ...]
    test: bool

    def style(
        self, draw: random.Random, x_px: float, ground: float, script: str | None = None
    ) -> Style:
        """A font at an x-height in pixels, in a colour that stands out from the ground's luma."""
        script = script or self._script(draw)
        font = self.folder / draw.choice(fonts(script, test=self.test))
        size = max(5, round(x_px / x_height(font, script)))
        return Style(
            script=script,
            font=font,
            size=size,
            colour=_colour(draw, ground),
            opacity=draw.choice((255, 255, 255, draw.randint(110, 255))),
            pitch=draw.uniform(*PITCHES) if script == "latin" and draw.random() < TYPED else 0.0,
            stretch=(draw.uniform(*STRETCHES) if draw.random() < STRETCHED else 1.0, 1.0),
        )

    def _script(self, draw: random.Random) -> str:
        if draw.random() < LATIN_SHARE:
            return "latin"
        return draw.choice([name for name in RANGES if fonts(name, test=self.test)])

    def photo(self, draw: random.Random, size: tuple[int, int]) -> Image.Image:
        """A part of a photo, at least half of it across, at the size asked for."""
        photo = draw.choice(self.photos)
        scale = min(photo.width / size[0], photo.height / size[1]) * draw.uniform(0.5, 1)
        width, height = size[0] * scale, size[1] * scale
        left, top = (
            draw.uniform(0, photo.width - width),
            draw.uniform(0, photo.height - height),
        )
        box = (left, top, left + width, top + height)
        part = photo.resize(size, Image.Resampling.BILINEAR, box=box)
        if draw.random() < 0.5:
            part = part.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return part


def _colour(draw: random.Random, ground: float) -> tuple[int, int, int]:
    """Grey two times in three; its luma at least LEAST_CONTRAST from the ground's."""
    for _ in range(50):
        grey = draw.choice((0, 255, draw.randrange(256)))
        colour = (grey, grey, grey)
        if draw.random() < 0.35:
            colour = (draw.randrange(256), draw.randrange(256), draw.randrange(256))
        luma = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
        if abs(luma - ground) >= LEAST_CONTRAST:
            return colour
    return (0, 0, 0) if ground > 127 else (255, 255, 255)
