"""What a visitor does in Uppy, FilePond and Dropzone: cancels, removes, renames, tries again."""

from __future__ import annotations

from helpers.adapters import add, choose, field, file_of, names_sent, told, wait_for_forms
from helpers.uploads import Uploads
from playwright.sync_api import Page, expect
from visits import photo, slow


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
