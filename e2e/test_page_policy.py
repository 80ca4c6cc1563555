"""The page's settings for a policy file, and for a score of one's own."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from visits import Visit, open_without, payload, photo

FOOD = '[content.food]\nextends = "product"\ntarget = 70\n[content.general]\ntarget = 60\n'


def choose_policy(visit: Visit, text: str | bytes, name: str = "house.toml") -> None:
    expect(visit.page.get_by_role("button", name="Choose a policy file")).to_be_enabled()
    data = text if isinstance(text, bytes) else text.encode()
    rules = payload(name, data, "application/toml")
    visit.page.set_input_files("#policy", rules)


def test_a_policy_file_decides_and_is_remembered(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Settings", exact=True).click()
    choose_policy(visit, "[content.general]\ntarget = 60\n")
    expect(page.locator("#options-line")).to_have_text("By house.toml")
    page.reload()
    expect(page.locator("#options-line")).to_have_text("By house.toml")
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "done")
    visit.row("cat.jpg").get_by_text("Why this result").click()

    expect(visit.row("cat.jpg").locator(".why-body")).to_contain_text("60 asked for")
    page.get_by_text("Settings", exact=True).click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("#stale")).to_be_visible()


def test_a_wrong_policy_file_is_named_with_the_place_and_not_used(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Settings", exact=True).click()
    choose_policy(visit, "[content.general]\ntarget = 600\n")

    fault = page.locator("#policy-fault")
    expect(fault).to_contain_text("house.toml")
    expect(fault).to_contain_text("target")
    expect(fault).to_contain_text("No policy file is in force.")
    expect(page.locator("#policy-name")).to_be_empty()
    expect(page.locator("#options-line")).to_have_text(re.compile("^Automatic"))


def test_a_refused_policy_file_leaves_the_one_before_in_force(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Settings", exact=True).click()
    choose_policy(visit, "[brand]\nmax_width = 100\n", "acme.toml")
    expect(page.locator("#policy-name")).to_have_text("acme.toml")
    choose_policy(visit, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture.toml")

    expect(page.locator("#policy-fault")).to_have_text(
        "picture.toml: it is no text in UTF-8; give a TOML file. acme.toml stays in force."
    )
    expect(page.locator("#policy-name")).to_have_text("acme.toml")
    expect(page.locator("#options-line")).to_have_text("By acme.toml")


@pytest.mark.browser_context_args(service_workers="block")  # it would fetch unseen by the test
def test_pictures_wait_for_the_policy_file_that_is_being_checked(page: Page, site: str) -> None:
    visit = Visit(page, site)
    held = open_without(visit, "**/pyodide.asm.wasm")
    page.get_by_text("Settings", exact=True).click()
    choose_policy(visit, "[brand]\nmax_width = 100\n")
    expect(page.locator("#policy-name")).to_have_text("house.toml, being checked")
    visit.choose(photo("cat.jpg"))
    visit.expect_state("cat.jpg", "working")
    held.let_go()
    visit.expect_state("cat.jpg", "done")
    name, data = visit.download("cat.jpg")

    assert Image.open(io.BytesIO(data)).width == 100, name
    expect(page.locator("#policy-name")).to_have_text("house.toml")
    expect(page.locator("#stale")).to_be_hidden()
    assert visit.faults == []


def test_the_kinds_of_a_policy_file_can_be_chosen_until_it_is_removed(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Settings", exact=True).click()
    content = page.get_by_label("What is in the pictures")
    offered = content.locator("option").all_inner_texts()
    choose_policy(visit, FOOD)
    expect(content.locator("option")).to_have_count(len(offered) + 1)
    content.select_option(label="Food")
    expect(page.locator("#content-help")).to_have_text("As house.toml says: score 70 or better.")
    page.reload()  # all of it is remembered
    expect(page.locator("#options-line")).to_have_text("Food, by house.toml")
    page.get_by_text("Settings", exact=True).click()
    visit.choose(photo("cup.jpg"))
    visit.expect_state("cup.jpg", "done")
    visit.row("cup.jpg").get_by_text("Why this result").click()
    expect(visit.row("cup.jpg").locator(".why-body")).to_contain_text("You said that it is food.")
    content.select_option(label="Photos")
    expect(page.locator("#content-help")).to_have_text("As house.toml says: score 60 or better.")
    content.select_option(label="Food")
    page.get_by_role("button", name="Remove it").click()

    expect(content).to_have_value("auto")
    assert content.locator("option").all_inner_texts() == offered
    content.select_option(label="Photos")
    expect(page.locator("#content-help")).to_contain_text("75 or better")


def test_an_own_score_that_is_empty_is_told(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("Settings", exact=True).click()
    page.get_by_label("How close to the original").select_option("own")
    expect(page.locator("#own-target-fault")).to_be_hidden()
    page.get_by_label("Score, from 1 to 100").fill("")

    expect(page.locator("#own-target-fault")).to_be_visible()
