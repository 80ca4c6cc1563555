"""Adapters in their example pages, built by Vite from the installed package: what a server gets.

Every page is served under the site's own Content-Security-Policy, without `unsafe-eval`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pictures
import pytest
from helpers import element
from helpers.packaged import build_app, make_app
from helpers.uploads import Part, Uploads, taking_uploads
from playwright.sync_api import Page, Route, expect
from starlette.testclient import TestClient
from visits import DONE_MS, payload, photo, slow

from eyebright.server import Settings, create_app
from serve import POLICY

ENGINE = "**/eyebright/engine.worker.js"

NOTES = payload("notes.txt", b"no picture", "text/plain")

OURS = ("uppy", "dropzone", "filepond", "fetch")
"""Pages that send what our own server takes."""

SINGLE = ("uppy", "dropzone", "filepond")
"""Pages that send each file by itself."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_app(make_app(tmp_path_factory.mktemp("vite") / "app"))


@pytest.fixture
def uploads(built: Path) -> Iterator[Uploads]:
    with taking_uploads(built) as came:
        yield came


@pytest.fixture
def opened(page: Page) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen, the policy's refusals among it."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
    yield page

    assert faults == []


def is_fault(said: Any) -> bool:
    expected = (
        "Failed to load resource",
        "net::ERR_",
        "[Uppy]",
    )  # where a test breaks something off
    return said.type == "error" and not any(text in said.text for text in expected)


def choose(page: Page, uploads: Uploads, name: str, *files: Any) -> None:
    """Payloads of Playwright, or paths."""
    page.goto(f"{uploads.address}{name}.html")
    add(page, name, *files)


def add(page: Page, name: str, *files: Any) -> None:
    """Choose more on a page that is open."""
    field = page.locator(".dz-hidden-input" if name == "dropzone" else "input[type=file]").first
    field.set_input_files(list(files))
    if name == "fetch":
        page.get_by_role("button", name="Send").click()


def told(page: Page, text: str) -> None:
    expect(page.locator("#told")).to_contain_text(text)


def field(form: list[Part], name: str) -> Any:
    """A field's JSON."""
    (found,) = (part for part in form if part.name == name)
    return json.loads(found.data)


def file_of(form: list[Part]) -> Part:
    (found,) = (part for part in form if part.filename is not None)
    return found


def names_sent(uploads: Uploads) -> list[str]:
    """Of files as they were chosen."""
    return [field(form, "eyebright")["original_name"] for form in uploads.forms]


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


def test_a_plain_form_is_submitted_by_the_browser_itself(opened: Page, built: Path) -> None:
    policy = POLICY.replace("form-action 'none'", "form-action 'self'")
    with taking_uploads(built, policy=policy) as uploads:
        opened.goto(f"{uploads.address}form.html")
        field = opened.locator("input[type=file]:enabled")
        field.set_input_files([photo("a.jpg"), photo("b.jpg")])
        opened.get_by_role("button", name="Send", exact=True).click()
        wait_for_forms(opened, uploads, 1)

    (form,) = uploads.forms
    named = [(part.name, part.filename) for part in form]
    pair = [("file", "a.avif"), ("file-record", None), ("file", "b.avif"), ("file-record", None)]
    assert named == [("sender", None), *pair]
    assert form[2].json["goal"]["max_width"] == 1600


def wait_for_forms(page: Page, uploads: Uploads, count: int) -> None:
    for _ in range(DONE_MS // 50):
        if len(uploads.forms) >= count:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{count} forms were to come, {len(uploads.forms)} came")


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


def test_a_form_by_hand_keeps_its_fields_and_has_a_record_for_each_file(
    opened: Page, uploads: Uploads
) -> None:
    opened.goto(f"{uploads.address}fetch.html")
    opened.get_by_label("Your name").fill("Ada")
    first = photo("a.jpg")
    choose(opened, uploads, "fetch", first, NOTES, payload("b.jpg", b"\xff\xd8 broken"))
    told(opened, "notes.txt: sent as it is")
    told(opened, "b.jpg: sent as it is")

    (form,) = uploads.forms
    assert [part.name for part in form] == ["sender", *["file", "file-record"] * 3]
    records = [json.loads(part.data) for part in form if part.name == "file-record"]
    assert records[0]["facts"]["size_bytes"] == len(first["buffer"])
    assert [record["fallback"]["code"] for record in records[1:]] == ["no-picture", "file"]
    assert [p.data for p in form if p.filename][1:] == [b"no picture", b"\xff\xd8 broken"]


def test_a_plain_form_sends_what_the_element_made(opened: Page, built: Path) -> None:
    original = photo("a.jpg")
    allowed = POLICY.replace("form-action 'none'", "form-action 'self'")
    with taking_uploads(built, policy=allowed) as came:
        opened.goto(f"{came.address}form.html")
        element.choose(opened, original)
        element.expect_state(opened, "done")
        opened.get_by_role("button", name="Send").click()
        wait_for_forms(opened, came, 1)

    (form,) = came.forms
    assert [part.name for part in form] == ["sender", "file", "file-record"]
    assert len(file_of(form).data) < len(original["buffer"])
    assert field(form, "file-record")["facts"]["size_bytes"] == len(original["buffer"])


def test_a_form_that_is_given_up_sends_nothing(opened: Page, uploads: Uploads) -> None:
    choose(opened, uploads, "fetch", slow("noise.jpg"))
    expect(opened.get_by_role("button", name="Cancel")).to_be_enabled()
    opened.get_by_role("button", name="Cancel").click()
    told(opened, "Nothing was sent.")

    assert uploads.forms == []


def test_two_files_of_uppy_go_at_once_each_with_its_own_record(
    opened: Page, uploads: Uploads
) -> None:
    files = [photo("a.jpg", 256), photo("b.jpg", 200)]
    choose(opened, uploads, "uppy", *files)
    wait_for_forms(opened, uploads, 2)

    widths = {field(form, "record")["facts"]["width"] for form in uploads.forms}
    assert widths == {256, 200}


def test_uppy_sends_nothing_of_files_that_were_cancelled(opened: Page, uploads: Uploads) -> None:
    choose(opened, uploads, "uppy", slow("noise.jpg"))
    opened.get_by_role("button", name="Cancel all").click()
    told(opened, "Nothing was sent.")
    add(opened, "uppy", slow("later.jpg"))
    told(opened, "later.jpg: ")

    assert names_sent(uploads) == ["later.jpg"]


def test_an_upload_of_uppy_that_is_tried_again_sends_the_same_smaller_file(
    opened: Page, uploads: Uploads
) -> None:
    uploads.refuse = 4  # as often as Uppy tries by itself
    choose(opened, uploads, "uppy", photo("a.jpg"))
    told(opened, "This looks like a network error")
    opened.get_by_role("button", name="Try again").click()
    told(opened, "looks the same")

    (form,) = uploads.forms
    saving = field(form, "eyebright")
    assert saving["original_name"] == "a.jpg"
    assert saving["bytes"] == len(file_of(form).data)


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


def test_a_file_removed_from_filepond_is_not_sent(opened: Page, uploads: Uploads) -> None:
    opened.add_init_script(
        "document.addEventListener('FilePond:addfile', (e) => { window.shown = e.detail.pond });"
    )
    choose(opened, uploads, "filepond", slow("noise.jpg"))
    opened.wait_for_function("() => window.shown?.getFile()?.status === 3")  # FileStatus.PROCESSING
    opened.evaluate("shown.removeFile()")
    expect(opened.locator(".filepond--item")).to_have_count(0)
    add(opened, "filepond", slow("later.jpg"))
    told(opened, "later.jpg: ")

    assert names_sent(uploads) == ["later.jpg"]


def test_cancel_of_filepond_stops_a_file_that_is_still_prepared(
    opened: Page, uploads: Uploads
) -> None:
    opened.add_init_script(
        "document.addEventListener('FilePond:addfile', (e) => { window.shown = e.detail.pond; });"
    )
    choose(opened, uploads, "filepond", slow("noise.jpg"))
    item = opened.locator(".filepond--item")
    opened.wait_for_function("() => window.shown?.getFile()?.status === 3")  # FileStatus.PROCESSING
    item.get_by_role("button", name="Cancel").click()
    expect(item).to_have_count(0)
    add(opened, "filepond", slow("later.jpg"))
    told(opened, "later.jpg: ")

    assert names_sent(uploads) == ["later.jpg"]


def test_a_form_with_filepond_sends_the_smaller_file(opened: Page, uploads: Uploads) -> None:
    original = photo("a.jpg")
    opened.goto(f"{uploads.address}filepond.html")
    opened.locator("input[type=file]").last.set_input_files([original])
    told(opened, "looks the same")
    opened.get_by_role("button", name="Send").click()
    told(opened, "The form was sent.")

    sent = file_of(uploads.forms[0])
    assert sent.name == "picture"
    assert len(sent.data) < len(original["buffer"])


def test_a_file_removed_from_dropzone_is_not_sent(opened: Page, uploads: Uploads) -> None:
    choose(opened, uploads, "dropzone", slow("noise.jpg"))
    opened.once("dialog", lambda dialog: dialog.accept())
    opened.get_by_text("Cancel upload").click()
    add(opened, "dropzone", slow("later.jpg"))
    told(opened, "later.jpg: sent")

    assert names_sent(uploads) == ["later.jpg"]


def test_the_name_that_a_page_gives_a_file_of_dropzone_changes_in_its_ending_alone(
    opened: Page, uploads: Uploads
) -> None:
    opened.goto(f"{uploads.address}dropzone.html")
    given = "{ renameFile: ({ name }) => `ada-${name}` }"
    opened.evaluate(f"void Object.assign(document.querySelector('form').dropzone.options, {given})")
    add(opened, "dropzone", photo("holiday.jpg"))
    told(opened, "holiday.jpg: sent")

    saving = field(uploads.forms[0], "eyebright")
    ending = saving["format"].replace("jpeg", "jpg")
    assert ending != "jpg", "else there is nothing to change"
    assert file_of(uploads.forms[0]).filename == f"ada-holiday.{ending}"
