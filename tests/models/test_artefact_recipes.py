"""What is put into the artefact model's pictures is what their labels say."""

from __future__ import annotations

import numpy as np
import pytest

from common.modules import load
from eyebright.analyse.luma import luma_of

degrade = load("artefacts", "degrade")

GREY = np.full((256, 256, 3), 128, np.uint8)


def texture() -> np.ndarray:
    """Fine detail of middle contrast."""
    return np.random.default_rng(3).integers(64, 192, (128, 160, 3)).astype(np.uint8)


def detail(pixels: np.ndarray) -> float:
    return float(np.abs(np.diff(luma_of(pixels).astype(int), axis=1)).mean())


def test_recipes_share_all_pictures() -> None:
    assert sum(share for _, share in degrade.RECIPES.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", degrade.RECIPES)
def test_a_recipe_repeats_and_answers_every_question(name: str) -> None:
    recipe, _share = degrade.RECIPES[name]

    first, again = (recipe(texture(), np.random.default_rng(9)) for _ in range(2))

    assert np.array_equal(first[0], again[0])
    assert set(first[1]) == set(degrade.LABELS)


@pytest.mark.parametrize("seed", range(8))
def test_the_noise_in_luma_has_the_sigma_that_is_told(seed: int) -> None:
    made, labels = degrade.noisy(GREY, np.random.default_rng(seed))

    found = float((luma_of(made).astype(float) - 128).std())
    assert found == pytest.approx(labels["noise"], rel=0.1, abs=0.35)


@pytest.mark.parametrize("seed", range(8))
def test_a_blurred_picture_has_lost_detail(seed: int) -> None:
    made, labels = degrade.blurred(texture(), np.random.default_rng(seed))

    assert labels["blur"] == 1
    assert detail(made) < 0.6 * detail(texture())


def test_bands_are_few_levels() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(64, axis=0)

    made, labels = degrade.banded(ramp, np.random.default_rng(0))

    assert labels["banding"] == 1
    assert len(np.unique(luma_of(made))) <= 256 / 6 + 1


def test_the_poorer_of_two_saves_is_the_one_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    qualities = iter((30, 90))
    monkeypatch.setattr(degrade, "_quality", lambda _rng: next(qualities))

    _made, labels = degrade.resaved(texture(), np.random.default_rng(0))

    assert labels["quality"] == 0.3
    assert labels["blocks"] == 1


def test_no_quality_is_asked_for_once_the_grid_is_gone() -> None:
    _made, labels = degrade.resized(texture(), np.random.default_rng(0))

    assert np.isnan(labels["quality"])
    assert np.isnan(labels["jpeg"])
