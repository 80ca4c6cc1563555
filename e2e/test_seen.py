"""What models see, in the page as on the command line; what stands in where one does not look."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import scenes
from helpers.accessibility import faults_of_accessibility
from helpers.engine import Engine, another_engine, reach_python, worker_of
from helpers.visitor import WORK_MS, drop, row_of, wait_for_all
from helpers.visitor import visit as open_page
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from visits import Visit

SCENES = scenes.scenes()

MANIFEST = Path(__file__).resolve().parent.parent / "models" / "manifest.json"

MODELS = sorted(json.loads(MANIFEST.read_text("utf-8"))["models"])
ASKED = [name for name in MODELS if name != "downscale"]
"""Those that every picture asks; the other makes smaller where a goal wants it."""

LOOKING = [name for name in ASKED if name != "predictors"]
"""Those that tell facts; the predictor tells what encoders will need."""


KINDS = {
    "group.jpg": "photo",
    "screenshot.png": "screenshot",
    "document.jpg": "document",
    "chart.png": "chart",
    "logo.png": "drawing",
}

IMPATIENT = """
from eyebright.analyse import foreseeing, seeing
seeing.see.__kwdefaults__.update(budget_ms=1000.0, opening_ms=1000.0)
foreseeing.foresee.__kwdefaults__.update(budget_ms=1000.0)
"""
"""Three seconds in all for models that take too long, instead of thirty-three."""

PLACES_SHOWN = """() => [
    document.getElementById("seen-image"),
    ...document.querySelectorAll("#seen-marks > .faces"),
].map((shown) => shown.getBoundingClientRect().toJSON())"""
"""Where the picture and then its faces are, at one moment."""

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def in_page(engine: Engine) -> dict[str, Facts]:
    return {name: engine.analyse(name, data) for name, data in SCENES.items()}


@pytest.fixture(scope="module")
def on_command_line(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Facts]:
    folder, found = tmp_path_factory.mktemp("scenes"), {}
    for name, data in SCENES.items():
        (folder / name).write_bytes(data)
        command = [sys.executable, "-m", "eyebright", "analyse", str(folder / name), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = json.loads(done.stdout)
    return found


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


# ---- What is seen


@pytest.mark.parametrize("name", SCENES)
def test_the_page_sees_what_the_command_line_sees(
    name: str, in_page: dict[str, Facts], on_command_line: dict[str, Facts]
) -> None:
    assert sorted(in_page[name]["models"]) == LOOKING
    assert "fallback" not in in_page[name]["models"].values()
    assert in_page[name] == on_command_line[name]


@pytest.mark.parametrize("name", SCENES)
def test_the_kind_of_picture_is_told(name: str, in_page: dict[str, Facts]) -> None:
    assert KINDS[name] == in_page[name]["seen_content"]


def test_the_faces_of_a_group_are_found_where_they_are(in_page: dict[str, Facts]) -> None:
    faces = sorted(in_page["group.jpg"]["faces"], key=lambda box: box["x"])
    middles = [(f["x"] + f["width"] / 2, f["y"] + f["height"] / 2) for f in faces]

    assert len(faces) == 3
    for (x, y), (left, top, right, bottom) in zip(middles, scenes.heads(), strict=True):
        assert left < x < right
        assert top < y < bottom


def test_the_lines_of_a_receipt_are_found_and_none_in_the_logo(in_page: dict[str, Facts]) -> None:
    lines = in_page["document.jpg"]["text_lines"]

    assert len(lines) >= 20
    assert all(6 <= line["x_height_px"] <= 20 for line in lines[3:])
    assert in_page["logo.png"]["text_lines"] == []


# ---- What is shown of it


def test_the_overlay_shows_it_and_works_by_keyboard(visit: Visit) -> None:
    page = visit.page
    drop(page, {"group.jpg": SCENES["group.jpg"]})
    wait_for_all(page, 1)
    row = row_of(page, "group.jpg")
    row.locator("details.why > summary").click()
    button = row.get_by_role("button", name="Show what was seen")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="What was seen in group.jpg")
    expect(dialog).to_be_visible()
    expect(page.get_by_role("img", name="group.jpg")).to_be_visible()
    expect(dialog.get_by_text(re.compile("^This is .+ a photo"))).to_be_visible()
    expect(dialog.get_by_text("Faces: 3 faces.")).to_be_visible()
    expect(page.locator("#seen-marks > .faces")).to_have_count(3)
    expect(page.locator("#seen-heat")).to_be_visible()

    first = dialog.get_by_label("What draws the eye")
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#seen-heat")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#seen-marks > .faces").first).to_be_hidden()

    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_the_boxes_stand_over_the_faces(visit: Visit, in_page: dict[str, Facts]) -> None:
    page, facts = visit.page, in_page["group.jpg"]
    drop(page, {"group.jpg": SCENES["group.jpg"]})
    wait_for_all(page, 1)
    row_of(page, "group.jpg").locator("details.why > summary").click()
    page.get_by_role("button", name="Show what was seen").click()
    expect(page.get_by_role("img", name="group.jpg")).to_be_visible()
    expect(page.locator("#seen-marks > .faces")).to_have_count(len(facts["faces"]))
    image, *boxes = page.evaluate(PLACES_SHOWN)

    scale = image["width"] / facts["width"]
    for box, face in zip(boxes, facts["faces"], strict=True):
        assert box["x"] == pytest.approx(image["x"] + face["x"] * scale, abs=1)
        assert box["y"] == pytest.approx(image["y"] + face["y"] * scale, abs=1)
        assert box["width"] == pytest.approx(face["width"] * scale, abs=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_overlay_is_accessible_and_fits_a_narrow_screen(visit: Visit, scheme: Any) -> None:
    page = visit.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    drop(page, {"chart.png": SCENES["chart.png"]})
    wait_for_all(page, 1)
    row_of(page, "chart.png").locator("details.why > summary").click()
    page.get_by_role("button", name="Show what was seen").click()
    expect(page.get_by_role("img", name="chart.png")).to_be_visible()
    image = page.locator("#seen-image").bounding_box()
    faults = faults_of_accessibility(page)

    assert faults == []
    assert image is not None
    assert (image["x"] >= 0, image["x"] + image["width"] <= 320) == (True, True)
    assert image["height"] > 100


# ---- Where a model does not look


def stood_in(engine: Engine, pattern: str, fault: Callable[[Route], None]) -> dict[str, Any]:
    """The report on a picture where files meet a fault, by an engine that has none of them."""
    engine.page.route(pattern, fault)
    with another_engine(engine.page):
        _data, report = engine.optimise("group.jpg", SCENES["group.jpg"])
    engine.page.unroute(pattern)
    return report


def told(report: dict[str, Any]) -> dict[str, str]:
    """Codes by model."""
    notes = [note for note in report["fallbacks"] if note["code"].startswith("model")]
    return {note["values"]["model"]: note["code"] for note in notes}


def cut(route: Route) -> None:
    route.abort()


def exchange(route: Route) -> None:
    route.fulfill(body=b"another model")


@pytest.mark.parametrize(
    ("fault", "code"),
    [(cut, "model-missing"), (exchange, "model-refused")],
    ids=["cut", "exchanged"],
)
def test_models_that_do_not_come_are_replaced_and_told(
    engine: Engine, fault: Callable[[Route], None], code: str
) -> None:
    report = stood_in(engine, "**/models-*/*.onnx", fault)

    assert told(report) == dict.fromkeys(ASKED, code)
    assert report["versions"]["models"] == dict.fromkeys(ASKED, "fallback")
    assert report["score"] >= report["target"]


def test_one_model_that_fails_leaves_the_others(engine: Engine) -> None:
    report = stood_in(engine, "**/models-*/saliency.onnx", cut)
    versions = report["versions"]["models"]

    assert told(report) == {"saliency": "model-missing"}
    assert versions["saliency"] == "fallback"
    assert "fallback" not in {versions[name] for name in ASKED if name != "saliency"}


def test_a_runtime_that_does_not_load_is_told_once(engine: Engine) -> None:
    report = stood_in(engine, "**/onnx-*/*.mjs", cut)
    notes = [note for note in report["fallbacks"] if note["code"].startswith("model")]

    assert [note["code"] for note in notes] == ["models-unloaded"]
    assert sorted(notes[0]["values"]["models"]) == LOOKING
    assert report["versions"]["models"] == dict.fromkeys(LOOKING, "fallback")
    assert report["score"] >= report["target"]


def test_models_that_take_too_long_are_not_waited_for(visitor: BrowserContext, site: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)  # and never answer

    visitor.route("**/onnx-*/*.wasm", hold)
    page = visitor.new_page()
    reach_python(page)
    engine = Engine(page, site)
    worker_of(page).evaluate("code => { self.python.runPython(code); }", IMPATIENT)
    _data, report = engine.optimise("group.jpg", SCENES["group.jpg"])  # comes without an answer
    for route in held:
        route.abort()

    assert held
    assert told(report) == dict.fromkeys(ASKED, "model-slow")


def test_the_page_says_what_was_looked_for_by_simpler_means(
    visitor: BrowserContext, site: str
) -> None:
    visitor.route("**/models-*/saliency.onnx", cut)
    page = visitor.new_page()
    open_page(page, site)
    drop(page, {"group.jpg": SCENES["group.jpg"]})
    wait_for_all(page, 1)
    row = row_of(page, "group.jpg")
    row.locator("details.why > summary").click()

    expect(row).to_contain_text("The saliency model did not load, so a simpler way stood in")
    expect(row.locator("dl.measured").first).to_contain_text("Only roughly looked for")


# ---- When they come, and when they go


KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => /models-|onnx-/.test(name));
  const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return all.flat().map(({ url }) => url.split("/").pop());
}"""


def wait_for_kept(page: Page, count: int) -> set[str]:
    """The names of the files that models need, once so many are kept for later."""
    until = time.monotonic() + WORK_MS / 1000
    kept: list[str] = []
    while len(kept) < count and time.monotonic() < until:
        page.wait_for_timeout(250)
        kept = page.evaluate(KEPT)
    return set(kept)


def test_models_come_before_the_first_picture_and_stay_for_offline(
    visitor: BrowserContext, site: str
) -> None:
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    page = visitor.new_page()
    open_page(page, site)
    names = wait_for_kept(page, len(MODELS) + 3)

    assert {f"{name}.onnx" for name in MODELS} <= names
    assert "ort-wasm-simd-threaded.wasm" in names
    assert {f"{name}.onnx" for name in MODELS} <= {url.rpartition("/")[2] for url in asked}

    visitor.set_offline(True)
    page.close()
    page = visitor.new_page()
    open_page(page, site)
    drop(page, {"group.jpg": SCENES["group.jpg"]})
    wait_for_all(page, 1)
    row = row_of(page, "group.jpg")
    row.locator("details.why > summary").click()

    expect(row.locator("dl.measured").first).to_contain_text("First look")
    expect(row.locator("dl.measured").first).not_to_contain_text("Only roughly looked for")


def test_who_saves_data_gets_no_model_before_a_picture(visitor: BrowserContext, site: str) -> None:
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    )
    page = visitor.new_page()
    open_page(page, site)
    expect(page.locator("#startup")).to_be_hidden()
    page.wait_for_timeout(2000)

    assert [url for url in asked if url.endswith((".onnx", "threaded.wasm"))] == []


def test_the_memory_of_the_models_is_given_back_on_request(engine: Engine) -> None:
    begun: list[str] = []
    engine.page.context.on("request", lambda request: begun.append(request.url))
    engine.analyse("chart.png", SCENES["chart.png"])
    engine.page.evaluate("() => eyebright.free()")
    begun.clear()
    again = engine.analyse("chart.png", SCENES["chart.png"])

    assert "fallback" not in again["models"].values()
    assert [url for url in begun if url.endswith("/infer.worker.js")]
