"""The mean light of a picture to which something was added."""

import numpy as np
import pytest

from eyebright import mean_light
from eyebright.kernels import srgb
from eyebright.pixels import Pixels

SIZE = (200, 150, 3)
"""More rows than are counted at once."""


def light(pixels: Pixels) -> np.ndarray:
    return srgb.code_table()[pixels].mean((0, 1), dtype=np.float64)


def base() -> Pixels:
    return np.random.default_rng(3).integers(60, 196, SIZE, dtype=np.uint8)


def sharpened(plus: int, minus: int) -> Pixels:
    """Every second column up to `plus` lighter, the others up to `minus` darker."""
    added = np.random.default_rng(4).integers(0, 1 + np.array([[plus], [minus]]), (2, 200 * 75 * 3))
    change = np.empty(SIZE, np.int16)
    change[:, ::2], change[:, 1::2] = (part.reshape(200, 75, 3) for part in (added[0], -added[1]))
    return (base() + change).astype(np.uint8)


@pytest.mark.parametrize(("plus", "minus"), [(9, 8), (8, 9)])
def test_the_mean_light_comes_near_the_source_s_again(plus: int, minus: int) -> None:
    made = sharpened(plus, minus)
    kept = mean_light.kept(made, base(), base())
    off = light(kept) - light(base())

    assert (np.abs(light(made) - light(base())) > 1.05 * mean_light.MOST_LIGHT).any()
    assert np.abs(off).max() <= mean_light.MOST_LIGHT
    assert np.array_equal(np.clip(kept, np.minimum(made, base()), np.maximum(made, base())), kept)
    assert np.abs(kept.astype(int) - made).max() <= 2


def test_the_mean_code_stays_near_where_light_would_ask_for_more() -> None:
    made = sharpened(40, 40)
    kept = mean_light.kept(made, base(), base())
    codes = (kept - 0.0 - base()).mean((0, 1))

    assert (light(kept) < light(made)).all()
    assert (np.abs(codes) <= max(mean_light.MOST_CODES, np.abs((made - 0.0 - base()).mean()))).all()


def test_a_picture_whose_light_is_between_the_base_s_and_the_source_s_is_not_touched() -> None:
    made = sharpened(4, 0)

    assert np.array_equal(mean_light.kept(made, base(), base() + np.uint8(9)), made)
    assert not np.array_equal(mean_light.kept(made, base(), base()), made)


def test_the_source_may_be_of_any_size() -> None:
    large = np.repeat(np.repeat(base(), 2, axis=0), 2, axis=1)

    assert np.array_equal(
        mean_light.kept(sharpened(30, 26), base(), large),
        mean_light.kept(sharpened(30, 26), base(), base()),
    )


def test_one_channel_is_mended_without_the_others() -> None:
    made = base()
    made[..., 1] = sharpened(9, 0)[..., 1]
    kept = mean_light.kept(made, base(), base())

    assert np.array_equal(kept[..., [0, 2]], base()[..., [0, 2]])
    assert not np.array_equal(kept, made)
