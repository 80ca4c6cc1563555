"""The page by keyboard, by ear, and on any screen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from helpers.accessibility import faults_of_accessibility
from playwright.sync_api import Locator, Page, expect
from visits import (
    Visit,
    graphic,
    payload,
    photo,
)


def press_until_focused(page: Page, target: Locator) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab never reaches {target}")


def test_the_keyboard_alone_does_the_whole_job(first_visit: Visit, tmp_path: Path) -> None:
    visit, page = first_visit, first_visit.page
    given = tmp_path / "cat.jpg"
    given.write_bytes(photo("")["buffer"])
    # Listening from the start: `expect_file_chooser` listens only after Enter has opened it.
    page.on("filechooser", lambda chooser: chooser.set_files(given))
    press_until_focused(page, page.get_by_role("button", name="Choose pictures"))
    page.keyboard.press("Enter")
    visit.expect_state("cat.jpg", "done")

    press_until_focused(page, visit.row("cat.jpg").get_by_role("link", name="Download"))
    with page.expect_download():
        page.keyboard.press("Enter")

    compare = visit.row("cat.jpg").get_by_role("button", name="Compare cat.jpg with the original")
    press_until_focused(page, compare)
    page.keyboard.press("Enter")
    slider = page.get_by_role("slider")
    expect(slider).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("51")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(compare).to_be_focused()

    press_until_focused(page, visit.row("cat.jpg").get_by_text("Why this result"))
    page.keyboard.press("Enter")
    expect(visit.row("cat.jpg").locator(".reasons").first).to_be_visible()

    press_until_focused(page, visit.row("cat.jpg").get_by_role("button", name="Remove cat.jpg"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Choose pictures")).to_be_focused()


def test_the_comparison_shows_both_and_zooms_to_single_pixels(visit: Visit) -> None:
    page = visit.page
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    visit.row("cat.jpg").get_by_role("button", name="Compare").click()
    expect(page.get_by_role("img", name="Before: cat.jpg")).to_be_visible()
    after = page.get_by_role("img", name="After: cat.jpg")
    page.get_by_role("button", name="200 %").click()
    expect(page.get_by_role("button", name="200 %")).to_have_attribute("aria-pressed", "true")
    box = after.bounding_box()
    density = page.evaluate("devicePixelRatio")

    assert box is not None
    assert box["width"] == pytest.approx(2 * 256 / density, abs=0.5)
    assert page.locator("#before").evaluate("image => image.naturalWidth") == 256


def test_every_control_has_a_name(visit: Visit) -> None:
    page = visit.page
    visit.choose(photo("cat.jpg"), payload("no.jpg", b""))
    visit.expect_state("cat.jpg", "done")
    visit.expect_state("no.jpg", "failed")
    page.get_by_text("Settings", exact=True).click()
    page.locator("#target").select_option("own")
    visit.row("cat.jpg").get_by_text("Why this result").click()
    roles = "button|link|combobox|spinbutton|checkbox|radio|slider|progressbar|textbox|dialog|img"
    lines = page.locator("body").aria_snapshot().splitlines()
    controls = [line for line in lines if re.match(rf"\s*- ({roles})\b", line)]
    nameless = [line for line in controls if not re.search(r'- \w+ "', line)]

    assert len(controls) > 15
    assert nameless == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_known_fault_of_accessibility(visit: Visit, scheme: Any) -> None:
    page = visit.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    assert faults_of_accessibility(page) == []
    visit.choose(photo("cat.jpg"), payload("no.jpg", b""))
    visit.expect_state("cat.jpg", "done")
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("Maximum width, in pixels").fill("-5")
    visit.row("cat.jpg").get_by_text("Why this result").click()

    assert faults_of_accessibility(page) == []
    visit.row("cat.jpg").get_by_role("button", name="Compare").click()
    expect(page.get_by_role("img", name="Before: cat.jpg")).to_be_visible()

    assert faults_of_accessibility(page) == []


def test_screen_readers_hear_beginning_and_end_but_not_each_step(visit: Visit) -> None:
    page = visit.page
    page.evaluate(
        """() => {
          window.heard = [];
          new MutationObserver(() => heard.push(document.getElementById("live").textContent))
            .observe(document.getElementById("live"), { childList: true });
        }"""
    )
    visit.choose(photo("a.jpg"), graphic("b.png"), payload("no.jpg", b""))
    expect(page.locator("#live")).to_contain_text("All done")
    heard = page.evaluate("heard")

    assert heard[0] == "3 pictures added."
    assert len(heard) == 2
    assert re.fullmatch(r"All done\. 2 pictures, .* smaller\. 1 could not be used", heard[1])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_needs_no_sideways_scrolling(visit: Visit, scheme: Any) -> None:
    visit.page.set_viewport_size({"width": 320, "height": 640})
    visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visit.choose(photo("a rather long name that has to go somewhere.jpg"), payload("no.jpg", b""))
    visit.expect_state("a rather long name that has to go somewhere.jpg", "done")
    visit.page.get_by_text("Settings", exact=True).click()
    visit.page.get_by_text("Why this result").first.click()
    widest = visit.page.evaluate("document.documentElement.scrollWidth")

    assert widest <= 320
