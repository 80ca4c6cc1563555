"""Both hosts show the same colours, whatever profile, chunk or code point tells them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import colour_files
import gain_map_files
import numpy as np
import pytest
from helpers import here, samples
from helpers.decoding import Decoding, decoded_in, pixels_of
from helpers.engine import Engine
from PIL import Image
from playwright.sync_api import Browser

from eyebright.host import icc
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
    if kind in {"png", "webp", "avif"}:
        assert np.array_equal(ours.pixels[..., 3:], theirs[..., 3:])


@pytest.mark.parametrize("name", ["avif", "webp", "jpeg"])
def test_the_page_keeps_colours_with_their_profile(engine: Engine, name: str) -> None:
    photo = colour_files.saved(
        Image.fromarray(samples.photo("astronaut.png", 200, 200)),
        "PNG",
        icc_profile=colour_files.P3_PROFILE,
    )
    data, report = engine.optimise("wide.png", photo, {"colour": "keep", "formats": [name]})

    assert report["format"] == name
    assert read(data, name).icc == colour_files.P3_PROFILE
    assert "colours-kept" in codes(report)


def test_the_page_keeps_the_colours_of_a_jpeg_xl_in_an_avif(engine: Engine) -> None:
    goal = {"colour": "keep", "formats": ["avif"]}
    photo = colour_files.coded_jxl(pixels=samples.photo("astronaut.png", 200, 200))
    data, report = engine.optimise("wide.jxl", photo, goal)

    assert report["format"] == "avif"
    assert icc.name_of(read(data, "avif").icc) == "Display P3"


def test_the_page_tells_of_a_gain_map_that_is_lost_and_of_one_that_is_kept(engine: Engine) -> None:
    for head in (gain_map_files.ADOBE, gain_map_files.ISO):
        photo = gain_map_files.with_map(head)
        new, lost = engine.optimise("hdr.jpg", photo, {"formats": ["webp"]})
        own, kept = engine.optimise("hdr.jpg", photo, {"colour": "keep", "max_width": 100})

        assert "gainmap" in lost["facts"]["metadata"]
        assert lost["format"] == "webp"
        assert len(new) < len(photo)
        assert "hdr-lost" in codes(lost)
        assert photo == own
        assert "hdr-kept" in codes(kept)
        assert not codes(kept) & {"hdr-lost", "size-fitted"}


def codes(report: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in report["reasons"]}
