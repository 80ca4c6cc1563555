"""The page itself, on the built site, in a real browser: what a visitor does and gets."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pictures
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from visits import (
    FORBIDDEN_WORDS,
    Visit,
    graphic,
    open_without,
    payload,
    photo,
    read,
    slow,
)

from eyebright.metrics import ssimulacra2

TARGET = 75.0
"""What the content policy asks of photos."""

SCORE_TOLERANCE = 0.5
"""How far below the target a verified file may be when the test scores it again."""

# ---- What it is for


def test_a_dropped_photo_comes_back_smaller_and_looks_the_same(first_visit: Visit) -> None:
    visit, given = first_visit, photo("cat.jpg", 400)
    visit.hand_over("drop", given)
    visit.expect_state("cat.jpg", "done")
    name, data = visit.download("cat.jpg")
    row = visit.row("cat.jpg").inner_text()
    shown = re.search(r"Score (\d+\.\d)", row)
    result = pictures.load(data)
    reference = np.asarray(pictures.load(given["buffer"]).convert("RGB"))
    score = ssimulacra2(reference, np.asarray(result.convert("RGB")))

    assert name == f"cat.{result.format.lower().replace('jpeg', 'jpg')}"
    assert result.size == (400, 400)
    assert len(data) < len(given["buffer"])
    assert score >= TARGET - SCORE_TOLERANCE
    assert shown is not None, row
    assert float(shown[1]) == pytest.approx(score, abs=SCORE_TOLERANCE)
    assert f"{(len(given['buffer']) - len(data)) * 100 // len(given['buffer'])} % smaller" in row


def test_the_reasons_are_there_to_be_read(visit: Visit) -> None:
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    visit.row("cat.jpg").get_by_text("Why this result").click()
    expect(visit.row("cat.jpg").locator(".reasons li").first).to_be_visible()
    body = visit.row("cat.jpg").locator(".why-body").inner_text()

    assert "256 x 256 pixels" in body
    assert f"{TARGET:g} asked for" in body
    assert [
        word for word in FORBIDDEN_WORDS if word in visit.page.locator("body").inner_text()
    ] == []


def test_a_pasted_picture_is_taken(visit: Visit) -> None:
    visit.hand_over("paste", graphic("image.png"))

    visit.expect_state("image.png", "done")


@pytest.mark.browser_context_args(service_workers="block")  # it would fetch unseen by the test
def test_files_dropped_before_python_is_up_are_not_lost(page: Page, site: str) -> None:
    visit = Visit(page, site)
    held = open_without(visit, "**/main.py")
    visit.hand_over("drop", photo("early.jpg"), graphic("early too.png"))
    expect(page.locator("#taken")).to_have_text("2 files are waiting and will start in a moment.")
    held.let_go()

    visit.expect_state("early.jpg", "done")
    visit.expect_state("early too.png", "done")
    expect(page.locator("#taken")).to_be_hidden()
    assert visit.faults == []


@pytest.mark.browser_context_args(service_workers="block")  # it would fetch unseen by the test
def test_the_start_shows_sizes(page: Page, site: str) -> None:
    visit = Visit(page, site)
    held = open_without(visit, "**/numpy-*.whl")

    expect(page.locator("#boot-sizes")).to_have_text(re.compile(r"^\d+\.\d of \d+\.\d MB$"))
    expect(page.get_by_role("progressbar", name="Getting ready")).to_be_visible()
    held.let_go()
    expect(page.locator("#startup")).to_be_hidden()


# ---- Settings


def test_settings_are_obeyed_and_kept_for_the_next_visit(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("Maximum width, in pixels").fill("100")
    page.get_by_label("Only these:").check()
    page.get_by_role("checkbox", name="AVIF").uncheck()
    page.get_by_label("How long it may take").select_option("Fast")
    page.reload()
    page.get_by_text("Settings", exact=True).click()
    expect(page.get_by_label("Maximum width, in pixels")).to_have_value("100")
    expect(page.locator("#options-line")).to_have_text("Fast, at most 100 pixels wide, WebP")
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    name, data = visit.download("cat.jpg")
    visit.row("cat.jpg").get_by_text("Why this result").click()

    expect(visit.row("cat.jpg").get_by_text("You asked for speed")).to_be_visible()
    assert name == "cat.webp"
    assert pictures.load(data).size == (100, 100)


def test_results_can_be_made_again_with_other_settings(visit: Visit) -> None:
    page = visit.page
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("Maximum width, in pixels").fill("64")
    page.get_by_role("button", name="Do again with these settings").click()
    visit.expect_state("cat.jpg", "done")
    name, data = visit.download("cat.jpg")

    assert not name.startswith("cat-2")
    assert pictures.load(data).size == (64, 64)


def test_a_wrong_number_is_explained_and_not_used(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("Maximum width, in pixels").fill("-5")

    expect(page.locator("#max-width-fault")).to_be_visible()
    expect(page.locator("#max-width")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#options-line")).to_have_text(re.compile("^Automatic"))


# ---- What goes wrong


def test_a_broken_file_does_not_stop_the_good_ones(visit: Visit) -> None:
    whole = photo("whole.jpg")
    visit.choose(
        photo("first.jpg"),
        payload("cut.jpg", whole["buffer"][: len(whole["buffer"]) // 2]),
        payload("notes.png", b"no picture at all, only words", "image/png"),
        payload("empty.jpg", b""),
        graphic("last.png"),
    )
    visit.expect_state("first.jpg", "done")
    visit.expect_state("last.png", "done")
    for name in ("cut.jpg", "notes.png", "empty.jpg"):
        visit.expect_state(name, "failed")

    expect(visit.row("cut.jpg").locator(".state")).to_contain_text("cut short")
    expect(visit.row("empty.jpg").locator(".state")).to_have_text(
        "The file is empty. Save or download it again."
    )
    expect(visit.row("cut.jpg").locator(".again")).to_be_hidden()
    expect(visit.row("notes.png").locator(".state strong")).to_have_text(re.compile(r"\.$"))
    expect(visit.page.locator("#summary")).to_contain_text("2 pictures")
    expect(visit.page.locator("#summary-more")).to_have_text("3 could not be used")


def test_one_file_is_cancelled_and_can_be_tried_again(visit: Visit) -> None:
    visit.choose(slow("slow.jpg"), photo("quick.jpg"))
    visit.expect_state("slow.jpg", "working")
    visit.row("slow.jpg").get_by_role("button", name="Cancel slow.jpg").click()
    visit.expect_state("slow.jpg", "cancelled")
    visit.expect_state("quick.jpg", "done")
    visit.row("slow.jpg").get_by_role("button", name="Try slow.jpg again").click()

    visit.expect_state("slow.jpg", "working")


def test_all_are_cancelled_at_once(visit: Visit) -> None:
    under_way = min(visit.page.evaluate("navigator.hardwareConcurrency") + 1, 5)
    files = range(under_way + 1)
    visit.choose(*(slow(f"{number}.jpg") for number in files))
    visit.expect_state("1.jpg", "working")
    expect(visit.row(f"{under_way}.jpg")).to_have_attribute("data-state", "waiting")
    visit.page.get_by_role("button", name="Cancel all").click()
    for number in files:
        visit.expect_state(f"{number}.jpg", "cancelled")

    expect(visit.page.locator("#summary-more")).to_have_text(f"{len(files)} cancelled")
    visit.page.get_by_role("button", name="Try all again").click()
    for number in files:
        visit.expect_state(f"{number}.jpg", "working" if number < under_way else "waiting")
    expect(visit.page.get_by_role("button", name="Try all again")).to_be_hidden()


def test_reloading_in_the_middle_starts_afresh(visit: Visit) -> None:
    visit.choose(slow("slow.jpg"))
    visit.expect_state("slow.jpg", "working")
    visit.page.reload()
    expect(visit.page.get_by_role("heading", name="Drop pictures here")).to_be_visible()
    visit.choose(photo("cat.jpg"))

    visit.expect_state("cat.jpg", "done")
    expect(visit.row("slow.jpg")).to_have_count(0)


@pytest.mark.browser_context_args(service_workers="block")  # it would fetch unseen by the test
def test_an_engine_that_does_not_start_says_so_and_can_be_started_again(
    page: Page, site: str
) -> None:
    visit = Visit(page, site)
    page.route("**/numpy-*.whl", lambda route: route.abort())
    visit.open()
    visit.choose(photo("cat.jpg"))
    expect(page.get_by_role("alert")).to_contain_text("The engine did not start")
    visit.expect_state("cat.jpg", "failed")
    page.unroute("**/numpy-*.whl")
    page.locator("#trouble-again").click()

    visit.expect_state("cat.jpg", "done")
    expect(page.get_by_role("alert")).to_be_hidden()


# ---- Many


def test_all_results_come_as_one_zip_with_names_that_do_not_collide(visit: Visit) -> None:
    visit.choose(photo("cat.jpg"), photo("cat.jpeg"), photo("Kätzchen.jpg"), payload("no.jpg", b""))
    for name in ("cat.jpg", "cat.jpeg", "Kätzchen.jpg"):
        visit.expect_state(name, "done")
    visit.expect_state("no.jpg", "failed")
    singles = sorted(visit.download(name) for name in ("cat.jpg", "cat.jpeg", "Kätzchen.jpg"))
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Download all (zip)").click()
    name, data = read(waiting.value)
    archive = zipfile.ZipFile(io.BytesIO(data))

    assert name == "eyebright.zip"
    assert archive.testzip() is None
    assert len(singles) == len({n.lower() for n in archive.namelist()}) == 3
    assert singles == sorted((n, archive.read(n)) for n in archive.namelist())


def test_a_folder_keeps_its_structure_and_leaves_out_what_is_no_picture(
    visit: Visit, tmp_path: Path
) -> None:
    trip = tmp_path / "trip"
    (trip / "day 1").mkdir(parents=True)
    (trip / "cat.jpg").write_bytes(photo("")["buffer"])
    (trip / "day 1" / "cat.jpg").write_bytes(photo("")["buffer"])
    (trip / "notes.txt").write_text("no picture")
    visit.page.set_input_files("#folder", trip)
    visit.expect_state("trip/cat.jpg", "done")
    visit.expect_state("trip/day 1/cat.jpg", "done")
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Download all (zip)").click()
    folders = {n.rpartition("/")[0] for n in zipfile.ZipFile(waiting.value.path()).namelist()}

    assert folders == {"trip", "trip/day 1"}
    expect(visit.page.locator("#summary-more")).to_have_text(
        "1 file of the folder left out, not pictures"
    )


def test_clearing_the_list_brings_the_empty_page_back(visit: Visit) -> None:
    visit.choose(payload("no.jpg", b""))
    visit.expect_state("no.jpg", "failed")
    visit.page.get_by_role("button", name="Clear the list").click()

    expect(visit.page.locator("#results")).to_be_hidden()
    expect(visit.page.get_by_role("heading", name="Private")).to_be_visible()


def test_transparency_is_kept(visit: Visit) -> None:
    visit.choose(payload("round.png", pictures.save(pictures.transparent(), "PNG"), "image/png"))
    visit.expect_state("round.png", "done")
    _name, data = visit.download("round.png")
    result = Image.open(io.BytesIO(data))

    assert result.mode == "RGBA"
    assert result.getchannel("A").getextrema() == (0, 255)
