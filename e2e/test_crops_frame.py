"""The frame of a crop, set by pointer, finger and keys, and what it cuts."""

from __future__ import annotations

import pytest
from helpers import scenes
from helpers.crops import (
    HEIGHT,
    NEAR,
    STEP,
    WIDTH,
    bring,
    differs_from,
    numbers,
    shape,
    use,
    write,
)
from playwright.sync_api import Browser, ViewportSize, expect
from visits import Visit


def test_a_dragged_corner_gives_exactly_the_size_that_is_shown(visit: Visit) -> None:
    page = visit.page
    bring(visit)
    shape(page, "16:9")
    write(page, width=640, x=200, y=100)
    shown = page.locator("#crop-picture").bounding_box()
    corner = page.locator("#crop-frame [data-corner=se]").bounding_box()
    assert shown is not None
    assert corner is not None
    x, y = corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 100, y - 100, steps=4)
    page.mouse.up()
    box = numbers(page)
    data = use(visit, "group.jpg")

    assert (box["x"], box["y"]) == (200, 100)
    assert box["width"] == pytest.approx(640 - 100 * WIDTH / shown["width"], abs=1)
    assert box["height"] == round(box["width"] * 9 / 16)
    assert differs_from(data, box) < NEAR


def test_a_finger_moves_the_frame(browser: Browser, site: str) -> None:
    screen: ViewportSize = {"width": 390, "height": 844}
    context = browser.new_context(has_touch=True, is_mobile=True, viewport=screen)
    visit = Visit(context.new_page(), site).open()
    page = visit.page
    dialog = bring(visit)
    write(page, width=300, x=500, y=100)
    before = numbers(page)
    dialog.evaluate("it => it.scrollTo(0, 0)")
    frame, shown = (page.locator(f"#crop-{name}").bounding_box() for name in ("frame", "picture"))
    assert frame is not None
    assert shown is not None
    touch = context.new_cdp_session(page)
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x + 20, "y": y - 10}]),
        ("touchMove", [{"x": x + 40, "y": y - 20}]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    after = numbers(page)
    scrolled = dialog.evaluate("it => it.scrollTop")
    faults = list(visit.faults)
    context.close()

    assert after["x"] - before["x"] == pytest.approx(40 * WIDTH / shown["width"], abs=1)
    assert after["y"] - before["y"] == pytest.approx(-20 * WIDTH / shown["width"], abs=1)
    assert (after["width"], after["height"]) == (300, 300)
    assert scrolled == 0
    assert faults == []


def test_keys_move_and_size_the_frame_and_escape_gives_the_focus_back(visit: Visit) -> None:
    page = visit.page
    dialog = bring(visit)
    write(page, width=400, x=400, y=100)
    frame = page.get_by_role("application", name="Frame of the crop")
    frame.focus()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    moved = numbers(page)
    page.keyboard.press("-")
    smaller = numbers(page)
    page.keyboard.press("+")
    again = numbers(page)
    page.keyboard.press("Control+ArrowRight")
    unmoved = numbers(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    assert moved == {"x": 400 + STEP - 10 * STEP, "y": 100 + STEP, "width": 400, "height": 400}
    assert (smaller["width"], smaller["height"]) == (400 - 4 * STEP, 400 - 4 * STEP)
    assert smaller["x"] == moved["x"] + 2 * STEP
    assert again == unmoved == moved
    expect(visit.row("group.jpg").get_by_role("button", name="Crop group.jpg")).to_be_focused()


def test_faces_that_the_frame_cuts_are_named_and_marked(visit: Visit) -> None:
    page = visit.page
    dialog = bring(visit)
    told = dialog.get_by_role("status").filter(has=page.locator("#crop-fates"))
    cut = page.locator("#crop-marks > .faces[data-fate=cut]")
    left, _top, right, _bottom = scenes.heads()[0]
    shape(page, "Free")
    write(page, x=0, y=0, width=WIDTH, height=HEIGHT)
    expect(told).to_contain_text("All 3 faces inside")
    expect(cut).to_have_count(0)
    write(page, width=WIDTH - 400, x=(left + right) // 2)
    expect(told).to_contain_text("Cuts 1 of 3 faces")
    expect(cut).to_have_count(1)
    label = cut.evaluate("face => getComputedStyle(face, '::after').content")

    assert label == '"Face cut"'
