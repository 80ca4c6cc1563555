"""Uploads by tus: they go on where they broke off, also after the page was loaded anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pictures
import pytest
from helpers.adapters import ENGINE, choose, told
from helpers.uploads import Uploads
from playwright.sync_api import Page, Route
from visits import photo


def test_a_resumable_upload_goes_on_where_it_broke_off(opened: Page, uploads: Uploads) -> None:
    original = photo("a.jpg", 512)
    uploads.break_off = 1
    choose(opened, uploads, "resumable", original)
    told(opened, "looks the same")

    (file,) = uploads.files
    saving = json.loads(file.metadata["eyebright"])
    assert len(file.data) == file.length == saving["bytes"] < len(original["buffer"])
    assert pictures.load(file.data).size == (512, 512)
    first, second = file.offsets
    assert first == 0 < second < file.length
    assert "record" not in file.metadata, "headers have no room for it"


@pytest.fixture
def broken_off(opened: Page, uploads: Uploads, tmp_path: Path) -> Path:
    """A chosen photo, half of whose smaller file is on the server when the network ends."""
    path = tmp_path / "a.jpg"
    path.write_bytes(photo("a.jpg", 512)["buffer"])
    one_file = re.compile(r"/files/\d+$")

    def let_one_through(route: Route) -> None:
        began = uploads.files[0].offsets
        route.abort() if began else route.continue_()

    uploads.break_off = 1
    opened.route(one_file, let_one_through)
    choose(opened, uploads, "resumable", path)
    told(opened, "a.")
    opened.unroute(one_file)
    return path


def test_a_resumable_upload_goes_on_after_the_page_was_loaded_anew(
    opened: Page, uploads: Uploads, broken_off: Path
) -> None:
    choose(opened, uploads, "resumable", broken_off)
    told(opened, "looks the same")

    (file,) = uploads.files
    assert len(file.offsets) == 2
    assert len(file.data) == file.length
    assert pictures.load(file.data).size == (512, 512)


def test_what_has_other_bytes_than_before_the_reload_is_sent_from_the_start(
    opened: Page, uploads: Uploads, broken_off: Path
) -> None:
    opened.route(ENGINE, lambda route: route.abort())
    choose(opened, uploads, "resumable", broken_off)
    told(opened, "sent as it is")

    half, whole = uploads.files
    assert 0 < len(half.data) < half.length
    assert whole.data == broken_off.read_bytes()
