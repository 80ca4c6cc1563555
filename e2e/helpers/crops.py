"""The page's dialog of crops, as a visitor uses it."""

from __future__ import annotations

import numpy as np
from helpers import judge, scenes
from playwright.sync_api import Locator, Page, expect
from visits import Visit, payload

GROUP = scenes.encoded(scenes.group(), "JPEG")
WIDTH, HEIGHT = 1240, 560
"""Of the group."""

STEP = 6
"""Pixels that a key moves the frame of the group by: 5 thousandths of its width."""

NEAR = 6.0
"""Mean difference, of 255, between a part of a picture and its compressed crop, at most; parts that
lie a quarter of the picture apart differ by 40 and more."""

Numbers = dict[str, int]


def open_crops(visit: Visit, name: str) -> Locator:
    visit.row(name).get_by_role("button", name=f"Crop {name}", exact=True).click()
    dialog = visit.page.get_by_role("dialog", name=f"Crop {name}")
    expect(dialog).to_be_visible()
    return dialog


def bring(visit: Visit, name: str = "group.jpg", data: bytes = GROUP) -> Locator:
    """Have a picture done, and its dialog open with the squares that are suggested."""
    visit.choose(payload(name, data))
    visit.expect_state(name, "done")
    dialog = open_crops(visit, name)
    shape(visit.page, "1:1")  # the last one stays chosen
    expect(candidates(visit.page).first).to_be_visible()
    return dialog


def candidates(page: Page) -> Locator:
    return page.locator("#crop-candidates button")


def numbers(page: Page) -> Numbers:
    """Where the frame is."""
    return {
        key: int(page.locator(f"#crop-{key}").input_value())
        for key in ("x", "y", "width", "height")
    }


def write(page: Page, **values: int) -> None:
    for key, value in values.items():
        page.locator(f"#crop-{key}").fill(str(value))
        page.locator(f"#crop-{key}").press("Tab")


def shape(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).check()


def use(visit: Visit, name: str) -> bytes:
    """Take the crop; what comes of it."""
    visit.page.get_by_role("button", name="Use this crop").click()
    visit.expect_state(name, "done")
    expect(visit.row(name).locator(".facts .cropped")).to_be_visible()
    return visit.download(name)[1]


def differs_from(data: bytes, box: Numbers) -> float:
    """Mean difference of a file from a box of the group; infinite where the sizes differ."""
    found = judge.pixels_of(data).astype(np.float64)
    x, y, width, height = (box[key] for key in ("x", "y", "width", "height"))
    part = judge.pixels_of(GROUP)[y : y + height, x : x + width]
    return float(np.abs(found - part).mean()) if found.shape == part.shape else float("inf")
