"""Documents drawn by Pillow: letters, papers of two columns, invoices, forms; clean or scanned."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from words import font, sentence, word

Random = np.random.Generator

SCANNED = 0.5
"""Share of the pages that went through a scanner."""


def document(rng: Random) -> Image.Image:
    """One page, 500 to 1700 pixels wide."""
    wide = int(rng.integers(500, 1700))
    tall = int(wide * rng.choice([1.414, 1.294, 1.414, 0.75, 2.2]))
    image = Image.new("RGB", (wide, tall), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    size = round(wide * rng.uniform(0.013, 0.028))
    kind = int(rng.integers(4))
    margin = round(wide * rng.uniform(0.05, 0.12))
    y = _heading(draw, rng, margin, wide, size)
    if kind == 0:
        _text(draw, rng, (margin, y, wide - margin, tall - margin), size)
    elif kind == 1:
        middle = wide // 2
        _text(draw, rng, (margin, y, middle - margin // 4, tall - margin), size)
        _text(draw, rng, (middle + margin // 4, y, wide - margin, tall - margin), size)
    elif kind == 2:
        y = _table(draw, rng, (margin, y, wide - margin, tall - margin), size)
        _text(draw, rng, (margin, y + size, wide - margin, tall - margin), size)
    else:
        _form(draw, rng, (margin, y, wide - margin, tall - margin), size)
    return _scanned(image, rng) if rng.random() < SCANNED else image


Box = tuple[int, int, int, int]


def _heading(draw: ImageDraw.ImageDraw, rng: Random, margin: int, wide: int, size: int) -> int:
    ink = tuple(int(c) for c in rng.integers(0, 90, 3))
    top = font(rng, round(size * rng.uniform(1.4, 2.4)))
    place = (wide // 2, margin) if rng.random() < 0.5 else (margin, margin)
    anchor = "ma" if place[0] == wide // 2 else "la"
    draw.text(place, sentence(rng, 4), fill=ink, font=top, anchor=anchor)
    if rng.random() < 0.3:
        draw.rectangle((wide - margin - 5 * size, margin // 2, wide - margin, margin), fill=ink)
    return margin + 5 * size


def _text(draw: ImageDraw.ImageDraw, rng: Random, box: Box, size: int) -> None:
    left, y, right, bottom = box
    letters = font(rng, size)
    letter = draw.textlength("a sentence of usual letters", font=letters) / 27
    leading = round(size * rng.uniform(1.2, 1.7))
    while y + leading < bottom:
        for _ in range(int(rng.integers(2, 12))):
            line = _line(rng, round((right - left) / letter))
            if y + leading < bottom:
                draw.text((left, y), line, fill=(15, 15, 15), font=letters)
            y += leading
        y += leading if rng.random() < 0.6 else leading // 3
        if rng.random() < 0.1:
            return


def _line(rng: Random, letters: int) -> str:
    """Words of at most so many letters together."""
    line = word(rng)
    while len(line) < letters:
        line += " " + word(rng)
    return line[:letters].rsplit(" ", 1)[0]


def _table(draw: ImageDraw.ImageDraw, rng: Random, box: Box, size: int) -> int:
    left, top, right, bottom = box
    rows, columns = int(rng.integers(4, 16)), int(rng.integers(2, 6))
    tall = round(size * rng.uniform(1.6, 2.4))
    letters = font(rng, size)
    for row in range(rows):
        y = top + row * tall
        if y + tall > bottom:
            return y
        if rng.random() < 0.9:
            draw.line((left, y, right, y), fill=(90, 90, 90))
        for column in range(columns):
            x = left + (right - left) * column // columns + size // 3
            cell = word(rng) if column == 0 else f"{rng.gamma(2, 40):.2f}"
            draw.text((x, y + size // 3), cell, fill=(10, 10, 10), font=letters)
    return top + rows * tall


def _form(draw: ImageDraw.ImageDraw, rng: Random, box: Box, size: int) -> None:
    left, y, right, bottom = box
    letters = font(rng, size)
    while y + 2 * size < bottom:
        draw.text((left, y), sentence(rng, 2) + ":", fill=(20, 20, 20), font=letters)
        start = left + (right - left) // 3
        if rng.random() < 0.5:
            draw.line((start, y + size, right, y + size), fill=(60, 60, 60))
        else:
            draw.rectangle((start, y - size // 4, right, y + size * 5 // 4), outline=(60, 60, 60))
        if rng.random() < 0.6:
            draw.text((start + size // 2, y), sentence(rng, 2), fill=(20, 20, 90), font=letters)
        y += round(size * rng.uniform(2, 3))


def _scanned(image: Image.Image, rng: Random) -> Image.Image:
    """Turned a little, uneven light, paper's tint, grain; half of them in grey."""
    paper = tuple(int(c) for c in rng.integers(215, 256, 3))
    turned = image.rotate(rng.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    soft = turned.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.0)))
    pixels = np.asarray(soft).astype(np.float64)
    light = np.linspace(rng.uniform(0.85, 1), 1, image.height)[:, None, None]
    grain = rng.normal(0, rng.uniform(0.5, 5), (*pixels.shape[:2], 1))
    pixels = pixels * light * (np.asarray(paper) / 255) + grain
    made = Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
    return made.convert("L").convert("RGB") if rng.random() < 0.5 else made
