"""Programs' windows as of old, drawn by Pillow: bevelled buttons, lists, tables, trees, icons."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from words import COLOURS, font, sentence, word

Random = np.random.Generator
Colour = tuple[int, int, int]

SCHEMES: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((212, 208, 200), (10, 36, 106), (255, 255, 255)),
    ((192, 192, 192), (0, 0, 128), (255, 255, 255)),
    ((240, 240, 240), (153, 180, 209), (255, 255, 255)),
    ((236, 233, 216), (0, 84, 227), (255, 255, 255)),
    ((246, 246, 246), (225, 225, 225), (255, 255, 255)),
    ((45, 45, 48), (0, 122, 204), (30, 30, 30)),
)
"""Face, title bar and field, as programs have worn them."""


def window(rng: Random) -> Image.Image:
    """One window, or one over another, 300 to 1100 pixels wide, as a person cuts it out."""
    scheme = SCHEMES[int(rng.integers(len(SCHEMES)))]
    wide, tall = int(rng.integers(300, 1100)), int(rng.integers(220, 800))
    image = Image.new("RGB", (wide, tall), scheme[0])
    _framed(image, rng, (0, 0, wide - 1, tall - 1), scheme)
    if rng.random() < 0.3:
        left, top = wide // 5, tall // 4
        _framed(image, rng, (left, top, left + wide // 2, top + tall // 2), scheme)
    return image


Box = tuple[int, int, int, int]
Scheme = tuple[Colour, Colour, Colour]


def _framed(image: Image.Image, rng: Random, box: Box, scheme: Scheme) -> None:
    draw = ImageDraw.Draw(image)
    face, bar, _field = scheme
    left, top, right, bottom = box
    letters = font(rng, int(rng.integers(11, 15)))
    draw.rectangle(box, fill=face, outline=(90, 90, 90))
    draw.rectangle((left + 2, top + 2, right - 2, top + 24), fill=bar)
    draw.text((left + 8, top + 5), sentence(rng, 3), fill=_ink(bar), font=letters)
    for place in range(3):
        _button(draw, (right - 20 - 19 * place, top + 5, right - 5 - 19 * place, top + 20), face)
    y = top + 28
    if rng.random() < 0.7:
        x = left + 8
        for _ in range(int(rng.integers(3, 8))):
            name = word(rng)
            draw.text((x, y), name, fill=_ink(face), font=letters)
            x += int(draw.textlength(name, font=letters)) + 14
        y += 22
    inner = (left + 8, y, right - 8, bottom - 40)
    if inner[3] - inner[1] > 60:
        (_table, _tree, _fields, _console)[int(rng.integers(4))](draw, rng, inner, scheme, letters)
    x = right - 90
    for _ in range(int(rng.integers(0, 4))):
        _button(draw, (x, bottom - 32, x + 76, bottom - 8), face)
        draw.text((x + 12, bottom - 28), word(rng), fill=_ink(face), font=letters)
        x -= 86


def _button(draw: ImageDraw.ImageDraw, box: Box, face: Colour) -> None:
    left, top, right, bottom = box
    draw.rectangle(box, fill=face)
    draw.line([(left, bottom), (left, top), (right, top)], fill=_shade(face, 40))
    draw.line([(left, bottom), (right, bottom), (right, top)], fill=_shade(face, -90))


def _shade(colour: Colour, step: int) -> Colour:
    red, green, blue = (min(max(part + step, 0), 255) for part in colour)
    return red, green, blue


def _ink(ground: Colour) -> Colour:
    return (0, 0, 0) if sum(ground) > 380 else (235, 235, 235)


def _table(
    draw: ImageDraw.ImageDraw,
    rng: Random,
    box: Box,
    scheme: Scheme,
    letters: ImageFont.FreeTypeFont,
) -> None:
    left, top, right, bottom = box
    face, bar, field = scheme
    draw.rectangle(box, fill=field, outline=(130, 130, 130))
    columns = sorted(int(x) for x in rng.uniform(left + 60, right, int(rng.integers(2, 7))))
    for start, end in zip([left, *columns], [*columns, right], strict=True):
        _button(draw, (start, top, end, top + 18), face)
        draw.text((start + 6, top + 3), word(rng), fill=_ink(face), font=letters)
    chosen = int(rng.integers(0, 12))
    for row, y in enumerate(range(top + 20, bottom - 16, 17)):
        if row == chosen:
            draw.rectangle((left + 1, y, right - 1, y + 16), fill=bar)
        ink = _ink(bar if row == chosen else field)
        _icon(draw, rng, left + 4, y + 1)
        for place, start in enumerate([left + 20, *columns]):
            name = sentence(rng, 2) if place != 1 else str(rng.integers(10, 99999))
            draw.text((start + 5, y + 1), name[: max(2, (right - start) // 9)], ink, font=letters)


def _icon(draw: ImageDraw.ImageDraw, rng: Random, x: int, y: int) -> None:
    palette = COLOURS[int(rng.integers(len(COLOURS)))]
    draw.rectangle((x, y, x + 12, y + 12), fill=palette[0], outline=(60, 60, 60))
    draw.ellipse((x + 3, y + 3, x + 9, y + 9), fill=palette[1])


def _tree(
    draw: ImageDraw.ImageDraw,
    rng: Random,
    box: Box,
    scheme: Scheme,
    letters: ImageFont.FreeTypeFont,
) -> None:
    left, top, right, bottom = box
    draw.rectangle(box, fill=scheme[2], outline=(130, 130, 130))
    middle = left + (right - left) // 3
    draw.line((middle, top, middle, bottom), fill=(130, 130, 130), width=3)
    for y in range(top + 6, bottom - 16, 18):
        x = left + 10 + 16 * int(rng.integers(0, 4))
        _icon(draw, rng, x, y)
        draw.text((x + 18, y), word(rng), fill=_ink(scheme[2]), font=letters)
    _table(draw, rng, (middle + 4, top, right, bottom), scheme, letters)


def _fields(
    draw: ImageDraw.ImageDraw,
    rng: Random,
    box: Box,
    scheme: Scheme,
    letters: ImageFont.FreeTypeFont,
) -> None:
    left, top, right, bottom = box
    draw.rectangle((left, top + 8, right, bottom), outline=_shade(scheme[0], -50))
    for y in range(top + 20, bottom - 24, 28):
        draw.text((left + 14, y), sentence(rng, 2), fill=_ink(scheme[0]), font=letters)
        start = left + (right - left) // 2
        if rng.random() < 0.4:
            draw.rectangle((start, y, start + 12, y + 12), fill=scheme[2], outline=(90, 90, 90))
            draw.text((start + 20, y), word(rng), fill=_ink(scheme[0]), font=letters)
        else:
            draw.rectangle((start, y - 2, right - 12, y + 17), fill=scheme[2], outline=(120,) * 3)
            draw.text((start + 5, y), sentence(rng, 2), fill=_ink(scheme[2]), font=letters)


def _console(
    draw: ImageDraw.ImageDraw,
    rng: Random,
    box: Box,
    scheme: Scheme,
    letters: ImageFont.FreeTypeFont,
) -> None:
    del scheme
    left, top, right, bottom = box
    draw.rectangle(box, fill=(12, 12, 12))
    ink = (204, 204, 204) if rng.random() < 0.7 else (22, 198, 12)
    for y in range(top + 4, bottom - 14, 15):
        words = sentence(rng, int(rng.integers(0, 12)))
        draw.text((left + 5, y), words[: (right - left) // 9], fill=ink, font=letters)
