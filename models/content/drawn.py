"""Line art and flat illustrations drawn by Pillow: curves, hatching, landscapes, figures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps
from words import COLOURS

Random = np.random.Generator
Floats = npt.NDArray[np.float64]

SMOOTHER = 2
"""Drawn so many times larger and reduced, which smooths the edges."""

INK = 160
"""Luma below which a sketch's pixel is a stroke's."""

LEAST_INK, MOST_INK = 0.03, 0.3
"""Shares of strokes between which outlines show something."""

TRIES = 8


def line_art(rng: Random) -> Image.Image:
    """Black (or one ink) strokes on paper: closed shapes, some hatched or filled."""
    wide, tall = (int(side) for side in rng.integers(400, 1100, 2))
    paper = (
        (255, 255, 255) if rng.random() < 0.75 else tuple(int(c) for c in rng.integers(235, 256, 3))
    )
    ink = (0, 0, 0) if rng.random() < 0.7 else tuple(int(c) for c in rng.integers(0, 110, 3))
    image = Image.new("RGB", (wide * SMOOTHER, tall * SMOOTHER), paper)
    draw = ImageDraw.Draw(image)
    width = max(2, round(rng.uniform(1.5, 6) * SMOOTHER))
    for _ in range(int(rng.integers(3, 16))):
        size = rng.uniform(0.08, 0.4) * min(wide, tall) * SMOOTHER
        centre = rng.uniform(0.15, 0.85, 2) * (wide * SMOOTHER, tall * SMOOTHER)
        outline = _blob(rng, centre, size)
        points = [tuple(p) for p in outline]
        if rng.random() < 0.6:
            fill = ink if rng.random() < 0.15 else paper
            draw.polygon(points, fill=fill)
        draw.line([*points, points[0]], fill=ink, width=width, joint="curve")
        if rng.random() < 0.4:
            _hatch(draw, rng, centre, size * 0.5, ink, max(1, width // 2))
    for _ in range(int(rng.integers(0, 12))):
        stroke = rng.uniform(0.1, 0.9, (1, 2)) + rng.normal(0, 0.06, (4, 2)).cumsum(0)
        points = [tuple(p) for p in _smooth(stroke * (wide * SMOOTHER, tall * SMOOTHER))]
        draw.line(points, fill=ink, width=width, joint="curve")
    return image.resize((wide, tall), Image.Resampling.BOX)


def sketch(photo: Image.Image, rng: Random) -> Image.Image:
    """A photo's outlines as ink or pencil would draw them; redrawn while too faint or too full."""
    for _ in range(TRIES):
        made = _outlines(photo, rng)
        ink = float((np.asarray(made.convert("L")) < INK).mean())
        if LEAST_INK < ink < MOST_INK:
            break
    return made


def _outlines(photo: Image.Image, rng: Random) -> Image.Image:
    scale = rng.uniform(1, 2)
    size = round(photo.width * scale), round(photo.height * scale)
    grey = photo.resize(size).convert("L").filter(ImageFilter.GaussianBlur(rng.uniform(1, 3)))
    around = grey.filter(ImageFilter.GaussianBlur(rng.uniform(2, 6)))
    strokes = ImageOps.invert(ImageChops.subtract(around, grey, scale=1 / rng.uniform(4, 14)))
    if rng.random() < 0.5:  # ink rather than pencil
        strokes = strokes.point([0 if v < 140 else 255 for v in range(256)])
        strokes = strokes.filter(ImageFilter.MedianFilter(3))
    return strokes.convert("RGB")


def illustration(rng: Random) -> Image.Image:
    """A flat landscape: sky, hills, sun, trees, houses, clouds, figures; some with gradients."""
    wide, tall = (int(side) for side in rng.integers(400, 1100, 2))
    large = (wide * SMOOTHER, tall * SMOOTHER)
    colours = [_rgb(c) for c in COLOURS[int(rng.integers(len(COLOURS)))]]
    colours += [tuple(int(v) for v in rng.integers(0, 256, 3)) for _ in range(5)]

    def colour() -> tuple[int, ...]:
        return colours[int(rng.integers(len(colours)))]

    image = _sky(large, colour(), colour() if rng.random() < 0.4 else None)
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(0, 3))):
        radius = rng.uniform(0.05, 0.15) * large[1]
        x, y = rng.uniform(0.1, 0.9) * large[0], rng.uniform(0.1, 0.4) * large[1]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour())
    for layer in range(int(rng.integers(1, 5))):
        base = large[1] * (0.45 + 0.13 * layer)
        heights = np.interp(
            np.arange(0, large[0] + 16, 16),
            np.linspace(0, large[0], 7),
            base + rng.uniform(-0.12, 0.12, 7) * large[1],
        )
        ridge = [(i * 16.0, float(h)) for i, h in enumerate(heights)]
        draw.polygon([*ridge, large, (0, large[1])], fill=colour())
    things = (_tree, _house, _figure, _cloud, _shape)
    outline = max(2, round(rng.uniform(1, 4) * SMOOTHER)) if rng.random() < 0.3 else 0
    for _ in range(int(rng.integers(3, 18))):
        thing = things[int(rng.integers(len(things)))]
        place = rng.uniform(0.05, 0.95) * large[0], rng.uniform(0.3, 0.95) * large[1]
        size = rng.uniform(0.06, 0.25) * large[1]
        thing(draw, place, size, (colour(), colour(), colour()), outline)
    return image.resize((wide, tall), Image.Resampling.BOX)


def _rgb(code: str) -> tuple[int, ...]:
    return tuple(int(code[i : i + 2], 16) for i in (1, 3, 5))


def _sky(size: tuple[int, int], top: tuple[int, ...], foot: tuple[int, ...] | None) -> Image.Image:
    if foot is None:
        return Image.new("RGB", size, top)
    mix = np.linspace(0, 1, size[1])[:, None, None]
    rows = np.rint(np.asarray(top) * (1 - mix) + np.asarray(foot) * mix).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(rows, (size[1], size[0], 3))))


def _blob(rng: Random, centre: Floats, size: float) -> Floats:
    angles = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    radius = np.ones_like(angles)
    for wave in range(2, 6):
        radius += rng.normal(0, 0.18 / wave * 2) * np.cos(wave * angles + rng.uniform(0, 6.3))
    points = np.stack([np.cos(angles), np.sin(angles)], 1) * radius[:, None] * size
    return np.asarray(centre + points * rng.uniform(0.5, 1, 2))


def _smooth(points: Floats) -> Floats:
    places = np.linspace(0, len(points) - 1, 60)
    made = np.stack([np.interp(places, np.arange(len(points)), column) for column in points.T], 1)
    kernel = np.ones(15) / 15
    padded = np.pad(made, ((7, 7), (0, 0)), mode="edge")
    return np.stack([np.convolve(column, kernel, "valid") for column in padded.T], 1)


def _hatch(
    draw: ImageDraw.ImageDraw,
    rng: Random,
    centre: Floats,
    size: float,
    ink: tuple[int, ...],
    width: int,
) -> None:
    slope = rng.uniform(-1, 1)
    for offset in np.arange(-size, size, rng.uniform(5, 14) * SMOOTHER):
        reach = (size**2 - offset**2) ** 0.5
        x, y = centre[0] + offset, centre[1]
        draw.line([(x - slope * reach, y - reach), (x + slope * reach, y + reach)], ink, width)


Paints = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
Place = tuple[float, float]
DARK = (35, 30, 40)


def _tree(draw: ImageDraw.ImageDraw, place: Place, size: float, paints: Paints, line: int) -> None:
    x, y = place
    draw.rectangle((x - size * 0.08, y - size * 0.5, x + size * 0.08, y), fill=paints[0])
    crown = (x - size * 0.4, y - size * 1.2, x + size * 0.4, y - size * 0.4)
    draw.ellipse(crown, fill=paints[1], outline=DARK if line else None, width=line)


def _house(draw: ImageDraw.ImageDraw, place: Place, size: float, paints: Paints, line: int) -> None:
    x, y = place
    wall = (x - size * 0.5, y - size * 0.7, x + size * 0.5, y)
    draw.rectangle(wall, fill=paints[0], outline=DARK if line else None, width=line)
    roof = [(x - size * 0.6, y - size * 0.7), (x, y - size * 1.2), (x + size * 0.6, y - size * 0.7)]
    draw.polygon(roof, fill=paints[1])
    draw.rectangle((x - size * 0.1, y - size * 0.4, x + size * 0.1, y), fill=paints[2])


def _figure(
    draw: ImageDraw.ImageDraw, place: Place, size: float, paints: Paints, line: int
) -> None:
    x, y = place
    body = (x - size * 0.2, y - size * 0.8, x + size * 0.2, y)
    draw.rounded_rectangle(
        body, size * 0.15, fill=paints[0], outline=DARK if line else None, width=line
    )
    head = (x - size * 0.17, y - size * 1.15, x + size * 0.17, y - size * 0.8)
    draw.ellipse(head, fill=paints[1], outline=DARK if line else None, width=line)
    for side in (-1, 1):
        eye = x + side * size * 0.06
        draw.ellipse((eye - size * 0.02, y - size, eye + size * 0.02, y - size * 0.96), fill=DARK)


def _cloud(draw: ImageDraw.ImageDraw, place: Place, size: float, paints: Paints, line: int) -> None:
    del line
    x, y = place[0], place[1] * 0.4
    for step in (-0.5, 0.0, 0.5):
        middle = x + step * size
        draw.ellipse(
            (middle - size * 0.4, y - size * 0.3, middle + size * 0.4, y + size * 0.3),
            fill=paints[2],
        )


def _shape(draw: ImageDraw.ImageDraw, place: Place, size: float, paints: Paints, line: int) -> None:
    x, y = place
    corners = [(x, y - size), (x + size * 0.6, y), (x - size * 0.3, y + size * 0.2)]
    draw.polygon(corners, fill=paints[0], outline=DARK if line else None, width=max(1, line))
