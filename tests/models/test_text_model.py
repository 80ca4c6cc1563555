"""The text model as it ships: what it sees of pages that Pillow's own font drew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from eyebright.analyse import text
from eyebright.values import Writing

onnxruntime = pytest.importorskip("onnxruntime")

FILE = Path(__file__).parents[2] / "models" / "text" / "text.onnx"
WORDS = "Thank you for your visit"
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def session() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(FILE)


def look(session: onnxruntime.InferenceSession, picture: np.ndarray) -> Writing:
    names = [output.name for output in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, text.prepare(picture)), strict=True))
    return text.read(outputs, picture, width=picture.shape[1], height=picture.shape[0])


def page(size: int, colour: int = 0, ground: int = 255) -> tuple[np.ndarray, tuple[int, ...]]:
    """A line of text in the middle of a plain page, and its ink's box."""
    image = Image.new("RGB", (500, 160), (ground,) * 3)
    font, pen = ImageFont.load_default(size), ImageDraw.Draw(image)
    at = (250, 80)
    pen.text(at, WORDS, fill=(colour,) * 3, font=font, anchor="mm")
    return np.asarray(image), tuple(map(round, pen.textbbox(at, WORDS, font=font, anchor="mm")))


def test_the_file_is_as_small_as_promised() -> None:
    assert FILE.stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("size", [10, 16, 24, 36])
@pytest.mark.parametrize(("colour", "ground"), [(0, 255), (230, 40)])
def test_a_line_is_found_at_its_place_and_height(
    session: onnxruntime.InferenceSession, size: int, colour: int, ground: int
) -> None:
    picture, (left, top, right, bottom) = page(size, colour, ground)
    lines = look(session, picture).lines
    line = max(lines, key=lambda one: one.width)  # a wide gap may part another from it

    assert line.width >= 0.5 * (right - left)
    assert min(one.x for one in lines) == pytest.approx(left, abs=0.6 * size)
    assert max(one.x + one.width for one in lines) == pytest.approx(right, abs=0.6 * size)
    assert [line.y, line.y + line.height] == pytest.approx([top, bottom], abs=0.3 * size)
    assert line.x_height_px == pytest.approx(0.54 * size, rel=0.35)


def test_lines_below_one_another_are_told_apart(session: onnxruntime.InferenceSession) -> None:
    image = Image.new("RGB", (400, 300), "white")
    tops = range(20, 260, 20)
    for top in tops:
        ImageDraw.Draw(image).text((20, top), WORDS, fill=0, font=ImageFont.load_default(13))
    lines = look(session, np.asarray(image)).lines

    assert {round((line.y - 22) / 20) for line in lines} == set(range(12))
    assert all(line.height < 20 for line in lines)


@pytest.mark.parametrize("kind", ["flat", "ramp", "noise", "checks"])
def test_pictures_without_text_have_hardly_any_marked(
    session: onnxruntime.InferenceSession, kind: str
) -> None:
    rows, columns = np.mgrid[:256, :320]
    grey = {
        "flat": np.full((256, 320), 90),
        "ramp": columns * 255 // 320,
        "noise": np.random.default_rng(1).integers(0, 256, (256, 320)),
        "checks": (rows // 16 + columns // 16) % 2 * 255,
    }[kind]
    picture = np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)

    assert look(session, picture).permille <= 20
