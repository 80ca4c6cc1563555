"""Crops through the JavaScript API in a real browser: as on CPython, exact to the pixel."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import skimage.data
from helpers.engine import Engine, text
from PIL import Image

from eyebright.cropping import crops_sync
from eyebright.policy.crops import crops
from eyebright.policy.crops.art import USUAL_ASPECTS
from eyebright.values import Box, Crop, Facts

ASK = """async ([base64, aspects, options]) => {
  const picture = file("photo.jpg", base64);
  const { facts } = await eyebright.crops(picture, aspects[0], options);
  const ranked = [];
  for (const aspect of aspects) ranked.push((await eyebright.crops(facts, aspect, options)).crops);
  return { facts, ranked };
}"""

REFUSED = """async ([base64, aspect, options]) =>
  eyebright.crops(file("photo.jpg", base64), aspect, options)
    .then(() => null, (error) => ({ name: error.name, message: error.message }))"""


def photo() -> bytes:
    out = io.BytesIO()
    Image.fromarray(skimage.data.astronaut()).save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.mark.parametrize("options", [{}, {"focal": [100, 900], "n": 2, "context": "hero"}])
def test_crops_are_those_of_cpython(engine: Engine, options: dict[str, Any]) -> None:
    found = engine.page.evaluate(ASK, [text(photo()), list(USUAL_ASPECTS), options])

    facts = Facts.from_dict(found["facts"])
    wishes = {"focal_permille": tuple(options.get("focal", ())), "n": options.get("n", 3)}
    for aspect, ranked in zip(USUAL_ASPECTS, found["ranked"], strict=True):
        expected = crops(facts, aspect, context=options.get("context", ""), **wishes)
        assert tuple(Crop.from_dict(crop) for crop in ranked) == expected


def test_both_hosts_cut_the_same_boxes_from_a_file(engine: Engine) -> None:
    found = engine.page.evaluate(ASK, [text(photo()), ["16:9"], {"n": 1}])

    with ThreadPoolExecutor() as elsewhere:  # the browser's own event loop runs on this thread
        (here,) = elsewhere.submit(crops_sync, photo(), "16:9", n=1).result()
    assert Crop.from_dict(found["ranked"][0][0]).box == here.box


def test_a_region_is_cut_to_the_pixel(engine: Engine) -> None:
    box = Box(x=150, y=40, width=201, height=151)

    data, report = engine.optimise(
        "a.jpg", photo(), {"crop_box": box.to_dict(), "formats": ["png"]}
    )

    assert report["crop"] == box.to_dict()
    picture = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert picture.shape[:2] == (151, 201)
    with Image.open(io.BytesIO(photo())) as whole:
        part = np.asarray(whole.convert("RGB"))[40:191, 150:351]
    assert np.abs(picture.astype(int) - part).max() <= 1


def test_a_size_comes_out_to_the_pixel(engine: Engine) -> None:
    data, report = engine.optimise("a.jpg", photo(), {"crop": "300x157", "formats": ["webp"]})

    assert (report["width"], report["height"]) == (300, 157)
    assert Image.open(io.BytesIO(data)).size == (300, 157)


@pytest.mark.parametrize(
    ("aspect", "options", "message"),
    [
        ("1:1000", {}, "aspect: '1:1000' is thinner than 50:1"),
        ("0x0", {}, "size: '0x0' has a side that is not between 1 and"),
        ("1:1", {"file": {}}, "file: it belongs to facts, and a file was given in their place"),
        ("1:1", {"focal_permille": [1, 2]}, "crops: no such option: focal_permille; there are n,"),
        ("1:1", {"box": {"x": 0, "y": 0, "width": 9999, "height": 1}}, "box: does not lie inside"),
    ],
)
def test_impossible_wishes_are_told(
    engine: Engine, aspect: str, options: dict[str, Any], message: str
) -> None:
    error = engine.page.evaluate(REFUSED, [text(photo()), aspect, options])

    assert error["name"] == "PolicyError"
    assert error["message"].startswith(message)
