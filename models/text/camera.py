"""From a canvas to a picture as cameras, printers and codecs leave it."""

from __future__ import annotations

import dataclasses
import random
from io import BytesIO

import numpy as np
import numpy.typing as npt
from canvas import Canvas, Line, Page
from PIL import Image, ImageFilter

COARSE = 0.3
"""Share of the scans with fewer pixels than kept."""

COARSENESS = (0.55, 0.9)
"""Their sides, of those kept."""

STRETCHED_TONES = 0.25
"""Share of the scans whose paper is blown out and whose ink is darker."""

LIGHT = 150
"""Luma of paper, at least, for that."""


def finish(
    canvas: Canvas,
    draw: random.Random,
    size: tuple[int, int],
    scale: float,
    *,
    is_scene: bool,
    is_scan: bool,
) -> Page:
    """The page at its size, with its lines: ink perhaps at an angle, worn or with a shadow."""
    ink, colours, lines = canvas.ink, canvas.colours, canvas.lines
    if lines and draw.random() < (0.4 if is_scene else 0.15):
        strength = 0.12 if is_scene else 0.02
        ink, colours, lines = _warp(ink, colours, lines, draw, strength)
    ground = canvas.ground
    if is_scene and draw.random() < 0.3:
        shadow = ink.filter(ImageFilter.GaussianBlur(scale)).point(lambda value: value * 0.8)
        ground.paste((0, 0, 0), (round(scale), round(scale)), shadow)
    if not is_scene and draw.random() < 0.25:
        ink = _worn(ink, draw, scale)
    ground.paste(colours, (0, 0), ink)
    small = ground.resize(size, Image.Resampling.BOX) if scale > 1 else ground
    if is_scan:
        small = _scan(small, draw)
    shrunk = tuple(
        dataclasses.replace(
            line,
            quad=line.quad / scale,
            height=line.height / scale,
            x_height=line.x_height / scale,
        )
        for line in lines
    )
    return Page(picture=_camera(small, draw), lines=shrunk)


def _worn(ink: Image.Image, draw: random.Random, scale: float) -> Image.Image:
    """Print that failed in places: faint streaks and missing dots."""
    noise = np.random.default_rng(draw.getrandbits(32))
    rows, columns = ink.height, ink.width
    cell = max(1, round(scale * draw.choice((1, 1, 2))))
    dots = noise.random((rows // cell + 1, columns // cell + 1)) > draw.uniform(0.05, 0.35)
    streaks = noise.random(columns // cell + 1) > 0.04
    keep = np.kron(dots & streaks, np.ones((cell, cell), bool))[:rows, :columns]
    return Image.fromarray(np.asarray(ink) * keep.astype(np.uint8))


def _scan(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Coarse scans that were enlarged, and scans made lighter or nearly black and white."""
    if draw.random() < COARSE:
        rate = draw.uniform(*COARSENESS)
        few = max(1, round(picture.width * rate)), max(1, round(picture.height * rate))
        back = draw.choice((Image.Resampling.BILINEAR, Image.Resampling.BICUBIC))
        picture = picture.resize(few, Image.Resampling.BOX).resize(picture.size, back)
    paper = float(np.median(np.asarray(picture.convert("L"))))
    if paper > LIGHT and draw.random() < STRETCHED_TONES:
        white = paper - draw.uniform(0, 12)
        black = white - draw.uniform(90, 200)
        ramp = np.clip((np.arange(256) - black) * (255 / (white - black)), 0, 255)
        picture = picture.point(ramp.round().astype(int).tolist() * 3)
    return picture


def _warp(
    ink: Image.Image,
    colours: Image.Image,
    lines: list[Line],
    draw: random.Random,
    strength: float,
) -> tuple[Image.Image, Image.Image, list[Line]]:
    """The ink seen at an angle: a homography that moves each corner by up to `strength`."""
    width, height = ink.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    spread = np.array([[draw.uniform(-1, 1), draw.uniform(-1, 1)] for _ in range(4)])
    there = corners + spread * (width * strength, height * strength)
    back = _homography(there, corners)
    to_page = _homography(corners, there)
    data = tuple(back.ravel()[:8])
    warped = [
        image.transform(ink.size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BILINEAR)
        for image in (ink, colours)
    ]
    return warped[0], warped[1], [_moved(line, to_page) for line in lines]


def _moved(line: Line, homography: npt.NDArray[np.float64]) -> Line:
    points: npt.NDArray[np.float64] = np.hstack([line.quad, np.ones((4, 1))]) @ homography.T
    quad = (points[:, :2] / points[:, 2:]).astype(np.float32)
    left, right = np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1])
    height = float(left + right) / 2
    return dataclasses.replace(
        line, quad=quad, height=height, x_height=line.x_height * height / line.height
    )


def _homography(
    source: npt.NDArray[np.float64], target: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """3 x 3 with a last element of 1 that takes four points to four points."""
    equations, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        equations += [
            [x, y, 1, 0, 0, 0, -u * x, -u * y],
            [0, 0, 0, x, y, 1, -v * x, -v * y],
        ]
        values += [u, v]
    solved = np.linalg.solve(np.array(equations), np.array(values))
    return np.append(solved, 1.0).reshape(3, 3)


def _camera(picture: Image.Image, draw: random.Random) -> npt.NDArray[np.uint8]:
    """Blur, light, noise and JPEG, as pictures come."""
    if draw.random() < 0.35:
        picture = picture.filter(ImageFilter.GaussianBlur(draw.uniform(0.2, 0.9)))
    if draw.random() < 0.25:
        picture = picture.filter(ImageFilter.UnsharpMask(1, draw.randint(40, 160), 0))
    if draw.random() < 0.25:
        picture = picture.convert("L").convert("RGB")
    pixels: npt.NDArray[np.floating] = np.asarray(picture, np.float32)
    if draw.random() < 0.4:
        low = draw.uniform(0, 60)
        pixels = low + pixels * (draw.uniform(low + 120, 255) - low) / 255
    if draw.random() < 0.3:
        noise = np.random.default_rng(draw.getrandbits(32))
        pixels = pixels + noise.normal(0, draw.uniform(1, 9), pixels.shape)
    finished = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if draw.random() < 0.7:
        finished = _through_jpeg(finished, draw.randint(30, 95))
    return np.asarray(finished)


def _through_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    stored = BytesIO()
    picture.save(stored, "JPEG", quality=quality)
    return Image.open(stored).convert("RGB")
