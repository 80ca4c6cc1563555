"""What models see, in the page as on the command line, and what is shown of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from helpers import scenes
from helpers.accessibility import faults_of_accessibility
from helpers.engine import Engine
from helpers.shipped import LOOKING
from helpers.visitor import drop, row_of, wait_for_all
from playwright.sync_api import expect
from visits import Visit

SCENES = scenes.scenes()

KINDS = {
    "group.jpg": "photo",
    "screenshot.png": "screenshot",
    "document.jpg": "document",
    "chart.png": "chart",
    "logo.png": "drawing",
}

PLACES_SHOWN = """() => [
    document.getElementById("seen-image"),
    ...document.querySelectorAll("#seen-marks > .faces"),
].map((shown) => shown.getBoundingClientRect().toJSON())"""
"""Where the picture and then its faces are, at one moment."""

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def in_page(engine: Engine) -> dict[str, Facts]:
    return {name: engine.analyse(name, data) for name, data in SCENES.items()}


@pytest.fixture(scope="module")
def on_command_line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Facts]:
    folder, found = tmp_path_factory.mktemp("scenes"), {}
    for name, data in SCENES.items():
        (folder / name).write_bytes(data)
        command = [sys.executable, "-m", "eyebright", "analyse", str(folder / name), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = json.loads(done.stdout)
    return found


# ---- What is seen


@pytest.mark.parametrize("name", SCENES)
def test_the_page_sees_what_the_command_line_sees(
    name: str, in_page: dict[str, Facts], on_command_line: dict[str, Facts]
) -> None:
    assert sorted(in_page[name]["models"]) == LOOKING
    assert "fallback" not in in_page[name]["models"].values()
    assert in_page[name] == on_command_line[name]


@pytest.mark.parametrize("name", SCENES)
def test_the_kind_of_picture_is_told(name: str, in_page: dict[str, Facts]) -> None:
    assert KINDS[name] == in_page[name]["seen_content"]


def test_the_faces_of_a_group_are_found_where_they_are(in_page: dict[str, Facts]) -> None:
    faces = sorted(in_page["group.jpg"]["faces"], key=lambda box: box["x"])
    middles = [(f["x"] + f["width"] / 2, f["y"] + f["height"] / 2) for f in faces]

    assert len(faces) == 3
    for (x, y), (left, top, right, bottom) in zip(middles, scenes.heads(), strict=True):
        assert left < x < right
        assert top < y < bottom


def test_the_lines_of_a_receipt_are_found_and_none_in_the_logo(in_page: dict[str, Facts]) -> None:
    lines = in_page["document.jpg"]["text_lines"]

    assert len(lines) >= 20
    assert all(6 <= line["x_height_px"] <= 20 for line in lines[3:])
    assert in_page["logo.png"]["text_lines"] == []


# ---- What is shown of it


def test_the_overlay_shows_it_and_works_by_keyboard(visit: Visit) -> None:
    page = visit.page
    drop(page, {"group.jpg": SCENES["group.jpg"]})
    wait_for_all(page, 1)
    row = row_of(page, "group.jpg")
    row.locator("details.why > summary").click()
    button = row.get_by_role("button", name="Show what was seen")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="What was seen in group.jpg")
    expect(dialog).to_be_visible()
    expect(page.get_by_role("img", name="group.jpg")).to_be_visible()
    expect(dialog.get_by_text(re.compile("^This is .+ a photo"))).to_be_visible()
    expect(dialog.get_by_text("Faces: 3 faces.")).to_be_visible()
    expect(page.locator("#seen-marks > .faces")).to_have_count(3)
    expect(page.locator("#seen-heat")).to_be_visible()

    first = dialog.get_by_label("What draws the eye")
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#seen-heat")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#seen-marks > .faces").first).to_be_hidden()

    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_the_boxes_stand_over_the_faces(visit: Visit, in_page: dict[str, Facts]) -> None:
    page, facts = visit.page, in_page["group.jpg"]
    drop(page, {"group.jpg": SCENES["group.jpg"]})
    wait_for_all(page, 1)
    row_of(page, "group.jpg").locator("details.why > summary").click()
    page.get_by_role("button", name="Show what was seen").click()
    expect(page.get_by_role("img", name="group.jpg")).to_be_visible()
    expect(page.locator("#seen-marks > .faces")).to_have_count(len(facts["faces"]))
    image, *boxes = page.evaluate(PLACES_SHOWN)

    scale = image["width"] / facts["width"]
    for box, face in zip(boxes, facts["faces"], strict=True):
        assert box["x"] == pytest.approx(image["x"] + face["x"] * scale, abs=1)
        assert box["y"] == pytest.approx(image["y"] + face["y"] * scale, abs=1)
        assert box["width"] == pytest.approx(face["width"] * scale, abs=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_overlay_is_accessible_and_fits_a_narrow_screen(visit: Visit, scheme: Any) -> None:
    page = visit.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    drop(page, {"chart.png": SCENES["chart.png"]})
    wait_for_all(page, 1)
    row_of(page, "chart.png").locator("details.why > summary").click()
    page.get_by_role("button", name="Show what was seen").click()
    expect(page.get_by_role("img", name="chart.png")).to_be_visible()
    image = page.locator("#seen-image").bounding_box()
    faults = faults_of_accessibility(page)

    assert faults == []
    assert image is not None
    assert (image["x"] >= 0, image["x"] + image["width"] <= 320) == (True, True)
    assert image["height"] > 100
