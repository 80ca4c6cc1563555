"""Animations in a real browser: it plays the result as it plays the source."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import skimage.data
from helpers.engine import Engine, text
from PIL import Image
from test_crops import bring, use, write
from visits import Visit

DURATIONS = [40, 120, 60, 200]

# What the browser shows of each frame, its milliseconds, and how often it repeats all.
PLAY = """async ([type, base64]) => {
  const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const decoder = new ImageDecoder({ type, data });
  await Promise.all([decoder.completed, decoder.tracks.ready]);
  const { frameCount, repetitionCount } = decoder.tracks.selectedTrack;
  const frames = [];
  for (let frameIndex = 0; frameIndex < frameCount; frameIndex += 1) {
    const { image } = await decoder.decode({ frameIndex });
    const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height);
    frames.push({ milliseconds: image.duration / 1000, pixels: Array.from(pixels) });
    image.close();
  }
  return { repetitions: String(repetitionCount), frames };
}"""


def save(images: list[Image.Image], name: str, **options: object) -> bytes:
    out = io.BytesIO()
    how: dict[str, Any] = {"duration": DURATIONS, "loop": 2}
    images[0].save(out, name, save_all=True, append_images=images[1:], **(how | options))
    return out.getvalue()


def sprites() -> list[Image.Image]:
    made = []
    for index in range(4):
        image = Image.new("RGBA", (90, 50), (0, 0, 0, 0))
        image.paste((200, 30, 60, 255), (4 + 20 * index, 10, 24 + 20 * index, 30))
        made.append(image)
    return made


def photos() -> list[Image.Image]:
    ground = Image.fromarray(skimage.data.coffee()[:96, :128])
    made = []
    for index in range(4):
        image = ground.copy()
        image.paste((250, 230, 20), (10 + 20 * index, 20, 30 + 20 * index, 40))
        made.append(image)
    return made


def play(engine: Engine, mime: str, data: bytes) -> dict[str, Any]:
    played: dict[str, Any] = engine.page.evaluate(PLAY, [mime, text(data)])
    return played


@pytest.mark.parametrize(
    ("name", "disposal"), [("GIF", 1), ("GIF", 2), ("GIF", 3), ("PNG", 0), ("PNG", 1), ("PNG", 2)]
)
def test_the_browser_plays_the_result_as_it_plays_the_source(
    engine: Engine, name: str, disposal: int
) -> None:
    source = save(sprites(), name, disposal=disposal)

    data, report = engine.optimise("film", source, {"content": "medical"})

    assert report["format"] == "webp", report["reasons"]
    assert play(engine, f"image/{name.lower()}", source) == play(engine, "image/webp", data)


def test_a_filmed_animation_reaches_its_target(engine: Engine) -> None:
    source = save(photos(), "PNG")

    data, report = engine.optimise("film", source)

    assert (report["format"], report["frames"]) == ("webp", 4)
    assert report["bytes"] < len(source)
    assert report["score"] >= report["target"]
    before, after = play(engine, "image/png", source), play(engine, "image/webp", data)
    assert before["repetitions"] == after["repetitions"]
    for first, second in zip(before["frames"], after["frames"], strict=True):
        assert first["milliseconds"] == second["milliseconds"]
        apart = np.array(first["pixels"], int) - np.array(second["pixels"], int)
        assert np.abs(apart).mean() < 8


def test_a_region_chosen_in_the_page_is_cut_from_every_frame(visit: Visit) -> None:
    bring(visit, "film.gif", save(photos(), "GIF"))
    write(visit.page, x=20, y=10, width=60, height=60)
    with Image.open(io.BytesIO(use(visit, "film.gif"))) as made:
        shown = (made.size, getattr(made, "n_frames", 1))

    assert shown == ((60, 60), 4)
