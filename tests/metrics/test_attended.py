"""Errors count most where people look; even attention gives the plain score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data as samples

from eyebright import kernels
from eyebright.errors import MetricError
from eyebright.host.base import Pixels
from eyebright.metrics import ssimulacra2, ssimulacra2_attended
from eyebright.metrics.attended import SHARE, spread

PICTURE: Pixels = samples.astronaut()[:241, :319]
EVEN = (7,) * 256
LEFT = tuple(31 if cell % 16 < 8 else 0 for cell in range(256))
RIGHT = tuple(31 - cell for cell in LEFT)


def noisy_left(picture: Pixels) -> Pixels:
    """Errors in the left half only."""
    noise = np.random.default_rng(5).integers(-24, 25, picture.shape)
    noise[:, picture.shape[1] // 2 :] = 0
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("side", [60, 200])
def test_even_attention_gives_the_plain_score(side: int) -> None:
    picture = PICTURE[:side, : side + 7]
    with kernels.using("numpy"):
        plain = ssimulacra2(picture, noisy_left(picture))

    attended = ssimulacra2_attended(picture, noisy_left(picture), EVEN)

    assert plain == pytest.approx(attended, abs=1e-3)


def test_errors_where_people_look_count_more_than_elsewhere() -> None:
    distorted = noisy_left(PICTURE)

    there, plain, elsewhere = (
        ssimulacra2_attended(PICTURE, distorted, grid) for grid in (LEFT, EVEN, RIGHT)
    )

    assert there < plain - 2
    assert elsewhere > plain + 2
    assert elsewhere < 100


def test_the_same_picture_scores_100_wherever_people_look() -> None:
    assert ssimulacra2_attended(PICTURE, PICTURE, LEFT) == 100


def test_transparent_pictures_are_scored_over_both_greys() -> None:
    clear = np.dstack([PICTURE, np.full(PICTURE.shape[:2], 100, np.uint8)])
    worse = np.dstack([noisy_left(PICTURE), clear[..., 3]])
    with kernels.using("numpy"):
        plain = ssimulacra2(clear, worse)

    assert plain == pytest.approx(ssimulacra2_attended(clear, worse, EVEN), abs=1e-3)


@given(
    height=st.integers(1, 60),
    width=st.integers(1, 60),
    cells=st.lists(st.integers(0, 31), min_size=9, max_size=9).filter(any),
)
@settings(deadline=None)
def test_a_spread_grid_has_the_mean_of_one_and_stays_within_its_cells(
    height: int, width: int, cells: list[int]
) -> None:
    grid = np.array(cells, float).reshape(3, 3)

    made = spread(grid, height, width)

    assert made.shape == (height, width)
    assert made.mean() == pytest.approx(1)
    assert made.min() >= 0
    assert made.max() * grid.min() <= made.min() * grid.max() + 1e-9


def test_no_place_counts_for_nothing() -> None:
    grid = np.zeros((16, 16))
    grid[0, 0] = 31

    assert (1 - SHARE + SHARE * spread(grid, 90, 90)).min() == pytest.approx(1 - SHARE)


@pytest.mark.parametrize("attention", [(), (1, 2, 3), (0,) * 256, (-1, *(1,) * 255)])
def test_what_is_no_attention_is_refused(attention: tuple[int, ...]) -> None:
    with pytest.raises(MetricError, match="give the facts' saliency"):
        ssimulacra2_attended(PICTURE, PICTURE, attention)


def test_pictures_of_two_sizes_are_refused() -> None:
    with pytest.raises(MetricError, match="cannot be compared"):
        ssimulacra2_attended(PICTURE, PICTURE[1:], EVEN)
