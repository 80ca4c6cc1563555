"""From a dropped file to a downloaded one, each checked by Pillow and the metric on CPython."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pictures
import pytest
from helpers import judge, samples, visitor
from playwright.sync_api import Browser, Page, expect
from visits import Visit

SCORE_MARGIN = 0.5
"""How far a score measured here may lie under the target."""

SHOWN_MARGIN = 0.2
"""How far it may lie from the one that the page shows with one decimal: two colour management
systems round differently, which moved the score of two samples with profiles by 0.06 and 0.08."""

MANY = 20


def originals() -> dict[str, bytes]:
    """What is dropped, by file name."""
    photos = {name: samples.shipped(name) for name in samples.SHIPPED}
    return photos | {
        "graphic.png": pictures.save(samples.graphic(), "PNG"),
        "window.png": pictures.save(pictures.transparent(), "PNG"),
    }


ORIGINALS = originals()


def small_files(count: int) -> dict[str, bytes]:
    """Pieces of photographs under names that need care."""
    places = range(count)
    names = ["a b.jpg", "ü (1).jpg", "no-ending"] + [f"piece {n:02}.jpg" for n in places]
    kinds = [samples.SHIPPED[n % 4] for n in places]
    return {
        names[n]: pictures.save(samples.photo(kinds[n], 200, 150, seed=n), "JPEG", quality=93)
        for n in places
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the page said of a file, and what it gave."""

    promised: visitor.Shown
    saved_as: str
    data: bytes


@pytest.fixture(scope="module")
def results(browser: Browser, site: str) -> dict[str, Result]:
    """All pictures dropped at once, then downloaded one by one, each once.

    Once, because headless Chromium refuses every eleventh download of a page.
    """
    page = visitor.visit(browser.new_page(), site)
    visitor.drop(page, ORIGINALS)
    visitor.wait_for_all(page, len(ORIGINALS))
    found = {name: result(page, name) for name in ORIGINALS}
    page.close()
    return found


def result(page: Page, name: str) -> Result:
    row = visitor.row_of(page, name)
    saved_as, data = visitor.download(page, row)
    return Result(promised=visitor.shown(row), saved_as=saved_as, data=data)


@pytest.mark.parametrize("name", ORIGINALS)
def test_a_downloaded_file_is_what_the_page_promises(results: dict[str, Result], name: str) -> None:
    found, promised = results[name], results[name].promised
    seen = judge.pixels_of(found.data)

    assert promised.saved_as == found.saved_as
    assert promised.format == judge.format_of(found.data)
    assert (promised.height, promised.width) == seen.shape[:2]
    assert judge.pixels_of(ORIGINALS[name]).shape == seen.shape


@pytest.mark.parametrize("name", ORIGINALS)
def test_a_downloaded_file_is_smaller_and_looks_the_same(
    results: dict[str, Result], name: str
) -> None:
    found, promised = results[name], results[name].promised
    score = judge.score(ORIGINALS[name], found.data)

    assert len(found.data) < len(ORIGINALS[name])
    assert score >= promised.target - SCORE_MARGIN
    assert promised.score == pytest.approx(score, abs=SHOWN_MARGIN)


def test_of_a_medical_picture_no_pixel_changes(visit: Visit) -> None:
    files = {name: ORIGINALS[name] for name in ("chelsea.png", "window.png")}
    page = visit.page
    page.locator("#options summary").click()
    page.get_by_label("What is in the pictures").select_option("medical")
    visitor.drop(page, files)
    visitor.wait_for_all(page, len(files))
    found = {name: result(page, name) for name in files}

    for name, original in files.items():
        assert found[name].promised.lossless, name
        assert len(found[name].data) < len(original), name
        assert same(judge.pixels_of(original), judge.pixels_of(found[name].data)), name


def same(first: judge.Pixels, second: judge.Pixels) -> bool:
    """Whether nothing that can be seen differs: what is wholly clear has no colour."""
    if first.shape != second.shape or not np.array_equal(first[..., 3:], second[..., 3:]):
        return False
    seen = first[..., 3] > 0 if first.shape[2] == 4 else ...
    return bool(np.array_equal(first[seen][..., :3], second[seen][..., :3]))


def test_of_twenty_files_at_once_the_broken_ones_alone_fail(visit: Visit) -> None:
    good = small_files(MANY - 3)
    whole = next(iter(good.values()))
    broken = {"cut.jpg": whole[: len(whole) // 2], "letter.png": b"Dear Sir or Madam", "0.png": b""}
    page = visit.page
    visitor.drop(page, broken | good)
    visitor.wait_for_all(page, MANY)
    archive = zip_of(page)
    words = [visitor.row_of(page, name).locator(".state").inner_text() for name in broken]
    states = visitor.states(page)

    assert states == {"done": len(good), "failed": len(broken)}
    assert len(archive) == len(good)
    assert all(len(text.split()) > 5 for text in words), words
    scores = [judge.score(a, b) for a, b in zip(good.values(), archive.values(), strict=True)]
    assert min(scores) >= 75 - SCORE_MARGIN


def zip_of(page: Page) -> dict[str, bytes]:
    """Members of the archive with all results, in its order."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download all").click()
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_cancelling_all_in_the_middle_keeps_what_is_done_and_the_engine(visit: Visit) -> None:
    page = visit.page
    visitor.drop(page, small_files(MANY))
    done = page.locator("#list > li[data-state=done]")
    expect(done.nth(2)).to_be_visible()
    page.get_by_role("button", name="Cancel all").click()
    visitor.wait_for_all(page, MANY)
    states = visitor.states(page)
    cancelled = page.locator("#list > li[data-state=cancelled]").first
    name = cancelled.locator(".name").inner_text()
    cancelled.get_by_role("button", name="Try").click()
    expect(visitor.row_of(page, name)).to_have_attribute("data-state", "done")

    assert states["done"] >= 3
    assert states["cancelled"] >= 1
    assert states["done"] + states["cancelled"] == MANY


def test_a_reload_in_the_middle_starts_afresh(visit: Visit) -> None:
    page = visit.page
    files = small_files(MANY)
    visitor.drop(page, files)
    first = page.locator("#list > li[data-state=done]").first
    expect(first).to_be_visible()
    page.reload()
    rows_after_reload = sum(visitor.states(page).values())
    visitor.drop(page, dict(list(files.items())[:2]))
    visitor.wait_for_all(page, 2)
    states = visitor.states(page)

    assert rows_after_reload == 0
    assert states == {"done": 2}
