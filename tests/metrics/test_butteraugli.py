"""Butteraugli: what was checked against libjxl's own tool stays as it is, and why it is so."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data
import synthetic
from scipy.ndimage import correlate, gaussian_filter

from eyebright.metrics import bands, butteraugli
from eyebright.metrics.butteraugli import butteraugli_3norm

COFFEE = skimage.data.coffee()[:200, :300]

# From the state of this code that equals libjxl 0.11.2's tool within 0.0001 on the 138 pairs of
# `against_reference.py` that decode alike.
GOLDEN = [
    ("astronaut", "noise 3", 0.628303),
    ("astronaut", "noise 20", 3.467397),
    ("astronaut", "smoothed", 5.837275),
    ("coffee", "noise 20", 3.408720),
    ("coffee", "posterised 16", 5.212726),
]


@pytest.mark.parametrize(("name", "how", "expected"), GOLDEN)
def test_values_stay_as_they_were_when_they_were_libjxls(
    name: str, how: str, expected: float
) -> None:
    picture = getattr(skimage.data, name)()
    kind, _, amount = how.partition(" ")
    other = {
        "noise": lambda: synthetic.noisy(picture, int(amount)),
        "posterised": lambda: synthetic.posterised(picture, int(amount)),
        "smoothed": lambda: synthetic.smoothed(picture),
    }[kind]()

    assert expected == pytest.approx(butteraugli_3norm(picture, other), rel=2e-4)


def test_strips_give_what_the_whole_picture_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = skimage.data.coffee()[:, :100]
    noisy = synthetic.noisy(picture, 20)
    whole = butteraugli_3norm(picture, noisy)
    monkeypatch.setattr(butteraugli, "STRIP_PX", 1)

    assert whole == pytest.approx(butteraugli_3norm(picture, noisy), rel=1e-6)


def test_no_pixel_depends_on_one_farther_away_than_the_stated_reach() -> None:
    light = np.full((120, 120, 3), 0.4, np.float32)
    other = light * np.float32(0.9)
    marred = other.copy()
    marred[60, 60] = (1, 0, 0.5)
    changed = np.argwhere(
        butteraugli._at_one_size(light, other) != butteraugli._at_one_size(light, marred)
    )
    turned = np.argwhere(
        butteraugli._at_one_size(other, light) != butteraugli._at_one_size(marred, light)
    )

    assert np.abs(changed - 60).max() <= bands.REACH_PX
    assert 30 < np.abs(turned - 60).max() <= bands.REACH_PX


def test_blurs_are_gaussians_cut_at_two_and_a_quarter_sigma() -> None:
    plane = COFFEE[..., 1].astype(np.float32)
    inner = slice(20, -20)

    for sigma in (2.7, 3.22489901262, 7.15593339443):
        expected = gaussian_filter(plane, sigma, radius=int(2.25 * sigma))
        np.testing.assert_allclose(
            expected[inner, inner], bands.blurred(plane, sigma)[inner, inner], rtol=1e-4
        )


def test_blurs_leave_flat_planes_flat_up_to_their_edges() -> None:
    flat = np.full((9, 40), 7, np.float32)

    for sigma in (1.2, 1.56416327805, 7.15593339443):
        np.testing.assert_allclose(flat, bands.blurred(flat, sigma), rtol=1e-5)


@pytest.mark.parametrize(("kind", "longest"), [(bands.LONG, 9), (bands.SPARSE, 5)])
def test_errors_are_summed_along_sixteen_lines_through_each_pixel(kind: str, longest: int) -> None:
    errors = np.random.default_rng(1).normal(size=(30, 40)).astype(np.float32)
    expected = np.zeros_like(errors)
    total = 0
    for count, steps in bands._lines(kind):
        line = np.zeros((9, 9), np.float32)
        line[4, 4] = 1
        for down, right in steps:
            line[4 + down, 4 + right] = line[4 - down, 4 - right] = 1
        expected += count * correlate(errors, line, mode="constant") ** 2
        total += count
        assert longest >= line.sum() >= 5

    assert total == 16
    np.testing.assert_allclose(expected, bands._line_energy(errors, kind), rtol=1e-3, atol=1e-4)


def test_masking_is_the_weighed_mean_of_the_three_least_around() -> None:
    masking = np.full((20, 20), 10, np.float32)
    masking[10, 10], masking[10, 13], masking[13, 10] = 8, 2, 4

    eroded = bands._eroded(masking)

    assert eroded[10, 10] == pytest.approx(0.45 * 2 + 0.3 * 4 + 0.25 * 8)
    assert eroded[0, 0] == pytest.approx(10)
    assert eroded[10, 11] == pytest.approx(10)


def test_texture_hides_what_a_flat_ground_shows() -> None:
    flat = np.full((96, 96, 3), 128, np.uint8)
    rough = synthetic.noisy(flat, 60)
    fault = np.random.default_rng(5).integers(-6, 7, flat.shape)

    on_flat, on_rough = (
        butteraugli_3norm(ground, (ground + fault).astype(np.uint8)) for ground in (flat, rough)
    )

    assert on_rough < 0.8 * on_flat
