"""Metadata in the browser: rights in every format it writes, nothing private, told on the page."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import metadata_samples as samples
import pytest
from helpers.engine import Engine
from PIL import Image
from playwright.sync_api import Browser

from eyebright import metadata


@pytest.fixture(scope="module")
def engine(browser: Browser, site: str) -> Iterator[Engine]:
    page = browser.new_page()
    yield Engine(page, site)
    page.close()


@pytest.mark.parametrize("name", ["avif", "webp", "jpeg", "jxl", "png"])
def test_rights_are_in_every_format_and_nothing_private_is(engine: Engine, name: str) -> None:
    source = samples.png() if name == "png" else samples.jpeg(orientation=6, has_manifest=True)

    data, report = engine.optimise("cup", source, {"formats": [name]})

    found = metadata.choose(metadata.read(data, name), name, mode="rights")
    assert (name, False) == (report["format"], report["kept_original"])
    assert {"EXIF Copyright", "XMP dc:rights", "XMP plus:Licensor"} <= set(found.kept)
    assert found.stripped == ()
    assert samples.PRIVATE.encode() not in data
    assert samples.PRIVATE not in json.dumps(report)


def test_transparency_and_rights_go_together(engine: Engine) -> None:
    picture = samples.picture().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    source = samples.save(picture, "PNG", exif=samples.exif_block())

    data, report = engine.optimise("cup", source, {"formats": ["webp"]})

    made = Image.open(io.BytesIO(data))
    assert report["format"] == "webp"
    assert (made.mode, made.getexif()[0x8298]) == ("RGBA", samples.COPYRIGHT)


def test_credentials_are_told_of_or_passed_through(engine: Engine) -> None:
    source = samples.jpeg(has_manifest=True)

    lost = engine.optimise("cup", source, {"formats": ["webp"]})[1]
    data, kept = engine.optimise("cup", source, {"keep_provenance": True})

    assert "provenance-removed" in {reason["code"] for reason in lost["reasons"]}
    assert "provenance-kept" in {reason["code"] for reason in kept["reasons"]}
    assert data == source
