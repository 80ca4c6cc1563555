"""Tone curves as tables: codes to light and back, a curve for each channel."""

from __future__ import annotations

import colour_files
import numpy as np
import pytest

from eyebright.host import icc
from eyebright.kernels import srgb, tones

CODES = np.arange(256)
ALL = np.stack([CODES] * 3, axis=-1)


def tones_of(*curve: float) -> tones.Tones:
    matrix = icc.matrix_of(icc.make("any", colour_files.DISPLAY_P3, curve))
    assert matrix is not None
    return matrix.tones()


def test_srgbs_curve_is_that_of_its_tables() -> None:
    made = tones_of(*icc.SRGB_CURVE)
    known = tones.of_srgb()

    np.testing.assert_allclose(known.light, made.light, atol=1e-5)
    np.testing.assert_allclose(known.thresholds, made.thresholds, atol=1e-5)
    assert np.array_equal(ALL, known.to_codes(known.light.T))


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2, 2.8])
def test_every_code_survives_the_way_to_light_and_back(gamma: float) -> None:
    made = tones_of(gamma)

    np.testing.assert_allclose((CODES / 255) ** gamma, made.light[1], atol=1e-4)
    assert np.array_equal(ALL, made.to_codes(made.light.T))


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.8])
def test_light_becomes_the_nearest_code_and_no_guess_is_above_it(gamma: float) -> None:
    made = tones_of(gamma)
    places = np.linspace(0, 255, 10_001)
    places = places[np.abs(places % 1 - 0.5) > 0.05]
    light = ((places / 255) ** gamma).astype(np.float32)
    codes = made.to_codes(np.stack([light] * 3, axis=-1))[:, 0]
    guesses = made.guesses[0][(light * srgb.GUESSES).astype(int)]

    assert np.array_equal(np.round(places), codes)
    assert (guesses <= codes).all()


def test_each_channel_has_its_own_curve() -> None:
    power = np.stack([(CODES / 255) ** g for g in (1.0, 2.0, 3.0)])
    between = np.stack([((CODES[:-1] + 0.5) / 255) ** g for g in (1.0, 2.0, 3.0)])
    made = tones.of_curves(power, between)

    assert made.to_codes(np.full((1, 3), 0.125, np.float32)).tolist() == [[32, 90, 128]]
