"""Where people look: what the model is given, and what its answer, or the fallback, becomes."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analyse import saliency
from eyebright.values.seen import GRID_CELLS, MOST_ATTENTION

GREY = 128


def picture(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def marked(x: int, y: int) -> np.ndarray:
    """A grey picture of 240 x 160 with a patterned patch around a place."""
    made = np.full((160, 240, 3), GREY, np.uint8)
    made[y - 10 : y + 10, x - 10 : x + 10] = picture(20, 20)
    return made


def logits(*, peak: tuple[int, int] | None = None) -> dict[str, np.ndarray]:
    made = np.zeros((1, 1, 24, 32), np.float32)
    if peak:
        made[0, 0, peak[1], peak[0]] = 50
    return {"logits": made}


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        ((512, 384), (256, 192)),
        ((384, 512), (192, 256)),
        ((512, 512), (224, 224)),
        ((512, 341), (256, 176)),
        ((512, 20), (256, 64)),
        ((1, 1), (224, 224)),
    ],
)
def test_the_model_sees_a_bounded_picture_in_nearly_its_shape(
    size: tuple[int, int], seen: tuple[int, int]
) -> None:
    assert saliency.seen_size(*size) == seen


def test_the_model_is_given_bytes_and_places() -> None:
    given = saliency.prepare(picture(512, 384))

    assert given["image"].dtype == np.uint8
    assert given["image"].shape == (1, 192, 256, 3)
    assert given["place"].dtype == np.float32
    assert given["place"].shape == (1, 4, 48, 64)


def test_a_picture_of_the_model_s_size_is_given_as_it_is() -> None:
    seen = saliency.prepare(picture(500, 333))["image"][0]

    np.testing.assert_array_equal(saliency.prepare(seen)["image"][0], seen)


def test_a_pixel_is_the_mean_of_the_area_below_it() -> None:
    row = np.array([[[10], [20], [60]]], np.uint8)

    assert saliency.resized(row, 2, 1).ravel().tolist() == [13, 47]


def test_enlarging_repeats_pixels() -> None:
    row = np.array([[[10], [20]]], np.uint8)

    assert saliency.resized(row, 4, 1).ravel().tolist() == [10, 10, 20, 20]


def test_places_are_told_from_the_middle() -> None:
    across, y, _, _ = saliency.places(4, 2)[0]

    assert across[0].tolist() == [0.75, 0.25, 0.25, 0.75]
    assert y[:, 0].tolist() == [-0.5, 0.5]


def test_one_peak_is_the_focal_point() -> None:
    seen = saliency.read(logits(peak=(24, 6)))

    assert seen.focal_permille == (766, 271)
    assert seen.spread_permille == 0
    assert seen.grid.index(MOST_ATTENTION) == 4 * GRID_CELLS + 12
    assert sum(cell > 0 for cell in seen.grid) <= 2


def test_even_attention_is_even_in_the_grid() -> None:
    seen = saliency.read(logits())

    assert set(seen.grid) == {MOST_ATTENTION}
    assert len(seen.grid) == GRID_CELLS**2


def test_the_same_picture_wider_has_the_same_focal_point() -> None:
    wide = np.repeat(logits(peak=(24, 6))["logits"], 2, axis=3)
    x, y = saliency.read({"logits": wide}).focal_permille

    assert abs(x - 766) <= 16
    assert y == 271


def test_an_answer_of_another_model_is_no_attention() -> None:
    with pytest.raises(KeyError):
        saliency.read({"map": np.zeros((1, 1, 24, 32), np.float32)})


@pytest.mark.parametrize(("x", "y"), [(70, 50), (170, 110), (120, 60)])
def test_without_a_model_what_differs_draws_attention(x: int, y: int) -> None:
    seen = saliency.fallback(marked(x, y))

    assert abs(seen.focal_permille[0] - 1000 * x / 240) <= 60
    assert abs(seen.focal_permille[1] - 1000 * y / 160) <= 60


def test_without_a_model_one_colour_is_looked_at_in_the_middle() -> None:
    seen = saliency.fallback(np.full((90, 120, 3), GREY, np.uint8))

    assert all(abs(place - 500) <= 20 for place in seen.focal_permille)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_no_shape_is_too_odd(width: int, height: int) -> None:
    seen = saliency.fallback(picture(width, height))

    assert max(seen.grid) == MOST_ATTENTION
    assert all(
        side % saliency.STRIDE == 0
        for side in saliency.prepare(picture(width, height))["image"].shape[1:3]
    )
