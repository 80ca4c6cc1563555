"""Charts drawn by matplotlib, in many styles, and diagrams of boxes and arrows drawn by Pillow."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image, ImageDraw
from words import COLOURS, font, sentence, word

mpl.use("Agg")

Random = np.random.Generator


def chart(rng: Random) -> Image.Image:
    """One chart of one to four panels, 400 to 1600 pixels wide."""
    style = str(rng.choice([s for s in plt.style.available if not s.startswith("_")]))
    rows, columns = [(1, 1), (1, 1), (1, 1), (1, 2), (2, 1), (2, 2)][int(rng.integers(6))]
    with plt.style.context(style):
        size = rng.uniform(4, 9), rng.uniform(3, 7)
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for axis in axes.ravel():
            kind = KINDS[int(rng.integers(len(KINDS)))]
            kind(axis, rng)
            if rng.random() < 0.7:
                axis.set_title(sentence(rng, 4))
            if rng.random() < 0.6:
                axis.set_xlabel(word(rng))
                axis.set_ylabel(word(rng))
            if rng.random() < 0.4:
                axis.grid(visible=True)
        figure.tight_layout()
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=int(rng.integers(80, 200)))
        plt.close(figure)
    return Image.open(buffer).convert("RGB")


def _bars(axis: Any, rng: Random) -> None:
    count, groups = int(rng.integers(3, 12)), int(rng.integers(1, 4))
    bar = axis.barh if rng.random() < 0.4 else axis.bar
    thickness = 0.8 / groups
    for group in range(groups):
        places = np.arange(count) + group * thickness
        bar(places, rng.gamma(2, 10, count), thickness, label=word(rng))
    if groups > 1:
        axis.legend()


def _lines(axis: Any, rng: Random) -> None:
    points = int(rng.integers(8, 300))
    for _ in range(int(rng.integers(1, 6))):
        walk = rng.normal(0, 1, points).cumsum()
        marker = rng.choice(["", "", "o", "x", "s"]) if points < 40 else ""
        axis.plot(walk, marker=marker, linestyle=rng.choice(["-", "-", "--", ":"]), label=word(rng))
    axis.legend()


def _scatter(axis: Any, rng: Random) -> None:
    for _ in range(int(rng.integers(1, 4))):
        count = int(rng.integers(20, 600))
        x, y = rng.normal(rng.normal(0, 2), 1, count), rng.normal(rng.normal(0, 2), 1, count)
        axis.scatter(x, y, s=rng.uniform(4, 60), alpha=rng.uniform(0.3, 1), label=word(rng))
    axis.legend()


def _pie(axis: Any, rng: Random) -> None:
    shares = rng.gamma(2, 1, int(rng.integers(3, 9)))
    hole = {"width": 0.4} if rng.random() < 0.4 else {}
    axis.pie(shares, labels=[word(rng) for _ in shares], autopct="%.0f%%", wedgeprops=hole)


def _histogram(axis: Any, rng: Random) -> None:
    axis.hist(rng.gamma(rng.uniform(1, 6), 1, 2000), bins=int(rng.integers(10, 60)))


def _heat(axis: Any, rng: Random) -> None:
    shape = tuple(int(side) for side in rng.integers(4, 24, 2))
    axis.imshow(rng.normal(0, 1, shape), cmap=str(rng.choice(["viridis", "magma", "coolwarm"])))


def _areas(axis: Any, rng: Random) -> None:
    layers = rng.gamma(2, 1, (int(rng.integers(2, 6)), 40))
    axis.stackplot(np.arange(40), layers, labels=[word(rng) for _ in layers])
    axis.legend(loc="upper left")


def _boxes(axis: Any, rng: Random) -> None:
    axis.boxplot([rng.normal(rng.normal(), 1, 60) for _ in range(int(rng.integers(2, 9)))])


def _contours(axis: Any, rng: Random) -> None:
    x, y = np.meshgrid(np.linspace(-3, 3, 60), np.linspace(-3, 3, 60))
    z = sum(
        rng.normal() * np.exp(-((x - a) ** 2) - (y - b) ** 2) for a, b in rng.normal(0, 1.5, (5, 2))
    )
    (axis.contourf if rng.random() < 0.5 else axis.contour)(x, y, z, levels=12)


KINDS: tuple[Callable[[Any, Random], None], ...] = (
    _bars,
    _bars,
    _lines,
    _lines,
    _scatter,
    _pie,
    _histogram,
    _heat,
    _areas,
    _boxes,
    _contours,
)


def diagram(rng: Random) -> Image.Image:
    """Labelled boxes on a loose grid, joined by arrows."""
    wide, tall = int(rng.integers(500, 1500)), int(rng.integers(400, 1100))
    scale = max(1.0, wide / 800)
    ground = (
        (255, 255, 255) if rng.random() < 0.8 else tuple(int(c) for c in rng.integers(225, 256, 3))
    )
    image = Image.new("RGB", (wide, tall), ground)
    draw = ImageDraw.Draw(image)
    rows, columns = int(rng.integers(2, 6)), int(rng.integers(2, 6))
    line = max(1, round(rng.uniform(1, 3) * scale))
    palette = COLOURS[int(rng.integers(len(COLOURS)))]
    centres = []
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.25:
                continue
            jitter = rng.uniform(-0.12, 0.12, 2)
            x = (column + 0.5 + jitter[0]) * wide / columns
            y = (row + 0.5 + jitter[1]) * tall / rows
            centres.append((x, y))
    for start, end in itertools.pairwise(centres):
        if rng.random() < 0.8:
            _arrow(draw, start, end, line, right_angled=rng.random() < 0.6)
    size = round(rng.uniform(11, 18) * scale)
    letters = font(rng, size)
    filled = rng.random() < 0.7
    for x, y in centres:
        half_w, half_h = (
            wide / columns * rng.uniform(0.25, 0.38),
            tall / rows * rng.uniform(0.15, 0.3),
        )
        box = (x - half_w, y - half_h, x + half_w, y + half_h)
        fill = palette[int(rng.integers(len(palette)))] if filled else ground
        shape = int(rng.integers(4))
        if shape == 0:
            draw.ellipse(box, fill=fill, outline=(30, 30, 30), width=line)
        elif shape == 1:
            draw.rounded_rectangle(box, half_h / 2, fill=fill, outline=(30, 30, 30), width=line)
        else:
            draw.rectangle(box, fill=fill, outline=(30, 30, 30), width=line)
        label = "\n".join(sentence(rng, 2) for _ in range(int(rng.integers(1, 3))))
        draw.text((x, y), label, fill=(20, 20, 20), font=letters, anchor="mm", align="center")
    return image


def _arrow(
    draw: ImageDraw.ImageDraw,
    start: tuple[float, float],
    end: tuple[float, float],
    line: int,
    *,
    right_angled: bool,
) -> None:
    corner = (end[0], start[1]) if right_angled else start
    draw.line([start, corner, end], fill=(40, 40, 40), width=line)
    middle = np.asarray(corner) * 0.45 + np.asarray(end) * 0.55
    ahead = np.asarray(end) - np.asarray(corner)
    ahead = ahead / (np.linalg.norm(ahead) + 1e-6) * 5 * line
    aside = np.array([-ahead[1], ahead[0]]) / 2
    draw.polygon(
        [tuple(middle + ahead), tuple(middle + aside), tuple(middle - aside)], fill=(40, 40, 40)
    )
