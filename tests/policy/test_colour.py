"""CIEDE2000 against its authors' test data and against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import deltaE_ciede2000, rgb2lab

from eyebright.policy.colour import Lab, delta_e, lab, parse_hex, to_hex

rgbs = st.tuples(*[st.integers(0, 255)] * 3)
labs = st.tuples(st.floats(0, 100), st.floats(-120, 120), st.floats(-120, 120))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
        ((50, 2.8361, -74.0200), (50, 0, -82.7485), 3.4412),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0000),
        ((50, -0.9009, -85.5211), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0010), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.49, -0.001), (50, -2.49, 0.0012), 7.2195),
        ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((50, 2.5, 0), (50, 3.1736, 0.5854), 1.0000),
        ((50, 2.5, 0), (50, 3.2972, 0), 1.0000),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_authors_pairs_are_met_to_four_places(first: Lab, second: Lab, expected: float) -> None:
    assert expected == pytest.approx(delta_e(first, second), abs=5e-5)


@given(labs, labs)
def test_differences_agree_with_scikit_image(first: Lab, second: Lab) -> None:
    oracle = float(deltaE_ciede2000(np.array(first), np.array(second)))

    # At opposite hues the formula jumps, and rounding decides the side.
    opposite = abs(abs(np.arctan2(first[2], first[1]) - np.arctan2(second[2], second[1])) - np.pi)
    assert opposite < 1e-3 or delta_e(first, second) == pytest.approx(oracle, abs=1e-6)


@given(rgbs)
def test_lab_agrees_with_scikit_image(rgb: tuple[int, int, int]) -> None:
    oracle = rgb2lab(np.array([[rgb]], dtype=np.uint8))[0, 0]

    assert list(lab(rgb)) == pytest.approx(list(oracle), abs=0.02)


@given(labs, labs)
def test_a_difference_is_symmetric_and_never_negative(first: Lab, second: Lab) -> None:
    assert delta_e(first, second) >= 0
    assert delta_e(first, second) == pytest.approx(delta_e(second, first), abs=1e-6)
    assert delta_e(first, first) == 0


@given(rgbs)
def test_hexadecimal_colours_round_trip(rgb: tuple[int, int, int]) -> None:
    assert rgb == parse_hex(to_hex(rgb))


def test_white_and_black_are_the_ends_of_lightness() -> None:
    assert lab((255, 255, 255)) == pytest.approx((100, 0, 0), abs=1e-2)
    assert lab((0, 0, 0)) == pytest.approx((0, 0, 0), abs=1e-9)
    assert to_hex((208, 16, 58)) == "#d0103a"
