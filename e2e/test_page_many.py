"""The page with many pictures: whole folders let fall, two hundred results on the list."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pictures
import pytest
from helpers import samples
from helpers.chromium import ARGUMENTS
from playwright.sync_api import Browser, Page, expect
from visits import Visit, payload, photo

MANY, FEW = 200, 20

MANY_MS = 500_000
"""Longest wait for so many on a busy machine."""

NODES_PER_ROW = 50
"""Elements that one closed row may have: 37 measured."""

BYTES_PER_ROW = 120_000
"""That one more finished row may take of the tab's memory, beside its picture: 84,000 measured, of
which the thumbnail has 28,000."""

MOST_LEFT = 0.6
"""Of what 200 rows took, once they are off the list: 0.4 measured, for the heaps of WebAssembly
never shrink."""

EAGER = (*ARGUMENTS, "--enable-blink-features=ForceEagerMeasureMemory")
"""Measuring memory then collects garbage at once, in workers too."""

MEMORY = """async () => {
  const { breakdown } = await performance.measureUserAgentSpecificMemory();
  const isCodec = ({ url }) => /codec\\.worker|_mt\\./.test(url);
  const ofCodecs = ({ attribution }) => attribution.some(isCodec);
  return breakdown.filter((part) => !ofCodecs(part)).reduce((sum, { bytes }) => sum + bytes, 0);
}"""
"""Bytes of the tab but for the codecs' workers: their code is compiled better, and takes more, the
more often it runs (four threads of AVIF's grew from 90 to 110 MB between 20 and 200 rows)."""


def let_fall(page: Page, *paths: Path) -> None:
    """Drop files and folders as the system does when they are dragged onto the window."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 200, "data": data})
    session.detach()


def test_a_folder_let_fall_is_walked_and_keeps_its_structure(visit: Visit, tmp_path: Path) -> None:
    trip = tmp_path / "trip"
    (trip / "day 1" / "evening").mkdir(parents=True)
    (trip / "empty").mkdir()
    for folder in (trip, trip / "day 1", trip / "day 1" / "evening"):
        (folder / "cat.jpg").write_bytes(photo("")["buffer"])
    (trip / "notes.txt").write_text("no picture")
    (tmp_path / "alone.jpg").write_bytes(photo("")["buffer"])

    let_fall(visit.page, trip, tmp_path / "alone.jpg")
    for path in ("trip/cat.jpg", "trip/day 1/cat.jpg", "trip/day 1/evening/cat.jpg", "alone.jpg"):
        visit.expect_state(path, "done")
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Download all (zip)").click()

    names = zipfile.ZipFile(waiting.value.path()).namelist()
    assert {n.rpartition("/")[0] for n in names} == {"", "trip", "trip/day 1", "trip/day 1/evening"}
    assert len(names) == 4
    expect(visit.page.locator("#summary-more")).to_have_text(
        "1 file of the folder left out, not pictures"
    )


def test_a_folder_of_more_than_one_reading_is_taken_whole(visit: Visit, tmp_path: Path) -> None:
    """Browsers hand out the entries of a folder in lots of a hundred."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(MANY + 1):
        (folder / f"{number}.jpg").write_bytes(b"\xff\xd8\xff" + number.to_bytes(2, "big"))

    let_fall(visit.page, folder)

    expect(visit.page.get_by_role("listitem")).to_have_count(MANY + 1, timeout=MANY_MS)
    visit.page.get_by_role("button", name="Cancel all").click()
    expect(visit.page.get_by_role("button", name="Cancel all")).to_be_hidden(timeout=MANY_MS)


@pytest.mark.slow
def test_two_hundred_results_stay_usable_and_take_little(
    launch_browser: Callable[..., Browser], site: str
) -> None:
    browser = launch_browser(args=EAGER)
    visit = Visit(browser.new_page(), site).open()
    files = [small(number) for number in range(MANY)]
    visit.page.locator("script-py").wait_for(
        state="attached"
    )  # PyScript's own, once it has started
    empty = elements(visit.page)

    add(visit.page, files[:FEW])
    early, few = visit.page.evaluate(MEMORY), elements(visit.page)
    add(visit.page, files[FEW:], count=MANY)
    late, many = visit.page.evaluate(MEMORY), elements(visit.page)

    last = visit.row(f"{MANY - 1}.png")
    last.get_by_text("Why this result").click()
    expect(last.locator("dl.measured").first).to_be_visible()
    assert visit.download(f"{MANY - 1}.png")[1]
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Download all (zip)").click()
    archive = zipfile.ZipFile(waiting.value.path())
    visit.page.get_by_role("button", name="Clear the list").click()
    expect(visit.page.locator("#results")).to_be_hidden()
    left = elements(visit.page)
    visit.page.evaluate(MEMORY)  # the browser lets go of the rows, then Python of what they held
    add(visit.page, [small(MANY)])
    after = visit.page.evaluate(MEMORY)
    browser.close()

    assert archive.testzip() is None
    assert len(archive.namelist()) == MANY
    assert many - few <= NODES_PER_ROW * (MANY - FEW)
    assert late - early <= BYTES_PER_ROW * (MANY - FEW)
    assert (empty, True) == (left, after - early <= MOST_LEFT * (late - early))
    assert (visit.faults, visit.elsewhere()) == ([], [])


def small(number: int) -> dict[str, Any]:
    """A piece of a photo that no other has."""
    name = samples.SHIPPED[number % 4]
    data = pictures.save(samples.photo(name, 96, 72, seed=number), "PNG")
    return payload(f"{number}.png", data, "image/png")


def add(page: Page, files: list[dict[str, Any]], *, count: int = 0) -> None:
    """Choose files and wait until `count` are done, or as many as are given."""
    page.set_input_files("#files", list(files))
    done = page.locator('#list > li[data-state="done"]')
    expect(done).to_have_count(count or len(files), timeout=MANY_MS)


def elements(page: Page) -> int:
    found: int = page.evaluate("() => document.querySelectorAll('*').length")
    return found
