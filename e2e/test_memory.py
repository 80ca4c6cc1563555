"""The tab's memory: large pictures, little of it, and many files one after another."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pictures
import pytest
from helpers import judge, memory, samples, visitor
from helpers.chromium import ARGUMENTS
from helpers.engine import Engine, text
from playwright.sync_api import Browser

PHONE, CAMERA = (8000, 6000), (4000, 3000)
WIDTH, NARROW = 1600, 800

MOST_BYTES = 1_000_000_000

LARGE_MS = 400_000
"""Longest wait for a large picture on a busy machine."""

SHORT_MB = 120
"""Less than a camera's 12 megapixels need whole, more than they need at half their size."""

MOST_GROWTH = 1.05

EAGER = (*ARGUMENTS, "--enable-blink-features=ForceEagerMeasureMemory")
"""Measuring memory then collects garbage at once, in workers too."""

IN_A_ROW = """async (files) => {
  const goal = { max_width: 64 };
  const used = async () => (await performance.measureUserAgentSpecificMemory()).bytes;
  for (let number = 1; number <= 20; number += 1) await optimise(number);
  const early = await used();
  for (let number = 21; number <= 200; number += 1) await optimise(number);
  return [early, await used()];

  async function optimise(number) {
    const [name, base64] = files[number % files.length];
    const { blob } = await eyebright.optimise(file(name, base64), goal);
    if (blob.size === 0) throw new Error(`${name} came back empty`);
  }
}"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read from Linux's /proc"),
]


def test_48_megapixels_come_to_1600_pixels_within_the_memory_of_a_tab(
    launch_browser: Callable[..., Browser], site: str, tmp_path: Path
) -> None:
    path, phone_jpeg = tmp_path / "phone.jpg", samples.large_jpeg(*PHONE)
    path.write_bytes(phone_jpeg)
    browser = launch_browser(args=ARGUMENTS)
    page = visitor.visit(browser.new_page(), site)
    page.set_default_timeout(LARGE_MS)
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("Maximum width, in pixels").fill(str(WIDTH))
    with memory.watch(browser) as peak:
        page.locator("#files").set_input_files(path)
        visitor.wait_for_all(page, 1)
    _saved_as, data = visitor.download(page, visitor.row_of(page, "phone.jpg"))
    browser.close()

    assert judge.pixels_of(data).shape == (WIDTH * PHONE[1] // PHONE[0], WIDTH, 3)
    assert len(phone_jpeg) < peak.resident_bytes < MOST_BYTES


def divisors(report: dict[str, Any]) -> list[int]:
    """At which parts of its size the report says that the picture was decoded."""
    return [r["values"]["divisor"] for r in report["reasons"] if r["code"] == "decode-reduced"]


def test_where_memory_is_short_a_jpeg_is_decoded_at_a_reduced_size(
    engine: Engine,
) -> None:
    photo = samples.large_jpeg(*CAMERA)
    goal = {"max_width": NARROW, "formats": ["webp"]}
    _data, whole = engine.optimise("camera.jpg", photo, goal)
    data, reduced = engine.optimise("camera.jpg", photo, {**goal, "max_memory_mb": SHORT_MB})

    assert divisors(reduced) == [2]
    assert divisors(whole) == []
    assert judge.pixels_of(data).shape == (NARROW * CAMERA[1] // CAMERA[0], NARROW, 3)
    assert reduced["score"] >= reduced["target"]


def test_200_files_in_a_row_leave_no_growth(
    launch_browser: Callable[..., Browser], site: str
) -> None:
    names = ("astronaut.png", "chelsea.png", "coffee.png", "china.jpg", "flower.jpg")
    kinds = ("JPEG", "PNG", "WEBP", "JPEG", "GIF")
    files = [
        (f"{name}.{kind.lower()}", pictures.save(samples.photo(name, 96, 72), kind))
        for name, kind in zip(names, kinds, strict=True)
    ]
    browser = launch_browser(args=EAGER)
    engine = Engine(browser.new_page(), site)
    engine.page.set_default_timeout(LARGE_MS)
    early, late = engine.page.evaluate(IN_A_ROW, [(n, text(d)) for n, d in files])
    browser.close()

    assert late < MOST_GROWTH * early
