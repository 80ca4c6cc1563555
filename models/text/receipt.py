"""Pages as tills print them: columns of figures and single characters, headings of double size."""

from __future__ import annotations

import dataclasses
import random

from canvas import Canvas, Studio, Style
from decor import barcode, edges, rules, scribble, specks
from PIL import Image, ImageDraw
from scripts import SINGLES, figures, load

TYPED = 0.65
"""Share of the receipts whose letters are all as wide."""

CAPITALS = 0.6
"""Share of the receipts in capitals only."""

X_PX = (2.8, 7.0)
"""x-heights on the finished page, pixels: a receipt of 640 pixels has about 60 rows."""

BIG = ((2.0, 1.0), (1.0, 2.0), (2.0, 2.0), (1.5, 1.5))
"""How headings and totals are stretched."""

STROKES = "-=*_."
"""What rules are made of; they are no text."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The paper's print, whatever its rows."""

    canvas: Canvas
    draw: random.Random
    left: float
    right: float
    columns: tuple[float, ...]
    """Where a table's columns end, of the width."""
    is_capital: bool

    def phrase(self, style: Style, words: int) -> str:
        text = style.text(self.draw, words)
        return text.upper() if self.is_capital else text

    def at(self, share: float) -> float:
        return self.left + (self.right - self.left) * share


def receipt(
    studio: Studio, draw: random.Random, size: tuple[int, int], scale: float, script: str | None
) -> Canvas:
    """Rows from the top down, in one font, on paper that may be narrower than the page."""
    paper = draw.randint(215, 255)
    canvas = Canvas(Image.new("RGB", size, (paper, paper, paper - draw.randint(0, 12))), draw)
    body = _body(studio, draw, scale * draw.uniform(*X_PX), paper, script or "latin")
    roll = Roll(
        canvas=canvas,
        draw=draw,
        left=draw.uniform(0.01, 0.25) * size[0],
        right=draw.uniform(0.75, 0.99) * size[0],
        columns=tuple(sorted(draw.uniform(0.15, 1) for _ in range(draw.randint(1, 4)))),
        is_capital=draw.random() < CAPITALS,
    )
    leading = draw.uniform(2.1, 3.6) * body.x_height
    y = draw.uniform(1, 5) * leading
    while y < size[1] - leading:
        style = body
        if draw.random() < 0.12:
            style = dataclasses.replace(body, stretch=draw.choice(BIG))
        row = draw.choices((_words, _middle, _pair, _table, _stroke), (3, 3, 4, 5, 2))[0]
        y += leading * (style.stretch[1] - 1)
        row(roll, style, y)
        y += leading
        if draw.random() < 0.08:
            y += 0.6 * leading
            rules(canvas.ground, draw, y - 1.2 * leading, roll.left, body.x_height, body.colour)
        if draw.random() < 0.1:
            y += draw.uniform(0.5, 3) * leading
        if draw.random() < 0.01:
            y += barcode(canvas.ground, draw, y, scale) + leading
    _dirt(canvas, draw, scale)
    return canvas


def _body(studio: Studio, draw: random.Random, x_px: float, paper: int, script: str) -> Style:
    style = studio.style(draw, x_px, paper, script)
    ink = draw.randint(0, 110)
    return dataclasses.replace(
        style,
        colour=(ink, ink, ink),
        opacity=draw.randint(120, 255),
        pitch=draw.uniform(0.5, 0.8) if draw.random() < TYPED else 0.0,
    )


def _words(roll: Roll, style: Style, y: float) -> None:
    text = style.fitted(roll.phrase(style, roll.draw.randint(1, 7)), roll.right - roll.left)
    roll.canvas.write(text, (roll.left, y), style)


def _middle(roll: Roll, style: Style, y: float) -> None:
    text = style.fitted(roll.phrase(style, roll.draw.randint(1, 5)), roll.right - roll.left)
    roll.canvas.write(text, (roll.at(0.5), y), style, "ms")


def _pair(roll: Roll, style: Style, y: float) -> None:
    """A name on the left, perhaps a colon, and an amount on the right."""
    draw = roll.draw
    roll.canvas.write(roll.phrase(style, draw.randint(1, 2)), (roll.left, y), style)
    if draw.random() < 0.2:
        roll.canvas.write(":", (roll.at(draw.uniform(0.4, 0.7)), y), style)
    amount = draw.choice(SINGLES) if draw.random() < 0.2 else figures(draw)
    roll.canvas.write(amount, (roll.right, y), style, "rs")


def _table(roll: Roll, style: Style, y: float) -> None:
    """A name or a quantity on the left; a quantity, a code or an amount in each column."""
    draw = roll.draw
    first = draw.choice(SINGLES) if draw.random() < 0.5 else roll.phrase(style, 1)
    roll.canvas.write(first, (roll.left, y), style)
    for column in roll.columns:
        kind = draw.random()
        if kind < 0.15:
            continue
        text = figures(draw)
        if kind < 0.55:
            text = draw.choice(SINGLES)
        elif kind < 0.65:
            text = "".join(draw.choices("SRZLTX", k=draw.randint(2, 3)))
        roll.canvas.write(text, (roll.at(column), y), style, "rs")


def _stroke(roll: Roll, style: Style, y: float) -> None:
    """A rule of hyphens or the like, which no one reads."""
    stroke, x = roll.draw.choice(STROKES), roll.left
    font = load(style.font, style.size)
    step = max(1.0, style.pitch * style.size or font.getlength(stroke))
    pen = ImageDraw.Draw(roll.canvas.ground)
    while x < roll.right:
        pen.text((x, y), stroke, fill=style.colour, font=font, anchor="ls")
        x += step


def _dirt(canvas: Canvas, draw: random.Random, scale: float) -> None:
    if draw.random() < 0.3:
        edges(canvas.ground, draw, scale)
    if draw.random() < 0.1:
        scribble(canvas.ground, draw, scale)
    if draw.random() < 0.5:
        specks(canvas.ground, draw, scale)
