"""What text is mistaken for: rules, barcodes, scribbles, shapes and the marks of charts."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]


def rules(
    ground: Image.Image, draw: random.Random, y: float, margin: float, base: float, colour: Colour
) -> float:
    """A full, dashed or double rule across the page; the room taken, pixels."""
    pen = ImageDraw.Draw(ground)
    thick = max(1, round(base / 8))
    right = ground.width - margin
    kind = draw.choice(("full", "dashed", "double"))
    if kind == "dashed":
        step = base * draw.uniform(0.6, 1.6)
        for index in range(int((right - margin) / step)):
            left = margin + index * step
            pen.line((left, y, left + step * 0.6, y), fill=colour, width=thick)
    else:
        pen.line((margin, y, right, y), fill=colour, width=thick)
    if kind == "double":
        pen.line((margin, y + 3 * thick, right, y + 3 * thick), fill=colour, width=thick)
    return base * draw.uniform(0.5, 1.2)


def barcode(ground: Image.Image, draw: random.Random, y: float, scale: float) -> float:
    """A barcode somewhere on the row; its height, pixels."""
    pen = ImageDraw.Draw(ground)
    height = scale * draw.uniform(12, 45)
    left = draw.uniform(0, ground.width * 0.4)
    right = min(ground.width, left + ground.width * draw.uniform(0.2, 0.6))
    while left < right:
        bar = scale * draw.choice((0.7, 1, 1.5, 2))
        pen.rectangle((left, y, left + bar, y + height), fill=(15, 15, 15))
        left += bar + scale * draw.choice((0.7, 1, 1.5, 2))
    return height


def scribble(ground: Image.Image, draw: random.Random, scale: float) -> None:
    """A loop of a pen, or a signature."""
    pen = ImageDraw.Draw(ground)
    x, y = draw.uniform(0, ground.width), draw.uniform(0, ground.height)
    reach = scale * draw.uniform(8, 45)
    phase, turn = draw.uniform(0, 6), draw.uniform(0.6, 2.4)
    points = [
        (
            x + reach * math.cos(phase + step / 6) + reach * step / 60 * turn,
            y + reach * 0.7 * math.sin(turn * (phase + step / 6)),
        )
        for step in range(draw.randint(25, 70))
    ]
    ink = (draw.randrange(90), draw.randrange(90), draw.randrange(160))
    pen.line(points, fill=ink, width=max(1, round(scale * draw.uniform(0.8, 2))))


def specks(ground: Image.Image, draw: random.Random, scale: float) -> None:
    """Dirt of a scan."""
    pen = ImageDraw.Draw(ground)
    for _ in range(draw.randint(3, 60)):
        x, y = draw.uniform(0, ground.width), draw.uniform(0, ground.height)
        width, height = scale * draw.uniform(0.4, 4), scale * draw.uniform(0.4, 4)
        grey = draw.randrange(200)
        pen.ellipse((x, y, x + width, y + height), fill=(grey, grey, grey))


def edges(ground: Image.Image, draw: random.Random, scale: float) -> None:
    """The rims of a scan: torn paper before something dark, along a side or two."""
    pen = ImageDraw.Draw(ground)
    grey = draw.randrange(120)
    for side in draw.sample(("left", "right", "top", "bottom"), draw.randint(1, 2)):
        is_upright = side in ("left", "right")
        length, far = ground.size[::-1] if is_upright else ground.size
        tooth, depth = scale * draw.uniform(1, 8), scale * draw.uniform(1, 10)
        teeth = range(int(length / tooth) + 2)
        steps = [(place * tooth, draw.uniform(0, depth)) for place in teeth]
        outline = [(0.0, -1.0), *steps, (length, -1.0)]
        if side in ("right", "bottom"):
            outline = [(along, far - across) for along, across in outline]
        points = [point[::-1] if is_upright else point for point in outline]
        pen.polygon(points, fill=(grey, grey, grey))


def chart(ground: Image.Image, draw: random.Random, scale: float) -> None:
    """Axes, a grid, and bars, curves, dots or a pie, anywhere on the ground."""
    pen = ImageDraw.Draw(ground)
    width, height = ground.width * draw.uniform(0.4, 0.9), ground.height * draw.uniform(0.3, 0.9)
    left, top = draw.uniform(0, ground.width - width), draw.uniform(0, ground.height - height)
    right, bottom = left + width, top + height
    grey = draw.randrange(256)
    thin = max(1, round(scale * draw.uniform(0.5, 1.5)))
    for _ in range(draw.randrange(8)):
        y = draw.uniform(top, bottom)
        pen.line((left, y, right, y), fill=(grey, grey, grey), width=thin)
    kind = draw.choice(("bars", "curves", "dots", "pie"))
    count = draw.randint(3, 30)
    if kind == "pie":
        edges = sorted(draw.uniform(0, 360) for _ in range(draw.randint(2, 8)))
        for start, end in zip(edges, [*edges[1:], edges[0] + 360], strict=True):
            pen.pieslice((left, top, left + height, bottom), start, end, fill=any_colour(draw))
        return
    pen.line((left, top, left, bottom, right, bottom), fill=(grey, grey, grey), width=thin)
    colour = any_colour(draw)
    for index in range(count):
        x, y = left + width * index / count, draw.uniform(top, bottom)
        if kind == "bars":
            pen.rectangle((x, y, x + 0.8 * width / count, bottom), fill=colour)
        elif kind == "dots":
            radius = scale * draw.uniform(1, 5)
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=any_colour(draw))
    if kind == "curves":
        for _ in range(draw.randint(1, 4)):
            points = [
                (left + width * index / 40, draw.gauss((top + bottom) / 2, height / 8))
                for index in range(41)
            ]
            pen.line(points, fill=any_colour(draw), width=thin)


def clutter(ground: Image.Image, draw: random.Random, scale: float, count: int) -> None:
    """Boxes, discs, arrows, stripes and little icons."""
    pen = ImageDraw.Draw(ground)
    for _ in range(count):
        x, y = draw.uniform(0, ground.width), draw.uniform(0, ground.height)
        width, height = scale * draw.uniform(4, 110), scale * draw.uniform(4, 60)
        line = max(1, round(scale * draw.uniform(0.5, 2)))
        box = (x, y, x + width, y + height)
        kind = draw.choice(("box", "plate", "disc", "arrow", "stripes", "icon", "dots"))
        if kind == "box":
            pen.rounded_rectangle(
                box, scale * draw.choice((0, 4)), outline=any_colour(draw), width=line
            )
        elif kind == "plate":
            pen.rounded_rectangle(box, scale * draw.choice((0, 4)), fill=any_colour(draw))
        elif kind == "disc":
            pen.ellipse(box, fill=draw.choice((any_colour(draw), None)), outline=any_colour(draw))
        elif kind == "arrow":
            colour, tip = any_colour(draw), 3 * scale
            pen.line((x, y, x + width, y), fill=colour, width=line)
            pen.polygon(
                ((x + width, y - tip), (x + width + 2 * tip, y), (x + width, y + tip)), fill=colour
            )
        elif kind == "stripes":
            gap = scale * draw.uniform(2, 7)
            colour = any_colour(draw)
            is_upright = draw.random() < 0.5
            for index in range(draw.randint(3, 16)):
                step = index * gap
                ends = (
                    (x + step, y, x + step, y + height)
                    if is_upright
                    else (x, y + step, x + width, y + step)
                )
                pen.line(ends, fill=colour, width=line)
        elif kind == "dots":
            colour, gap = any_colour(draw), scale * draw.uniform(3, 9)
            for index in range(draw.randint(2, 12)):
                left = x + index * gap
                pen.ellipse((left, y, left + gap / 2, y + gap / 2), fill=colour)
        else:
            reach = scale * draw.uniform(3, 14)
            corners = [
                (x + draw.uniform(-reach, reach), y + draw.uniform(-reach, reach))
                for _ in range(draw.randint(3, 7))
            ]
            pen.polygon(corners, fill=any_colour(draw), outline=any_colour(draw))


def any_colour(draw: random.Random) -> Colour:
    return (draw.randrange(256), draw.randrange(256), draw.randrange(256))
