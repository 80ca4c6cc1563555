"""What kind of picture it is, with the model that ships, on pictures that it never saw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import skimage.data
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from eyebright.analyse import content
from eyebright.analyse.proxy import SEEN_PX, proxy
from eyebright.pixels import Pixels
from eyebright.values import Seen

MODEL = Path(__file__).resolve().parents[2] / "models" / "content" / "content.onnx"


@pytest.fixture(scope="module")
def session() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])


def seen(session: onnxruntime.InferenceSession, pixels: Pixels) -> Seen:
    (classes,) = session.run(["classes"], content.prepare(proxy(pixels, SEEN_PX)))
    return content.read({"classes": classes})


def page() -> Pixels:
    """A letter: twenty lines of black words on white."""
    image = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(image)
    letters = ImageFont.load_default(14)
    rng = np.random.default_rng(2)
    for line in range(36):
        words = ["".join(rng.choice(list("aeionrstl"), rng.integers(2, 9))) for _ in range(11)]
        draw.text((60, 80 + 20 * line), " ".join(words)[:68], fill=(10, 10, 10), font=letters)
    return np.asarray(image)


def bars() -> Pixels:
    """A bar chart with axes, ticks and labels."""
    image = Image.new("RGB", (640, 480), "white")
    draw = ImageDraw.Draw(image)
    draw.line([(70, 40), (70, 420), (600, 420)], fill="black", width=2)
    for place, height in enumerate((120, 260, 340, 190, 80, 300)):
        left = 95 + 84 * place
        draw.rectangle((left, 420 - height, left + 56, 419), fill=(31, 119, 180))
        draw.text((left + 12, 428), f"Q{place + 1}", fill="black")
        draw.text((40, 410 - 62 * place), f"{50 * place}", fill="black")
        draw.line([(65, 420 - 62 * place), (70, 420 - 62 * place)], fill="black")
    draw.text((280, 15), "Revenue by quarter", fill="black")
    return np.asarray(image)


def face() -> Pixels:
    """A flat face with an outline, on blue."""
    image = Image.new("RGB", (600, 600), (120, 190, 240))
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 100, 480, 500), fill=(255, 205, 150), outline=(40, 30, 30), width=8)
    draw.pieslice((110, 60, 490, 400), 180, 360, fill=(110, 60, 30))
    for x in (220, 340):
        draw.ellipse((x, 260, x + 40, 310), fill=(30, 30, 40))
    draw.polygon([(300, 300), (280, 360), (320, 360)], fill=(235, 170, 120))
    draw.arc((210, 330, 390, 440), 20, 160, fill=(160, 30, 40), width=10)
    return np.asarray(image)


def cut_out() -> Pixels:
    """A part of a photo on white."""
    photo = Image.fromarray(skimage.data.coffee()).resize((360, 240))
    mask = Image.new("L", photo.size, 0)
    ImageDraw.Draw(mask).ellipse((40, 10, 320, 230), fill=255)
    image = Image.new("RGB", (520, 420), "white")
    image.paste(photo, (80, 90), mask.filter(ImageFilter.GaussianBlur(1)))
    return np.asarray(image)


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea", "rocket"])
def test_photos_are_photos(session: onnxruntime.InferenceSession, name: str) -> None:
    told = seen(session, getattr(skimage.data, name)())

    assert told.content == "photo"
    assert told.confidence_permille >= 700


def test_a_letter_is_a_document(session: onnxruntime.InferenceSession) -> None:
    assert seen(session, page()).content == "document"


def test_bars_are_a_chart(session: onnxruntime.InferenceSession) -> None:
    assert seen(session, bars()).content == "chart"


def test_a_flat_face_is_a_drawing(session: onnxruntime.InferenceSession) -> None:
    assert seen(session, face()).content == "drawing"


def test_a_photographed_thing_on_white_is_a_product(session: onnxruntime.InferenceSession) -> None:
    assert seen(session, cut_out()).content == "product"


def test_doubt_falls_towards_photo() -> None:
    unsure = np.array([[0.3, 0.1, 0.05, 0.4, 0.1, 0.05]], np.float32)

    assert content.read({"classes": unsure}) == Seen(content="photo", confidence_permille=300)


def test_the_likeliest_kind_is_told_with_its_probability() -> None:
    sure = np.array([[0.02, 0.0, 0.0, 0.0, 0.9512, 0.0288]], np.float32)

    assert content.read({"classes": sure}) == Seen(content="document", confidence_permille=950)


@pytest.mark.parametrize("shape", [(1, 1), (1, 512), (7, 9), (24, 512), (512, 341)])
def test_features_are_finite_and_as_many_for_any_shape(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    for picture in (np.full((*shape, 3), 255, np.uint8), np.zeros((*shape, 3), np.uint8), noise):
        features = content.prepare(picture)["features"]

        assert features.shape == content.prepare(bars())["features"].shape
        assert np.isfinite(features).all()


def test_turning_a_plain_picture_grey_changes_saturation_alone() -> None:
    colour = content.prepare(np.full((64, 64, 3), (200, 40, 90), np.uint8))["features"]
    grey = content.prepare(np.full((64, 64, 3), 80, np.uint8))["features"]

    assert (colour[0, :6] == grey[0, :6]).all()
    assert (colour != grey).any()


@pytest.mark.parametrize(
    ("flat_permille", "colours", "kind"),
    [(300, 4000, "screenshot"), (100, 96, "screenshot"), (95, 20, "photo"), (120, 900, "photo")],
)
def test_without_the_model_flat_areas_and_few_colours_are_drawn(
    flat_permille: int, colours: int, kind: str
) -> None:
    assert content.fallback(flat_permille, colours).content == kind
