"""Metadata in the browser: rights in every format it writes, nothing private, told on the page."""

from __future__ import annotations

import io
import json

import metadata_samples as samples
import pytest
from helpers.engine import Engine
from helpers.visitor import drop, row_of, wait_for_all
from PIL import Image
from playwright.sync_api import expect
from visits import Visit

from eyebright import metadata
from eyebright.metadata import xmp
from eyebright.metadata.choose import SOURCE_TYPE
from eyebright.metadata.rights import MACHINE_EDITED


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


@pytest.mark.parametrize("name", ["avif", "webp", "jpeg", "jxl", "png"])
def test_every_format_is_marked_as_edited_by_a_machine_on_request(
    engine: Engine, name: str
) -> None:
    plain = samples.save(samples.picture(), "BMP")

    data, report = engine.optimise("cup", plain, {"formats": [name], "mark_edited": True})
    unmarked = engine.optimise("cup", plain, {"formats": [name]})[0]

    told = {r["code"]: r["values"].get("source_type") for r in report["reasons"]}
    found = xmp.parse(metadata.read(data, name).xmp)
    assert {n: found.values(n) for n in found.names} == {SOURCE_TYPE: (MACHINE_EDITED,)}
    assert told["metadata-marked"] == MACHINE_EDITED
    assert MACHINE_EDITED.endswith("/algorithmicallyEnhanced")
    assert metadata.read(unmarked, name).xmp == b""


def test_credentials_are_told_of_or_passed_through(engine: Engine) -> None:
    source = samples.jpeg(has_manifest=True)

    lost = engine.optimise("cup", source, {"formats": ["webp"]})[1]
    data, kept = engine.optimise("cup", source, {"keep_provenance": True})

    assert "provenance-removed" in {reason["code"] for reason in lost["reasons"]}
    assert "provenance-kept" in {reason["code"] for reason in kept["reasons"]}
    assert data == source


def test_the_page_warns_and_lists_what_was_found_kept_and_left_out(visit: Visit) -> None:
    page = visit.page

    drop(page, {"cup.jpg": samples.jpeg(has_manifest=True)})
    wait_for_all(page, 1)

    row = row_of(page, "cup.jpg")
    expect(row.locator(".warning")).to_contain_text("content credentials")
    row.get_by_text("Why this result").click()
    listed = row.locator("dl.tags")
    expect(listed).to_contain_text("XMP dc:rights")
    expect(listed).to_contain_text("GPS GPSLatitude")
    assert samples.PRIVATE not in page.content()


def test_the_page_s_settings_leave_credentials_alone(visit: Visit) -> None:
    page = visit.page
    page.locator("#options summary").click()
    page.get_by_label("What the files say about themselves").select_option("none")
    page.get_by_label("Leave pictures with content credentials").check()

    drop(page, {"cup.jpg": samples.jpeg(has_manifest=True), "mug.jpg": samples.jpeg()})
    wait_for_all(page, 2)

    expect(row_of(page, "cup.jpg").locator(".state")).to_contain_text("kept as it is")
    mug = row_of(page, "mug.jpg")
    expect(mug.locator(".warning")).to_be_hidden()
    mug.get_by_text("Why this result").click()
    expect(mug.locator("dl.tags")).to_contain_text("Left out")
    expect(mug.locator("dl.tags")).not_to_contain_text("Kept")
