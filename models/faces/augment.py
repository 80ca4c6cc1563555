"""Random crops of the training pictures with their boxes, and the maps the detector should give."""

from __future__ import annotations

import io
from typing import TypeAlias

import numpy as np
from packed import Bytes, Floats, Item, is_face
from PIL import Image, ImageEnhance, ImageFilter

from eyebright.analyse.faces import STRIDE_PX as STRIDE

Random: TypeAlias = np.random.Generator

CROP = 256
"""Pixels a side of a training crop."""

SMALLEST_PX = 11
"""Heads lower than this in the crop are neither right nor wrong: five pixels a face."""

WHOLE_SHARE = 0.55
"""Heads of which less than this share is inside the crop are neither right nor wrong."""

USUAL = (0.65, 1.8)
"""Scales around which the pictures themselves are seen: 512 pixels, shown at up to 640."""

HEIGHTS = (14.0, 170.0)
"""Pixels that a chosen head is brought to otherwise: up to two thirds of the crop."""

SHARP_SCALE = 6.0
"""No more than so much larger: crops get soft."""

NEGATIVE_SHARE = 0.18
"""Of the crops, from pictures without faces."""


def crop(item: Item, rng: Random) -> tuple[Bytes, Floats, Floats]:
    """256 x 256 pixels, their faces and what is to be ignored, both (n, 4) in these pixels."""
    height, width = item.pixels.shape[:2]
    scale = float(np.exp(rng.uniform(*np.log(USUAL))))
    centre = rng.uniform(0, 1, 2) * (width, height)
    faces = item.boxes[is_face(item.boxes)]
    if not len(item.boxes):
        scale = min(scale, 1.0 if max(height, width) < 400 else 1.5)
    elif len(faces) and rng.random() < 0.85:
        face = faces[rng.integers(len(faces))]
        centre = face[:2] + rng.uniform(0, 1, 2) * face[2:4]
        if rng.random() < 0.4:
            wanted = float(np.exp(rng.uniform(*np.log(HEIGHTS))))
            scale = float(np.clip(wanted / face[3], 0.35, SHARP_SCALE))
    scales = scale * np.exp(rng.uniform(-0.1, 0.1, 2))
    corner = centre - rng.uniform(0.1, 0.9, 2) * CROP / scales
    room = np.array((width, height)) - CROP / scales
    corner = np.clip(corner, np.minimum(0, room), np.maximum(0, room))
    picture = _cut(item.pixels, corner, scales, rng)
    boxes = item.boxes.copy()
    boxes[:, 0:2] = (boxes[:, 0:2] - corner) * scales
    boxes[:, 2:4] *= scales
    if rng.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        boxes[:, 0] = CROP - boxes[:, 0] - boxes[:, 2]
    right, ignored = _sort(boxes)
    return _disturb(picture, rng), right, ignored


def _cut(pixels: Bytes, corner: Floats, scales: Floats, rng: Random) -> Image.Image:
    """The window at its scale; what lies beyond the picture is one colour."""
    height, width = pixels.shape[:2]
    left, top = np.maximum(corner, 0)
    right, bottom = np.minimum(corner + CROP / scales, (width, height))
    size = np.maximum(1, np.round((np.array((right, bottom)) - (left, top)) * scales)).astype(int)
    at = np.round((np.array((left, top)) - corner) * scales).astype(int)
    ways = (Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)
    way = ways[rng.integers(3)] if scales[0] < 1 else ways[1 + rng.integers(2)]
    part = Image.fromarray(pixels).resize(
        (int(size[0]), int(size[1])), way, box=(left, top, right, bottom)
    )
    filled = tuple(int(v) for v in (rng.integers(0, 256, 3) if rng.random() < 0.5 else (0, 0, 0)))
    canvas = Image.new("RGB", (CROP, CROP), filled)
    canvas.paste(part, (int(at[0]), int(at[1])))
    return canvas


def _sort(boxes: Floats) -> tuple[Floats, Floats]:
    """Faces to find, and boxes that are neither right nor wrong."""
    inside = np.clip(boxes[:, :2] + boxes[:, 2:4], 0, CROP) - np.clip(boxes[:, :2], 0, CROP)
    share = inside.prod(axis=1) / np.maximum(boxes[:, 2:4].prod(axis=1), 1e-6)
    right = is_face(boxes) & (share >= WHOLE_SHARE) & (boxes[:, 3] >= SMALLEST_PX)
    return boxes[right, :4], boxes[~right & (share > 0), :4]


def _disturb(picture: Image.Image, rng: Random) -> Bytes:
    """Softer, noisier, in other light and colours, through JPEG: each now and then."""
    if rng.random() < 0.15:
        picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.4, 1.3))))
    if rng.random() < 0.15:
        side = int(CROP * rng.uniform(0.45, 0.9))
        small = picture.resize((side, side), Image.Resampling.BOX)
        picture = small.resize((CROP, CROP), Image.Resampling.BILINEAR)
    if rng.random() < 0.8:
        picture = _relit(picture, rng)
    out = np.asarray(picture)
    if rng.random() < 0.1:
        noise = rng.standard_normal(out.shape, np.float32) * np.float32(rng.uniform(2, 10))
        out = np.clip(out + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        buffer = io.BytesIO()
        Image.fromarray(out).save(buffer, "JPEG", quality=int(rng.integers(25, 92)))
        out = np.asarray(Image.open(buffer))
    return out


def _relit(picture: Image.Image, rng: Random) -> Image.Image:
    """Other contrast, exposure and white balance, and more or less colour, at times none."""
    contrast = np.exp(rng.normal(0, 0.16))
    gains = np.exp(rng.normal(0, 0.2)) * np.exp(rng.normal(0, 0.06, 3))
    levels = ((np.arange(256) - 128) * contrast + 128)[None, :] * gains[:, None]
    picture = picture.point(np.clip(levels, 0, 255).astype(int).ravel().tolist())
    share = 0.0 if rng.random() < 0.08 else float(np.exp(rng.normal(0, 0.25)))
    return ImageEnhance.Color(picture).enhance(share)


def maps(faces: Floats, ignored: Floats) -> tuple[Floats, Floats, Floats]:
    """Heat (c, c), weight of the heat (c, c), and per cell its box in pixels (4, c, c).

    The heat of a head is a Gaussian, one at its centre's cell; of overlapping ones the higher.
    """
    cells = CROP // STRIDE
    middle = (np.arange(cells, dtype=np.float32) + 0.5) * STRIDE
    heat = np.zeros((cells, cells), np.float32)
    weight = np.ones((cells, cells), np.float32)
    boxes = np.zeros((4, cells, cells), np.float32)
    half = STRIDE / 2
    for x, y, width, height in ignored:
        first, last = middle.searchsorted((x - half, x + width + half))
        top, bottom = middle.searchsorted((y - half, y + height + half))
        weight[top:bottom, first:last] = 0
    if not len(faces):
        return heat, weight, boxes
    faces = faces[np.argsort(faces[:, 2] * faces[:, 3])]
    across = _bells(middle, faces[:, 0] + faces[:, 2] / 2, faces[:, 2])
    down = _bells(middle, faces[:, 1] + faces[:, 3] / 2, faces[:, 3])
    each = down[:, :, None] * across[:, None, :]
    each[each == each.max(axis=(1, 2), keepdims=True)] = 1
    heat = each.max(axis=0)
    weight[heat > 0.3] = 1
    return heat, weight, np.moveaxis(faces[each.argmax(axis=0)], 2, 0)


def _bells(middle: Floats, centres: Floats, lengths: Floats) -> Floats:
    sigma = np.maximum(0.6 * STRIDE, 0.13 * lengths)[:, None]
    found: Floats = np.exp(-((middle - centres[:, None]) ** 2) / (2 * sigma**2))
    return found.astype(np.float32)


def batch(
    items: list[Item], negatives: list[Item], rng: Random, size: int
) -> tuple[Bytes, Floats, Floats, Floats]:
    """Pictures (n, 256, 256, 3) uint8 and their maps; pictures are drawn evenly."""
    rows = []
    for _ in range(size):
        pool = negatives if negatives and rng.random() < NEGATIVE_SHARE else items
        pixels, faces, ignored = crop(pool[rng.integers(len(pool))], rng)
        rows.append((pixels, *maps(faces, ignored)))
    pixels, heat, weight, boxes = (np.stack(column) for column in zip(*rows, strict=True))
    return pixels, heat, weight, boxes
