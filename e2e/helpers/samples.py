"""Real pictures that scikit-image and scikit-learn ship, as files, and some drawn ones."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pictures
from PIL import Image, ImageDraw

Pixels = npt.NDArray[np.uint8]

SHIPPED = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "rocket.jpg",
    "page.png",
    "text.png",
    "china.jpg",
    "flower.jpg",
)
"""Photographs, and two scanned pages."""

LARGE_QUALITY = 92
"""About what a camera writes."""

NOISE = 6.0
"""Standard deviation of a small sensor's noise, of 255: our choice, so that nothing is smooth."""


def shipped(name: str) -> bytes:
    """The bytes of a sample file as its package has it."""
    folders = [_package("skimage") / "data", _package("sklearn") / "datasets" / "images"]
    return next(folder / name for folder in folders if (folder / name).is_file()).read_bytes()


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    assert found is not None, name
    assert found.origin is not None, name
    return Path(found.origin).parent


def photo(name: str, width: int, height: int, *, seed: int = 0) -> Pixels:
    """A piece of a sample, from a place that `seed` chooses: (height, width, 3)."""
    whole = np.asarray(Image.open(io.BytesIO(shipped(name))).convert("RGB"))
    rng = np.random.default_rng(seed)
    y = int(rng.integers(whole.shape[0] - height + 1))
    x = int(rng.integers(whole.shape[1] - width + 1))
    return np.ascontiguousarray(whole[y : y + height, x : x + width])


def graphic(width: int = 480, height: int = 320) -> Pixels:
    """A chart: flat colours, thin lines, text."""
    image = Image.new("RGB", (width, height), "#fbfaf7")
    draw = ImageDraw.Draw(image)
    for step in range(0, height, 40):
        draw.line([(40, step), (width - 10, step)], fill="#d8d6d0")
        draw.text((6, step), f"{height - step}", fill="#55524c")
    for index, colour in enumerate(("#0b6e5f", "#d4622a", "#3056a0", "#b0a02c", "#7a3b8f")):
        left = 60 + index * (width - 80) // 5
        top = height - 60 - (index * 71) % (height - 120)
        draw.rectangle([left, top, left + 50, height - 20], fill=colour)
        draw.text((left, height - 16), f"part {index + 1}", fill="#222222")
    return np.asarray(image)


def large_jpeg(width: int, height: int) -> bytes:
    """A photograph of this size with texture everywhere: a sample, mirrored on, with noise."""
    tile = Image.open(io.BytesIO(shipped("astronaut.png"))).convert("RGB")
    tile = tile.resize((1500, 1500), Image.Resampling.BICUBIC)
    pair = np.concatenate([np.asarray(tile), np.asarray(tile)[:, ::-1]], axis=1)
    block = np.concatenate([pair, pair[::-1]], axis=0)
    noise = np.random.default_rng(24).normal(0, NOISE, block.shape[:2])[..., None]
    block = np.clip(block + noise, 0, 255).astype(np.uint8)
    repeats = -(-height // block.shape[0]), -(-width // block.shape[1]), 1
    whole = np.tile(block, repeats)[:height, :width]
    return pictures.save(np.ascontiguousarray(whole), "JPEG", quality=LARGE_QUALITY)
