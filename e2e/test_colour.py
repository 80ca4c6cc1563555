"""Both hosts show the same colours, whatever profile, chunk or code point tells them."""

from __future__ import annotations

import base64
from pathlib import Path

import colour_files
import numpy as np
import pytest
from helpers import here, samples
from helpers.decoding import Decoding, decoded_in, pixels_of
from helpers.engine import Engine
from PIL import Image
from playwright.sync_api import Browser, Page

from eyebright.host.native import NativeHost
from eyebright.metadata import read
from eyebright.metrics.delta_e import delta_e, lab

MEAN_DELTA_E, MAX_DELTA_E = 0.5, 3.0
"""CIEDE2000 between the hosts, pixel by pixel."""

ONLY_NATIVE = frozenset({"grey-as-rgb", "depth-reduced"})
"""Notes of what a browser does not tell: that it repeats grey, and reduces JPEG XL to 8 bits."""

KEEPS = "kept "


def cases() -> dict[str, tuple[str, bytes, bool]]:
    """Every file twice: converted, and with its colours kept."""
    made = {name: (kind, make()) for name, (kind, make) in colour_files.FILES.items()}
    converted = {name: (*file, False) for name, file in made.items()}
    return converted | {KEEPS + name: (*file, True) for name, file in made.items()}


@pytest.fixture(scope="module")
def in_browser(browser: Browser, site: str, built_site: Path) -> dict[str, Decoding]:
    return decoded_in(browser, site, built_site, cases())


@pytest.mark.parametrize("name", cases())
def test_both_hosts_show_the_same_colours(in_browser: dict[str, Decoding], name: str) -> None:
    kind, data, keeps = cases()[name]
    ours = here.run(NativeHost().decode(data, source_format=kind, keep_colours=keeps))
    assert "error" not in in_browser[name], in_browser[name]["error"]

    theirs = pixels_of(in_browser[name])
    assert ours.pixels.shape == theirs.shape

    apart = delta_e(*(lab(p[..., :3].reshape(-1, 3).astype(float)) for p in (ours.pixels, theirs)))

    assert apart.mean() <= MEAN_DELTA_E
    assert apart.max() <= MAX_DELTA_E
    assert ours.profile == base64.b64decode(in_browser[name]["profile"])
    told = [note.code for note in ours.notes if note.code not in ONLY_NATIVE]
    assert told == [code for code in in_browser[name]["notes"] if code not in ONLY_NATIVE]
    if kind == "png":
        assert np.array_equal(ours.pixels[..., 3:], theirs[..., 3:])


@pytest.mark.parametrize("name", ["avif", "webp", "jpeg"])
def test_the_page_keeps_colours_with_their_profile(page: Page, site: str, name: str) -> None:
    engine = Engine(page, site)
    photo = colour_files.saved(
        Image.fromarray(samples.photo("astronaut.png", 200, 200)),
        "PNG",
        icc_profile=colour_files.P3_PROFILE,
    )
    data, report = engine.optimise("wide.png", photo, {"colour": "keep", "formats": [name]})

    assert report["format"] == name
    assert read(data, name).icc == colour_files.P3_PROFILE
    assert "colours-kept" in {reason["code"] for reason in report["reasons"]}
