"""SVG in the browser: passed through, or drawn by the page without running or loading anything."""

from __future__ import annotations

import io

import numpy as np
import pytest
from helpers.engine import Engine
from PIL import Image

HOSTILE = """<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"
  onload="fetch('{0}onload')">
<script>fetch("{0}script")</script><script href="{0}linked.js"/>
<style>@import url("{0}style.css"); rect {{ fill: #0080ff }}</style>
<rect width="40" height="30"/><image href="{0}image.png" width="40" height="30"/>
<use href="{0}sprite.svg#a"/><circle cx="20" cy="15" r="10" fill="#ff0" fill-opacity="1"/>
</svg>"""


def test_a_drawing_passes_through(engine: Engine, site: str) -> None:
    drawing = HOSTILE.format(site).encode()

    data, report = engine.optimise("a.svg", drawing)

    assert data == drawing
    assert report["kept_original"]
    kinds = {reason["code"]: reason["values"].get("kinds") for reason in report["reasons"]}
    assert "svg-kept" in kinds
    assert kinds["svg-active"] == ["scripts", "references to other files"]


def test_a_drawing_is_drawn_and_no_request_leaves(engine: Engine, site: str) -> None:
    asked: list[str] = []
    engine.page.on("request", lambda request: asked.append(request.url))
    goal = {"svg": "rasterise", "max_width": 80, "formats": ["png"]}

    data, report = engine.optimise("a.svg", HOSTILE.format(f"{site}probe-").encode(), goal)

    shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert shown.shape == (60, 80, 3)
    assert tuple(shown[0, 0]) == (0, 128, 255)
    assert tuple(shown[30, 40]) == (255, 255, 0)
    assert report["original_format"] == "svg"
    assert [url for url in asked if "probe-" in url] == []


def test_transparency_of_a_drawing_is_straight(engine: Engine) -> None:
    drawing = b"""<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">
    <rect width="10" height="10" fill="#ff8000" fill-opacity="0.5"/></svg>"""

    data, _ = engine.optimise("a.svg", drawing, {"svg": "rasterise", "formats": ["png"]})

    shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(int)
    assert np.abs(shown[5, 5] - (255, 128, 0, 128)).max() <= 1
    assert shown[5, 15, 3] == 0


def test_a_broken_drawing_is_refused_by_name(engine: Engine) -> None:
    broken = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect></svg>'

    with pytest.raises(Exception, match=r"bad\.svg: .*cannot draw the svg"):
        engine.optimise("bad.svg", broken, {"svg": "rasterise"})
