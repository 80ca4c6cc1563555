"""Pictures of five kinds for what models see: made of scikit-image's astronaut, and drawn."""

from __future__ import annotations

import io
import math
import random

import numpy as np
import skimage.data
from PIL import Image, ImageDraw, ImageFont

SEED = 3

INK, GREY, WHITE = (30, 32, 36), (200, 204, 210), (255, 255, 255)

HEAD = (170, 20, 285, 200)
"""Left, top, right, bottom of the astronaut's head, hair included, of 512 pixels; by eye."""

WORDS = (
    *("receipt", "total", "change", "cash", "card", "milk", "bread", "apples", "coffee", "sugar"),
    *("street", "number", "date", "time", "visit", "again", "file", "edit", "view", "help"),
)


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **({"quality": 92} if kind == "JPEG" else {}))
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def heads() -> list[tuple[int, int, int, int]]:
    """Of the people in `group`, from left to right."""
    left, top, right, bottom = HEAD
    places = ((0, 40, 1.0, False), (400, 120, 0.8, True), (760, 60, 0.9, False))
    found = []
    for x, y, scale, mirrored in places:
        near, far = (512 - right, 512 - left) if mirrored else (left, right)
        box = (x + near * scale, y + top * scale, x + far * scale, y + bottom * scale)
        found.append(tuple(round(side) for side in box))
    return found


def group() -> Image.Image:
    """Three astronauts, one of them mirrored, side by side in front of a wall."""
    one = Image.fromarray(skimage.data.astronaut())
    wall = Image.fromarray(skimage.data.brick()).convert("RGB").resize((1240, 1240))
    picture = wall.crop((0, 0, 1240, 560))
    for x, y, scale, mirrored in (
        (0, 40, 1.0, False),
        (400, 120, 0.8, True),
        (760, 60, 0.9, False),
    ):
        side = round(512 * scale)
        shown = one.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else one
        picture.paste(shown.resize((side, side)), (x, y))
    return picture


def screenshot() -> Image.Image:
    """A program's window: title, menu, a list, a table, buttons."""
    draw_words = random.Random(SEED)  # noqa: S311  # keeps no secret
    picture = Image.new("RGB", (1024, 700), (236, 238, 241))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1023, 33), fill=(44, 92, 160))
    draw.text((12, 8), "Process Explorer - local machine", font=_font(15), fill=WHITE)
    for place, word in enumerate(("File", "Options", "View", "Process", "Find", "Users", "Help")):
        draw.text((12 + 76 * place, 41), word, font=_font(13), fill=INK)
    draw.rectangle((8, 64, 250, 640), fill=WHITE, outline=GREY)
    draw.rectangle((258, 64, 1015, 640), fill=WHITE, outline=GREY)
    draw.rectangle((258, 64, 1015, 88), fill=(224, 228, 234))
    for row in range(25):
        y = 92 + 22 * row
        words = [draw_words.choice(WORDS) for _ in range(6)]
        if row == 6:
            draw.rectangle((259, y - 3, 1014, y + 18), fill=(204, 226, 250))
        draw.rectangle((16, y, 28, y + 12), fill=(90, 140, 90))
        draw.text((34, y - 2), " ".join(words[:2]), font=_font(13), fill=INK)
        for column, word in enumerate(words[2:]):
            draw.text((270 + 180 * column, y - 2), word, font=_font(13), fill=INK)
    for place, word in enumerate(("OK", "Cancel", "Apply")):
        x = 740 + 92 * place
        draw.rectangle((x, 654, x + 84, 684), fill=(225, 225, 225), outline=(160, 160, 160))
        draw.text((x + 20, 660), word, font=_font(14), fill=INK)
    return picture


def document() -> Image.Image:
    """A receipt as a scanner gives it: grey, uneven, a narrow column of lines."""
    draw_words = random.Random(SEED)  # noqa: S311  # keeps no secret
    picture = Image.new("L", (460, 1000), 244)
    draw = ImageDraw.Draw(picture)
    draw.text((130, 40), "CORNER SHOP", font=_font(30), fill=25)
    draw.text((110, 84), "12 Station Road, Millfield", font=_font(18), fill=40)
    for row in range(28):
        y = 140 + 28 * row
        item = " ".join(draw_words.choice(WORDS) for _ in range(2)).upper()
        price = f"{draw_words.randrange(100, 9999) / 100:.2f}"
        draw.text((40, y), item, font=_font(19), fill=45)
        draw.text((360, y), price, font=_font(19), fill=45)
    draw.text((40, 940), "THANK YOU, PLEASE COME AGAIN", font=_font(19), fill=45)
    grain = np.random.default_rng(SEED).normal(0, 2.5, (1000, 460))
    scanned = np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)
    return Image.fromarray(scanned).convert("RGB")


def chart() -> Image.Image:
    """Bars with axes, labels and a legend."""
    picture = Image.new("RGB", (640, 420), WHITE)
    draw = ImageDraw.Draw(picture)
    draw.text((220, 12), "Sales by month", font=_font(18), fill=INK)
    for step in range(6):
        y = 360 - 60 * step
        draw.line((70, y, 600, y), fill=(221, 221, 221))
        draw.text((34, y - 8), f"{20 * step}", font=_font(12), fill=INK)
    for month in range(12):
        x, high = 84 + 43 * month, 40 + 120 * (1 + math.sin(month / 2))
        draw.rectangle((x, 360 - high, x + 28, 360), fill=(76, 120, 168))
        draw.text((x + 4, 366), "JFMAMJJASOND"[month], font=_font(12), fill=INK)
    draw.line((70, 40, 70, 360), fill=INK)
    draw.line((70, 360, 600, 360), fill=INK)
    return picture


def logo() -> Image.Image:
    """Flat shapes on nothing."""
    picture = Image.new("RGBA", (512, 512), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((56, 56, 456, 456), fill=(11, 107, 93, 255))
    draw.polygon([(256, 110), (390, 380), (122, 380)], fill=(255, 214, 92, 255))
    draw.ellipse((216, 250, 296, 330), fill=(255, 255, 255, 255))
    return picture


def scenes() -> dict[str, bytes]:
    """Files by name, of which the stem is the kind."""
    return {
        "group.jpg": encoded(group(), "JPEG"),
        "screenshot.png": encoded(screenshot()),
        "document.jpg": encoded(document(), "JPEG"),
        "chart.png": encoded(chart()),
        "logo.png": encoded(logo()),
    }
