"""PNG of every kind shows the same pixels in Chromium as were written; the broken are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.decoding import Decoding, decoded_in, pixels_of
from playwright.sync_api import Browser

import png_kinds

WHOLE = png_kinds.whole()
BROKEN = png_kinds.broken()
REFUSALS = ("eyebright.errors.CorruptImage", "eyebright.errors.UnsupportedFormat")


@pytest.fixture(scope="module")
def in_page(browser: Browser, site: str, built_site: Path) -> dict[str, Decoding]:
    files = {name: png.file() for name, png in WHOLE.items()} | BROKEN
    asked = {name: ("png", data, False) for name, data in files.items()}
    return decoded_in(browser, site, built_site, asked)


@pytest.mark.parametrize("name", WHOLE)
def test_a_png_shows_the_pixels_that_were_written(in_page: dict[str, Decoding], name: str) -> None:
    png, found = WHOLE[name], in_page[name]

    assert "error" not in found, found
    assert png_kinds.distance(png, pixels_of(found)) <= png_kinds.tolerance(png)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_png_ends_with_an_error_of_ours(in_page: dict[str, Decoding], name: str) -> None:
    last = in_page[name].get("error", "decoded").strip().splitlines()[-1]

    assert last.startswith(REFUSALS)
