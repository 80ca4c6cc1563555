"""Where a policy forbids crops, the dialog says so and offers none."""

from __future__ import annotations

import re

from helpers.crops import GROUP, candidates, open_crops, shape
from playwright.sync_api import Locator, expect
from visits import DONE_MS, Visit, payload, photo

FACES = re.compile("faces?")

BRAND = b'[brand]\nname = "Acme"\nforbid = ["crop"]\n'


def choose_policy(visit: Visit) -> None:
    expect(visit.page.get_by_role("button", name="Choose a policy file")).to_be_enabled()
    visit.page.set_input_files("#policy", payload("acme.toml", BRAND, "application/toml"))
    expect(visit.page.locator("#policy-name")).to_have_text("acme.toml", timeout=DONE_MS)


def expect_only_the_whole(dialog: Locator, told: str) -> None:
    expect(dialog.get_by_role("status").filter(has_text=told)).to_be_visible()
    whole = dialog.get_by_role("button", name="Whole picture")
    expect(whole).to_be_focused()
    expect(dialog.get_by_role("button")).to_have_count(2)  # to close, and this one
    expect(dialog.get_by_role("radio")).to_have_count(0)
    expect(dialog.get_by_role("spinbutton")).to_have_count(0)
    for inert in ("#crop-frame", "#crop-focus"):
        expect(dialog.locator(inert)).to_be_hidden()
        dialog.locator(inert).focus()
        expect(whole).to_be_focused()
    whole.click()
    expect(dialog).to_be_hidden()


def test_a_brand_that_forbids_crops_is_named_and_no_crop_is_offered(visit: Visit) -> None:
    visit.page.get_by_text("Settings", exact=True).click()
    choose_policy(visit)
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")

    expect_only_the_whole(
        open_crops(visit, "cat.jpg"), "Acme allows no crops. The picture stays whole."
    )

    visit.expect_state("cat.jpg", "done")
    visit.page.get_by_role("button", name="Remove it").click()
    dialog = open_crops(visit, "cat.jpg")
    shape(visit.page, "1:1")  # the last one stays chosen, also from another test
    expect(dialog.locator("#crop-candidates button").first).to_be_visible()
    expect(dialog.get_by_role("button", name="Use this crop")).to_be_visible()
    expect(dialog.locator("#crop-ban")).to_be_hidden()


def test_a_kind_of_content_that_stays_whole_is_named(visit: Visit) -> None:
    visit.page.get_by_text("Settings", exact=True).click()
    visit.page.locator("#content").select_option("medical")
    visit.choose(photo("scan.jpg"))
    visit.expect_state("scan.jpg", "done")

    told = "The policy for medical allows no crops. The picture stays whole."
    expect_only_the_whole(open_crops(visit, "scan.jpg"), told)


def test_what_was_not_looked_at_under_one_policy_is_before_it_is_cropped_under_another(
    visit: Visit,
) -> None:
    visit.page.get_by_text("Settings", exact=True).click()
    content = visit.page.locator("#content")
    content.select_option("medical")
    visit.choose(payload("group.jpg", GROUP))
    visit.expect_state("group.jpg", "done")
    content.select_option("general")

    dialog = open_crops(visit, "group.jpg")
    shape(visit.page, "1:1")

    expect(candidates(visit.page).first).to_contain_text(FACES)
    expect(dialog.locator("#crop-marks .faces").first).to_be_attached()
    expect(dialog.locator("#crop-fates")).to_contain_text(FACES)


def test_an_earlier_crop_is_not_made_again_against_the_rules(visit: Visit) -> None:
    page = visit.page
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    dialog = open_crops(visit, "cat.jpg")
    shape(page, "16:9")
    expect(dialog.locator("#crop-candidates button").first).to_be_visible()
    dialog.get_by_role("button", name="Use this crop").click()
    expect(visit.row("cat.jpg").locator(".facts .cropped")).to_be_visible()
    visit.expect_state("cat.jpg", "done")
    page.reload()
    page.get_by_text("Settings", exact=True).click()
    choose_policy(visit)
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")

    visit.row("cat.jpg").locator(".crop-again").click()

    dialog = page.get_by_role("dialog", name="Crop cat.jpg")
    expect_only_the_whole(dialog, "Acme allows no crops. The picture stays whole.")
    visit.expect_state("cat.jpg", "done")
