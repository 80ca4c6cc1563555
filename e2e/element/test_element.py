"""`<eyebright-input>` in forms of other people's pages: what the forms send, and when."""

from __future__ import annotations

import io

import numpy as np
import pictures
import pytest
from helpers import judge
from helpers.element import FORM, choose, expect_state, send
from helpers.forms import Forms
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from visits import payload, photo, slow

FALLBACK = """
<form method="post" enctype="multipart/form-data" action="/send">
  <label>Photo <eyebright-input><input type="file" name="photo" accept="image/*" multiple required>
  </eyebright-input></label>
  <button>Send</button>
</form>
"""


def test_a_plain_form_sends_the_smaller_file_and_its_record(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/plain", FORM.format(attributes="")))
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    sent, record, title, how = send(page, forms)

    original = photo("me.jpg")["buffer"]
    assert [sent.name, record.name, title.name, how.name] == (
        ["photo", "photo-record", "title", "how"]
    )
    assert (sent.filename, sent.mime) == ("me.avif", "image/avif")
    assert len(sent.data) < len(original)
    assert judge.score(original, sent.data) >= 74.5
    assert record.json["facts"]["size_bytes"] == len(original)
    assert record.json["goal"]["purpose"] == "convert"


def test_several_files_come_in_their_order_each_with_its_record(page: Page, forms: Forms) -> None:
    attributes = 'multiple formats=" webp" max-width="100"'
    page.goto(forms.page("/many", FORM.format(attributes=attributes)))
    choose(page, photo("a.b.jpg"), photo("b.jpeg", 200), photo("c.JPG"))
    expect_state(page, "done")
    sent = [part for part in send(page, forms) if part.name.startswith("photo")]

    assert [part.name for part in sent] == ["photo", "photo-record"] * 3
    assert [part.filename for part in sent[::2]] == ["a.b.webp", "b.webp", "c.webp"]
    assert [Image.open(io.BytesIO(part.data)).width for part in sent[::2]] == [100] * 3
    assert [part.json["facts"]["width"] for part in sent[1::2]] == [256, 200, 256]
    assert sent[1].json["goal"]["formats"] == ["webp"]


def test_the_shape_that_the_page_asks_for_is_cut(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/shape", FORM.format(attributes='crop="16:9" content="product"')))
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    sent, record, *_others = send(page, forms)

    assert Image.open(io.BytesIO(sent.data)).size == (256, 144)
    assert record.json["goal"]["content"] == "product"


def test_without_javascript_the_plain_field_in_it_sends_the_original(
    browser: Browser, forms: Forms
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(forms.page("/none", FALLBACK))
    page.locator("input[type=file]").set_input_files([photo("me.jpg")])
    (sent,) = send(page, forms)
    page.close()

    assert (sent.name, sent.filename) == ("photo", "me.jpg")
    assert sent.data == photo("me.jpg")["buffer"]


def test_with_javascript_the_plain_field_gives_its_attributes_and_sends_nothing(
    page: Page, forms: Forms
) -> None:
    page.goto(forms.page("/both", FALLBACK))
    page.locator("eyebright-input[name=photo][accept='image/*'][multiple][required]").wait_for()
    page.locator("eyebright-input input[type=file]").last.set_input_files([photo("me.jpg")])
    expect_state(page, "done")
    sent = send(page, forms)

    assert [part.name for part in sent] == ["photo", "photo-record"]
    assert sent[0].filename == "me.avif"


def test_what_was_chosen_before_the_script_came_is_taken_over(page: Page, forms: Forms) -> None:
    page.route("**/eyebright-input.js", lambda route: route.abort())
    page.goto(forms.page("/late", FALLBACK))
    page.locator("input[type=file]").set_input_files([photo("me.jpg")])
    page.unroute("**/eyebright-input.js")
    page.evaluate("() => import('/eyebright-input.js?late')")
    expect_state(page, "done")

    assert [part.filename for part in send(page, forms)] == ["me.avif", None]


@pytest.mark.parametrize("blocked", ["**/app-*/client.js", "**/engine.worker.js", "**/pyodide*/**"])
def test_where_the_engine_is_blocked_the_original_goes_and_says_why(
    page: Page, forms: Forms, blocked: str
) -> None:
    page.route(blocked, lambda route: route.abort())
    page.goto(forms.page("/blocked", FORM.format(attributes='max-bytes="9"')))
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    expect(page.get_by_text("is sent as it is")).to_have_count(2)  # seen, and told
    sent, record, *_others = send(page, forms)

    assert (sent.filename, sent.data) == ("me.jpg", photo("me.jpg")["buffer"])
    assert record.json["fallback"]["code"] == "engine"
    assert record.json["fallback"]["text"]


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        ("delete globalThis.WebAssembly", "WebAssembly"),
        ("Object.defineProperty(navigator, 'deviceMemory', { value: 0.5 })", "0.5 GB"),
    ],
)
def test_a_device_that_cannot_run_the_engine_fetches_none_of_it(
    page: Page, forms: Forms, lacking: str, told: str
) -> None:
    page.add_init_script(lacking)
    page.goto(forms.page("/old", FORM.format(attributes="")), wait_until="networkidle")
    forms.asked.clear()
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    asked = list(forms.asked)
    sent, record, *_others = send(page, forms)

    assert asked == []
    assert sent.data == photo("me.jpg")["buffer"]
    assert record.json["fallback"]["code"] == "engine"
    assert told in record.json["fallback"]["text"]


def test_a_file_that_is_removed_meanwhile_is_not_sent(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/remove", FORM.format(attributes="multiple")))
    choose(page, slow("noise.jpg"), photo("me.jpg"))
    page.get_by_role("button", name="Remove: noise.jpg").click()
    expect_state(page, "done")
    sent, _record, *_others = send(page, forms)

    assert sent.filename == "me.avif"


def test_another_file_takes_the_place_of_the_first(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/another", FORM.format(attributes="")))
    choose(page, slow("noise.jpg"))
    choose(page, photo("me.jpg"))
    expect_state(page, "done")

    assert [part.filename for part in send(page, forms)] == ["me.avif", None, None, None]


def test_the_original_can_be_chosen_and_the_smaller_one_again(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/undo", FORM.format(attributes="")))
    choose(page, photo("me.jpg"))
    page.get_by_role("button", name="Use the original: me.jpg").click()
    page.get_by_role("button", name="Use the smaller one: me.jpg").click()
    page.get_by_role("button", name="Use the original: me.jpg").click()
    sent, record, *_others = send(page, forms)

    assert (sent.filename, sent.data) == ("me.jpg", photo("me.jpg")["buffer"])
    assert record.json["fallback"]["code"] == "chosen"


@pytest.mark.parametrize("form", ["<fieldset disabled>{}</fieldset>", "{}"])
def test_a_disabled_field_takes_and_sends_nothing(page: Page, forms: Forms, form: str) -> None:
    field = FORM.format(attributes="" if "disabled" in form else "disabled")
    head, _, rest = field.partition("<label>")
    inner, _, tail = rest.partition("</label>")
    page.goto(forms.page("/off", head + form.format(f"<label>{inner}</label>") + tail))
    page.evaluate("document.querySelector('eyebright-input').addFiles([new File(['x'], 'x.jpg')])")
    expect(page.locator("eyebright-input button").first).to_be_disabled()

    assert [part.name for part in send(page, forms)] == ["title", "how"]


def test_a_file_that_is_small_already_is_sent_untouched(page: Page, forms: Forms) -> None:
    noise = Image.open(io.BytesIO(pictures.noise_jpeg(64, 64)))
    small = payload("small.webp", pictures.save(np.asarray(noise), "WEBP", quality=5))
    page.goto(forms.page("/small", FORM.format(attributes='formats="png"')))
    choose(page, small)
    expect_state(page, "done")
    expect(page.get_by_text("already as small as it gets").first).to_be_visible()
    sent, record, *_others = send(page, forms)

    assert (sent.filename, sent.data) == ("small.webp", small["buffer"])
    assert record.json["facts"]["format"] == "webp"
