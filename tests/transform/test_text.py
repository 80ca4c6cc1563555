"""Text at the guard's limit stays legible: the text model finds its lines after every method."""

import asyncio
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from eyebright.pipeline import analyse_noting
from eyebright.policy.content import MIN_TEXT_PX
from eyebright.transform import METHODS, resize
from text.found import match

RATIO = 2.5
PAGE = (400, 280)
LEAST_RECALL = 0.95
TEXT = "Quick wizards mix grey ink over lazy dogs"


def page() -> tuple[np.ndarray, np.ndarray]:
    """Dark on light and light on dark, and the boxes of the lines after scaling."""
    probe = ImageFont.load_default(1000).getbbox("x", anchor="ls")
    font = ImageFont.load_default(MIN_TEXT_PX * RATIO * 1000 / -probe[1])
    width, height = (round(side * RATIO) for side in PAGE)
    image = Image.new("RGB", (width, height), (250, 250, 250))
    pencil, boxes = ImageDraw.Draw(image), []
    pencil.rectangle((0, height // 2, width, height), fill=(30, 30, 40))
    for line in range(8):
        y = (12 + 34 * line) * RATIO
        ink = (40, 40, 40) if line < 4 else (230, 230, 220)
        pencil.text((12 * RATIO, y), TEXT, font=font, fill=ink)
        boxes.append(pencil.textbbox((12 * RATIO, y), TEXT, font=font))
    return np.asarray(image), np.array(boxes) / RATIO


@pytest.mark.parametrize("method", METHODS)
def test_lines_are_found_at_the_least_height_that_the_guard_allows(method: str) -> None:
    large, labels = page()
    out = io.BytesIO()
    Image.fromarray(resize(large, *PAGE, method=method)).save(out, "PNG")
    facts, _notes = asyncio.run(analyse_noting(out.getvalue()))
    told = [(t.x, t.y, t.x + t.width, t.y + t.height) for t in facts.text_lines]
    found = match(labels, np.array(told, float).reshape(-1, 4)).found

    assert facts.models["text"] != "fallback"
    assert found.mean() >= LEAST_RECALL


def test_a_line_elsewhere_finds_nothing() -> None:
    _large, labels = page()
    beside = labels + np.array([PAGE[0], 0, PAGE[0], 0])

    assert not match(labels, beside).found.any()
