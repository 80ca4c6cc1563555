"""Pages with text whose place and height are known: documents, graphics, and text over photos.

A page is drawn larger than it is kept and then reduced by area, as the runtime's proxy is.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
from camera import finish
from canvas import Canvas, Page, Studio, Style
from decor import barcode, chart, clutter, rules, scribble, specks
from PIL import Image, ImageDraw
from receipt import receipt
from scripts import SINGLES, figures

LEAST_X_PX, MOST_X_PX = 2.8, 40.0
"""x-heights on the finished page, pixels."""

SINGLE = 0.15
"""Share of the segments in columns that are a single character."""


def page(
    studio: Studio, draw: random.Random, size: tuple[int, int], script: str | None = None
) -> Page:
    """One page of the size asked for; one in ten has no text at all."""
    scale = draw.choice((1.0, 1.5, 2.0, 2.5))
    big = (round(size[0] * scale), round(size[1] * scale))
    kinds: tuple[tuple[float, Callable[..., Canvas]], ...] = (
        (0.26, document),
        (0.23, receipt),
        (0.18, graphic),
        (0.23, overlay),
        (0.1, empty),
    )
    make = draw.choices([kind for _, kind in kinds], [share for share, _ in kinds])[0]
    if script and make is empty:
        make = overlay
    if make is receipt and script not in (None, "latin"):
        make = document
    canvas = make(studio, draw, big, scale, script)
    return finish(
        canvas, draw, size, scale, is_scene=make is overlay, is_scan=make in (document, receipt)
    )


def document(
    studio: Studio, draw: random.Random, size: tuple[int, int], scale: float, script: str | None
) -> Canvas:
    """Rows of segments on paper, as letters, tables and receipts have them."""
    paper = draw.randint(200, 255) if draw.random() < 0.9 else draw.randint(10, 60)
    tint = [max(0, min(255, paper + draw.randint(-12, 6))) for _ in range(3)]
    canvas = Canvas(Image.new("RGB", size, tuple(tint)), draw)
    _shade(canvas)
    width, height = size
    base = scale * min(14.0, LEAST_X_PX * math.exp(abs(draw.gauss(0.35, 0.45))))
    script = script or (None if draw.random() < 0.4 else "latin")
    body = studio.style(draw, base, paper, script)
    leading = draw.uniform(1.75, 3.6)
    margin = draw.uniform(0.01, 0.12) * width
    y = draw.uniform(0.5, 4) * base + base
    while y < height - base:
        style = body
        if draw.random() < 0.12:
            style = studio.style(draw, base * draw.uniform(1.1, 2.2), paper, script)
        row = draw.choice((paragraph, segments, segments, segments, centred))
        y += row(canvas, draw, style, y, margin) * leading
        if draw.random() < 0.2:
            y += rules(canvas.ground, draw, y, margin, base, style.colour)
        if draw.random() < 0.02 and scale * 20 + y < height:
            y += barcode(canvas.ground, draw, y, scale) + base
        if draw.random() < 0.1:
            y += draw.uniform(1, 5) * base
    if draw.random() < 0.15:
        scribble(canvas.ground, draw, scale)
    if draw.random() < 0.3:
        specks(canvas.ground, draw, scale)
    return canvas


def paragraph(canvas: Canvas, draw: random.Random, style: Style, y: float, margin: float) -> float:
    """A full line from the margin; the x-height taken, in pixels."""
    x_px = style.x_height
    text = style.fitted(style.text(draw, draw.randint(4, 14)), canvas.size[0] - 2 * margin)
    canvas.write(text, (margin, y + x_px), style)
    return x_px


def centred(canvas: Canvas, draw: random.Random, style: Style, y: float, margin: float) -> float:
    x_px = style.x_height
    text = style.text(draw, draw.randint(1, 5))
    canvas.write(text, (canvas.size[0] / 2 + margin / 4, y + x_px), style, "ms")
    return x_px


def segments(canvas: Canvas, draw: random.Random, style: Style, y: float, margin: float) -> float:
    """Two to five columns, some right-aligned, with clear gaps between them."""
    x_px = style.x_height
    columns = draw.randint(2, 5)
    width = (canvas.size[0] - 2 * margin) / columns
    for column in range(columns):
        if draw.random() < 0.15:
            continue
        is_figure = style.script == "latin" and column and draw.random() < 0.7
        text = figures(draw) if is_figure else style.text(draw, draw.randint(1, 2))
        if style.script == "latin" and draw.random() < SINGLE:
            text = draw.choice(SINGLES)
        left = margin + column * width
        if draw.random() < 0.5:
            canvas.write(text, (left, y + x_px), style)
        else:
            canvas.write(text, (left + width - 2.4 * x_px, y + x_px), style, "rs")
    return x_px


def graphic(
    studio: Studio, draw: random.Random, size: tuple[int, int], scale: float, script: str | None
) -> Canvas:
    """Charts, diagrams and windows: shapes on a plain ground, with labels among them."""
    dark = draw.random() < 0.2
    luma = draw.randint(5, 70) if dark else draw.randint(215, 255)
    canvas = Canvas(
        Image.new("RGB", size, (luma, luma, min(255, luma + draw.randint(0, 20)))), draw
    )
    for _ in range(draw.randint(1, 2)):
        chart(canvas.ground, draw, scale)
    clutter(canvas.ground, draw, scale, draw.randint(0, 14))
    base = scale * draw.uniform(3.0, 9.0)
    for _ in range(draw.randint(5, 40)):
        x_px = base * draw.choice((1, 1, 1, draw.uniform(0.9, 2.2)))
        at = (draw.uniform(0, size[0] * 0.9), draw.uniform(2 * x_px, size[1] - x_px))
        style = studio.style(draw, x_px, _luma_at(canvas.ground, at, x_px), script)
        is_figure = style.script == "latin" and draw.random() < 0.4
        text = figures(draw) if is_figure else style.text(draw, draw.randint(1, 3))
        canvas.write(text, at, style)
    return canvas


def overlay(
    studio: Studio, draw: random.Random, size: tuple[int, int], scale: float, script: str | None
) -> Canvas:
    """A photo with headlines, captions, signs or marks over it."""
    canvas = Canvas(studio.photo(draw, size), draw)
    for _ in range(draw.randint(1, 9)):
        x_px = scale * math.exp(draw.uniform(math.log(3.5), math.log(MOST_X_PX)))
        at = (draw.uniform(0, size[0] * 0.7), draw.uniform(2 * x_px, size[1] - x_px))
        luma = _luma_at(canvas.ground, at, x_px)
        if draw.random() < 0.3:
            luma = float(_band(canvas, draw, at, x_px))
        style = studio.style(draw, x_px, luma, script)
        for row in range(draw.choice((1, 1, 2, 4))):
            text = style.text(draw, draw.randint(1, 4))
            canvas.write(text, (at[0], at[1] + row * 2.6 * x_px), style)
    return canvas


def empty(
    studio: Studio, draw: random.Random, size: tuple[int, int], scale: float, script: str | None
) -> Canvas:
    """No text: a photo, or shapes, rules, barcodes and scribbles that text is mistaken for."""
    del script
    if draw.random() < 0.6:
        return Canvas(studio.photo(draw, size), draw)
    luma = draw.randint(180, 255)
    canvas = Canvas(Image.new("RGB", size, (luma, luma, luma)), draw)
    chart(canvas.ground, draw, scale)
    clutter(canvas.ground, draw, scale, draw.randint(5, 40))
    barcode(canvas.ground, draw, draw.uniform(0, size[1] * 0.7), scale)
    scribble(canvas.ground, draw, scale)
    return canvas


def _band(canvas: Canvas, draw: random.Random, at: tuple[float, float], x_px: float) -> int:
    """A plain plate behind a caption or on a sign; its luma."""
    luma = draw.choice((draw.randint(0, 60), draw.randint(190, 255)))
    box = (at[0] - x_px, at[1] - 2.2 * x_px, at[0] + draw.uniform(4, 30) * x_px, at[1] + 1.5 * x_px)
    ImageDraw.Draw(canvas.ground).rectangle(box, fill=(luma, luma, luma))
    return luma


def _shade(canvas: Canvas) -> None:
    """Uneven light over the paper."""
    if canvas.draw.random() < 0.5:
        return
    small = np.random.default_rng(canvas.draw.getrandbits(32)).integers(0, 255, (3, 3), np.uint8)
    light = Image.fromarray(small).resize(canvas.size, Image.Resampling.BICUBIC)
    light = light.point(lambda value: value * 0.18)
    canvas.ground.paste((70, 70, 60), (0, 0), light)


def _luma_at(ground: Image.Image, at: tuple[float, float], x_px: float) -> float:
    left, top = int(at[0]), int(at[1] - 2 * x_px)
    part = ground.crop((left, top, min(ground.width, int(at[0] + 12 * x_px)), int(at[1] + x_px)))
    return float(np.asarray(part.convert("L")).mean()) if part.width and part.height else 128.0
