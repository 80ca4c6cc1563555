import numpy as np
import pytest

from eyebright.transform import clean_hidden, hidden_colours


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 33)])
def test_cleaning_hidden_colours_changes_nothing_that_shows(
    size: tuple[int, int], *, smooth: bool
) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (*size, 4), dtype=np.uint8)
    pixels[..., 3] = np.random.default_rng(6).choice([0, 0, 90, 255], size).astype(np.uint8)
    before = pixels.copy()

    cleaned = clean_hidden(pixels, smooth=smooth)

    shows = pixels[..., 3] > 0
    np.testing.assert_array_equal(cleaned[..., 3], before[..., 3])
    np.testing.assert_array_equal(cleaned[shows], before[shows])
    np.testing.assert_array_equal(pixels, before)
    assert smooth or not hidden_colours(cleaned)


def test_hidden_colours_carry_on_what_is_around_them() -> None:
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[:, :10] = (200, 100, 50, 255)

    cleaned = clean_hidden(pixels, smooth=True)

    assert np.unique(cleaned[..., :3].reshape(-1, 3), axis=0).tolist() == [[200, 100, 50]]
