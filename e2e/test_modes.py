"""Fast and best in a real browser: its canvas's encoders where they write what they are given."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from helpers import samples
from helpers.engine import Engine
from PIL import Image
from playwright.sync_api import Browser, Route

from eyebright.metrics import ssimulacra2

SCORE_TOLERANCE = 0.02
"""How far two decoders of one file may differ."""

CANVAS = "the browser's canvas"

NOISE = """
const write = OffscreenCanvas.prototype.convertToBlob;
OffscreenCanvas.prototype.convertToBlob = function (...options) {
  const context = this.getContext("2d");
  const image = context.getImageData(0, 0, this.width, this.height);
  for (let at = 0; at < image.data.length; at += 400) image.data[at] ^= 1;
  context.putImageData(image, 0, 0);
  return write.apply(this, options);
};
"""
"""As browsers do against fingerprints, sparsely."""

NO_WRITING = "delete OffscreenCanvas.prototype.convertToBlob;"

NO_WEBP = """
const write = OffscreenCanvas.prototype.convertToBlob;
OffscreenCanvas.prototype.convertToBlob = function (options) {
  return write.call(this, options.type === "image/webp" ? {} : options);
};
"""
"""As Safari does: PNG comes in its place."""

WORKER = "**/engine.worker.js"


def png(picture: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return out.getvalue()


PHOTO = samples.photo("astronaut.png", 512, 512)


@contextmanager
def engine_after(prelude: str, browser: Browser, site: str) -> Iterator[Engine]:
    """An engine whose worker runs `prelude` before it probes what the browser can do.

    In a context of its own, as its route asks for something itself: taking such a route away from
    a page has hung.
    """

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text() + prelude)

    context = browser.new_context()
    context.route(WORKER, answer)
    try:
        yield Engine(context.new_page(), site)
    finally:
        context.close()


def codes(report: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in report["reasons"]}


def test_the_fast_mode_writes_by_the_canvas_and_checks_it(engine: Engine) -> None:
    data, report = engine.optimise("astronaut.png", png(PHOTO), {"mode": "fast"})

    score = ssimulacra2(PHOTO, np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    assert report["format"] in {"jpeg", "webp"}
    assert report["versions"]["encoders"][f"{report['format']}-quick"] == CANVAS
    assert score == pytest.approx(report["score"], abs=SCORE_TOLERANCE)
    assert report["target_reached"]
    assert report["encodes"] <= 2
    assert {"mode-fast", "format-not-needed", "format-not-fast"} <= codes(report)
    assert "quick-not-used" not in codes(report)


def test_the_best_mode_is_no_larger_than_the_automatic_one(engine: Engine) -> None:
    small = samples.photo("astronaut.png", 160, 120)

    _data, usual = engine.optimise("a.png", png(small), {"max_width": 160})
    _data, best = engine.optimise("a.png", png(small), {"max_width": 160, "mode": "best"})

    tried = [r["values"] for r in best["reasons"] if r["code"].startswith("format-")]
    assert {"avif", "webp", "jpeg"} <= {v["format"] for v in tried if "encodes" in v}
    assert best["bytes"] <= usual["bytes"]
    assert best["target_reached"]


@pytest.mark.parametrize("prelude", [NOISE, NO_WRITING], ids=["noise", "no writing"])
def test_a_canvas_that_adds_noise_or_cannot_write_is_not_used(
    browser: Browser, site: str, prelude: str
) -> None:
    with engine_after(prelude, browser, site) as noisy:
        able = noisy.capabilities()
        _data, report = noisy.optimise("astronaut.png", png(PHOTO), {"mode": "fast"})

    assert able["quick_ms_per_mp"] == {}
    assert not [name for name in report["versions"]["encoders"] if name.endswith("-quick")]
    assert "quick-not-used" in codes(report)
    assert report["target_reached"]


def test_a_canvas_without_webp_writes_jpeg(browser: Browser, site: str) -> None:
    with engine_after(NO_WEBP, browser, site) as other:
        able = other.capabilities()
        _data, report = other.optimise("astronaut.png", png(PHOTO), {"mode": "fast"})

    assert set(able["quick_ms_per_mp"]) == {"jpeg"}
    assert report["format"] == "jpeg"
    assert report["target_reached"]
