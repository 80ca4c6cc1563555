"""What the JavaScript API gives, in a real browser; CPython checks it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pictures
import pytest
import skimage.data
from helpers.api import optimise
from helpers.engine import text
from PIL import Image
from playwright.sync_api import Page

from eyebright.metrics import ssimulacra2
from eyebright.values import Report

SCORE_TOLERANCE = 0.02
"""How far page and command line may differ on the same bytes."""


def rgb(data: bytes) -> np.ndarray:
    return np.asarray(pictures.load(data).convert("RGB"))


CROSSED = """async () => {
  const { crossed } = await import(new URL("crossings.js", self.location.href));
  return [crossed.intoPython, crossed.outOfPython];
}"""

UNSEEN = """async ([base64, goal]) => (
  await eyebright.optimise(file("photo.jpg", base64), goal, { models: false })).report"""


def test_pixels_cross_to_python_and_back_once_for_each_use(api: Page) -> None:
    worker = next(one for one in api.workers if "engine.worker" in one.url)
    photo = pictures.astronaut_jpeg()

    before = worker.evaluate(CROSSED)
    report = api.evaluate(UNSEEN, [text(photo), {"formats": ["webp"]}])
    after = worker.evaluate(CROSSED)

    entered, left = (b - a for a, b in zip(before, after, strict=True))
    pixels, encodes = report["width"] * report["height"], report["encodes"]
    files = 2 * len(photo) + 2 * encodes * len(photo)  # none that is made is larger
    assert 3 * pixels * (1 + encodes) <= entered <= 3 * pixels * (1 + encodes) + files
    assert 4 * pixels * encodes <= left <= 4 * pixels * encodes + files


def test_a_photo_comes_back_smaller_and_alike(api: Page) -> None:
    photo = pictures.astronaut_jpeg()

    result = optimise(api, "astronaut.jpg", photo)

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
def test_every_format_is_written_and_verified(api: Page, name: str) -> None:
    picture = pictures.save(skimage.data.coffee()[100:260, 200:400], "PNG")

    result = optimise(api, "coffee.png", picture, {"formats": [name]})

    assert result["report"]["format"] == name
    assert result["report"]["target_reached"]


@pytest.mark.parametrize("name", ["avif", "webp", "jxl", "png"])
def test_transparency_is_kept(api: Page, name: str) -> None:
    picture = pictures.transparent()
    file = pictures.save(picture, "PNG")

    result = optimise(api, "cat.png", file, {"formats": [name]})

    assert result["report"]["format"] == name
    assert result["report"]["target_reached"]
    assert len(result["data"]) < len(file)
    if name != "jxl":  # Pillow does not read it
        alpha = np.asarray(pictures.load(result["data"]).getchannel("A"), np.int16)
        assert np.abs(alpha - picture[..., 3]).mean() < 2


def test_a_goal_is_heeded(api: Page) -> None:
    photo = pictures.astronaut_jpeg()
    goal = {"max_width": 200, "formats": ["webp", "jpeg"], "target": 60}

    result = optimise(api, "astronaut.jpg", photo, goal)

    assert pictures.load(result["data"]).size == (200, 200)
    assert result["report"]["format"] in goal["formats"]
    assert result["report"]["target"] == 60


def test_progress_goes_through_the_stages_and_never_back(api: Page) -> None:
    result = optimise(api, "astronaut.jpg", pictures.astronaut_jpeg())

    stages = [step["stage"] for step in result["progress"]]
    fractions = [step["fraction"] for step in result["progress"]]
    assert list(dict.fromkeys(stages)) == [
        "intake", "analyse", "decide", "transform", "encode", "verify", "deliver",
    ]  # fmt: skip
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_two_calls_run_at_once(api: Page) -> None:
    photos = [
        pictures.save(skimage.data.astronaut(), "JPEG"),
        pictures.save(skimage.data.chelsea(), "JPEG"),
    ]

    order, reports = api.evaluate(
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
def test_the_page_scores_as_cpython_does(api: Page, kind: str, options: dict[str, Any]) -> None:
    reference = skimage.data.coffee()
    distorted = pictures.save(
        np.roll(reference, 1, axis=1) if kind == "PNG" else reference, kind, **options
    )
    original = pictures.save(reference, "PNG")

    found = api.evaluate(
        "async ([a, b]) => eyebright.score(file('a', a), file('b', b))",
        [text(original), text(distorted)],
    )

    assert found["metric"] == "ssimulacra2"
    assert found["score"] == pytest.approx(
        ssimulacra2(reference, rgb(distorted)), abs=SCORE_TOLERANCE
    )


def test_the_steps_can_be_asked_one_by_one(api: Page) -> None:
    facts, able, plan, small = api.evaluate(
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


def test_an_orientation_is_applied_once(api: Page) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    photo = skimage.data.coffee()
    turned = pictures.save(np.rot90(photo), "JPEG", quality=95, exif=exif.tobytes())

    result = optimise(api, "turned.jpg", turned, {"formats": ["webp"]})

    back = rgb(result["data"])
    assert back.shape == photo.shape
    assert np.abs(back.astype(np.int16) - photo).mean() < 10


def test_a_colour_profile_is_converted_also_under_transparency(api: Page) -> None:
    cat = pictures.transparent()
    solid = cat[..., :3]
    profile = pictures.exchanged_profile()
    files = [
        pictures.save(solid[..., [1, 0, 2]], "PNG"),
        pictures.save(solid, "PNG", icc_profile=profile),
        pictures.save(cat[..., [1, 0, 2, 3]], "PNG"),
        pictures.save(cat, "PNG", icc_profile=profile),
    ]

    scores = api.evaluate(
        """async (files) => {
          const [plain, solid, clear, profiled] = files.map((data) => file("a.png", data));
          return [await eyebright.score(plain, solid), await eyebright.score(clear, profiled)];
        }""",
        [text(data) for data in files],
    )
    report = optimise(api, "cat.png", files[3])["report"]

    assert all(found["score"] > 95 for found in scores), scores
    assert "profile-converted" in {reason["code"] for reason in report["reasons"]}
