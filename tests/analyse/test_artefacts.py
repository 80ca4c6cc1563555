"""What a picture went through is seen in its pixels, with the model that ships."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image, ImageFilter

from eyebright.analyse import artefacts, spectra
from eyebright.analyse.artefacts.grid import CORNER_CLIP, corners_of, phase_of
from eyebright.analyse.artefacts.tiles import tiles_of
from eyebright.pixels import Pixels
from eyebright.values import Artefacts

MODEL = Path(__file__).resolve().parents[2] / "models" / "artefacts" / "artefacts.onnx"


@cache
def scene(height: int = 384, width: int = 448) -> Pixels:
    """Like a photo: amplitudes fall with frequency, colours in mid-range, nothing clipped."""
    rng = np.random.default_rng(3)
    y, x = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None]
    falling = 1 / (np.hypot(y, x) + 2 / width) ** 1.3
    waves = rng.normal(size=(3, height, width))
    planes = [np.fft.ifft2(np.fft.fft2(wave) * falling).real for wave in waves]
    grey = planes[0] / planes[0].std() * 35 + 128
    tints = [plane / plane.std() * 8 for plane in planes]
    colour = np.stack([grey + tint for tint in tints], axis=2)
    return np.clip(np.rint(colour), 4, 251).astype(np.uint8)


def saved(pixels: Pixels, quality: int) -> Pixels:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


@pytest.fixture(scope="module")
def session() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])


def seen(session: onnxruntime.InferenceSession, pixels: Pixels) -> Artefacts:
    (faults,) = session.run(["faults"], artefacts.prepare(pixels))
    return artefacts.read({"faults": faults})


@pytest.mark.parametrize("quality", [35, 60, 75, 88])
def test_the_quality_of_a_jpeg_is_told_from_its_pixels(
    session: onnxruntime.InferenceSession, quality: int
) -> None:
    told = seen(session, saved(scene(), quality)).jpeg_quality

    assert told == pytest.approx(quality, abs=4)


@pytest.mark.parametrize(("y", "x"), [(0, 3), (5, 0), (6, 7)])
def test_the_quality_is_told_of_a_crop_too(
    session: onnxruntime.InferenceSession, y: int, x: int
) -> None:
    told = seen(session, saved(scene(), 70)[y:, x:]).jpeg_quality

    assert told == pytest.approx(70, abs=4)


def test_a_picture_that_was_never_a_jpeg_shows_none(session: onnxruntime.InferenceSession) -> None:
    told = seen(session, scene())

    assert told.jpeg_quality == 0
    assert told.blockiness_permille < 200


def test_a_poor_jpeg_is_blocky(session: onnxruntime.InferenceSession) -> None:
    assert seen(session, saved(scene(), 20)).blockiness_permille > 800


@pytest.mark.parametrize("sigma", [5, 15])
def test_noise_is_measured(session: onnxruntime.InferenceSession, sigma: int) -> None:
    noise = np.random.default_rng(1).normal(0, sigma, (*scene().shape[:2], 1))
    smooth = np.asarray(Image.fromarray(scene()).filter(ImageFilter.GaussianBlur(3)))
    noisy = np.clip(np.rint(smooth + noise), 0, 255).astype(np.uint8)

    assert seen(session, noisy).noise_centi == pytest.approx(100 * sigma, rel=0.2)


def cut_out(pixels: Pixels) -> Pixels:
    """With a disc of it visible, softly edged."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width]
    far = np.hypot(y - height / 2, x - width / 2)
    alpha = np.clip(height / 3 - far, 0, 1) * 255
    return np.dstack([pixels, np.rint(alpha).astype(np.uint8)])


def test_hidden_colours_show_no_fault(session: onnxruntime.InferenceSession) -> None:
    disc = cut_out(saved(scene(), 40))
    plain = np.where(disc[..., 3:] > 0, np.array([40, 120, 60], np.uint8), disc[..., :3])
    logo = np.dstack([plain, disc[..., 3]])

    assert seen(session, disc[..., :3]).jpeg_quality > 0
    assert seen(session, logo[..., :3]).jpeg_quality > 0
    assert seen(session, logo).jpeg_quality == 0


def test_what_is_left_visible_of_a_jpeg_tells_its_quality(
    session: onnxruntime.InferenceSession,
) -> None:
    told = seen(session, cut_out(saved(scene(), 60))).jpeg_quality

    assert told == pytest.approx(60, abs=4)


def test_the_grid_is_found_wherever_it_begins() -> None:
    for y, x in ((0, 0), (3, 0), (7, 5)):
        luma = spectra.luma_of(tiles_of(saved(scene(), 75)[y:, x:]))
        phase = phase_of(corners_of(luma, CORNER_CLIP[0]))

        assert phase == (-y % 8, -x % 8)


def test_a_small_picture_is_one_tile_and_a_large_one_is_sampled() -> None:
    small = tiles_of(np.zeros((30, 50, 3), np.uint8))
    large = tiles_of(np.zeros((2000, 3000, 3), np.uint8))

    assert small.shape == (1, 24, 48, 3)
    assert large.shape == (8, 128, 128, 3)


@pytest.mark.parametrize("shape", [(24, 24), (24, 900), (131, 57)])
def test_features_are_finite_and_as_many_for_any_shape(shape: tuple[int, int]) -> None:
    for fill in (0, 128, 255):
        features = artefacts.prepare(np.full((*shape, 3), fill, np.uint8))["features"]

        assert features.shape == artefacts.prepare(scene())["features"].shape
        assert np.isfinite(features).all()


def test_a_side_below_three_blocks_is_too_small() -> None:
    assert artefacts.is_large_enough(np.zeros((24, 30, 3), np.uint8))
    assert not artefacts.is_large_enough(np.zeros((23, 400, 3), np.uint8))


def test_answers_become_whole_numbers_within_their_ranges() -> None:
    faults = np.array([[1.7, 0.6, 0.1234, 9.0, -0.2, 1.3]], np.float32)

    assert artefacts.read({"faults": faults}) == Artefacts(
        jpeg_quality=100,
        blockiness_permille=125,
        noise_centi=5000,
        blur_permille=0,
        banding_permille=1000,
    )


def test_without_the_model_only_the_tables_quality_is_known() -> None:
    assert artefacts.fallback(82) == Artefacts(
        jpeg_quality=82,
        blockiness_permille=0,
        noise_centi=0,
        blur_permille=0,
        banding_permille=0,
    )
