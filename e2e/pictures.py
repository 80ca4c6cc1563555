"""Real pictures as file bytes, for the end-to-end tests."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import skimage.data
from PIL import Image, ImageCms


def save(pixels: np.ndarray, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def load(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def astronaut_jpeg() -> bytes:
    return save(skimage.data.astronaut(), "JPEG", quality=95)


def transparent() -> np.ndarray:
    """The cat in a round window with a soft rim: every alpha from 0 to 255."""
    cat = skimage.data.chelsea()
    y, x = np.mgrid[: cat.shape[0], : cat.shape[1]]
    distance = np.hypot(y - cat.shape[0] / 2, x - cat.shape[1] / 2)
    alpha = np.clip((140 - distance) * 4, 0, 255).astype(np.uint8)
    return np.dstack([cat, alpha])


def noise_jpeg(width: int, height: int) -> bytes:
    """Slow to encode: nothing in it can be predicted."""
    noise = np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return save(noise, "JPEG", quality=90)


def exchanged_profile() -> bytes:
    """A profile in which red means green and green means red, else as sRGB: a wrong use is seen."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = bytearray(srgb.replace(b"sRGB", b"test").replace(b"s\0R\0G\0B", b"t\0e\0s\0t"))
    # The tag table (ICC.1, 7.3): 12 bytes per tag from byte 132 on, the first four its name.
    at = {bytes(data[start : start + 4]): start for start in range(132, 132 + 12 * data[131], 12)}
    for first, second in ((b"rXYZ", b"gXYZ"), (b"rTRC", b"gTRC")):
        data[at[first] : at[first] + 4], data[at[second] : at[second] + 4] = second, first
    return bytes(data)
