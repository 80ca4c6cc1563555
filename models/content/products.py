"""Products on plain ground: things cut out of photos, and shaded solids, with soft shadows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter
from words import font, sentence

Random = np.random.Generator
Pixels = npt.NDArray[np.uint8]


PLACED_PX = (200, 700)
"""Widths to which larger things are reduced."""


def pasted(photo: Image.Image, rng: Random) -> Image.Image:
    """A smooth shape full of a photo's pixels, on white, grey or a plain colour."""
    side = int(rng.integers(350, 900))
    shape = _outline(rng, side)
    filled = photo.resize((side, side), Image.Resampling.BICUBIC)
    if rng.random() < 0.5:
        filled = _lit(filled, rng)
    return _on_ground(filled, shape, rng)


def placed(thing: Image.Image, rng: Random) -> Image.Image:
    """A thing cut out already (RGBA), with a margin around it."""
    side = int(max(thing.size) * rng.uniform(1.05, 1.7))
    corner = (side - thing.width) // 2, (side - thing.height) // 2
    filled, mask = Image.new("RGB", (side, side)), Image.new("L", (side, side))
    filled.paste(thing.convert("RGB"), corner)
    mask.paste(thing.getchannel("A"), corner)
    made = _on_ground(filled, mask, rng)
    longest = int(rng.integers(*PLACED_PX))
    size = (round(made.width * longest / made.width), round(made.height * longest / made.width))
    return made.resize(size, Image.Resampling.BICUBIC) if longest < made.width else made


def solid(texture: Image.Image, rng: Random) -> Image.Image:
    """A turned solid (bottle, cup, ball, box) under light from one side, with a photo's grain."""
    side = int(rng.integers(350, 900))
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    profile = _profile(rng, side)
    across = x / np.maximum(profile[:, None], 1e-6)
    inside = (np.abs(across) < 1) & (profile[:, None] > 0)
    round_side = np.sqrt(np.clip(1 - across**2, 0, 1))
    light = rng.uniform(-0.7, 0.7)
    shade = np.clip(0.35 + 0.5 * round_side + light * across * 0.4, 0, 1)
    shine = np.exp(-(((across - light) / 0.12) ** 2)) * rng.uniform(0, 0.5)
    colour = rng.uniform(20, 255, 3)
    grain = np.asarray(texture.resize((side, side)).convert("L")).astype(np.float64) / 128 - 1
    label = (np.abs(y - rng.uniform(-0.1, 0.2)) < rng.uniform(0.05, 0.2)) & inside
    painted = np.where(label[..., None], rng.uniform(20, 255, 3), colour)
    values = painted * (shade * (1 + grain * rng.uniform(0.02, 0.3)))[..., None]
    values += 255 * shine[..., None]
    values += rng.normal(0, rng.uniform(0.3, 2), values.shape)
    pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    mask = Image.fromarray((inside * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    return _on_ground(Image.fromarray(pixels), mask, rng)


def _profile(rng: Random, side: int) -> npt.NDArray[np.float64]:
    """Half the width at each height, as a share of the side; zero above and below."""
    heights = np.linspace(-0.5, 0.5, side)
    knots = np.linspace(-0.45, 0.45, 8)
    widths = rng.uniform(0.08, 0.42) * rng.uniform(0.6, 1, 8)
    if rng.random() < 0.4:  # a neck
        widths[:3] *= rng.uniform(0.25, 0.6)
    if rng.random() < 0.3:  # straight
        widths[:] = widths.mean()
    smooth = np.interp(heights, knots, widths)
    kernel = np.ones(side // 12) / (side // 12)
    smooth = np.convolve(np.pad(smooth, side // 24 + 1, mode="edge"), kernel, "same")
    smooth = smooth[side // 24 + 1 : side // 24 + 1 + side]
    top, bottom = rng.uniform(-0.46, -0.2), rng.uniform(0.2, 0.46)
    if rng.random() < 0.25:  # a ball
        return np.sqrt(np.clip(0.4**2 - heights**2, 0, None)) * rng.uniform(0.6, 1.1)
    return np.where((heights > top) & (heights < bottom), smooth, 0.0)


def _outline(rng: Random, side: int) -> Image.Image:
    angles = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    radius = np.ones_like(angles)
    for wave in range(2, 8):
        radius += rng.normal(0, 0.25 / wave) * np.cos(wave * angles + rng.uniform(0, 6.3))
    radius *= rng.uniform(0.28, 0.44) / np.abs(radius).max()
    stretch = rng.uniform(0.5, 1, 2)
    points = np.stack([np.cos(angles), np.sin(angles)], 1) * radius[:, None] * stretch + 0.5
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    if rng.random() < 0.3:
        left, top = rng.uniform(0.1, 0.3, 2) * side
        corners = (left, top, side - left, side - top)
        draw.rounded_rectangle(corners, rng.uniform(0, 0.1) * side, fill=255)
    else:
        draw.polygon([tuple(p * side) for p in points], fill=255)
    return mask.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.5)))


def _lit(image: Image.Image, rng: Random) -> Image.Image:
    pixels = np.asarray(image).astype(np.float64)
    side = np.linspace(-1, 1, image.width)
    shade = 1 - rng.uniform(0.2, 0.7) * (side - rng.uniform(-0.5, 0.5)) ** 2
    return Image.fromarray(np.clip(pixels * shade[None, :, None], 0, 255).astype(np.uint8))


def _on_ground(thing: Image.Image, mask: Image.Image, rng: Random) -> Image.Image:
    side = thing.width
    ground = _ground(side, rng)
    if rng.random() < 0.6:
        shadow = mask.filter(ImageFilter.GaussianBlur(side * rng.uniform(0.01, 0.04)))
        drop = round(side * rng.uniform(0.0, 0.03))
        dark = Image.new("RGB", (side, side), (60, 60, 60))
        faint = shadow.point([round(v * 0.45) for v in range(256)])
        ground.paste(dark, (0, drop), faint)
    ground.paste(thing, (0, 0), mask)
    wide = round(side * rng.uniform(1, 1.6)) if rng.random() < 0.4 else side
    if wide == side:
        return ground
    canvas = Image.new("RGB", (wide, side), ground.getpixel((0, 0)))
    canvas.paste(ground, ((wide - side) // 2, 0))
    return canvas


def _ground(side: int, rng: Random) -> Image.Image:
    kind = rng.random()
    if kind < 0.6:
        return Image.new("RGB", (side, side), (255, 255, 255))
    base = np.full(3, rng.uniform(180, 250)) if kind < 0.8 else rng.uniform(120, 255, 3)
    fade = np.linspace(0, -rng.uniform(0, 12), side)[:, None, None]
    values = base + fade + rng.normal(0, rng.uniform(0, 1.2), (side, side, 1))
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def package(texture: Image.Image, rng: Random) -> Image.Image:
    """A carton, bag or tin with print on it, seen from the front or a little from the side."""
    wide, tall = (int(side) for side in rng.integers(220, 520, 2))
    face = Image.new("RGB", (wide, tall), tuple(int(c) for c in rng.integers(0, 256, 3)))
    draw = ImageDraw.Draw(face)
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.uniform(0, 0.7, 2) * (wide, tall)
        paint = tuple(int(c) for c in rng.integers(0, 256, 3))
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((x, y, x + rng.uniform(0.2, 0.9) * wide, y + rng.uniform(0.1, 0.5) * tall), paint)
    if rng.random() < 0.6:
        printed = texture.resize((wide // 2, tall // 3))
        face.paste(printed, (wide // 4, int(rng.uniform(0.2, 0.6) * tall)))
    for line in range(int(rng.integers(1, 6))):
        size = int(tall * rng.uniform(0.03, 0.14))
        place = (wide * rng.uniform(0.05, 0.4), tall * (0.05 + 0.15 * line))
        paint = tuple(int(c) for c in rng.integers(0, 256, 3))
        draw.text(place, sentence(rng, 2), fill=paint, font=font(rng, size))
    side = int(max(wide, tall) * rng.uniform(1.05, 1.6))
    canvas = Image.new("RGB", (side, side))
    mask = Image.new("L", (side, side), 0)
    corner = ((side - wide) // 2, (side - tall) // 2)
    canvas.paste(_lit(face, rng), corner)
    mask.paste(255, (*corner, corner[0] + wide, corner[1] + tall))
    lean = rng.uniform(-0.12, 0.12, 2)
    turned = (1, lean[0], -lean[0] * side / 2, lean[1], 1, -lean[1] * side / 2)
    bicubic = Image.Resampling.BICUBIC
    canvas = canvas.transform(canvas.size, Image.Transform.AFFINE, turned, bicubic)
    mask = mask.transform(mask.size, Image.Transform.AFFINE, turned, bicubic)
    grain = rng.normal(0, rng.uniform(0.5, 3), (side, side, 1))
    noisy = np.clip(np.asarray(canvas) + grain, 0, 255).astype(np.uint8)
    made = _on_ground(Image.fromarray(noisy), mask.filter(ImageFilter.GaussianBlur(0.8)), rng)
    small = int(rng.integers(250, 500))
    return made if made.height < small else made.resize((made.width * small // made.height, small))
