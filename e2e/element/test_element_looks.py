"""`<eyebright-input>` for people: by keyboard, by ear, by drop and paste, in any direction."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from helpers.accessibility import faults_of_accessibility
from helpers.element import choose, expect_state
from helpers.forms import Forms
from playwright.sync_api import Page, expect
from visits import payload, photo

FORM = """
<main><h1>Report</h1><form method="post" enctype="multipart/form-data" action="/send">
  <p><label>Photos <eyebright-input name="photo" {attributes}></eyebright-input></label></p>
  <p><button>Send</button></p>
</form></main>
"""

SCHEMES = '<meta name="color-scheme" content="light dark">'

GROUND = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(":root { background: light-dark(#fff, #121212); }");
  document.adoptedStyleSheets = [sheet];
}"""
"""What Chromium paints below a dark page, which axe takes for white unless it is written down."""

FROM_THUMBNAIL = """(node) => {
  const range = new Range();
  range.selectNodeContents(node);
  const thumbnail = node.closest("li").querySelector(".thumbnail");
  return thumbnail.getBoundingClientRect().left - range.getBoundingClientRect().right;
}"""
"""CSS pixels between the words and the thumbnail at their right."""

NEAR_PX = 20

HAND_OVER = """([kind, name, text]) => {
  const transfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const options = { bubbles: true, cancelable: true, composed: true };
  document.querySelector("eyebright-input").dispatchEvent(kind === "paste"
    ? new ClipboardEvent(kind, { ...options, clipboardData: transfer })
    : new DragEvent(kind, { ...options, dataTransfer: transfer }));
}"""


def announced(page: Page) -> Any:
    return page.locator("eyebright-input").get_by_role("status")


def accessible(page: Page) -> list[tuple[str, str]]:
    """Role and name of all that a screen reader is given."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree["nodes"]
        if not node["ignored"]
    ]


def test_all_of_it_is_done_by_keyboard(page: Page, forms: Forms) -> None:
    page.on("filechooser", lambda _chooser: None)  # from now on, not only once Enter is down
    page.goto(forms.page("/keys", FORM.format(attributes="multiple")))
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Choose pictures")).to_be_focused()
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Enter")
    choosing.value.set_files([photo("a.jpg"), photo("b.jpg", 200)])  # type: ignore[list-item]  # as Playwright's own TypedDict
    expect_state(page, "done")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Use the original: a.jpg")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Use the smaller one: a.jpg")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove: b.jpg")).to_be_focused()
    expect(announced(page)).to_have_text("a.jpg was removed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Choose pictures")).to_be_focused()
    expect_state(page, "empty")


def test_a_screen_reader_is_told_names_and_what_came_of_each_file(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/ear", FORM.format(attributes="multiple required")))
    before = accessible(page)
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    after = accessible(page)

    assert ("group", "Photos") in before
    assert ("button", "Choose pictures: Photos") in before
    assert ("group", "Photos") in after
    assert ("list", "Chosen pictures") in after
    assert ("button", "Use the original: me.jpg") in after
    assert ("button", "Remove: me.jpg") in after
    expect(announced(page)).to_contain_text("me.jpg: ")
    expect(announced(page)).to_contain_text("looks the same")


def test_two_fields_are_told_apart_by_their_labels(page: Page, forms: Forms) -> None:
    page.goto(
        forms.page(
            "/apart",
            """<p><label for="a">Front of the card</label>
      <eyebright-input id="a" name="a"></eyebright-input></p>
      <p><eyebright-input aria-label="Back of the card" name="b"></eyebright-input></p>""",
        )
    )
    page.locator("eyebright-input:state(empty)").nth(1).wait_for()
    found = accessible(page)

    for label in ("Front of the card", "Back of the card"):
        assert ("group", label) in found
        assert ("button", f"Choose a picture: {label}") in found


def test_nothing_is_wrong_for_axe(page: Page, forms: Forms) -> None:
    attributes = 'multiple required accept="image/*"'
    page.goto(forms.page("/axe", FORM.format(attributes=attributes), head=SCHEMES))
    page.evaluate(GROUND)

    assert faults_in_light_and_dark(page) == {"light": [], "dark": []}

    choose(page, photo("me.jpg"), payload("notes.jpg", b"words"))
    expect_state(page, "failed")
    assert faults_in_light_and_dark(page) == {"light": [], "dark": []}


def faults_in_light_and_dark(page: Page) -> dict[str, list[str]]:
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of its names
        found[scheme] = faults_of_accessibility(page)
    return found


def test_pictures_are_dropped_and_pasted(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/hand-over", FORM.format(attributes="multiple")))
    text = base64.b64encode(photo("me.jpg")["buffer"]).decode()
    for kind in ("drop", "paste"):
        page.evaluate(HAND_OVER, [kind, f"{kind}.jpg", text])
    expect_state(page, "done")

    names = "[...document.querySelector('eyebright-input').files].map((file) => file.name)"
    assert page.evaluate(names) == ["drop.avif", "paste.avif"]


def test_its_label_opens_it(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/label", FORM.format(attributes="")))
    with page.expect_file_chooser():
        page.get_by_text("Photos").click(position={"x": 3, "y": 3})


def test_light_and_dark_come_from_the_page(page: Page, forms: Forms) -> None:
    address = forms.page("/scheme", FORM.format(attributes=""), head=SCHEMES)
    colours = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its names
        page.goto(address)
        button = page.get_by_role("button", name="Choose a picture")
        colours.append(button.evaluate("(node) => getComputedStyle(node).backgroundColor"))

    assert colours == ["rgb(11, 107, 93)", "rgb(95, 205, 182)"]


def test_a_page_styles_parts_and_colours(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/styled", FORM.format(attributes="")))
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`eyebright-input { --eyebright-accent: rgb(1, 2, 3); }
        eyebright-input::part(hint) { font-size: 33px; }`);
      document.adoptedStyleSheets = [sheet];
    }""")
    button = page.get_by_role("button", name="Choose a picture")

    expect(button).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(page.get_by_text("or drop or paste it here")).to_have_css("font-size", "33px")


def test_from_right_to_left_all_is_mirrored_but_sizes(page: Page, forms: Forms) -> None:
    page.goto(forms.page("/rtl", FORM.format(attributes=""), attributes='dir="rtl"'))
    choose(page, photo("me.jpg"))
    expect_state(page, "done")
    row = page.get_by_role("listitem")
    left = {
        part: row.locator(f".{part}").bounding_box()
        for part in ("thumbnail", "name", "original", "remove")
    }
    places = [box["x"] if box else 0 for box in left.values()]

    assert places == sorted(places, reverse=True)
    for part in ("name", "text"):
        assert 0 < row.locator(f".{part}").evaluate(FROM_THUMBNAIL) < NEAR_PX
    assert row.locator(".text").evaluate(
        "(node) => { const range = new Range(); const text = node.firstChild;"
        " const at = (index) => { range.setStart(text, index); range.setEnd(text, index + 1);"
        " return range.getBoundingClientRect().x; };"
        " return at(2) < at(text.data.indexOf('→')); }"
    )


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
def test_nothing_moves_for_who_wants_that(
    page: Page, forms: Forms, *, motion: Any, moves: bool
) -> None:
    page.emulate_media(reduced_motion=motion)
    page.goto(forms.page("/motion", FORM.format(attributes="")))
    box = page.locator("eyebright-input .box")
    found = box.evaluate("(node) => getComputedStyle(node).transitionDuration")

    assert (found != "0s") == moves


def test_it_fits_a_narrow_screen(page: Page, forms: Forms) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(forms.page("/narrow", FORM.format(attributes="multiple")))
    choose(page, photo("a-photo-with-a-very-long-name-that-nobody-would-ever-read-through.jpg"))
    page.get_by_role("button", name="Use the original").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
