"""What the page tells of a result, and what a visitor can decide about it."""

from __future__ import annotations

import io
import json
import zipfile

import metadata_samples
import pictures
import pytest
import skimage.data
from PIL import Image
from playwright.sync_api import Browser, expect
from visits import FORBIDDEN_WORDS, Payload, Visit, payload, photo, read

CREDENTIALS = "content credentials (C2PA)"


def signed(name: str) -> Payload:
    """A photo with content credentials, which no new file can keep."""
    return payload(name, metadata_samples.jpeg(has_manifest=True))


def zipped(visit: Visit, button: str) -> dict[str, bytes]:
    """What a click on this button downloads, by name."""
    with visit.page.expect_download() as waiting:
        visit.page.locator(button).click()
    archive = zipfile.ZipFile(io.BytesIO(read(waiting.value)[1]))
    return {name: archive.read(name) for name in archive.namelist()}


def test_a_loss_is_warned_of_in_the_row_and_the_own_file_can_be_kept(visit: Visit) -> None:
    given = signed("press.jpg")
    visit.choose(given)
    visit.expect_state("press.jpg", "done")
    row = visit.row("press.jpg")
    expect(row.locator(".warning")).to_contain_text(CREDENTIALS)
    expect(row.locator(".saved")).to_be_visible()
    row.get_by_role("button", name="Keep my own file").click()

    expect(row.locator(".warning")).to_be_hidden()
    expect(row.locator(".state")).to_contain_text("kept as you chose")
    expect(row.locator(".saved")).to_be_hidden()
    assert visit.download("press.jpg") == ("press.jpg", given["buffer"])


def test_all_are_not_downloaded_before_somebody_decided_about_losses(visit: Visit) -> None:
    given = signed("press.jpg")
    visit.choose(given, photo("cat.jpg"))
    visit.expect_state("press.jpg", "done")
    visit.expect_state("cat.jpg", "done")
    visit.page.get_by_role("button", name="Download all (zip)").click()
    dialog = visit.page.get_by_role("dialog", name="Before you download")
    expect(dialog).to_contain_text(f"press.jpg loses its {CREDENTIALS} in the new file.")
    expect(dialog.get_by_role("button", name="Keep my own file", exact=True)).to_be_visible()
    files = zipped(visit, "#losses-own")
    expect(dialog).to_be_hidden()

    assert files["press.jpg"] == given["buffer"]
    assert "cat.jpg" not in files
    assert zipped(visit, "#download-all") == files


def test_the_new_files_are_downloaded_where_the_visitor_wants_them_all_the_same(
    visit: Visit,
) -> None:
    visit.choose(signed("press.jpg"))
    visit.expect_state("press.jpg", "done")
    visit.page.get_by_role("button", name="Download all (zip)").click()
    [(name, data)] = zipped(visit, "#losses-new").items()

    assert name != "press.jpg"
    assert len(data) < len(signed("")["buffer"])
    expect(visit.row("press.jpg").locator(".warning")).to_be_hidden()


def test_a_kept_file_of_several_pages_says_so_in_its_row(visit: Visit) -> None:
    page = skimage.data.page()
    more = {"save_all": True, "append_images": [Image.fromarray(page)]}
    visit.choose(payload("scan.tif", pictures.save(page, "TIFF", **more), "image/tiff"))
    visit.expect_state("scan.tif", "done")

    expect(visit.row("scan.tif").locator(".state")).to_contain_text("kept as it is")
    expect(visit.row("scan.tif").locator(".facts")).to_have_text("2 pages")


def test_facts_follow_the_sizes_on_their_line_and_buttons_stay_at_the_top(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1280, "height": 800})
    visit.choose(signed("press.jpg"), photo("cat.jpg"))
    for name in ("press.jpg", "cat.jpg"):
        visit.expect_state(name, "done")
        row = visit.row(name)
        heights = "elements => elements.map((e) => e.getBoundingClientRect().top)"
        state, chip = row.locator(".state, .facts li:first-child").evaluate_all(heights)
        top, saved, actions = row.locator(".about, .saved, .actions").evaluate_all(heights)

        assert abs(state - chip) < 8, name
        assert (saved, actions) == (top, top), name


def test_any_result_can_be_exchanged_for_the_own_file_and_back(visit: Visit) -> None:
    given = photo("cat.jpg")
    visit.choose(given)
    visit.expect_state("cat.jpg", "done")
    smaller = visit.page.locator("#summary").inner_text()
    new = visit.download("cat.jpg")
    row = visit.row("cat.jpg")
    row.get_by_text("Why this result").click()
    row.get_by_role("button", name="Keep my own file instead").click()

    expect(visit.page.locator("#summary")).to_contain_text("same size")
    assert visit.download("cat.jpg") == ("cat.jpg", given["buffer"])
    row.get_by_role("button", name="Use the new file after all").click()
    expect(visit.page.locator("#summary")).to_have_text(smaller)
    assert visit.download("cat.jpg") == new


def test_details_tell_what_was_found_kept_and_left_out(visit: Visit) -> None:
    visit.choose(signed("press.jpg"))
    visit.expect_state("press.jpg", "done")
    row = visit.row("press.jpg")
    row.get_by_text("Why this result").click()
    expect(row.get_by_role("heading", name="Your file")).to_be_visible()
    body = row.locator(".why-body").inner_text()

    for words in ("Your file", "JPEG quality", CREDENTIALS, "Kept", "EXIF Copyright", "Left out"):
        assert words in body, words
    assert metadata_samples.PRIVATE not in body
    assert [word for word in FORBIDDEN_WORDS if word in body] == []


def test_the_report_is_saved_with_every_figure_as_the_engine_gave_it(visit: Visit) -> None:
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    visit.row("cat.jpg").get_by_text("Why this result").click()
    with visit.page.expect_download() as waiting:
        visit.row("cat.jpg").get_by_role("button", name="Save the report (JSON)").click()
    name, data = read(waiting.value)
    saved = json.loads(data)
    report = saved["report"]
    result, file = visit.download("cat.jpg")

    assert name == f"{result}.json"
    assert (report["bytes"], report["name"]) == (len(file), "cat.jpg")
    assert report["facts"]["width"] == 256
    assert report["score"] == round(report["score"], 3)
    assert {"policy", "encoders"} <= set(report["versions"])
    assert saved["record"]["facts"] == report["facts"]


def test_changed_settings_offer_to_do_again_only_what_they_change(visit: Visit) -> None:
    page = visit.page
    visit.choose(photo("old.jpg"))
    visit.expect_state("old.jpg", "done")
    expect(page.locator("#stale")).to_be_hidden()
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("Maximum height, in pixels").fill("64")
    expect(page.locator("#stale")).to_contain_text("One result was made with other settings.")
    page.get_by_label("Maximum height, in pixels").fill("")

    expect(page.locator("#stale")).to_be_hidden()


def test_a_file_size_is_kept_to_and_remembered(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("Maximum file size").fill("4")
    expect(page.locator("#options-line")).to_have_text("At most 4.0 kB")
    page.reload()
    expect(page.locator("#options-line")).to_have_text("At most 4.0 kB")
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    _name, data = visit.download("cat.jpg")

    assert len(data) <= 4000


def test_the_page_works_where_nothing_may_be_remembered(browser: Browser, site: str) -> None:
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('denied', 'SecurityError'); } })"
    )
    visit = Visit(context.new_page(), site).open()
    visit.page.get_by_text("Settings", exact=True).click()
    visit.page.get_by_label("Maximum width, in pixels").fill("100")
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    faults = list(visit.faults)
    context.close()

    assert faults == []


def test_a_phone_can_share_a_result(browser: Browser, site: str) -> None:
    context = browser.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}
    )
    context.add_init_script(
        "navigator.canShare = ({ files }) => files.length === 1;"
        "navigator.share = async ({ files: [file] }) => { window.shared = [file.name, file.size]; }"
    )
    visit = Visit(context.new_page(), site).open()
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    visit.row("cat.jpg").get_by_role("button", name="Share cat.jpg").click()
    name, data = visit.download("cat.jpg")
    shared = visit.page.evaluate("window.shared")
    context.close()

    assert shared == [name, len(data)]


@pytest.mark.parametrize("name", ["cat.jpg", "Kätzchen (1).jpg", "日本 ☂.jpg", "a%20b#c.jpg"])
def test_names_come_back_as_they_were_but_for_the_ending(visit: Visit, name: str) -> None:
    visit.choose(photo(name))
    visit.expect_state(name, "done")
    saved_as, _data = visit.download(name)

    assert saved_as.rpartition(".")[0] == name.rpartition(".")[0]


def test_removed_results_give_their_memory_back(visit: Visit) -> None:
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    address = visit.row("cat.jpg").get_by_role("link", name="Download").get_attribute("href")
    reach = """address => {
      const image = Object.assign(new Image(), { src: address });
      return image.decode().then(() => "there", () => "gone");
    }"""

    assert visit.page.evaluate(reach, address) == "there"
    visit.page.get_by_role("button", name="Clear the list").click()
    assert visit.page.evaluate(reach, address) == "gone"
    visit.faults.clear()  # the console tells of the address that is gone
