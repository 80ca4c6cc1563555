"""What the JavaScript API says of wrong arguments, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.engine import BLANK, Engine
from playwright.sync_api import Browser, Page

OUTCOME = """const outcome = (promise) => promise.then(
  () => null, (error) => ({ name: error.name, message: error.message }));
"""


def refusal(engine: Engine, call: str) -> Any:
    """What a call, a script's text, is refused with; None where it is not."""
    return engine.page.evaluate(f"async () => {{ {OUTCOME} return outcome({call}); }}")


def start_refusal(page: Page, site: str, options: str) -> Any:
    """What a start with these options, a script's text, is refused with."""
    page.goto(f"{site}{BLANK}")
    return page.evaluate(
        f"""async (site) => {{
          {OUTCOME}
          const {{ createEyebright }} = await import(site + "eyebright.js");
          return outcome(createEyebright({options}));
        }}""",
        site,
    )


NOT_PLAIN = {
    "{ max_width: NaN }": "goal.max_width: NaN is no finite number",
    "{ target: Infinity }": "goal.target: Infinity is no finite number",
    "{ max_width: () => 1 }": "goal.max_width: expected a plain value, got function",
    "{ layout_widths: [200, NaN] }": "goal.layout_widths[1]: NaN is no finite number",
    "new Map([['target', 70]])": "goal: expected a plain value, got Map",
    "{ max_width: 10n }": "goal.max_width: expected a plain value, got bigint",
    "(() => { const goal = {}; goal.goal = goal; return goal; })()": "goal.goal: it lies in itself",
}


@pytest.mark.parametrize("goal", NOT_PLAIN)
def test_what_json_cannot_say_is_refused_by_its_path(engine: Engine, goal: str) -> None:
    error = refusal(engine, f"eyebright.optimise(new Blob(['x']), {goal})")

    assert error["name"] == "PolicyError"
    assert NOT_PLAIN[goal] in error["message"]


def test_limits_and_facts_are_held_to_the_same(engine: Engine) -> None:
    limits = refusal(engine, "eyebright.analyse(new Blob(['x']), { limits: { max_pixels: NaN } })")
    facts = refusal(engine, "eyebright.decide({ width: Infinity })")

    assert limits["message"].startswith("limits.max_pixels: NaN")
    assert facts["message"].startswith("facts.width: Infinity")


def test_a_goal_behind_a_proxy_is_read_as_it_stands(engine: Engine) -> None:
    error = refusal(engine, "eyebright.optimise(new Blob(['x']), new Proxy({ target: 101 }, {}))")

    assert error == {
        "name": "PolicyError",
        "message": "target: 101.0 is not between 0 and 100",
    }


def test_a_refused_call_leaves_nothing_that_waits(browser: Browser, site: str) -> None:
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    engine = Engine(page, site)

    assert refusal(engine, "eyebright.optimise(new Blob(['x']), { max_width: () => 1 })")

    page.evaluate("async () => { eyebright.close(); await new Promise((r) => setTimeout(r, 50)); }")
    page.close()
    assert faults == []


SIGNALS = {
    "AbortSignal.abort()": ("AbortError", "signal is aborted without reason"),
    "AbortSignal.abort(new TypeError('enough'))": ("TypeError", "enough"),
    "AbortSignal.timeout(1)": ("TimeoutError", "signal timed out"),
}


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_call_and_a_start_end_with_the_signals_own_reason(
    engine: Engine, browser: Browser, site: str, signal: str
) -> None:
    page = browser.new_page()
    found = [
        refusal(
            engine, f"eyebright.analyse(new Blob([new Uint8Array(9e6)]), {{ signal: {signal} }})"
        ),
        start_refusal(page, site, f"{{ signal: {signal} }}"),
    ]
    page.close()

    assert [(error["name"], error["message"]) for error in found] == [SIGNALS[signal]] * 2


@pytest.mark.parametrize("cache", ["'yes'", "{}", "{ maxBytes: -1 }", "{ maxBytes: NaN }", "null"])
def test_a_cache_of_no_size_is_refused(page: Page, site: str, engine: Engine, cache: str) -> None:
    at_start = start_refusal(page, site, f"{{ cache: {cache} }}")
    in_call = refusal(engine, f"eyebright.optimise(new Blob(['x']), {{}}, {{ cache: {cache} }})")

    for error in (at_start, in_call):
        assert error["name"] == "PolicyError"
        assert error["message"].startswith("cache: expected true, false or {maxBytes}")


FACTS = "{ format: 'jpeg', width: 1, height: 1, size_bytes: 1, sha256: '0'.repeat(64) }"


@pytest.mark.parametrize(
    "call",
    [
        "optimise(new Blob(['x']), {}, given)",
        "score(new Blob(['x']), new Blob(['x']), given)",
        "analyse(new Blob(['x']), given)",
        "crops(new Blob(['x']), '1:1', given)",
        f"decide({FACTS}, {{}}, undefined, given)",
        f"record({FACTS}, {{}}, undefined, given)",
        "explain({}, given)",
        f"verifyRecord({{}}, {FACTS}, {{}}, {{}}, given)",
        "policies('', given)",
        "capabilities(given)",
        "clearCache(given)",
        "warm(given)",
        "free(given)",
    ],
)
def test_every_call_ends_with_the_reason_of_its_signal(engine: Engine, call: str) -> None:
    reason = "{ signal: AbortSignal.abort(new RangeError('changed my mind')) }"

    error = refusal(engine, f"(() => {{ const given = {reason}; return eyebright.{call}; }})()")

    assert error == {"name": "RangeError", "message": "changed my mind"}


def test_an_engine_from_another_origin_says_what_to_do(page: Page, site: str) -> None:
    error = start_refusal(page, site, "{ base: 'https://elsewhere.example/app/' }")

    assert error["name"] == "EngineError"
    assert "https://elsewhere.example/app/engine.worker.js" in error["message"]
    assert "serve its files on the origin of your page" in error["message"]


def test_a_base_may_be_a_path_of_the_origin(page: Page, site: str) -> None:
    error = start_refusal(page, site, "{ base: '/nowhere/' }")

    assert error["name"] == "EngineError"
    assert f"check that {site}nowhere/engine.worker.js is served" in error["message"]


def test_a_base_that_is_no_address_is_named(page: Page, site: str) -> None:
    error = start_refusal(page, site, "{ base: 'http://[' }")

    assert error == {
        "name": "EngineError",
        "message": "base: http://[ is no address; give the folder of engine.worker.js",
    }
