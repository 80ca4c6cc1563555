"""What every adapter sends: the smaller file and its record, else the original and the reason."""

from __future__ import annotations

from pathlib import Path

import pictures
import pytest
from helpers.adapters import ENGINE, NOTES, choose, field, file_of, told, wait_for_forms
from helpers.uploads import Uploads
from playwright.sync_api import Page
from starlette.testclient import TestClient
from visits import photo

from eyebright.server import Settings, create_app

OURS = ("uppy", "dropzone", "filepond", "fetch")
"""Pages that send what our own server takes."""

SINGLE = ("uppy", "dropzone", "filepond")
"""Pages that send each file by itself."""


@pytest.mark.parametrize("name", SINGLE)
def test_the_smaller_file_goes_with_what_was_saved_and_the_record(
    opened: Page, uploads: Uploads, name: str
) -> None:
    original = photo("holiday.jpg")
    choose(opened, uploads, name, original)
    told(opened, "looks the same")
    wait_for_forms(opened, uploads, 1)

    sent = file_of(uploads.forms[0])
    saving, record = (field(uploads.forms[0], name) for name in ("eyebright", "record"))
    assert len(sent.data) < len(original["buffer"])
    assert pictures.load(sent.data).size == (256, 256)
    assert sent.filename == f"holiday.{saving['format'].replace('jpeg', 'jpg')}"
    assert saving["original_name"] == "holiday.jpg"
    assert (saving["original_bytes"], saving["bytes"]) == (len(original["buffer"]), len(sent.data))
    assert saving["fallback"] is None
    assert record["facts"]["size_bytes"] == len(original["buffer"])


@pytest.mark.parametrize("name", OURS)
def test_our_own_server_accepts_what_was_sent(
    opened: Page, uploads: Uploads, tmp_path: Path, name: str
) -> None:
    choose(opened, uploads, name, photo("a.jpg"))
    wait_for_forms(opened, uploads, 1)
    (form,) = uploads.forms
    fields = {part.name: part.text for part in form if part.filename is None}
    sent = file_of(form)
    (tmp_path / "images").mkdir()
    settings = Settings(
        images=str(tmp_path / "images"),
        cache=str(tmp_path / "cache"),
        uploads=str(tmp_path / "uploads"),
        workers=1,
        models=False,
    )
    with TestClient(create_app(settings)) as client:
        answer = client.post("/upload", data=fields, files={"file": (sent.filename, sent.data)})

    assert answer.status_code == 200
    found = answer.json()
    assert found["verification"]["same"]
    assert found["checked"]["accepted"]
    assert found["kept"]["bytes"] == len(sent.data)


@pytest.mark.parametrize("name", SINGLE)
def test_where_the_engine_cannot_start_the_original_goes_with_the_reason(
    opened: Page, uploads: Uploads, name: str
) -> None:
    original = photo("holiday.jpg")
    opened.route(ENGINE, lambda route: route.abort())
    choose(opened, uploads, name, original)
    told(opened, "sent as it is")
    wait_for_forms(opened, uploads, 1)

    sent = file_of(uploads.forms[0])
    assert (sent.filename, sent.data) == ("holiday.jpg", original["buffer"])
    saving = field(uploads.forms[0], "eyebright")
    assert saving["fallback"]["code"] == "engine"
    assert "engine.worker.js is served" in saving["fallback"]["text"]
    assert field(uploads.forms[0], "record") == {"fallback": saving["fallback"]}


@pytest.mark.parametrize("name", SINGLE)
def test_what_is_no_picture_goes_untouched_and_asks_for_no_engine(
    opened: Page, uploads: Uploads, name: str
) -> None:
    asked: list[str] = []
    opened.route(ENGINE, lambda route: (asked.append(route.request.url), route.continue_()))
    choose(opened, uploads, name, NOTES)
    wait_for_forms(opened, uploads, 1)

    sent = file_of(uploads.forms[0])
    assert (sent.filename, sent.data) == ("notes.txt", b"no picture")
    assert asked == []
