"""Policy files, records and what the window tells, through the JavaScript API in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pictures
import pytest
from helpers.engine import Engine, text
from playwright.sync_api import Browser

from eyebright.policy import load_policies, read_record, verify_record
from eyebright.policy.keys import canonical_json
from eyebright.values import Capabilities, Facts, Goal

HOUSE = '[content.food]\nextends = "product"\ntarget = 70\nfloor = 40\n'

BRAND = '[brand]\nname = "Acme"\nformats = ["webp", "jpeg"]\nmax_width = 200\n'

FACTS = Facts(format="jpeg", width=4000, height=3000, size_bytes=6_000_000, sha256="0" * 64)

SCREEN = {"width": 700, "height": 500}
DENSITY = 1.5

OPTIMISE = """async ([base64, goal, house, brand]) => {
  const policies = [house, new File([brand], "acme.toml")];
  const photo = file("cup.jpg", base64);
  const { blob, report, record } = await eyebright.optimise(photo, goal, { policies });
  const { facts, capabilities } = record;
  const check = (facts) =>
    eyebright.verifyRecord(record, facts, record.goal, capabilities, { policies });
  const forged = { ...facts, width: facts.width - 1 };
  return {
    size: blob.size, report, record,
    sentences: await eyebright.explain(record),
    same: await check(facts),
    other: await check(forged),
  };
}"""

REFUSED = """async ([text]) => {
  const policies = new File([text], "acme.toml");
  return eyebright.policies(policies).then((tables) => ({ tables }),
    (error) => ({ error: { name: error.name, message: error.message } }));
}"""

TOLD = """async ([facts, goal]) => {
  const { connection, deviceMemory } = navigator;
  const { capabilities, plan } = await eyebright.record(facts, goal);
  return { capabilities, plan, effectiveType: connection?.effectiveType ?? null,
    saveData: connection?.saveData ?? false, deviceMemory: deviceMemory ?? null };
}"""


@pytest.fixture(scope="module")
def engine(browser: Browser, site: str) -> Iterator[Engine]:
    context = browser.new_context(viewport=SCREEN, device_scale_factor=DENSITY)
    yield Engine(context.new_page(), site)
    context.close()


@pytest.fixture(scope="module")
def result(engine: Engine) -> dict[str, Any]:
    photo = text(pictures.astronaut_jpeg())
    made: dict[str, Any] = engine.page.evaluate(
        OPTIMISE, [photo, {"content": "food"}, HOUSE, BRAND]
    )
    return made


def test_a_picture_is_made_by_policy_files_over_one_another(result: dict[str, Any]) -> None:
    report = result["report"]

    assert (report["content"], report["target"], report["width"]) == ("food", 70, 200)
    assert report["format"] in {"webp", "jpeg"}
    assert report["bytes"] == result["size"]


def test_a_server_verifies_the_record_that_the_page_made(result: dict[str, Any]) -> None:
    house = load_policies(BRAND, over=load_policies(HOUSE))
    made = read_record(canonical_json(result["record"]))

    found = verify_record(made, made.facts, made.goal, made.capabilities, house)

    assert found.same
    assert made.cache_key == result["report"]["cache_key"]
    assert made.plan.policy_version == result["report"]["versions"]["policy"]


def test_the_page_explains_and_verifies_its_record(result: dict[str, Any]) -> None:
    assert "You said that it is food." in result["sentences"]
    assert result["same"]["same"]
    assert not result["other"]["acceptable"]
    assert "facts.width" in {difference["path"] for difference in result["other"]["differences"]}


def test_a_mistake_in_a_policy_file_names_the_file_and_the_key(engine: Engine) -> None:
    error = engine.page.evaluate(REFUSED, ["[brand]\ntarget = 101\n"])["error"]

    assert error == {
        "name": "PolicyError",
        "message": "acme.toml: brand.target: 101.0 is not between 0 and 100",
    }


def test_the_tables_of_a_policy_file_are_told(engine: Engine) -> None:
    tables = engine.page.evaluate(REFUSED, [HOUSE])["tables"]

    assert tables["contents"]["food"]["target"] == 70
    assert tables["fingerprint"] == load_policies(HOUSE).fingerprint


def test_what_is_served_is_decided_with_what_the_window_tells(engine: Engine) -> None:
    told = engine.page.evaluate(TOLD, [FACTS.to_dict(), {"purpose": "serve"}])

    able = Capabilities.from_dict(told["capabilities"])
    assert (able.dpr, able.viewport_width_px) == (DENSITY, 800)  # in the steps of `buckets`
    assert able.effective_type == (told["effectiveType"] or "")
    assert able.save_data == told["saveData"]
    assert (able.device_memory_gb is None) == (told["deviceMemory"] is None)
    assert told["plan"]["width"] == 1200


def test_a_conversion_rests_on_no_window(engine: Engine) -> None:
    told = engine.page.evaluate(TOLD, [FACTS.to_dict(), Goal().to_dict()])

    able = Capabilities.from_dict(told["capabilities"])
    assert (able.dpr, able.viewport_width_px, able.effective_type) == (None, None, "")
    assert told["plan"]["width"] == FACTS.width
