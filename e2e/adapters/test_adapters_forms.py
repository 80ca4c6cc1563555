"""Forms: submitted by the browser itself, by a script of the page, and with FilePond in them."""

from __future__ import annotations

import json
from pathlib import Path

from helpers import element
from helpers.adapters import NOTES, choose, field, file_of, told, wait_for_forms
from helpers.uploads import Uploads, taking_uploads
from playwright.sync_api import Page, expect
from visits import payload, photo, slow

from serve import POLICY


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


def test_a_form_that_is_given_up_sends_nothing(opened: Page, uploads: Uploads) -> None:
    choose(opened, uploads, "fetch", slow("noise.jpg"))
    expect(opened.get_by_role("button", name="Cancel")).to_be_enabled()
    opened.get_by_role("button", name="Cancel").click()
    told(opened, "Nothing was sent.")

    assert uploads.forms == []


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
