"""Made-up pictures that show what a way to resize does wrong; `bench_scaling.py` prints it.

A zone plate for aliasing, slanted edges for ringing, rendered lines of text at the height to which
the policy's guard lets text shrink.
"""

from __future__ import annotations

import asyncio
import io
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "models")]

from common.drawn_marks import beyond, edge, zone_plate  # noqa: E402 - after the path
from eyebright.kernels import srgb  # noqa: E402 - after the path
from eyebright.pipeline import analyse  # noqa: E402 - after the path
from eyebright.policy.content import MIN_TEXT_PX  # noqa: E402 - after the path
from text.found import match  # noqa: E402 - after the path

PLATE_PX = 768
EDGE_PX = 240
EDGE_ANGLES = (3, 17, 31, 44)
"""Degrees from the upright."""
LOW, HIGH = 64, 192
"""Codes on both sides of an edge: there is room for overshoot."""

PAGE_PX = (420, 300)
"""Of a page of text after scaling."""
LINES = 9
PAGES = 12
SEED = 7
WORDS = (
    "quick",
    "brown",
    "foxes",
    "jump",
    "over",
    "lazy",
    "dogs",
    "while",
    "wizards",
    "mix",
    "grey",
)

Pixels = npt.NDArray[np.uint8]
Way = Callable[[Pixels, int, int], Pixels]
Box = tuple[float, float, float, float]


class Marks(NamedTuple):
    """Of one way at one ratio."""

    alias: float
    """RMS of what is left of waves too fine to show, of 255, in light.

    The downscaler's card counts codes instead, of a plate of 512 pixels: models/downscale/chart.py.
    """
    kept: float
    """Share of the contrast of waves up to four fifths of the finest that can show."""
    overshoot: float
    """Codes beyond 64 and 192, the sides of an edge, at most. (The card's edges are others.)"""
    recall: float
    """Share of the lines of text that the text model finds at the guard's limit."""
    contrast: float
    """Of strokes, by that before scaling."""


def marks(way: Way, ratio: float, fonts: Path) -> Marks:
    alias, kept = _plate(way, ratio)
    recall, contrast = _text(way, ratio, fonts)
    return Marks(alias, kept, _overshoot(way, ratio), recall, contrast)


def _plate(way: Way, ratio: float) -> tuple[float, float]:
    """Waves from the middle outwards, from none to the finest of all at the sides' middles."""
    side = round(PLATE_PX / ratio)
    small = way(zone_plate(PLATE_PX), side, side)
    light = srgb.to_linear(small[..., 1] / 255) - 0.5
    y, x = np.mgrid[0:side, 0:side]
    finest = ratio * np.hypot(x + 0.5 - side / 2, y + 0.5 - side / 2) * 2 / side
    alias = light[(finest > 1.1) & (finest < ratio)]
    shown = light[finest < 0.8]
    rms_of_wave = 0.5 / np.sqrt(2)
    return 255 * float(np.sqrt((alias**2).mean())), float(shown.std() / rms_of_wave)


def _overshoot(way: Way, ratio: float) -> float:
    side = round(EDGE_PX / ratio)
    found = []
    for angle in np.deg2rad(EDGE_ANGLES):
        y, x = np.mgrid[0:EDGE_PX, 0:EDGE_PX] - EDGE_PX / 2
        away = x * np.cos(angle) + y * np.sin(angle)
        found.append(beyond(way(edge(away > 0, LOW, HIGH), side, side), LOW, HIGH))
    return float(max(found))


def _text(way: Way, ratio: float, fonts: Path) -> tuple[float, float]:
    """Recall of the text model's lines, and the contrast of strokes."""
    found, lines, contrasts = 0, 0, []
    for page, boxes in _pages(ratio, fonts):
        small = way(page, *PAGE_PX)
        told = asyncio.run(analyse(_png(small))).text_lines
        told_boxes = [(t.x, t.y, t.x + t.width, t.y + t.height) for t in told]
        labels = np.array(boxes) / ratio
        found += int(match(labels, np.array(told_boxes, float).reshape(-1, 4)).found.sum())
        lines += len(boxes)
        pairs = zip(boxes, labels, strict=True)
        contrasts += [_contrast(small, label) / _contrast(page, box) for box, label in pairs]
    return found / lines, float(np.median(contrasts))


def _pages(ratio: float, fonts: Path) -> Iterator[tuple[Pixels, list[Box]]]:
    """Pages whose text has the guard's least x-height after scaling, and the lines' boxes."""
    draw = random.Random(SEED)  # noqa: S311 - the same pages every time
    files = sorted(path for path in fonts.iterdir() if path.suffix in (".ttf", ".otf"))
    for number in range(PAGES):
        font = _font(files[number % len(files)], MIN_TEXT_PX * ratio)
        ink, paper = draw.choice([(20, 250), (70, 245), (235, 30), (120, 255)])
        size = tuple(round(side * ratio) for side in PAGE_PX)
        image = Image.new("RGB", (size[0], size[1]), (paper,) * 3)
        pencil, boxes = ImageDraw.Draw(image), []
        for line in range(LINES):
            at = (12 * ratio, (8 + 32 * line) * ratio)
            text = " ".join(draw.sample(WORDS, draw.randint(3, 6)))
            pencil.text(at, text, font=font, fill=(ink,) * 3)
            boxes.append(pencil.textbbox(at, text, font=font))
        yield np.asarray(image), boxes


def _font(file: Path, x_height_px: float) -> ImageFont.FreeTypeFont:
    probe = ImageFont.truetype(file, 1000).getbbox("x", anchor="ls")
    return ImageFont.truetype(file, x_height_px * 1000 / -probe[1])


def _contrast(pixels: Pixels, box: npt.ArrayLike) -> float:
    """Between the darkest and the lightest twentieth of a line, codes."""
    left, top, right, bottom = np.rint(np.asarray(box)).astype(int)
    dark, light = np.percentile(pixels[top:bottom, left:right, 1], (5, 95))
    return float(light - dark)


def _png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
