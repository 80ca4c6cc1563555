from collections.abc import Iterator
from pathlib import Path

import as_published
import numpy as np
import pytest
import skimage.data
import synthetic
from PIL import Image

from eyebright import kernels
from eyebright.errors import MetricError
from eyebright.metrics import norms, score, ssimulacra2

WAVES = synthetic.waves(200, 150)

# Scores of the published definition (as_published.py, float64) for these pictures.
GOLDEN = [
    ((200, 150), "noise 3", 92.853084),
    ((200, 150), "noise 12", 76.034239),
    ((200, 150), "noise 40", 28.561643),
    ((200, 150), "posterised 8", 88.577425),
    ((200, 150), "posterised 32", 53.079301),
    ((200, 150), "smoothed", 57.996774),
    ((131, 117), "noise 12", 75.904722),
    ((131, 117), "smoothed", 60.841721),
    ((40, 24), "noise 40", 50.172637),
    ((40, 24), "posterised 32", 75.698405),
    ((8, 8), "noise 40", 87.139182),
    ((8, 8), "smoothed", 93.945457),
]


@pytest.fixture(params=["compiled", "numpy"])
def _path(request: pytest.FixtureRequest) -> Iterator[None]:
    with kernels.using(request.param):
        yield


both_paths = pytest.mark.usefixtures("_path")


def distorted(picture: np.ndarray, how: str) -> np.ndarray:
    name, _, amount = how.partition(" ")
    if name == "noise":
        return synthetic.noisy(picture, int(amount))
    return synthetic.posterised(picture, int(amount)) if amount else synthetic.smoothed(picture)


def encoded(picture: np.ndarray, tmp_path: Path, quality: int) -> np.ndarray:
    Image.fromarray(picture).save(tmp_path / "picture.webp", quality=quality)
    return np.asarray(Image.open(tmp_path / "picture.webp"))


@both_paths
@pytest.mark.parametrize(("size", "how", "expected"), GOLDEN)
def test_scores_are_those_of_the_published_definition(
    size: tuple[int, int], how: str, expected: float
) -> None:
    picture = synthetic.waves(*size)

    found = ssimulacra2(picture, distorted(picture, how), small="reference")

    assert expected == pytest.approx(found, abs=0.002)


@both_paths
@pytest.mark.parametrize("name", ["astronaut", "coffee", "rocket"])
def test_photographs_score_as_the_published_definition_says(name: str, tmp_path: Path) -> None:
    picture = getattr(skimage.data, name)()
    encode = encoded(picture, tmp_path, 60)
    expected = as_published.score(picture, encode)

    assert expected == pytest.approx(ssimulacra2(picture, encode), abs=0.005)


def test_the_float64_oracle_equals_the_published_definition_in_every_norm() -> None:
    picture, encode = synthetic.waves(141, 119), synthetic.noisy(synthetic.waves(141, 119), 9)
    plan = norms.full_plan(141, 119)
    found = norms.error_norms(picture, encode, background=0.1, plan=plan, dtype=np.float64)

    np.testing.assert_allclose(as_published.norms(picture, encode), found, rtol=1e-9, atol=1e-12)


@both_paths
def test_the_same_picture_scores_exactly_100() -> None:
    assert ssimulacra2(WAVES, WAVES) == 100.0


@both_paths
def test_the_order_of_the_pictures_matters() -> None:
    blurred = synthetic.smoothed(WAVES)

    assert abs(ssimulacra2(WAVES, blurred) - ssimulacra2(blurred, WAVES)) > 1


def test_numpy_gives_the_same_whatever_the_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    encode = synthetic.noisy(WAVES, 20)
    with kernels.using("numpy"):
        whole = ssimulacra2(WAVES, encode)
        monkeypatch.setattr(norms, "STRIP_PX", 1)
        in_pairs_of_rows = ssimulacra2(WAVES, encode)

    assert whole == pytest.approx(in_pairs_of_rows, abs=1e-4)


@both_paths
def test_strides_and_read_only_arrays_do_not_matter() -> None:
    encode = synthetic.noisy(WAVES, 20)
    spaced = np.repeat(np.repeat(encode, 2, axis=0), 3, axis=1)[::2, ::3]
    locked = WAVES.copy()
    locked.setflags(write=False)

    assert ssimulacra2(WAVES, encode) == ssimulacra2(locked, spaced)
    assert ssimulacra2(WAVES[::-1], encode[::-1]) == ssimulacra2(
        WAVES[::-1].copy(), encode[::-1].copy()
    )


# ---- alpha ----


@both_paths
def test_opaque_alpha_changes_nothing() -> None:
    encode = synthetic.noisy(WAVES, 20)

    assert ssimulacra2(WAVES, encode) == ssimulacra2(synthetic.with_alpha(WAVES, 255), encode)


@both_paths
def test_a_picture_without_alpha_counts_as_opaque() -> None:
    faded = synthetic.with_alpha(WAVES, 128)

    assert ssimulacra2(WAVES, faded) == ssimulacra2(synthetic.with_alpha(WAVES, 255), faded)
    assert ssimulacra2(WAVES, faded) < 50


@both_paths
def test_transparent_pictures_get_the_worse_score_of_a_dark_and_a_light_ground() -> None:
    alpha = np.linspace(0, 255, 200).astype(np.uint8)[None, :]
    a = synthetic.with_alpha(WAVES, alpha)
    b = synthetic.with_alpha(synthetic.noisy(WAVES, 20), alpha)
    dark, light = as_published.score(a, b, 0.1), as_published.score(a, b, 0.9)

    assert abs(dark - light) > 0.5
    assert min(dark, light) == pytest.approx(ssimulacra2(a, b), abs=0.002)


@both_paths
def test_colour_under_full_transparency_is_not_seen() -> None:
    a = synthetic.with_alpha(WAVES, 0)
    b = synthetic.with_alpha(255 - WAVES, 0)

    assert ssimulacra2(a, b) == 100.0


# ---- sizes ----


@both_paths
@pytest.mark.parametrize("size", [(1, 1), (7, 7), (1, 300), (300, 1), (112, 112), (64, 200)])
def test_pictures_under_113_pixels_are_continued_by_their_mirror_image(
    size: tuple[int, int],
) -> None:
    picture = synthetic.waves(*size)
    width, height = size
    margins = ((0, max(0, 113 - height)), (0, max(0, 113 - width)), (0, 0))
    larger = np.pad(picture, margins, mode="symmetric")
    expected = ssimulacra2(larger, 255 - larger)

    assert expected == ssimulacra2(picture, 255 - picture)
    assert ssimulacra2(picture, picture) == 100.0
    assert expected < 0


@both_paths
def test_the_score_does_not_jump_where_mirroring_begins() -> None:
    photo = skimage.data.coffee()[100:340, 150:390]
    noisy = synthetic.noisy(photo, 25)
    scores = [ssimulacra2(photo[:n, :n], noisy[:n, :n]) for n in (108, 110, 112, 113, 115)]

    assert max(scores) - min(scores) < 5


def test_a_picture_too_small_for_the_reference_is_refused_where_its_score_is_asked_for() -> None:
    with pytest.raises(MetricError, match="scores no 200 x 7"):
        ssimulacra2(WAVES[:7], WAVES[:7], small="reference")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((8, 8), 2),
        ((15, 15), 3),
        ((16, 16), 3),
        ((28, 28), 3),
        ((29, 29), 4),
        ((112, 112), 5),
        ((113, 500), 6),
    ],
)
def test_scales_are_halved_while_both_sides_are_at_least_8(
    size: tuple[int, int], expected: int
) -> None:
    picture = synthetic.waves(*size)

    assert expected == norms.scale_count(*size)
    assert expected == as_published.norms(picture, picture).shape[1]


def test_at_full_size_only_the_luma_channel_is_computed() -> None:
    expected = [0, norms.WANT_SSIM | norms.WANT_EDGES, 0]

    assert expected == score.plan_for(640, 480)[:, 0].tolist()


def test_the_smallest_scale_is_not_computed() -> None:
    expected = [0, 0, 0]

    assert expected == score.plan_for(640, 480)[:, 5].tolist()


# ---- what is refused ----


def test_pictures_of_two_sizes_are_refused_with_both_sizes() -> None:
    with pytest.raises(MetricError, match=r"200 x 150 and 199 x 150.*resize"):
        ssimulacra2(WAVES, WAVES[:, :199])


def test_greyscale_is_refused_and_the_way_out_is_named() -> None:
    with pytest.raises(MetricError, match=r"the reference is greyscale.*three channels"):
        ssimulacra2(WAVES[..., 0], WAVES)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (WAVES.astype(np.float32), "float32: give uint8"),
        (WAVES[..., :1], r"\(150, 200, 1\): give"),
        (WAVES[..., :2], r"\(150, 200, 2\): give"),
        (WAVES[None], r"\(1, 150, 200, 3\): give"),
        (WAVES[:0], "no pixels"),
    ],
)
def test_other_shapes_and_types_are_refused(picture: np.ndarray, message: str) -> None:
    with pytest.raises(MetricError, match=message):
        ssimulacra2(WAVES, picture)
