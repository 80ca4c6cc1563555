"""How engines of the JavaScript API start and end, and what they do where a part is missing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pictures
from helpers.api import optimise, start
from helpers.engine import BLANK, another_engine, text
from playwright.sync_api import Browser, Error, Page, Route

AVIF_ENCODER = "**/avif_enc*.wasm"


@contextlib.contextmanager
def way_to_avif(page: Page, answer: Callable[[Route], None]) -> Iterator[None]:
    """Another engine, for which `answer` answers for the file of the AVIF encoder."""
    page.context.route(AVIF_ENCODER, answer)
    try:
        with another_engine(page):
            yield
    finally:
        page.context.unroute(AVIF_ENCODER)


def test_the_boot_tells_its_bytes(api: Page) -> None:
    boots = api.evaluate("() => boots")

    loaded = [boot["loaded"] for boot in boots]
    assert loaded == sorted(loaded)
    assert loaded[0] == 0
    assert loaded[-1] == boots[-1]["total"] > 10_000_000


def test_it_works_below_a_sub_path_and_without_isolation(browser: Browser, plain_site: str) -> None:
    page = browser.new_page()

    assert start(page, plain_site) is None

    isolated = page.evaluate("() => crossOriginIsolated")
    photo, goal = pictures.astronaut_jpeg(), {"formats": ["avif"]}
    report = optimise(page, "astronaut.jpg", photo, goal)["report"]
    page.close()
    assert not isolated
    assert report["target_reached"]
    assert not report["versions"]["encoders"]["avif"].endswith("rows in threads")


def test_avif_is_written_in_threads_where_the_page_is_isolated(api: Page) -> None:
    goal = {"formats": ["avif"]}
    report = optimise(api, "astronaut.jpg", pictures.astronaut_jpeg(), goal)["report"]
    cores = api.evaluate("() => navigator.hardwareConcurrency")

    assert api.evaluate("() => crossOriginIsolated")
    assert report["versions"]["encoders"]["avif"].endswith("rows in threads") is (cores > 1)
    assert report["target_reached"]


def test_a_runtime_that_does_not_load_is_an_engine_error(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.context.route("**/numpy-*.whl", lambda route: route.abort())

    error = start(page, site)
    page.close()

    assert error["name"] == "EngineError"
    assert "numpy" in error["message"]


def test_a_start_can_be_given_up(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}{BLANK}")
    name = page.evaluate(
        """async (site) => {
          const { createEyebright } = await import(site + "eyebright.js");
          const controller = new AbortController();
          setTimeout(() => controller.abort(), 50);
          const starting = createEyebright({ signal: controller.signal });
          return starting.then(() => "started", (error) => error.name);
        }""",
        site,
    )
    page.close()

    assert name == "AbortError"


def test_an_encoder_that_does_not_load_costs_its_format_only(api: Page) -> None:
    with way_to_avif(api, lambda route: route.abort()):
        photo = pictures.astronaut_jpeg()
        reports = [optimise(api, "a.jpg", photo)["report"] for _ in range(3)]

    assert {report["format"] for report in reports} <= {"webp", "jpeg"}
    assert all(report["target_reached"] for report in reports)
    failed = ["encoder-failed" in {f["code"] for f in report["fallbacks"]} for report in reports]
    assert failed == [True, True, False]
    assert "format-no-encoder" in {reason["code"] for reason in reports[-1]["reasons"]}


def test_an_encoder_that_did_not_load_once_is_tried_again(api: Page) -> None:
    asked = []

    def lose_the_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            return route.abort()
        return route.continue_()

    with way_to_avif(api, lose_the_first):
        _first, second = (
            optimise(api, "a.jpg", pictures.astronaut_jpeg())["report"] for _ in range(2)
        )

    assert len(asked) == 2
    assert second["format"] == "avif"
    assert second["fallbacks"] == []


def test_a_closed_engine_rejects_what_waits_and_what_comes(api: Page) -> None:
    with another_engine(api):
        errors = api.evaluate(
            """async (photo) => {
              const waiting = outcome(eyebright.optimise(file("a.jpg", photo)));
              eyebright.close();
              return [(await waiting).error, (await outcome(eyebright.capabilities())).error];
            }""",
            text(pictures.astronaut_jpeg()),
        )

    assert [error["name"] for error in errors] == ["EngineError", "EngineError"]
    assert all("closed" in error["message"] for error in errors)


def test_a_worker_that_died_without_a_word_is_noticed(api: Page) -> None:
    with api.expect_worker(lambda begun: begun.url.endswith("engine.worker.js")) as worker:
        api.evaluate("async () => { window.dying = await api.createEyebright({ silence: 400 }); }")
    with contextlib.suppress(Error):  # it may be gone before it answers
        worker.value.evaluate("setTimeout(() => self.close())")
    error = api.evaluate("dying.capabilities().then(() => null, (e) => [e.name, e.message])")

    assert error[0] == "EngineError"
    assert "no sign of life" in error[1]
