"""MS-SSIM and IW-SSIM, against scikit-image's maps and what another implementation gave."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data
import skimage.metrics
import synthetic

from eyebright.metrics.iw_ssim import iw_ssim
from eyebright.metrics.planes import luma
from eyebright.metrics.ssim import EXPONENTS, ms_ssim, similarity

# MS-SSIM and IW-SSIM of luma as PIQ 0.8.0 (BSD and Apache) has them, in float64; the sides can be
# halved four times, where all implementations treat the edges alike.
GOLDEN = [
    ((192, 176), "noise 3", 0.999160, 0.998585),
    ((192, 176), "noise 12", 0.989573, 0.982491),
    ((192, 176), "noise 40", 0.911728, 0.858194),
    ((192, 176), "posterised 32", 0.981927, 0.974659),
    ((192, 176), "smoothed", 0.981646, 0.970016),
    ((256, 192), "noise 12", 0.989593, 0.982863),
    ((256, 192), "smoothed", 0.981685, 0.969393),
    ((240, 208), "noise 40", 0.911802, 0.859156),
    ((240, 208), "posterised 32", 0.982263, 0.975784),
]


def distorted(picture: np.ndarray, how: str) -> np.ndarray:
    name, _, amount = how.partition(" ")
    if name == "noise":
        return synthetic.noisy(picture, int(amount))
    return synthetic.posterised(picture, int(amount)) if amount else synthetic.smoothed(picture)


@pytest.mark.parametrize(("size", "how", "multi_scale", "weighted"), GOLDEN)
def test_both_are_what_another_implementation_gives(
    size: tuple[int, int], how: str, multi_scale: float, weighted: float
) -> None:
    picture = synthetic.waves(*size)
    other = distorted(picture, how)

    assert multi_scale == pytest.approx(ms_ssim(picture, other), abs=3e-6)
    assert weighted == pytest.approx(iw_ssim(picture, other), abs=3e-6)


def test_the_maps_are_those_of_scikit_image() -> None:
    picture = skimage.data.coffee()
    a, b = luma(picture), luma(synthetic.noisy(picture, 25))
    _, whole = skimage.metrics.structural_similarity(
        a, b, data_range=255, gaussian_weights=True, use_sample_covariance=False, full=True
    )
    brightness, structure = similarity(a, b)

    np.testing.assert_allclose(whole[5:-5, 5:-5], brightness * structure, atol=2e-4)


def test_the_exponents_are_those_of_the_paper() -> None:
    assert sum(EXPONENTS) == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize("metric", [ms_ssim, iw_ssim])
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (160, 175), (7, 400)])
def test_small_pictures_are_continued_by_their_mirror_image(
    metric: type[ms_ssim], size: tuple[int, int]
) -> None:
    picture = synthetic.waves(*size) // 2 + 40
    width, height = size
    margins = ((0, max(0, 176 - height)), (0, max(0, 176 - width)), (0, 0))
    noisy = synthetic.noisy(picture, 20)
    found = metric(picture, noisy)

    assert metric(picture, picture) == pytest.approx(1)
    assert 0 <= found < 1
    if metric is ms_ssim:
        larger, noisier = (np.pad(p, margins, mode="symmetric") for p in (picture, noisy))
        assert ms_ssim(larger, noisier) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("metric", [ms_ssim, iw_ssim])
def test_what_is_inverted_has_nothing_of_the_structure_left(metric: type[ms_ssim]) -> None:
    picture = synthetic.waves(200, 200)

    assert metric(picture, 255 - picture) == 0


def test_errors_where_nothing_else_is_to_be_seen_count_less() -> None:
    noise = np.random.default_rng(3).integers(-60, 60, (256, 256, 1))
    picture = np.full((256, 256, 3), 128)
    picture[:, 128:] += noise[:, 128:]
    fault = np.random.default_rng(4).integers(-6, 7, (256, 128, 1))
    in_flat, in_texture = picture.copy(), picture.copy()
    in_flat[:, :128] += fault
    in_texture[:, 128:] += fault
    plain, weighted = (
        [metric(*(p.astype(np.uint8) for p in (picture, other))) for other in (in_flat, in_texture)]
        for metric in (ms_ssim, iw_ssim)
    )

    assert (1 - weighted[0]) / (1 - weighted[1]) < (1 - plain[0]) / (1 - plain[1])


def test_a_flat_reference_weighs_every_place_alike() -> None:
    flat = np.full((200, 200, 3), 90, np.uint8)

    assert iw_ssim(flat, flat) == pytest.approx(1)
    assert 0 < iw_ssim(flat, synthetic.noisy(flat, 30)) < 0.9
