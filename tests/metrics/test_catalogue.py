"""What holds for every metric: the same interface, the same refusals, the laws of its kind."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from eyebright import metrics
from eyebright.errors import MetricError
from eyebright.metrics import METRICS, Metric
from eyebright.metrics.catalogue import all_scores

each = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


def is_worse(metric: Metric, one: float, other: float) -> bool:
    return one < other if metric.better == "higher" else one > other


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    width, height = draw(st.integers(1, 48)), draw(st.integers(1, 48))
    channels = draw(st.sampled_from((3, 4)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    a, b = rng.integers(0, 256, (2, height, width, channels), dtype=np.uint8)
    return a, b


@each
@given(pair=pairs())
@settings(max_examples=15, deadline=None)
def test_the_same_picture_has_the_best_value_and_nothing_leaves_the_range(
    metric: Metric, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    found = metric.measured(*pair)

    assert metric.measured(pair[0], pair[0]) == pytest.approx(metric.same, abs=1e-6)
    assert min(metric.same, metric.worst) <= found <= max(metric.same, metric.worst)


@each
@given(pair=pairs())
@settings(max_examples=10, deadline=None)
def test_pictures_may_change_places_where_the_metric_says_so(
    metric: Metric, pair: tuple[np.ndarray, np.ndarray]
) -> None:
    a, b = pair

    if metric.is_symmetric:
        assert metric.measured(a, b) == pytest.approx(metric.measured(b, a), rel=1e-5)


@each
def test_the_others_tell_the_reference_from_the_distorted_picture(metric: Metric) -> None:
    a = synthetic.waves(200, 190)
    b = synthetic.noisy(synthetic.smoothed(a), 20)
    apart = abs(metric.measured(a, b) - metric.measured(b, a))

    assert metric.is_symmetric == (apart < 1e-4)


@each
@given(
    width=st.integers(8, 130),
    height=st.integers(8, 130),
    steps=st.lists(st.integers(1, 20), min_size=2, max_size=2, unique=True),
)
@settings(max_examples=15, deadline=None)
def test_more_of_the_same_noise_is_never_better(
    metric: Metric, width: int, height: int, steps: list[int]
) -> None:
    clean = synthetic.waves(width, height) // 2 + 64
    noise = synthetic.noise(width, height, 3)
    less, more = (
        metric.measured(clean, (clean + k * noise).astype(np.uint8)) for k in sorted(steps)
    )

    assert not is_worse(metric, less, more)


@each
def test_opaque_alpha_changes_nothing(metric: Metric) -> None:
    a = synthetic.waves(60, 50)
    b = synthetic.noisy(a, 20)

    assert metric.measured(a, b) == metric.measured(synthetic.with_alpha(a, 255), b)


@each
def test_transparent_pictures_are_seen_on_the_ground_that_shows_more(metric: Metric) -> None:
    a, b = np.zeros((2, 64, 64, 4), np.uint8)
    a[..., 3], b[..., 3] = 85, 255  # shades that laying over greys need not round
    on_dark, on_light = (
        metric.measured(laid_over(a, grey), laid_over(b, grey)) for grey in (0.1, 0.9)
    )

    assert is_worse(metric, on_light, on_dark)
    assert metric.measured(a, b) == pytest.approx(on_light, rel=1e-3)


def laid_over(picture: np.ndarray, grey: float) -> np.ndarray:
    alpha = picture[..., 3:] / 255
    return np.round(picture[..., :3] * alpha + 255 * grey * (1 - alpha)).astype(np.uint8)


@each
def test_colour_under_full_transparency_is_not_seen(metric: Metric) -> None:
    a = synthetic.with_alpha(synthetic.waves(30, 20), 0)
    b = synthetic.with_alpha(255 - synthetic.waves(30, 20), 0)

    assert metric.measured(a, b) == pytest.approx(metric.same, abs=1e-6)


@each
@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((8, 8), np.uint8), "greyscale.*three channels"),
        (np.zeros((8, 8, 2), np.uint8), r"\(8, 8, 2\): give"),
        (np.zeros((8, 8, 3), np.float32), "float32: give uint8"),
        (np.zeros((0, 8, 3), np.uint8), "no pixels"),
        (np.zeros((8, 9, 3), np.uint8), "8 x 8 and 9 x 8 cannot be compared"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_do(
    metric: Metric, picture: np.ndarray, message: str
) -> None:
    with pytest.raises(MetricError, match=message):
        metric.measured(np.zeros((8, 8, 3), np.uint8), picture)


@each
def test_a_metric_tells_what_its_number_means(metric: Metric) -> None:
    told = metric.described()

    assert {"unit", "better", "range", "source"} == set(told)
    assert is_worse(metric, metric.worst, metric.same)
    assert metric.name == next(name for name, one in METRICS.items() if one is metric)


def test_all_at_once_give_what_each_gives_by_itself() -> None:
    a = synthetic.waves(60, 50)
    b = synthetic.noisy(a, 20)

    assert {name: metric.measured(a, b) for name, metric in METRICS.items()} == all_scores(a, b)


def test_the_package_offers_only_what_it_names() -> None:
    assert all(getattr(metrics, name) for name in metrics.__all__)
    with pytest.raises(AttributeError, match="no attribute 'vmaf'"):
        metrics.vmaf  # noqa: B018 - the look-up is what is tested
