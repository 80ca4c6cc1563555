"""Crops in the page: suggestions, and what comes of them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from helpers import scenes
from helpers.accessibility import faults_of_accessibility
from helpers.crops import (
    GROUP,
    HEIGHT,
    NEAR,
    WIDTH,
    bring,
    candidates,
    differs_from,
    numbers,
    open_crops,
    shape,
    use,
    write,
)
from PIL import Image
from playwright.sync_api import Browser, expect
from visits import Visit, payload

DRAWN = """() => [...document.querySelectorAll("#crop-candidates canvas")].every((canvas) => {
  const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(all.data).size > 100;
})"""
"""Whether each suggestion shows something: their pictures come once the whole one is loaded."""

TOO_WIDE = """all => all.filter((it) => it.scrollWidth > it.clientWidth
  || it.getBoundingClientRect().right > innerWidth).map((it) => it.textContent)"""
"""Of buttons, the texts of those that are cut off."""


def test_suggestions_stand_side_by_side_and_one_makes_the_result(visit: Visit) -> None:
    page = visit.page
    bring(visit)
    shown = candidates(page)
    page.wait_for_function(DRAWN)
    count = shown.count()
    tops = {shown.nth(place).bounding_box()["y"] for place in range(count)}  # type: ignore[index]  # they are shown
    shown.last.click()
    expect(shown.last).to_have_attribute("aria-pressed", "true")
    box = numbers(page)
    data = use(visit, "group.jpg")

    assert 2 <= count <= 3
    assert len(tops) == 1
    assert box != {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT}
    assert differs_from(data, box) < NEAR
    assert differs_from(data, box | {"x": WIDTH - box["width"] - box["x"]}) > 3 * NEAR


def test_what_matters_most_is_said_by_a_click_or_by_keys(visit: Visit) -> None:
    page = visit.page
    bring(visit)
    page.locator("#crop-picture").click(position={"x": 60, "y": 100})
    first = candidates(page).first
    expect(first).to_contain_text("Around your point")
    by_click = numbers(page)
    focus = page.get_by_role("application", name="What matters most")
    for _ in range(20):
        focus.press("Shift+ArrowRight")
    expect(first).to_contain_text("Around your point")
    expect(first).to_have_attribute("aria-pressed", "true")
    by_keys = numbers(page)
    page.get_by_role("button", name="Forget my point").click()
    expect(first).not_to_contain_text("Around your point")

    assert by_click["x"] == 0
    assert by_keys["x"] + by_keys["width"] == WIDTH


def test_what_matters_most_is_remembered_and_holds_for_other_shapes(visit: Visit) -> None:
    page = visit.page
    bring(visit)
    page.locator("#crop-picture").click(position={"x": 60, "y": 100})
    first = candidates(page).first
    expect(first).to_contain_text("Around your point")
    use(visit, "group.jpg")
    page.get_by_role("button", name="Clear the list").click()
    visit.choose(payload("again.jpg", GROUP))
    visit.expect_state("again.jpg", "done")
    open_crops(visit, "again.jpg")
    expect(first).to_contain_text("Around your point")
    expect(page.get_by_role("button", name="Forget my point")).to_be_visible()
    shape(page, "4:5")
    expect(first).to_contain_text("Around your point")
    expect(first).to_have_attribute("aria-pressed", "true")
    box = numbers(page)

    assert (box["x"], box["height"]) == (0, HEIGHT)
    assert box["width"] == 448


def test_a_dialog_that_is_closed_while_it_asks_shows_nothing_later(visit: Visit) -> None:
    page = visit.page
    dialog = bring(visit)
    for name in ("16:9", "4:5", "3:1"):
        shape(page, name)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(candidates(page)).to_have_count(0)
    open_crops(visit, "group.jpg")
    expect(candidates(page).first).to_be_visible()

    assert numbers(page)["width"] == pytest.approx(3 * numbers(page)["height"], abs=3)


# ---- Afterwards


def test_a_crop_is_taken_back_and_is_offered_when_the_picture_returns(visit: Visit) -> None:
    page = visit.page
    bring(visit)
    write(page, width=300, x=30, y=40)
    box = numbers(page)
    use(visit, "group.jpg")
    page.get_by_role("button", name="Clear the list").click()
    visit.choose(payload("again.jpg", GROUP))
    visit.expect_state("again.jpg", "done")
    row = visit.row("again.jpg")
    expect(row).to_contain_text("You cropped this picture to 1:1 before.")
    row.get_by_role("button", name="Crop again.jpg so again").click()
    expect(row.locator(".facts .cropped")).to_have_text("Cropped to 300 \u00d7 300")
    cropped = visit.download("again.jpg")[1]
    dialog = open_crops(visit, "again.jpg")

    assert numbers(page) == box
    dialog.get_by_role("button", name="Whole picture", exact=True).click()
    expect(row.locator(".facts .cropped")).to_be_hidden()
    visit.expect_state("again.jpg", "done")
    whole = Image.open(io.BytesIO(visit.download("again.jpg")[1]))

    assert differs_from(cropped, box) < NEAR
    assert whole.size == (WIDTH, HEIGHT)
    assert page.evaluate("localStorage['eyebright.crops']") == "[]"
    expect(row.get_by_text("You cropped this picture")).to_be_hidden()


def test_the_comparison_lays_the_cut_original_under_the_crop(visit: Visit) -> None:
    page = visit.page
    bring(visit)
    shape(page, "Free")
    write(page, width=620, height=280, x=310, y=140)
    use(visit, "group.jpg")
    visit.row("group.jpg").get_by_role("button", name="Compare").click()
    expect(page.locator("#compare-note")).to_contain_text(
        "The original is cut like the result here."
    )
    after, before = (page.locator(f"#{name}").bounding_box() for name in ("after", "before"))
    assert after is not None
    assert before is not None

    assert before["width"] == pytest.approx(2 * after["width"], abs=1)
    assert before["x"] == pytest.approx(after["x"] - after["width"] / 2, abs=1)
    assert before["y"] == pytest.approx(after["y"] - after["height"] / 2, abs=1)


def test_all_pictures_of_the_list_can_have_one_shape(visit: Visit) -> None:
    page = visit.page
    one = scenes.group().crop((0, 0, 520, 300))
    for name, picture in (("one.jpg", one), ("receipt.jpg", scenes.document())):
        visit.choose(payload(name, scenes.encoded(picture, "JPEG")))
        visit.expect_state(name, "done")
    bring(visit)
    page.get_by_role("button", name="Crop the 2 other pictures to 1:1, too").click()
    for name in ("group.jpg", "one.jpg", "receipt.jpg"):
        visit.expect_state(name, "done")
    expect(visit.row("receipt.jpg").locator(".facts")).to_contain_text("Not cropped")
    expect(visit.row("one.jpg").locator(".facts .cropped")).to_be_visible()
    sizes = [
        Image.open(io.BytesIO(visit.download(name)[1])).size for name in ("group.jpg", "one.jpg")
    ]

    assert [width for width, _height in sizes] == [height for _width, height in sizes]
    assert sizes[1][0] <= 300


def test_a_picture_of_a_few_pixels_can_be_asked_and_stays_whole(visit: Visit) -> None:
    page = visit.page
    visit.choose(payload("dot.png", scenes.encoded(Image.new("RGB", (3, 2), "red")), "image/png"))
    visit.expect_state("dot.png", "done")
    open_crops(visit, "dot.png")
    page.get_by_role("application", name="Frame of the crop").focus()
    for key in ("ArrowRight", "+", "-", "-"):
        page.keyboard.press(key)
    shape(page, "Free")
    write(page, width=1, height=9)
    box = numbers(page)
    page.get_by_role("button", name="Use this crop").click()

    assert box == {"x": 0, "y": 0, "width": 3, "height": 2}
    visit.expect_state("dot.png", "done")


def test_crops_work_where_nothing_may_be_remembered(browser: Browser, site: str) -> None:
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('denied', 'SecurityError'); } })"
    )
    visit = Visit(context.new_page(), site).open()
    bring(visit)
    box = numbers(visit.page)
    data = use(visit, "group.jpg")
    faults = list(visit.faults)
    context.close()

    assert differs_from(data, box) < NEAR
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialog_is_accessible_and_fits_a_narrow_screen(visit: Visit, scheme: Any) -> None:
    page = visit.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visit.choose(payload("one.jpg", scenes.encoded(scenes.group().crop((0, 0, 520, 300)), "JPEG")))
    visit.expect_state("one.jpg", "done")
    dialog = bring(visit)
    expect(dialog.get_by_role("button", name="Crop the other picture to 1:1, too")).to_be_visible()
    overflowing = [
        name
        for buttons in (visit.row("group.jpg").locator(".actions"), dialog.locator(".crop-foot"))
        for name in buttons.locator(":is(a, button):not([hidden])").evaluate_all(TOO_WIDE)
    ]
    picture = page.locator("#crop-picture").bounding_box()
    scrolls_sideways = dialog.evaluate("it => it.scrollWidth > it.clientWidth")
    faults = faults_of_accessibility(page)

    assert faults == []
    assert overflowing == []
    assert picture is not None
    assert (picture["x"] >= 0, picture["x"] + picture["width"] <= 320) == (True, True)
    assert not scrolls_sideways
