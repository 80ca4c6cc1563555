"""`<eyebright-input>` as a field: what it refuses, what it says, reset and coming back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pictures
from helpers.element import choose, expect_state
from helpers.forms import Forms
from playwright.sync_api import Page, expect
from visits import payload, photo

FORM = """
<form method="post" enctype="multipart/form-data" action="/send">
  <label>Photo <eyebright-input name="photo" {attributes}></eyebright-input></label>
  <button>Send</button>
</form>
"""

FAULTS = """(field) => {
  const names = [];
  for (const name in field.validity) names.push(name);
  const faults = names.filter((name) => name !== "valid" && field.validity[name]);
  return [faults, field.validationMessage, field.checkValidity()];
}"""


def faults(page: Page) -> Any:
    return page.locator("eyebright-input").evaluate(FAULTS)


def test_a_required_field_that_is_empty_holds_the_form_and_takes_the_focus(
    page: Page, forms: Forms
) -> None:
    page.goto(forms.page("/required", FORM.format(attributes="required")))
    page.get_by_role("button", name="Send").click()

    assert faults(page) == [["valueMissing"], "Choose a picture.", False]
    assert page.evaluate("document.activeElement.localName") == "eyebright-input"
    assert page.url.endswith("/required")

    choose(page, photo("me.jpg"))
    assert faults(page) == [[], "", True]


def test_files_that_are_no_pictures_hold_the_form_until_they_are_removed(
    page: Page, forms: Forms
) -> None:
    wrong = {
        "notes.jpg": (b"These are words, no picture.", "This is not a picture that can be read"),
        "cut.jpg": (pictures.astronaut_jpeg()[:9000], "This file is broken or cut short"),
        "empty.jpg": (b"", "This file is broken or cut short"),
    }
    page.goto(forms.page("/wrong", FORM.format(attributes="multiple")))
    choose(page, *(payload(name, data) for name, (data, _said) in wrong.items()), photo("me.jpg"))
    page.get_by_role("button", name="Use the original: me.jpg").wait_for()
    for name, (_data, said) in wrong.items():
        expect_state(page, "failed")
        found, message, _valid = faults(page)

        assert found == ["badInput"]
        assert message.startswith(f"{name}: {said}")

        page.get_by_role("button", name=f"Remove: {name}").click()
    expect_state(page, "done")
    assert faults(page) == [[], "", True]


def test_a_file_of_another_kind_than_is_taken_is_refused_at_once(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/kind", FORM.format(attributes='accept="image/png,.WEBP"')))
    page.evaluate("""document.querySelector("eyebright-input").addFiles([
      new File(["x"], "x.webp"), new File(["x"], "x.jpg", { type: "image/jpeg" })])""")
    expect_state(page, "failed")

    assert faults(page)[:2] == [
        ["typeMismatch"],
        "x.jpg: This kind of file is not taken here (image/png,.WEBP).",
    ]


def test_a_file_that_cannot_be_made_small_enough_is_over(page: Page, forms: Forms) -> None:
    attributes = 'max-bytes="60" formats="jpeg"'
    page.goto(forms.page("/over", FORM.format(attributes=attributes)))
    choose(page, photo("me.jpg"))
    expect_state(page, "over")
    found, message, _valid = faults(page)

    assert found == ["rangeOverflow"]
    assert "at most" in message

    page.evaluate("document.querySelector('eyebright-input').removeAttribute('max-bytes')")
    expect_state(page, "done")
    assert faults(page) == [[], "", True]


def test_a_fault_that_is_found_while_the_form_waits_keeps_it_back(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/waits", FORM.format(attributes="")))
    choose(page, payload("notes.jpg", b"These are words."))
    page.get_by_role("button", name="Send").click()
    expect_state(page, "failed")
    expect(page.get_by_role("button", name="Choose another picture")).to_be_focused()

    assert forms.received == []


def test_a_page_may_say_what_is_wrong_itself(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/own", FORM.format(attributes="")))
    field = page.locator("eyebright-input")
    field.evaluate("(field) => field.setCustomValidity('Not today')")

    assert faults(page) == [["customError"], "Not today", False]

    field.evaluate("(field) => field.setCustomValidity('')")
    assert faults(page) == [[], "", True]


def test_a_reset_empties_it(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/reset", FORM.format(attributes="required")))
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    page.evaluate("document.forms[0].reset()")
    expect_state(page, "empty")

    assert faults(page)[0] == ["valueMissing"]
    expect(page.get_by_role("listitem")).to_have_count(0)


def test_who_comes_back_finds_the_files_and_what_was_chosen_of_them(
    page: Page, forms: Forms, tmp_path: Path
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(photo(name)["buffer"])
    page.goto(forms.page("/back", FORM.format(attributes="multiple")))
    field = page.locator("eyebright-input input[type=file]")
    field.set_input_files([tmp_path / "a.jpg", tmp_path / "b.jpg"])
    page.get_by_role("button", name="Use the original: b.jpg").click()
    expect_state(page, "done")
    page.goto(forms.address + "site.json")
    page.go_back()
    expect_state(page, "done")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/send*")
    first, _record, second, told = forms.received.pop()

    assert [first.filename, second.filename] == ["a.avif", "b.jpg"]
    assert told.json["fallback"]["code"] == "chosen"


def test_a_changed_attribute_makes_the_file_anew(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/anew", FORM.format(attributes="")))
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    name = page.evaluate("""async () => {
      const field = document.querySelector("eyebright-input");
      const made = new Promise((resolve) => field.addEventListener("eyebright-result", resolve));
      Object.assign(field, { maxWidth: 64, formats: "png" });
      await made;
      return field.files[0].name;
    }""")
    assert name == "me.png"
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/send*")
    sent, record = forms.received.pop()

    assert sent.filename == "me.png"
    assert pictures.load(sent.data).size == (64, 64)
    assert record.json["goal"]["max_width"] == 64


def test_a_goal_that_contradicts_itself_sends_the_original_and_tells_the_page(
    page: Page, forms: Forms
) -> None:
    page.goto(forms.page("/contrary", FORM.format(attributes='target="200"')))
    page.evaluate("""addEventListener("eyebright-error", ({ detail }) => {
      window.told = [detail.error.name, detail.error.message, detail.fallback]; })""")
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    name, message, fallback = page.evaluate("told")

    assert (name, fallback) == ("PolicyError", True)
    assert "target" in message
