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

KNOWN_PX = (16.0, 76.0)
"""Heights of heads that the detector is to know: what each level of the runtime is asked for, and a
little more. Others in the crop are neither right nor wrong (SNIP, Singh & Davis 2018)."""

WHOLE_SHARE = 0.55
"""Heads of which less than this share is inside the crop are neither right nor wrong."""

USUAL = (0.8, 2.0)
"""Scales at which most crops are seen: the runtime sees these pictures at 1.25 and .625."""

CHOSEN = 0.4
"""Share of the crops in which one head is brought to a height within KNOWN_PX instead."""

SCALES = (0.3, 3.0)
"""No smaller than that, and no larger: crops get soft."""

ON_A_FACE = 0.85
"""Share of the crops of people in which a face is sure to be."""

NEGATIVE_SHARE = 0.1
"""Of the crops, from pictures without faces."""


def crop(item: Item, rng: Random) -> tuple[Bytes, Floats, Floats]:
    """256 x 256 pixels, their faces and what is to be ignored, both (n, 4) in these pixels."""
    height, width = item.pixels.shape[:2]
    centre, scale = _place(item, rng)
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


def _place(item: Item, rng: Random) -> tuple[Floats, float]:
    """A point of the picture that is to be in the crop, and the scale.

    The larger a head, the more often it is the one whose size is chosen: large ones are rare.
    """
    height, width = item.pixels.shape[:2]
    anywhere = rng.uniform(0, 1, 2) * (width, height)
    scale = float(np.exp(rng.uniform(*np.log(USUAL))))
    faces = item.boxes[is_face(item.boxes)]
    if not len(faces) or rng.random() > ON_A_FACE:
        small = not len(item.boxes) and max(height, width) < 400
        return anywhere, min(scale, 1.0) if small else scale
    if rng.random() < CHOSEN:
        face = rng.choice(faces, p=faces[:, 3] / faces[:, 3].sum())
        wanted = float(np.exp(rng.uniform(*np.log(KNOWN_PX))))
        scale = float(np.clip(wanted / face[3], *SCALES))
    else:
        face = faces[rng.integers(len(faces))]
    return face[:2] + rng.uniform(0, 1, 2) * face[2:4], scale


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
    known = (boxes[:, 3] >= KNOWN_PX[0]) & (boxes[:, 3] <= KNOWN_PX[1])
    right = is_face(boxes) & (share >= WHOLE_SHARE) & known
    return boxes[right, :4], boxes[~right & (share > 0), :4]


def _disturb(picture: Image.Image, rng: Random) -> Bytes:
    """Softer, noisier, in other light and colours, through JPEG: each now and then."""
    if rng.random() < 0.08:
        picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.4, 1.2))))
    if rng.random() < 0.08:
        side = int(CROP * rng.uniform(0.5, 0.9))
        small = picture.resize((side, side), Image.Resampling.BOX)
        picture = small.resize((CROP, CROP), Image.Resampling.BILINEAR)
    if rng.random() < 0.7:
        picture = _relit(picture, rng)
    out = np.asarray(picture)
    if rng.random() < 0.06:
        noise = rng.standard_normal(out.shape, np.float32) * np.float32(rng.uniform(2, 10))
        out = np.clip(out + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.15:
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
