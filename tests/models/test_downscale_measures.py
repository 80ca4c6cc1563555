"""What the downscaler is judged by, on pictures and ways whose figures are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import data as samples

from common.drawn_marks import zone_plate
from common.modules import load
from common.scaled import light_apart
from downscale.chart import alias, overshoot
from downscale.measures import OWN_TARGET, Encodes, shown
from downscale.prepare import split_files
from eyebright.metrics import ssimulacra2
from eyebright.pixels import Pixels
from eyebright.transform import resize

PHOTO: Pixels = np.ascontiguousarray(samples.astronaut()[:256, :256])


def nearest(pixels: Pixels, width: int, height: int) -> Pixels:
    tall, wide = pixels.shape[:2]
    return pixels[np.arange(height) * tall // height][:, np.arange(width) * wide // width]


def test_a_picture_shown_as_it_is_lacks_nothing() -> None:
    assert shown(PHOTO, PHOTO).ssimulacra2 == 100
    assert shown(PHOTO, PHOTO).psnr > 70


def test_a_smaller_picture_shows_less() -> None:
    half, quarter = (shown(PHOTO, resize(PHOTO, side, side)) for side in (128, 64))

    assert 100 > half.ssimulacra2 > quarter.ssimulacra2
    assert half.psnr > quarter.psnr


def test_bytes_are_those_of_the_quality_that_scores_as_asked() -> None:
    encodes = Encodes(PHOTO)
    size, quality = encodes.bytes_at_own(OWN_TARGET)
    above, below = encodes.at(quality), encodes.at(quality - 1)

    assert below[0] <= size <= above[0]
    assert ssimulacra2(PHOTO, below[1]) < OWN_TARGET <= ssimulacra2(PHOTO, above[1])


def test_bytes_of_a_score_that_no_quality_has_are_not_told() -> None:
    size, _ = Encodes(PHOTO).bytes_at_own(99.9)

    assert np.isnan(size)


def test_bytes_at_an_equal_score_shown_fall_with_the_score() -> None:
    encodes = Encodes(resize(PHOTO, 128, 128))
    most = shown(PHOTO, encodes.at(90)[1]).ssimulacra2

    assert encodes.bytes_at_shown(most - 5, PHOTO) < encodes.bytes_at_shown(most, PHOTO)
    assert encodes.bytes_at_shown(most, PHOTO) == pytest.approx(encodes.at(90)[0], rel=0.02)


def test_a_zone_plate_is_finest_at_its_sides() -> None:
    plate = zone_plate(512)[256].astype(int)[:, 0]

    assert plate.min() == 0
    assert plate.max() == 255
    assert np.abs(np.diff(plate[:16])).mean() > 5 * np.abs(np.diff(plate[248:264])).mean()


def test_taking_every_other_pixel_shows_more_moire() -> None:
    assert alias(nearest, 2, 1.0) > 5 * alias(resize, 2, 1.0)


def test_lanczos_overshoots_and_picking_pixels_does_not() -> None:
    assert overshoot(resize, 2, (40, 200)) > 0
    assert overshoot(nearest, 2, (40, 200)) == 0


def test_a_source_of_its_own_is_for_testing_alone(tmp_path: Path) -> None:
    for folder in ("gb82_photo", "others"):
        (tmp_path / folder).mkdir()
        for number in range(40):
            (tmp_path / folder / f"{number}.webp").touch()
    split = split_files(tmp_path, ["gb82_photo", "others"])

    assert {file.parent.name for file in split["train"]} == {"others"}
    assert 40 < len(split["test"]) < 60
    assert not set(split["train"]) & set(split["test"])


def test_light_is_apart_by_the_channel_that_differs_most() -> None:
    black, red = (np.full((4, 6, 3), codes, np.uint8) for codes in ((0, 0, 0), (255, 0, 9)))

    assert light_apart(black, red) == 255
    assert light_apart(red, red) == 0


def test_means_are_over_the_pictures_that_every_method_has_a_figure_of() -> None:
    evaluate = load("downscale", "evaluate")
    plain = evaluate.Figures(
        ssimulacra2=70, psnr=30, bytes_shown=1, bytes_own=1, code_shift=0, light_shift=0
    )
    dear, unknown = plain._replace(bytes_own=1.5), plain._replace(bytes_own=float("nan"))
    told = [
        {"learned": dear, "lanczos3": plain, "mks2021": unknown},
        {"learned": plain._replace(bytes_own=1.25), "lanczos3": plain, "mks2021": plain},
    ]
    found = {row.metric: row for row in evaluate.compared("photos", told)}
    own = found["bytes at 75 against itself, %"]

    assert (own.split, own.value) == ("photos (1)", 25)
    assert found["SSIMULACRA2 over Lanczos3's"].split == "photos (2)"
