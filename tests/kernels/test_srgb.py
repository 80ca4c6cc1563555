import numpy as np
import pytest

from eyebright.kernels import srgb

CODES = np.arange(256)


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [(0.0, 0.0), (1.0, 1.0), (0.04045, 0.0031308), (0.5, 0.2140411), (188 / 255, 0.5028865)],
)
def test_the_curve_is_that_of_the_standard(encoded: float, expected: float) -> None:
    assert expected == pytest.approx(float(srgb.to_linear(encoded)), abs=1e-7)


def test_every_code_survives_the_way_to_light_and_back() -> None:
    np.testing.assert_array_equal(CODES, srgb.to_codes(srgb.code_table()))


def test_between_codes_the_table_is_as_good_as_the_formula() -> None:
    places = np.linspace(0, 255, 100_001)
    steps = places * srgb.STEPS
    low = np.floor(steps).astype(int)
    table = srgb.linear_table().astype(np.float64)
    found = table[low] + (steps - low) * (table[low + 1] - table[low])

    np.testing.assert_allclose(srgb.to_linear(places / 255), found, atol=1e-7)


def test_light_is_rounded_to_the_nearest_code() -> None:
    places = np.linspace(0, 255, 10_001)
    places = places[np.abs(places % 1 - 0.5) > 1e-3]
    light = srgb.to_linear(places / 255).astype(np.float32)

    np.testing.assert_array_equal(np.round(places), srgb.to_codes(light))


def test_light_outside_the_range_is_clipped() -> None:
    assert srgb.to_codes(np.array([-1, 2], dtype=np.float32)).tolist() == [0, 255]


def test_a_guess_is_at_most_two_codes_too_low_and_never_too_high() -> None:
    light = np.linspace(0, 1, 200_001).astype(np.float32)
    right = srgb.to_codes(light).astype(int)
    guesses = srgb.guess_table()[(light * srgb.GUESSES).astype(int)]

    assert set(np.unique(right - guesses)) <= {0, 1, 2}


@pytest.mark.parametrize(
    "table", [srgb.linear_table, srgb.code_table, srgb.threshold_table, srgb.guess_table]
)
def test_the_shared_tables_cannot_be_changed(table) -> None:  # noqa: ANN001 - any of the four
    with pytest.raises(ValueError, match="read-only"):
        table()[0] = 1
