"""A browser that adds noise to canvases, against fingerprints, changes no pixel of a result."""

from __future__ import annotations

from pathlib import Path

import colour_files
import imagecodecs
import numpy as np
import pytest
from helpers import here, samples
from helpers.decoding import decoded_in, pixels_of
from PIL import Image
from playwright.sync_api import Browser

from eyebright.host.native import NativeHost

PHOTO = samples.photo("astronaut.png", 120, 90)

NOISE = """
const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...args) {
  const image = read.apply(this, args);
  for (let at = 0; at < image.data.length; at += 7) image.data[at] ^= 1;
  return image;
};
"""

WITHOUT_FRAMES = "delete self.VideoFrame;"

LOSSY_TOLERANCE = 1
"""Of 255, where libavif's build in WebAssembly or another colour management rounds otherwise."""


def clear() -> Image.Image:
    alpha = np.broadcast_to(np.linspace(0, 255, 120), (90, 120)).astype(np.uint8)
    return Image.fromarray(np.dstack([PHOTO, alpha]))


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def files() -> dict[str, tuple[str, bytes, bool]]:
    photo, save = Image.fromarray(PHOTO), colour_files.saved
    made = {
        "jpeg": save(photo, "JPEG", quality=90),
        "png": save(photo, "PNG"),
        "webp": save(photo, "WEBP", lossless=True),
        "avif": save(photo, "AVIF", quality=90, subsampling="4:4:4"),
        "jxl": imagecodecs.jpegxl_encode(PHOTO, lossless=True),
        "png clear": save(clear(), "PNG"),
        "webp clear": save(clear(), "WEBP", lossless=True, exact=True),
        "jpeg turned": save(photo, "JPEG", quality=90, exif=turned()),
        "webp turned": save(photo, "WEBP", lossless=True, exif=turned()),
        "png wide": save(photo, "PNG", icc_profile=colour_files.P3_PROFILE),
    }
    return {name: (name.split()[0], data, False) for name, data in made.items()}


@pytest.mark.parametrize("prelude", [NOISE, NOISE + WITHOUT_FRAMES], ids=["frames", "no frames"])
def test_noise_on_canvases_reaches_no_pixel(
    browser: Browser, site: str, built_site: Path, prelude: str
) -> None:
    found = decoded_in(browser, site, built_site, files(), prelude)
    apart = {}
    for name, (kind, data, _keeps) in files().items():
        assert "error" not in found[name], found[name]["error"]

        ours = here.run(NativeHost().decode(data, source_format=kind)).pixels
        theirs = pixels_of(found[name])
        assert ours.shape == theirs.shape, name

        apart[name] = int(np.abs(ours.astype(np.int16) - theirs).max())
    exact = set(apart) - {"avif", "png wide"}

    assert {name: apart[name] for name in exact} == dict.fromkeys(exact, 0)
    assert max(apart.values()) <= LOSSY_TOLERANCE
