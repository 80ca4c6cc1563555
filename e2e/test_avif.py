"""AVIF turned, transparent, in tiles or of more than 8 bits: the same in Chromium as here."""

from __future__ import annotations

import io
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from helpers.decoding import Decoding, decoded_in, pixels_of
from PIL import Image
from playwright.sync_api import Browser
from skimage import data as samples

from avif_grid import avif_grid
from eyebright.host.native import decoding

NEAR = 1
"""Of 255, for 8 bits: two builds of libavif. More bits are rounded here, so that none differs."""


def turned(orientation: int) -> bytes:
    """Transparent, and turned by irot and imir."""
    image = Image.fromarray(samples.chelsea()[:120, :200])
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    image.save(out, "AVIF", quality=90, subsampling="4:4:4", exif=exif)
    return out.getvalue()


def gradient(bits: int) -> bytes:
    """So smooth that bands would show: a level of eight bits over four pixels and more."""
    shades = np.linspace(0.2, 0.4, 256) * ((1 << bits) - 1)
    words = np.broadcast_to(shades.round().astype(np.uint16)[:, None], (96, 256, 3)).copy()
    return bytes(imagecodecs.avif_encode(words, level=100, bitspersample=bits, speed=8))


def deep(bits: int, *, alpha: bool = False, primaries: int | None = None) -> bytes:
    words = samples.chelsea()[:120, :200].astype(np.uint16) << (bits - 8)
    words = words + 1
    if alpha:
        opacity = np.asarray(Image.linear_gradient("L").resize((200, 120))).astype(np.uint16)
        words = np.dstack([words, opacity << (bits - 8)])
    return bytes(
        imagecodecs.avif_encode(words, level=85, bitspersample=bits, speed=8, primaries=primaries)
    )


DISPLAY_P3 = 12
"""Of H.273's colour primaries."""


FILES = {
    **{f"turned {orientation}": turned(orientation) for orientation in range(1, 9)},
    "grid": avif_grid(Image.fromarray(samples.chelsea())),
    **{f"{bits} bits": deep(bits) for bits in (10, 12)},
    "10 bits, a gradient": gradient(10),
    "10 bits, transparent": deep(10, alpha=True),
    "10 bits, Display P3": deep(10, primaries=DISPLAY_P3),
    "12 bits, transparent, Display P3": deep(12, alpha=True, primaries=DISPLAY_P3),
}


@pytest.fixture(scope="module")
def in_page(browser: Browser, site: str, built_site: Path) -> dict[str, Decoding]:
    files = {name: ("avif", data, False) for name, data in FILES.items()}
    return decoded_in(browser, site, built_site, files)


@pytest.mark.parametrize("name", FILES)
def test_it_has_the_same_pixels_in_the_page(in_page: dict[str, Decoding], name: str) -> None:
    here = decoding.decode(FILES[name], "avif")
    there = pixels_of(in_page[name]).astype(int)

    assert here.pixels.shape == there.shape
    assert np.abs(here.pixels - there).max() <= (0 if "bits" in name else NEAR)
    assert [note.code for note in here.notes] == in_page[name]["notes"]
