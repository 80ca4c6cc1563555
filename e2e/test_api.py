"""The JavaScript API on the built site, in a real browser; CPython checks what it gives back."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pictures
import pytest
import skimage.data
from helpers.engine import another_engine
from PIL import Image
from playwright.sync_api import Browser, Error, Page, Route

from eyebright.metrics import ssimulacra2
from eyebright.values import Report

START_MS = 90_000

SCORE_TOLERANCE = 0.02
"""How far page and command line may differ on the same bytes."""

AVIF_ENCODER = "**/avif_enc*.wasm"

# Any file that runs no script of its own is a blank page.
BLANK = "site.json"

# Makes an engine, and helpers that let errors cross to the test as values.
SET_UP = """async (site) => {
  const api = await import(site + "eyebright.js");
  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const file = (name, base64) => new File([bytes(base64)], name);
  const toBase64 = async (blob) => {
    const codes = Array.from(new Uint8Array(await blob.arrayBuffer()));
    return btoa(codes.map((code) => String.fromCharCode(code)).join(""));
  };
  const isError = (kind) => api[kind].prototype instanceof Error;
  const kindsOf = (error) => Object.keys(api).filter((k) => isError(k) && error instanceof api[k]);
  const outcome = (promise) => promise.then(
    (value) => ({ value }),
    (error) => ({ error: { name: error.name, message: error.message, kinds: kindsOf(error) } }));
  const boots = [];
  const started = await outcome(api.createEyebright({ onProgress: (boot) => boots.push(boot) }));
  const { createEyebright } = api;
  Object.assign(window, { api, createEyebright, file, toBase64, outcome, boots });
  window.eyebright = started.value;
  return started.error ?? null;
}"""

OPTIMISE = """async ([name, base64, goal]) => {
  const progress = [];
  const onProgress = (step) => progress.push(step);
  const done = await outcome(eyebright.optimise(file(name, base64), goal, { onProgress }));
  if (done.error) return done;
  const { blob, report } = done.value;
  return { type: blob.type, data: await toBase64(blob), report, progress };
}"""


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def start(page: Page, site: str) -> Any:
    page.set_default_timeout(START_MS)
    page.goto(f"{site}{BLANK}")
    return page.evaluate(SET_UP, site)


@pytest.fixture(scope="module")
def engine(browser: Browser, site: str) -> Iterator[Page]:
    """A blank page of the site with one engine, shared by the tests of this file."""
    page = browser.new_page()
    requests: list[str] = []
    page.context.on("request", lambda request: requests.append(request.url))

    assert start(page, site) is None

    yield page
    page.close()

    assert not [url for url in requests if not url.startswith(site)]


@contextlib.contextmanager
def way_to_avif(page: Page, answer: Callable[[Route], None]) -> Iterator[None]:
    """Another engine, for which `answer` answers for the file of the AVIF encoder."""
    page.context.route(AVIF_ENCODER, answer)
    try:
        with another_engine(page):
            yield
    finally:
        page.context.unroute(AVIF_ENCODER)


def optimise(
    page: Page, name: str, data: bytes, goal: dict[str, Any] | None = None
) -> dict[str, Any]:
    result: dict[str, Any] = page.evaluate(OPTIMISE, [name, text(data), goal or {}])
    if "data" in result:
        result["data"] = base64.b64decode(result["data"])
    return result


def rgb(data: bytes) -> np.ndarray:
    return np.asarray(pictures.load(data).convert("RGB"))


CROSSED = """async () => {
  const { crossed } = await import(new URL("crossings.js", self.location.href));
  return [crossed.intoPython, crossed.outOfPython];
}"""

UNSEEN = """async ([base64, goal]) => (
  await eyebright.optimise(file("photo.jpg", base64), goal, { models: false })).report"""


def test_pixels_cross_to_python_and_back_once_for_each_use(engine: Page) -> None:
    worker = next(one for one in engine.workers if "engine.worker" in one.url)
    photo = pictures.astronaut_jpeg()

    before = worker.evaluate(CROSSED)
    report = engine.evaluate(UNSEEN, [text(photo), {"formats": ["webp"]}])
    after = worker.evaluate(CROSSED)

    entered, left = (b - a for a, b in zip(before, after, strict=True))
    pixels, encodes = report["width"] * report["height"], report["encodes"]
    files = 2 * len(photo) + 2 * encodes * len(photo)  # none that is made is larger
    assert 3 * pixels * (1 + encodes) <= entered <= 3 * pixels * (1 + encodes) + files
    assert 4 * pixels * encodes <= left <= 4 * pixels * encodes + files


def test_a_photo_comes_back_smaller_and_alike(engine: Page) -> None:
    photo = pictures.astronaut_jpeg()

    result = optimise(engine, "astronaut.jpg", photo)

    report = Report.from_dict(result["report"])
    image = pictures.load(result["data"])
    score = ssimulacra2(rgb(photo), rgb(result["data"]))
    assert image.get_format_mimetype() == report.mime == result["type"]
    assert image.size == (report.width, report.height) == (512, 512)
    assert len(result["data"]) == report.bytes < report.original_bytes == len(photo)
    assert score == pytest.approx(report.score, abs=SCORE_TOLERANCE)
    assert score >= report.target - 0.5
    assert report.target_reached
    assert report.name == "astronaut.jpg"


@pytest.mark.parametrize("name", ["avif", "webp", "jpeg", "png", "jxl"])
def test_every_format_is_written_and_verified(engine: Page, name: str) -> None:
    picture = pictures.save(skimage.data.coffee()[100:260, 200:400], "PNG")

    result = optimise(engine, "coffee.png", picture, {"formats": [name]})

    assert result["report"]["format"] == name
    assert result["report"]["target_reached"]


@pytest.mark.parametrize("name", ["avif", "webp", "jxl", "png"])
def test_transparency_is_kept(engine: Page, name: str) -> None:
    picture = pictures.transparent()
    file = pictures.save(picture, "PNG")

    result = optimise(engine, "cat.png", file, {"formats": [name]})

    assert result["report"]["format"] == name
    assert result["report"]["target_reached"]
    assert len(result["data"]) < len(file)
    if name != "jxl":  # Pillow does not read it
        alpha = np.asarray(pictures.load(result["data"]).getchannel("A"), np.int16)
        assert np.abs(alpha - picture[..., 3]).mean() < 2


def test_a_goal_is_heeded(engine: Page) -> None:
    photo = pictures.astronaut_jpeg()
    goal = {"max_width": 200, "formats": ["webp", "jpeg"], "target": 60}

    result = optimise(engine, "astronaut.jpg", photo, goal)

    assert pictures.load(result["data"]).size == (200, 200)
    assert result["report"]["format"] in goal["formats"]
    assert result["report"]["target"] == 60


def test_progress_goes_through_the_stages_and_never_back(engine: Page) -> None:
    result = optimise(engine, "astronaut.jpg", pictures.astronaut_jpeg())

    stages = [step["stage"] for step in result["progress"]]
    fractions = [step["fraction"] for step in result["progress"]]
    assert list(dict.fromkeys(stages)) == [
        "intake", "analyse", "decide", "transform", "encode", "verify", "deliver",
    ]  # fmt: skip
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_two_calls_run_at_once(engine: Page) -> None:
    photos = [
        pictures.save(skimage.data.astronaut(), "JPEG"),
        pictures.save(skimage.data.chelsea(), "JPEG"),
    ]

    order, reports = engine.evaluate(
        """async (files) => {
          const order = [];
          const done = await Promise.all(files.map((data, at) => eyebright.optimise(
            file(`${at}.jpg`, data), {}, { onProgress: () => order.push(at) })));
          return [order, done.map(({ report }) => report)];
        }""",
        [text(photo) for photo in photos],
    )

    last_of_first_begun = len(order) - 1 - order[::-1].index(order[0])
    assert [report["name"] for report in reports] == ["0.jpg", "1.jpg"]
    assert [report["width"] for report in reports] == [512, 451]
    assert (1 - order[0]) in order[:last_of_first_begun], "the second waited for the first"


def test_a_call_is_cancelled_at_once_and_the_next_one_works(engine: Page) -> None:
    slow = pictures.noise_jpeg(1500, 1500)

    name, is_late, report = engine.evaluate(
        """async ([slow, photo]) => {
          const controller = new AbortController();
          let isLate = false;
          const onProgress = ({ stage }) => {
            if (stage !== "encode" || controller.signal.aborted) return;
            setTimeout(() => { isLate = true; });
            controller.abort();
          };
          const options = { signal: controller.signal, onProgress };
          const { error } = await outcome(eyebright.optimise(file("slow.jpg", slow), {}, options));
          const wasLate = isLate;
          const { report } = await eyebright.optimise(file("next.jpg", photo));
          return [error.name, wasLate, report];
        }""",
        [text(slow), text(pictures.astronaut_jpeg())],
    )

    assert name == "AbortError"
    assert not is_late, "something else was done first"
    assert report["name"] == "next.jpg"


def test_a_signal_that_fired_before_is_heeded(engine: Page) -> None:
    error = engine.evaluate(
        """async (photo) => (await outcome(
          eyebright.optimise(file("a.jpg", photo), {}, { signal: AbortSignal.abort() }))).error""",
        text(pictures.astronaut_jpeg()),
    )

    assert error["name"] == "AbortError"


BROKEN = {
    "cut short": (pictures.astronaut_jpeg()[:20_000], "CorruptImage"),
    "without its end": (pictures.astronaut_jpeg()[:-2], "CorruptImage"),
    "empty": (b"", "CorruptImage"),
    "a text": (b"Just a few words, no picture at all.", "UnsupportedFormat"),
}


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.replace(" ", "-"))
def test_a_file_that_is_no_picture_is_an_input_error(engine: Page, case: str) -> None:
    data, name = BROKEN[case]

    error = optimise(engine, "broken.jpg", data)["error"]

    assert error["name"] == name
    assert {name, "InputError", "EyebrightError"} <= set(error["kinds"])
    assert error["message"]
    assert "smaller" not in error["message"]


def test_a_wrong_goal_is_a_policy_error_that_names_the_key(engine: Page) -> None:
    error = optimise(engine, "a.jpg", pictures.astronaut_jpeg(), {"max_widht": 5})["error"]

    assert "PolicyError" in error["kinds"]
    assert "goal.max_widht" in error["message"]


def test_what_is_no_file_is_refused_with_its_type(engine: Page) -> None:
    error = engine.evaluate("async () => (await outcome(eyebright.optimise('photo.jpg'))).error")

    assert "InputError" in error["kinds"]
    assert "string" in error["message"]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 60}),
        ("JPEG", {"quality": 80, "subsampling": 0, "progressive": True}),
        ("WEBP", {"quality": 60}),
        ("AVIF", {"quality": 50}),
        ("PNG", {}),
    ],
)
def test_the_page_scores_as_cpython_does(engine: Page, kind: str, options: dict[str, Any]) -> None:
    reference = skimage.data.coffee()
    distorted = pictures.save(
        np.roll(reference, 1, axis=1) if kind == "PNG" else reference, kind, **options
    )
    original = pictures.save(reference, "PNG")

    found = engine.evaluate(
        "async ([a, b]) => eyebright.score(file('a', a), file('b', b))",
        [text(original), text(distorted)],
    )

    assert found["metric"] == "ssimulacra2"
    assert found["score"] == pytest.approx(
        ssimulacra2(reference, rgb(distorted)), abs=SCORE_TOLERANCE
    )


def test_pictures_of_different_size_are_not_compared(engine: Page) -> None:
    photo = skimage.data.chelsea()
    whole, cut = pictures.save(photo, "PNG"), pictures.save(photo[:-10], "PNG")

    error = engine.evaluate(
        "async ([a, b]) => (await outcome(eyebright.score(file('a', a), file('b', b)))).error",
        [text(whole), text(cut)],
    )

    assert "MetricError" in error["kinds"]


def test_the_steps_can_be_asked_one_by_one(engine: Page) -> None:
    facts, able, plan, small = engine.evaluate(
        """async (photo) => {
          const facts = await eyebright.analyse(file("a.jpg", photo));
          const able = await eyebright.capabilities();
          const plan = await eyebright.decide(facts, {}, able);
          const small = await eyebright.decide(facts, { formats: ["jpeg"] });
          return [facts, able, plan, small];
        }""",
        text(pictures.astronaut_jpeg()),
    )

    assert (facts["format"], facts["width"], facts["height"]) == ("jpeg", 512, 512)
    assert {"avif", "webp", "jpeg", "png"} <= set(able["decode"]) & set(able["encode"])
    assert {"avif", "webp", "png"} <= set(able["decode_alpha"])
    assert able["kernels"] == "compiled"
    assert plan["candidates"]
    assert [candidate["format"] for candidate in small["candidates"]] == ["jpeg"]


def test_an_orientation_is_applied_once(engine: Page) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    photo = skimage.data.coffee()
    turned = pictures.save(np.rot90(photo), "JPEG", quality=95, exif=exif.tobytes())

    result = optimise(engine, "turned.jpg", turned, {"formats": ["webp"]})

    back = rgb(result["data"])
    assert back.shape == photo.shape
    assert np.abs(back.astype(np.int16) - photo).mean() < 10


def test_a_colour_profile_is_converted_also_under_transparency(engine: Page) -> None:
    cat = pictures.transparent()
    solid = cat[..., :3]
    profile = pictures.exchanged_profile()
    files = [
        pictures.save(solid[..., [1, 0, 2]], "PNG"),
        pictures.save(solid, "PNG", icc_profile=profile),
        pictures.save(cat[..., [1, 0, 2, 3]], "PNG"),
        pictures.save(cat, "PNG", icc_profile=profile),
    ]

    scores = engine.evaluate(
        """async (files) => {
          const [plain, solid, clear, profiled] = files.map((data) => file("a.png", data));
          return [await eyebright.score(plain, solid), await eyebright.score(clear, profiled)];
        }""",
        [text(data) for data in files],
    )
    report = optimise(engine, "cat.png", files[3])["report"]

    assert all(found["score"] > 95 for found in scores), scores
    assert "profile-converted" in {reason["code"] for reason in report["reasons"]}


def test_the_boot_tells_its_bytes(engine: Page) -> None:
    boots = engine.evaluate("() => boots")

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


def test_avif_is_written_in_threads_where_the_page_is_isolated(engine: Page) -> None:
    goal = {"formats": ["avif"]}
    report = optimise(engine, "astronaut.jpg", pictures.astronaut_jpeg(), goal)["report"]
    cores = engine.evaluate("() => navigator.hardwareConcurrency")

    assert engine.evaluate("() => crossOriginIsolated")
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


def test_an_encoder_that_does_not_load_costs_its_format_only(engine: Page) -> None:
    with way_to_avif(engine, lambda route: route.abort()):
        photo = pictures.astronaut_jpeg()
        reports = [optimise(engine, "a.jpg", photo)["report"] for _ in range(3)]

    assert {report["format"] for report in reports} <= {"webp", "jpeg"}
    assert all(report["target_reached"] for report in reports)
    failed = ["encoder-failed" in {f["code"] for f in report["fallbacks"]} for report in reports]
    assert failed == [True, True, False]
    assert "format-no-encoder" in {reason["code"] for reason in reports[-1]["reasons"]}


def test_an_encoder_that_did_not_load_once_is_tried_again(engine: Page) -> None:
    asked = []

    def lose_the_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            return route.abort()
        return route.continue_()

    with way_to_avif(engine, lose_the_first):
        _first, second = (
            optimise(engine, "a.jpg", pictures.astronaut_jpeg())["report"] for _ in range(2)
        )

    assert len(asked) == 2
    assert second["format"] == "avif"
    assert second["fallbacks"] == []


def test_a_closed_engine_rejects_what_waits_and_what_comes(engine: Page) -> None:
    with another_engine(engine):
        errors = engine.evaluate(
            """async (photo) => {
              const waiting = outcome(eyebright.optimise(file("a.jpg", photo)));
              eyebright.close();
              return [(await waiting).error, (await outcome(eyebright.capabilities())).error];
            }""",
            text(pictures.astronaut_jpeg()),
        )

    assert [error["name"] for error in errors] == ["EngineError", "EngineError"]
    assert all("closed" in error["message"] for error in errors)


def test_a_worker_that_died_without_a_word_is_noticed(engine: Page) -> None:
    with engine.expect_worker(lambda begun: begun.url.endswith("engine.worker.js")) as worker:
        engine.evaluate(
            "async () => { window.dying = await api.createEyebright({ silence: 400 }); }"
        )
    with contextlib.suppress(Error):  # it may be gone before it answers
        worker.value.evaluate("setTimeout(() => self.close())")
    error = engine.evaluate("dying.capabilities().then(() => null, (e) => [e.name, e.message])")

    assert error[0] == "EngineError"
    assert "no sign of life" in error[1]


def test_a_file_of_gigabytes_is_refused_before_it_is_read(engine: Page) -> None:
    error = engine.evaluate(
        """async () => {
          const part = new Blob([new Uint8Array(2 ** 24)]);
          return (await outcome(eyebright.optimise(new Blob(Array(100).fill(part))))).error;
        }"""
    )

    assert error["name"] == "LimitExceeded"
    assert "1.7 GB" in error["message"]
